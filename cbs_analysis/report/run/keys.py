"""The content key of a report: everything that it depends on, so that what is unchanged is not made again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

from ...registry.load import plan_files
from ...sources.store import load_manifest
from ..jobs import RunSpec
from ..notice_data import changed_inputs
from .publishing import sha256_of
from .records import Site

__all__ = ["Keys"]

_CODE = (".py", ".yml", ".j2", ".css", ".js", ".json", ".csv")


class Keys:
    """Content keys of the reports of one run; the code and the store are read once.

    Parameters
    ----------
    site : Site
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._notebooks: dict[str, str] = {}

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest of the store."""
        return load_manifest(self._site.root)

    @cached_property
    def code(self) -> str:
        """The package."""
        digest, package = hashlib.sha256(), Path(__file__).parents[2]
        for path in sorted(p for p in package.rglob("*") if p.suffix in _CODE):
            digest.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
        return digest.hexdigest()

    @cached_property
    def _common(self) -> str:
        """The package, the locked versions, the plans, and all of the store but the figures of areas."""
        digest, root = hashlib.sha256(self.code.encode()), self._site.root
        for path in [root / "requirements.lock", *plan_files(root)]:
            digest.update(path.name.encode() + (path.read_bytes() if path.exists() else b""))
        outputs = {k: v for k, v in self.manifest["outputs"].items() if k != "observations.parquet"}
        digest.update(_json([outputs, self.manifest["excluded"], self.manifest["warnings"]]))
        return digest.hexdigest()

    @cached_property
    def _listed(self) -> str:
        path = self._site.root / "notebooks" / "reports.yml"
        return sha256_of(path.read_bytes()) if path.exists() else ""

    @cached_property
    def _changed(self) -> dict[str, list[str]]:
        """Raw files of each area that are not what the store was built from: its pages say so."""
        import pandas as pd

        names = {c.file for c in changed_inputs(self._site.root, self.manifest) if c.kind != "new"}
        if not names:
            return {}
        store = self._site.root / "data" / "processed" / "observations.parquet"
        rows = pd.read_parquet(store, columns=["area", "file"]).drop_duplicates()
        rows = rows[rows["file"].isin(names)]
        return {str(area): sorted(own.astype(str)) for area, own in rows.groupby("area")["file"]}

    def _notebook(self, name: str) -> str:
        if name not in self._notebooks:
            path = self._site.root / "notebooks" / f"{name}.ipynb"
            self._notebooks[name] = sha256_of(path.read_bytes())
        return self._notebooks[name]

    def key(self, spec: RunSpec, areas: Iterable[str], raw_files: Iterable[str]) -> str:
        """The key of a report that read the figures of some areas and cites some raw files.

        Which these are is known when it has been made once; what it reads depends on nothing outside the key.

        Parameters
        ----------
        spec : RunSpec
        areas : iterable of str
            Codes of the areas whose figures it read.
        raw_files : iterable of str
            Raw files that it names, with their titles and hashes.
        """
        held, inputs = self.manifest["areas"], self.manifest["inputs"]
        parts = [
            self._common, asdict(spec), self._notebook(spec.notebook),
            # these pages link to others of the list
            self._listed if spec.notebook.startswith(("3", "9")) else "",
            [(a, held.get(a, "")) for a in sorted(areas)],
            [(f, inputs.get(f, "")) for f in sorted(raw_files)],
            [(a, self._changed[a]) for a in sorted(areas) if a in self._changed],
        ]  # fmt: skip
        return sha256_of(_json(parts))


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
