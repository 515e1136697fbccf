"""The register of assumptions, printed with how well each is supported and how much it may move."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from ..errors import Fault, ReportError
from ..registry.yaml_records import build_record, read_yaml
from .tables import Table, translator

__all__ = ["Assumption", "load_assumptions", "table_assumptions"]

Rating = Literal["high", "medium", "low"]
Scope = Literal["verdicts", "figures", "models"]


@dataclass(frozen=True, kw_only=True)
class Assumption:
    """One assumption: `quality` is how well it is supported, `impact` how much a verdict may move."""

    id: str
    scope: Scope
    quality: Rating
    impact: Rating
    zh: str
    en: str
    used_zh: str
    used_en: str

    def said(self, lang: str) -> str:
        """The assumption in a language."""
        return self.zh if lang == "zh" else self.en

    def used(self, lang: str) -> str:
        """Where it is used."""
        return self.used_zh if lang == "zh" else self.used_en


@lru_cache(maxsize=1)
def load_assumptions() -> tuple[Assumption, ...]:
    """The register as the package ships it, in the order of its numbers.

    Raises
    ------
    ReportError
        With every wrong entry.

    Examples
    --------
    >>> load_assumptions()[0].id
    'A01'
    """
    path = Path(__file__).parent / "assumptions.yml"
    faults: list[Fault] = []
    rows = [
        build_record(Assumption, dict(raw), f"{path.name}, {raw.get('id')}", faults)
        for raw in read_yaml(path, ReportError)
    ]
    if faults:
        raise ReportError(faults)
    return tuple(r for r in rows if r is not None)


def table_assumptions(scope: Scope, lang: str) -> Table:
    """The assumptions of a scope: those with the largest impact and the weakest support first."""
    t, weight = translator(lang), {"high": 0, "medium": 1, "low": 2}
    own = [a for a in load_assumptions() if a.scope == scope]
    own.sort(key=lambda a: (weight[a.impact], -weight[a.quality], a.id))
    rows = tuple(
        (a.id, a.said(lang), a.used(lang), t(f"rated_{a.quality}"), t(f"rated_{a.impact}")) for a in own
    )
    return Table(
        t(f"assumptions_{scope}"),
        (t("id"), t("assumption"), t("assumption_used"), t("assumption_quality"), t("assumption_impact")),
        rows,
        note=t("assumptions_note"),
        folded=scope != "verdicts",
        css="stack",
    )
