"""The sentence of the warning, and what must be known to read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from .wording import figure, period_zh

if TYPE_CHECKING:
    from .warning import WarningResult
    from .warning_events import EventRule, Events
    from .warning_levels import LevelRule
    from .warning_track import Track

__all__ = [
    "LEVEL_WORDS",
    "assumption_words",
    "diagnostic_words",
    "event_words",
    "warning_finding",
    "warning_words",
]

LEVEL_WORDS = {
    "none": ("无预警", "no warning"),
    "yellow": ("黄色预警", "yellow warning"),
    "orange": ("橙色预警", "orange warning"),
    "red": ("红色预警", "red warning"),
}


def warning_finding(result: WarningResult, lang: str) -> str:
    """The level now, and how far to trust it; a score never stands without its interval."""
    return _chinese(result) if lang == "zh" else _english(result)


def _numbers(r: WarningResult) -> tuple[int, int]:
    last = r.readings.loc[r.readings["data"].last_valid_index()]
    return int(last["red"]), int(last["known"])


def _chinese(r: WarningResult) -> str:
    red, known = _numbers(r)
    text = f"{period_zh(r.now)}末：{LEVEL_WORDS[r.level][0]}。"
    text += f"依据{period_zh(r.data_month)}数据，{known}项信号中{red}项为红"
    if r.track is None:
        return (
            f"{text}。样本外（{period_zh(r.readings.index[0])}起）只有{len(r.record)}次事件，不足5次："
            "未经验证·规则型预警，不给评分。"
        )
    s, cover = r.track.scores, f"{100 * (1 - r.alpha):.0f}%区间"
    hits = int(r.record["lead"].notna().sum())
    text += f"。样本外{len(r.record)}次事件，事前发出预警{hits}次"
    text += f"（比例{_share(s, 'hit_share')}，{cover}{_span(s, 'hit_share')}）"
    if hits:
        middle = figure(s.at["lead_median", "value"])
        text += f"，提前期中位数{middle}个月（{_lead_span(r, '至')}，最短{figure(r.track.lead_least)}个月）"
    yearly, low, high = (figure(s.at["false_per_year", k]) for k in ("value", "low", "high"))
    text += f"；误报每年{yearly}次（{cover}{low}至{high}）"
    if r.track.auc is not None:
        auc = r.track.auc
        text += f"；曲线下面积（AUC）{auc.value:.2f}（德隆法{cover}{auc.low:.2f}至{auc.high:.2f}，"
        text += f"分块自助法{_two(s.at['auc', 'low'])}至{_two(s.at['auc', 'high'])}）"
    return text + "。"


def _english(r: WarningResult) -> str:
    red, known = _numbers(r)
    text = f"End of {r.now}: {LEVEL_WORDS[r.level][1]}. "
    text += f"On the figures of {r.data_month}, {red} of {known} signals are red"
    if r.track is None:
        return (
            f"{text}. Out of sample (from {r.readings.index[0]}) there were {len(r.record)} events, "
            "fewer than 5: a warning by rules, not validated, and without scores."
        )
    s, cover = r.track.scores, f"{100 * (1 - r.alpha):.0f} % interval"
    hits = int(r.record["lead"].notna().sum())
    text += f". Of {len(r.record)} events out of sample {hits} were preceded by a warning "
    text += f"({_share(s, 'hit_share')}, {cover} {_span(s, 'hit_share', ' to ')})"
    if hits:
        middle = figure(s.at["lead_median", "value"])
        text += f", median lead {middle} months ({_lead_span(r, ' to ', en=True)}, "
        text += f"shortest {figure(r.track.lead_least)})"
    yearly, low, high = (figure(s.at["false_per_year", k]) for k in ("value", "low", "high"))
    text += f"; {yearly} false alarms a year ({cover} {low} to {high})"
    if r.track.auc is not None:
        auc = r.track.auc
        text += f"; AUC {auc.value:.2f} (DeLong {cover} {auc.low:.2f} to {auc.high:.2f}, "
        text += f"block bootstrap {_two(s.at['auc', 'low'])} to {_two(s.at['auc', 'high'])})"
    return text + "."


def _share(scores: pd.DataFrame, name: str) -> str:
    return f"{scores.at[name, 'value']:.0%}"


def _span(scores: pd.DataFrame, name: str, to: str = "至") -> str:
    return f"{scores.at[name, 'low']:.0%}{to}{scores.at[name, 'high']:.0%}"


def _two(x: float) -> str:
    return "—" if pd.isna(x) else f"{x:.2f}"


def _lead_span(r: WarningResult, to: str, *, en: bool = False) -> str:
    """The interval of the median between two leads, with its exact coverage."""
    track = r.track
    assert track is not None
    low, high = (figure(track.scores.at["lead_median", k]) for k in ("low", "high"))
    cover = f"{100 * track.lead_coverage:.0f}"
    return f"{cover} % interval {low}{to}{high}" if en else f"{cover}%区间{low}{to}{high}"


def event_words(rule: EventRule, lang: str) -> str:
    """The declared event in words."""
    return _event_zh(rule) if lang == "zh" else _event_en(rule)


def _event_zh(rule: EventRule) -> str:
    if rule.kind == "registered_rate_above_ceiling":
        return f"登记失业率高于{rule.ceiling:g}%"
    if rule.kind == "sahm_type":
        return f"失业率3个月均值比此前12个月的最低值高{rule.rise:g}个百分点以上"
    if rule.bound == "cusum":
        return "人数的累积和超过5个标准差"
    return f"人数高于季节性上限（单侧{rule.alpha:.0%}，参照前{rule.years}年同期）"


def _event_en(rule: EventRule) -> str:
    if rule.kind == "registered_rate_above_ceiling":
        return f"registered rate above {rule.ceiling:g} %"
    if rule.kind == "sahm_type":
        lowest = "its lowest of the 12 months before"
        return f"3-month mean of the rate {rule.rise:g} points or more over {lowest}"
    if rule.bound == "cusum":
        return "cumulative sum of the count above 5 standard deviations"
    return f"count above its seasonal bound ({rule.alpha:.0%}, same months of {rule.years} years before)"


def assumption_words(rule: EventRule, levels: LevelRule, theta: float) -> tuple[str, ...]:
    """What was declared beforehand."""
    steps = levels.shares if levels.by == "signals" else levels.probabilities
    named = "share of red signals" if levels.by == "signals" else "empirical probability"
    return (
        f"event, declared before fitting: {event_words(rule, 'en')}",
        f"{rule.calm} months without it end an event",
        f"a missed event weighs {theta:g}, a false alarm {1 - theta:g}",
        f"levels: {named} from {steps[0]:g}, {steps[1]:g} and {steps[2]:g}",
        f"a level falls after {levels.hold} lower months in a row",
        "what preceded events before will precede them again: an association, not a cause",
    )


def warning_words(moved: tuple[pd.Period, ...], *, vintages: bool, delay: int) -> tuple[str, ...]:
    """What a reader must know."""
    then = f"figures as last published, taken as known {delay} months after their month"
    found = [
        "each decision knows what was published by then" if vintages else then,
        "months overlap in their windows: there are fewer independent cases than months",
    ]
    if moved:
        found.append(
            "the Spring Festival reaches into March differently from the year before in "
            + ", ".join(str(m) for m in moved)
        )
    return tuple(found)


def diagnostic_words(events: Events, record: pd.DataFrame, track: Track | None) -> dict[str, float | str]:
    """Events, and the alarms by month."""
    found: dict[str, float | str] = {
        "events in all": float(len(events.spells)),
        "events out of sample": float(len(record)),
        "months inside events": float((events.inside == 1).sum()),
    }
    if track is not None:
        c = track.counts
        found["months: hit, false, missed, quiet"] = f"{c.hit}, {c.false}, {c.missed}, {c.quiet}"
        if track.auc is not None:
            found["AUC, DeLong interval"] = (
                f"{track.auc.value:.2f} [{track.auc.low:.2f}, {track.auc.high:.2f}]"
            )
        if track.best_single is not None:
            found["largest AUC of a single signal"] = track.best_single[1]
            found["p that the index is no better than it"] = track.best_single[2]
    return found
