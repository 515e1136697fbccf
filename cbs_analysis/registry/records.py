"""The records of the registries: frozen, small, and the same in every layer."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from ..series.units import format_value

__all__ = [
    "LANGS",
    "Area",
    "Commitment",
    "Indicator",
    "Lang",
    "Measure",
    "MeasureType",
    "Named",
    "Plan",
    "Project",
    "Publisher",
    "Sense",
    "Target",
]

Lang = Literal["zh", "en"]
LANGS: tuple[str, ...] = get_args(Lang)
Kind = Literal["flow", "stock", "rate", "index", "ratio", "growth"]
Prices = Literal["none", "nominal", "real"]
Level = Literal["nation", "province", "prefecture", "county", "zone", "district"]
Sense = Literal["at_least", "at_most", "reach", "up", "down"]
MeasureType = Literal[
    "level",
    "coverage",
    "sum",
    "average_growth",
    "keep_below",
    "keep_above",
    "not_below_previous",
    "synchrony",
    "direction",
    "zero",
    "mechanism",
    "yes_no",
    "activity",
    "project",
    "expert",
]


@dataclass(frozen=True, kw_only=True)
class Named:
    """Anything with a Chinese and an English name."""

    zh: str
    en: str
    note_zh: str = ""
    note_en: str = ""

    def name(self, lang: str) -> str:
        """The name in the language of the report."""
        return self.zh if lang == "zh" else self.en

    def note(self, lang: str) -> str:
        """The note in the language of the report, or an empty text."""
        return self.note_zh if lang == "zh" else self.note_en


@dataclass(frozen=True, kw_only=True)
class Indicator(Named):
    """What is measured: unit, kind, frequency and prices. See the naming rules in docs/data.md."""

    id: str
    unit: str
    kind: Kind
    freq: tuple[str, ...]
    prices: Prices = "none"
    cumulative: bool = False
    unit_zh: str = ""

    def format(self, value: float, lang: str) -> str:
        """A value as a report prints it; `unit_zh` replaces the usual unit word (岁 for an age)."""
        if self.unit_zh and lang == "zh" and math.isfinite(value):
            return format_value(value, "ratio", lang, decimals=2).rstrip("0").rstrip(".") + self.unit_zh
        return format_value(value, self.unit, lang)


@dataclass(frozen=True, kw_only=True)
class Area(Named):
    """A place. `official` is False where GB/T 2260 gives no code."""

    code: str
    level: Level
    parent: str = ""
    aliases: tuple[str, ...] = ()
    official: bool = True
    synthetic: bool = False


@dataclass(frozen=True, kw_only=True)
class Publisher(Named):
    """Who issued a figure."""

    id: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Target:
    """A target with the document that states it; there is no target without one.

    `baseline` is the base that the document itself prints, when it differs from later figures.
    """

    value: float
    period: str
    source_zh: str
    source_en: str
    baseline: float | None = None

    def source(self, lang: str) -> str:
        """The document, in the language of the report."""
        return self.source_zh if lang == "zh" else self.source_en


@dataclass(frozen=True, kw_only=True)
class Measure(Named):
    """One way to judge a commitment: an indicator with its rule, a mechanism, or a project.

    `when` is for limits alone: kept in every year of the plan, at its end, or on the average of its years.
    """

    id: str
    type: MeasureType
    zh: str = ""
    en: str = ""
    indicator: str = ""
    against: str = ""
    exposure: str = ""
    project: str = ""
    sense: Sense | None = None
    when: Literal["every_year", "end_year", "average"] = "every_year"
    nature: Literal["", "binding", "expected"] = ""
    target: Target | None = None
    official_verdict: Literal["", "achieved", "ahead", "on_track", "attention", "behind"] = ""
    official_source_zh: str = ""
    official_source_en: str = ""
    explanation_zh: str = ""
    explanation_en: str = ""


@dataclass(frozen=True, kw_only=True)
class Commitment(Named):
    """One commitment of a plan."""

    id: str
    section: str
    offices: tuple[str, ...]
    measures: tuple[Measure, ...]
    key: bool = False


@dataclass(frozen=True, kw_only=True)
class Project(Named):
    """A project, programme or body-text item of a plan. Dates and money come from evidence only.

    `section` is the section of the plan whose page shows it. `overlaps` names listings that may be the same
    thing and are still counted apart; `judged_by` names the commitments that judge a programme or a
    body-text item by their own measures.
    """

    id: str
    box: str
    kind: Literal["project", "programme", "body"]
    section: str = ""
    programme_zh: str = ""
    programme_en: str = ""
    area: str | None = None
    duplicate_of: str = ""
    overlaps: tuple[str, ...] = ()
    judged_by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Document(Named):
    """The text of a plan: title, who issued it and when it was published."""

    issuer_zh: str
    issuer_en: str
    published: date
    read_at: str = ""


@dataclass(frozen=True, kw_only=True)
class Plan(Named):
    """A plan: its dates, sections, offices, commitments and projects."""

    id: str
    area: str
    baseline: int
    start: date
    end: date
    document: Document
    sections: dict[str, Named] = field(default_factory=dict)
    offices: dict[str, Named] = field(default_factory=dict)
    commitments: tuple[Commitment, ...] = ()
    projects: tuple[Project, ...] = ()
    open_boxes: tuple[str, ...] = ()

    @property
    def years(self) -> range:
        """Plan years, baseline excluded."""
        return range(self.start.year, self.end.year + 1)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """All measures in the order of the plan."""
        return tuple(m for c in self.commitments for m in c.measures)
