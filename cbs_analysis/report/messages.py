"""One catalogue for every word that the package writes into a report."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from ..errors import Fault, ReportError, nearest

__all__ = ["catalogue", "message"]


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[str, str]]:
    """All messages: key -> {zh, en}."""
    text = (Path(__file__).parent / "messages.yml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def message(key: str, lang: str, **values: object) -> str:
    """A message in one language with its values filled in.

    >>> message("as_of", "zh")
    '数据截至'
    """
    entry = catalogue().get(key)
    if entry is None or lang not in entry:
        raise ReportError(
            Fault(
                "message is not in the catalogue",
                got=f"{key} ({lang})",
                expected=nearest(key, list(catalogue())),
            )
        )
    return entry[lang].format(**values) if values else entry[lang]
