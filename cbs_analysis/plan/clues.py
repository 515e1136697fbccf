"""What the evidence itself shows of a measure that lags: where to look first, and no more than that.

A clue repeats figures of the evidence side by side. It never says why something happened.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from ..registry.records import Indicator, Measure
from ..series.periods import year_label
from ..series.rounding import fixed, percent
from .evaluation import Evaluation
from .mechanisms import RUNGS
from .verdicts import WORDS, Evidence, Verdict

__all__ = ["clues", "project_clues", "revised_figures"]

Clue = tuple[str, str]


def clues(verdict: Verdict, evaluation: Evaluation) -> list[Clue]:
    """What stands behind the word of a measure, each clue with its numbers.

    Parameters
    ----------
    verdict : Verdict
        One of the evaluation.
    evaluation : Evaluation
        Its inputs tell what was revised.

    Returns
    -------
    list of (str, str)
        Chinese and English, without a full stop; empty for a refusal, and where the evidence shows nothing
        beyond the sentence of the verdict.

    Notes
    -----
    In this order: years that broke a rule; the pace needed against the pace so far; pace and probability that
    contradict each other; a direction that turned; the rung that lacks its document; the plan of the year;
    figures that were revised; what would turn the word; an own rating above the evidence.
    """
    if not verdict.assessed:
        return []
    measure = next(m for m in evaluation.plan.measures if m.id == verdict.measure)
    known = evaluation.registry.indicators
    record = known.get(verdict.indicator)
    found: list[Clue] = []
    if record is not None:
        by_type = _BY_TYPE.get(verdict.type)
        if by_type is not None:
            found += by_type(verdict, measure, record)
        found += _pace(verdict, record, evaluation)
        if verdict.extra.get("direction_only"):
            found += _direction(verdict, measure, record)
        found += revised_figures(verdict, evaluation)
    if verdict.type == "mechanism":
        found += _ladder(verdict)
    found += _annual(verdict)
    found += _turned(verdict)
    if verdict.type == "project":
        state = next((p for p in evaluation.projects if p["id"] == measure.project), {})
        return found + project_clues(state)
    return found + list(_own(verdict))


def _own_years(verdict: Verdict) -> list[Evidence]:
    """Yearly figures of the indicator itself, in order."""
    own = [e for e in verdict.evidence if e.indicator == verdict.indicator and len(e.period) == 4]
    return sorted(own, key=lambda e: e.period)


def _broken(verdict: Verdict, measure: Measure, record: Indicator) -> Iterator[Clue]:
    """Which years broke the limit, and by how much each."""
    limit = verdict.target
    for e in _own_years(verdict):
        if e.period in verdict.extra.get("breaches", ()) and math.isfinite(limit):
            gap = abs(e.value - limit)
            yield (
                f"{e.period}年为{record.format(e.value, 'zh')}，越过限值{record.format(limit, 'zh')}，"
                f"相差{_distance(record, gap, 'zh')}",
                f"{record.format(e.value, 'en')} in {e.period}, beyond the limit of "
                f"{record.format(limit, 'en')} by {_distance(record, gap, 'en')}",
            )


def _falls(verdict: Verdict, measure: Measure, record: Indicator) -> Iterator[Clue]:
    """Which years fell below the year before."""
    values = {e.period: e.value for e in _own_years(verdict)}
    for year in verdict.extra.get("falls", ()):
        before = values.get(str(int(year) - 1))
        if before is not None and year in values:
            drop = before - values[year]
            yield (
                f"{year}年为{record.format(values[year], 'zh')}，比上年的{record.format(before, 'zh')}"
                f"少{_distance(record, drop, 'zh')}",
                f"{record.format(values[year], 'en')} in {year}, {_distance(record, drop, 'en')} less than "
                f"the {record.format(before, 'en')} of the year before",
            )


def _events(verdict: Verdict, measure: Measure, record: Indicator) -> Iterator[Clue]:
    """In which years the events happened."""
    happened = [(e.period, e.value) for e in _own_years(verdict) if e.value > 0]
    if happened:
        yield (
            "发生在" + "、".join(f"{p}年（{record.format(v, 'zh')}）" for p, v in happened),
            "in " + ", ".join(f"{p} ({record.format(v, 'en')})" for p, v in happened),
        )


def _gap_years(verdict: Verdict, measure: Measure, record: Indicator) -> Iterator[Clue]:
    """The year with the widest distance between two growth rates."""
    mine = {e.period: e.value for e in _own_years(verdict)}
    other = {e.period: e.value for e in verdict.evidence if e.indicator == measure.against}
    gaps = {p: mine[p] - other[p] for p in mine if p in other}
    if verdict.extra.get("mean_gap_pp", 0.0) < 0 and gaps:
        year = min(gaps, key=lambda p: (gaps[p], p))
        below = sum(g < 0 for g in gaps.values())
        a, b, gap = fixed(mine[year], 1), fixed(other[year], 1), fixed(gaps[year], 1, sign=True)
        yield (
            f"{len(gaps)}年中有{below}年低于对照，差距最大的是{year}年（{a}%对{b}%，{gap}个百分点）",
            f"below the reference in {below} of {len(gaps)} years, most in {year} ({a} against {b} %, "
            f"{gap} points)",
        )


_BY_TYPE: dict[str, Callable[[Verdict, Measure, Indicator], Iterator[Clue]]] = {
    "keep_below": _broken,
    "keep_above": _broken,
    "not_below_previous": _falls,
    "zero": _events,
    "synchrony": _gap_years,
}


def _pace(verdict: Verdict, record: Indicator, evaluation: Evaluation) -> Iterator[Clue]:
    """The change a year so far against the change a year still needed; pace against probability."""
    plan = evaluation.plan
    if not (math.isfinite(verdict.required) and verdict.time_progress > 0):
        return
    base = 0.0 if verdict.type == "sum" else verdict.baseline
    so_far = (verdict.value - base) / (len(plan.years) * verdict.time_progress)
    if math.isfinite(so_far):
        zh, en = (_distance(record, abs(so_far), k) for k in ("zh", "en"))
        need_zh, need_en = (_distance(record, abs(verdict.required), k) for k in ("zh", "en"))
        times = verdict.required / so_far if so_far * verdict.required > 0 else math.nan
        shown = fixed(times, 1)
        # two numbers that look the same are not called 1.1 times each other
        known = math.isfinite(times) and (zh != need_zh or shown == "1.0")
        ratio = (f"，是以往的{shown}倍", f", {shown} times as much") if known else ("", "")
        against = verdict.type != "sum" and so_far * verdict.required < 0
        turned = ("（方向相反）", " the other way") if against else ("", "")
        yield (
            f"规划以来平均每年{'完成' if verdict.type == 'sum' else '变化'}{zh}{turned[0]}，"
            f"今后每年需{need_zh}{ratio[0]}",
            f"{en} a year so far{turned[1]}; {need_en} a year needed from now on{ratio[1]}",
        )
    if verdict.word == "attention" and math.isfinite(verdict.probability) and math.isfinite(verdict.pace):
        fast = verdict.pace >= evaluation.settings.on_track
        pace, chance = fixed(verdict.pace, 2), percent(verdict.probability)
        yield (
            f"进度与时间之比为{pace}，按近年步伐到期达标的概率约{chance}，"
            f"{'进度够而概率低' if fast else '进度不够而概率高'}",
            f"the pace is {pace}, the chance at the recent pace about {chance}: "
            f"{'enough pace, little chance' if fast else 'too little pace, a good chance'}",
        )


def _direction(verdict: Verdict, measure: Measure, record: Indicator) -> Iterator[Clue]:
    """The change of the last year against the wanted direction, and whether the course turned."""
    rows = _own_years(verdict)
    if len(rows) < 2 or verdict.word not in ("behind", "attention"):
        return
    wanted = -1.0 if measure.sense in ("down", "at_most") else 1.0
    wrong = [b for a, b in pairwise(rows) if wanted * (b.value - a.value) < 0]
    if wrong:
        years = [e.period for e in wrong]
        yield (
            f"{len(rows) - 1}次年度变化中有{len(wrong)}次与要求相反（{'、'.join(years)}年）",
            f"{len(wrong)} of {len(rows) - 1} yearly changes went the wrong way ({', '.join(years)})",
        )
    best = max(rows, key=lambda e: wanted * e.value)
    if best is not rows[-1] and best is not rows[0]:
        yield (
            f"最好的一年是{best.period}年（{record.format(best.value, 'zh')}），此后没有再达到",
            f"best in {best.period} ({record.format(best.value, 'en')}), not reached again since",
        )


def _ladder(verdict: Verdict) -> Iterator[Clue]:
    """The rung that lacks its document, or the next one."""
    missing = verdict.extra.get("missing_rungs") or ()
    rung = int(verdict.extra.get("rung", verdict.value))
    if missing:
        names_zh = "、".join(f"第{k}级（{RUNGS[k][0]}）" for k in missing)
        names_en = ", ".join(f"{k} ({RUNGS[k][1]})" for k in missing)
        yield (
            f"缺{names_zh}的文件，较高一级的文件因此不计",
            f"no document of rung {names_en}: those above do not count",
        )
    elif rung < max(RUNGS):
        yield (
            f"尚无第{rung + 1}级（{RUNGS[rung + 1][0]}）的文件，"
            f"最近一份文件日期为{year_label(verdict.period, 'zh')}",
            f"no document of rung {rung + 1} ({RUNGS[rung + 1][1]}) yet; the last document is of "
            f"{year_label(verdict.period, 'en')}",
        )


def _annual(verdict: Verdict) -> Iterator[Clue]:
    """The plan of the year, where it is not kept."""
    check = verdict.annual
    if check is None or check.word not in ("behind", "attention") or check.kind != "sum":
        return
    share, points = percent(check.share, 1), fixed(abs(check.lead_pp), 1)
    yield (
        f"{check.year}年计划完成{share}，低于序时进度{points}个百分点",
        f"{share} of the plan of {check.year}, {points} points behind schedule",
    )


def revised_figures(verdict: Verdict, evaluation: Evaluation) -> Iterator[Clue]:
    """Figures of a verdict that were published with another value before: Chinese and English."""
    rows = evaluation.inputs.observations
    if rows.empty:
        return
    cited = {(e.indicator, e.period): e for e in verdict.evidence if e.col >= 0}
    own = rows[rows["indicator"].isin({i for i, _ in cited}) & rows["period"].isin({p for _, p in cited})]
    for (indicator, period), group in own.groupby(["indicator", "period"], observed=True, sort=True):
        e = cited.get((str(indicator), str(period)))
        if e is None or group["value"].nunique() < 2:
            continue
        first = group.sort_values("vintage", kind="stable").iloc[0]
        before = float(first["value"])
        if before == e.value:
            continue
        record = evaluation.registry.indicator(str(indicator))
        day = str(first["vintage"])[:10]
        label = year_label(str(period), "zh"), year_label(str(period), "en")
        yield (
            f"{label[0]}“{record.zh}”首次公布（{day}）为{record.format(before, 'zh')}，"
            f"现为{record.format(e.value, 'zh')}",
            f"{record.en} of {label[1]} was first published as {record.format(before, 'en')} ({day}), "
            f"now {record.format(e.value, 'en')}",
        )


def _turned(verdict: Verdict) -> Iterator[Clue]:
    """What alone would turn the word: the bands, or the figures as first published."""
    words = {a.name: a.word for a in verdict.alternatives if a.flips and a.kind in ("bands", "vintage")}
    said = {
        "bands_up": ("各档界限上移", "with the bands moved up"),
        "bands_down": ("各档界限下移", "with the bands moved down"),
        "first_published": ("用首次公布的数据", "by the figures first published"),
    }
    for name, word in words.items():
        if name in said:
            zh, en = said[name]
            yield f"{zh}，结论变为“{WORDS[word]['zh']}”", f"{en}: {WORDS[word]['en'].lower()}"


def _own(verdict: Verdict) -> Iterator[Clue]:
    """An own rating that is better than the evidence."""
    own = verdict.self_word
    order = list(WORDS)
    if own and own != "not_assessable" and order.index(own) < order.index(verdict.word):
        yield (
            f"责任单位自评为“{WORDS[own]['zh']}”，高于证据评价",
            f"the office rates itself {WORDS[own]['en'].lower()}, above the evidence",
        )


def _distance(record: Indicator, gap: float, lang: str) -> str:
    """A distance as it is said: points for percentages, the unit otherwise."""
    if record.unit in ("pct", "pp"):
        points = f"{fixed(gap, 1)}" if gap >= 0.05 else f"{fixed(gap, 2)}"
        return f"{points}个百分点" if lang == "zh" else f"{points} points"
    return record.format(gap, lang)


def project_clues(project: dict[str, Any]) -> list[Clue]:
    """What the reports of a project show beyond its sentence: its flags and a late finish, as told there.

    Parameters
    ----------
    project : dict
        A project of `Evaluation.projects`.

    Returns
    -------
    list of (str, str)
        Chinese and English, without a full stop.
    """
    told: list[dict[str, Any]] = list(project.get("flags") or ())
    finish = project.get("finish") or {}
    late = finish.get("months_late")
    if late is not None and math.isfinite(late) and late > 0:
        told.append(finish)
    found = [(str(x.get("sentence_zh", "")), str(x.get("sentence_en", ""))) for x in told]
    clean = [(zh.rstrip("。"), en.rstrip(".")) for zh, en in found if zh and en]
    said = str(project.get("sentence_zh", ""))
    return [c for c in dict.fromkeys(clean) if c[0] not in said]
