"""The verdict: the official word, its reason, its evidence, and the sentence an official reads."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from ..sources.addresses import cell_name

__all__ = [
    "ORDER",
    "REASONS",
    "WORDS",
    "Alternative",
    "AnnualCheck",
    "Evidence",
    "Settings",
    "Verdict",
    "Word",
]

Word = Literal["achieved", "ahead", "on_track", "behind", "attention", "not_assessable"]
WORDS: dict[str, dict[str, str]] = {
    "achieved": {"zh": "提前完成", "en": "Achieved early"},
    "ahead": {"zh": "快于预期", "en": "Ahead"},
    "on_track": {"zh": "符合预期", "en": "On track"},
    "attention": {"zh": "需关注", "en": "Needs attention"},
    "behind": {"zh": "滞后", "en": "Behind"},
    "not_assessable": {"zh": "无法评估", "en": "Not assessable"},
}
# From best to worst among assessed words; a commitment takes the worst of its measures.
ORDER: tuple[Word, ...] = ("achieved", "ahead", "on_track", "attention", "behind")

REASONS: dict[str, dict[str, str]] = {
    "no_data": {"zh": "没有数据", "en": "no data"},
    "no_plan_year": {"zh": "规划期内尚无数据", "en": "no figure inside the plan years"},
    "no_baseline": {"zh": "没有基期数据", "en": "no baseline figure"},
    "no_target": {"zh": "没有载明目标的文件", "en": "no document states a target"},
    "too_few": {"zh": "数据点不足", "en": "too few figures"},
    "gap": {"zh": "年份有缺口", "en": "a year is missing"},
    "stale": {"zh": "数据过旧", "en": "the last figure is too old"},
    "no_document": {"zh": "没有证明文件", "en": "no document"},
    "no_dates": {"zh": "没有起止时间或投资计划", "en": "no dates or investment plan"},
    "expert": {"zh": "须由专家评定，不作定量判断", "en": "for experts; not judged by numbers"},
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every threshold of an evaluation; each is printed in the report.

    The bands are on pace (progress over elapsed time): 快于预期 from `ahead`, 符合预期 from
    `on_track`. `flip` is how far the bands are moved to see which verdicts are fragile.
    """

    ahead: float = 1.10
    on_track: float = 0.95
    flip: float = 0.05
    sync_band_pp: float = 0.5
    p_ahead: float = 0.66
    p_on_track: float = 0.33
    stale_years: float = 2.0
    project_gap_pp: float = 10.0
    project_gap_behind_pp: float = 25.0
    interval: float = 0.8
    alpha: float = 0.1


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One figure or document behind a verdict, down to its cell.

    `sheet` names the sheet of a record in a workbook of several; a figure says it at the end of its note.
    """

    indicator: str
    period: str
    value: float
    published: str
    status: str
    vintage: str
    source: str
    certainty: str
    file: str
    row: int
    col: int
    note: str = ""
    sheet: str = ""

    @property
    def cell(self) -> str:
        """The cell of the raw file as a spreadsheet names it; documents have a row only."""
        if self.col < 0:
            return f"{self.row}"
        return cell_name(self.row - 1, self.col)


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """The word that a verdict would have with one thing changed.

    Attributes
    ----------
    kind : {"bands", "method", "vintage", "recovery"}
        What is changed: the bands, the formula or the model, the publication, the path of recovery.
    name : str
        Which one, such as `bands_down`, `first_published` or `rapid_return`.
    word : str
        The word it would have.
    flips : bool
        Whether that is another word.
    """

    kind: Literal["bands", "method", "vintage", "recovery"]
    name: str
    word: Word
    flips: bool


@dataclass(frozen=True, kw_only=True)
class AnnualCheck:
    """One year's own plan for a measure, and how far it is.

    Attributes
    ----------
    year : int
    kind : {"sum", "limit", "level"}
        A total to be reached within the year, a limit to be kept, or a level to be reached.
    target, actual : float
        In the unit of the indicator.
    period : str
        Of `actual`: the year, or the months of it that are known.
    share : float
        `actual / target` for a total; NaN otherwise.
    schedule : float
        Share of the year gone at the end of `period` (序时进度).
    lead_pp : float
        Total: 100 x (share - schedule), in points. Limit and level: distance on the good side, in the unit.
    word : str
    document : str
        The document that states the year's plan.
    evidence : tuple of Evidence
    """

    year: int
    kind: Literal["sum", "limit", "level"]
    target: float
    actual: float
    period: str
    share: float
    schedule: float
    lead_pp: float
    word: Word
    document: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The judgement of one measure.

    Attributes
    ----------
    measure, commitment, section, type : str
        Ids of the plan, and the type of the measure.
    word : str
        One of the six official words (keys of `WORDS`).
    reason : str
        A key of `REASONS` when the word is `not_assessable`, otherwise empty.
    value, period, baseline, target : float and str
        The datum, in the unit of the indicator; NaN where there is none.
    progress, pace, time_progress : float
        Share of the way done, that share over the share of time gone, and the latter; the time is
        that of the datum, not of the meeting. NaN where undefined.
    required : float
        Change a year still needed, in the unit of the indicator; NaN where undefined.
    probability : float
        In steps of 0.05, conditional on the recent pace; NaN where fewer than 3 yearly changes.
    fragile : bool
        Whether the word changes when the bands move by `Settings.flip`.
    alternatives : tuple of Alternative
        The word with one thing changed at a time; empty without an assessment.
    annual : AnnualCheck or None
        The newest year's own plan, where a document states one.
    self_rating, self_word : str
        What the office says of itself, as written, and the word of `WORDS` it amounts to ("" if none).
    evidence : tuple of Evidence
    sentence_zh, sentence_en : str
    """

    measure: str
    commitment: str
    section: str
    type: str
    word: Word
    reason: str = ""
    indicator: str = ""
    unit: str = ""
    period: str = ""
    value: float = math.nan
    baseline: float = math.nan
    target: float = math.nan
    progress: float = math.nan
    pace: float = math.nan
    time_progress: float = math.nan
    required: float = math.nan
    probability: float = math.nan
    fragile: bool = False
    alternatives: tuple[Alternative, ...] = ()
    annual: AnnualCheck | None = None
    self_rating: str = ""
    self_word: Word | Literal[""] = ""
    evidence: tuple[Evidence, ...] = ()
    sentence_zh: str = ""
    sentence_en: str = ""
    offices: tuple[str, ...] = ()
    synthetic: bool = False
    extra: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        mark = "【演示数据】" if self.synthetic else ""
        return f"{mark}{self.measure} {self.label('zh')}：{self.sentence('zh')}"

    @property
    def assessed(self) -> bool:
        """Whether the evidence allowed a judgement."""
        return self.word != "not_assessable"

    def sentence(self, lang: str = "zh") -> str:
        """The sentence an official reads."""
        return self.sentence_zh if lang == "zh" else self.sentence_en

    def label(self, lang: str = "zh") -> str:
        """The official word."""
        return WORDS[self.word][lang]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON: a missing number is null."""
        raw = asdict(self)
        raw["label_zh"], raw["label_en"] = self.label("zh"), self.label("en")
        return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in raw.items()}
