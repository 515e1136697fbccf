"""What changed and why, in sentences that can be quoted alone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..registry.load import Registry
from ..series.periods import year_label
from .change_inputs import Origin
from .judging import SYNTHETIC_PREFIX
from .verdicts import WORDS

if TYPE_CHECKING:
    from .changes import Change
    from .evaluation import Evaluation

__all__ = ["CAUSES", "change_sentence", "origin_words"]

CAUSES: dict[str, dict[str, str]] = {
    "plan": {"zh": "规划调整", "en": "the plan was changed"},
    "settings": {"zh": "参数调整", "en": "a setting was changed"},
    "time": {"zh": "时间推移", "en": "time passed"},
    "revision": {"zh": "数据修订", "en": "figures were revised"},
    "new_data": {"zh": "新增数据", "en": "new data came in"},
}
_SHOWN = 3  # origins that a sentence names; all of them stand in the table
_FRAMES: dict[str, dict[str, str]] = {
    "documents": {"zh": "证明文件", "en": "document"},
    "projects": {"zh": "项目进展报告", "en": "project report"},
    "annual_plans": {"zh": "年度计划", "en": "annual plan"},
    "ratings": {"zh": "部门自评", "en": "self-rating"},
}
_NONE = {"zh": "无", "en": "none"}
# settings, as a reader calls them
_SETTINGS: dict[str, tuple[str, str]] = {
    "ahead": ("快于预期的推进比下限", "pace from which it is ahead"),
    "on_track": ("符合预期的推进比下限", "pace from which it is on track"),
    "flip": ("敏感性检验的推进比移动量", "shift of the bands for the fragile mark"),
    "sync_band_pp": ("同步带（百分点）", "band that counts as in step, points"),
    "p_ahead": ("快于预期所需的达标可能性", "probability that ahead needs"),
    "p_on_track": ("符合预期所需的达标可能性", "probability that on track needs"),
    "stale_years": ("数据过旧的年限", "age from which a figure is too old, years"),
    "project_gap_pp": ("项目符合预期的进度差（百分点）", "gap of a project on track, points"),
    "project_gap_behind_pp": ("项目滞后的进度差（百分点）", "gap of a project behind, points"),
    "interval": ("预测区间覆盖率", "coverage of the predictive interval"),
    "alpha": ("区间的显著性水平", "alpha of the interval of the mean gap"),
}
# keys of a plan, as a reader calls them
_KEYS: dict[str, tuple[str, str]] = {
    "target.value": ("目标值", "target"),
    "target.period": ("目标年份", "year of the target"),
    "target.baseline": ("目标文件所印基期值", "base printed with the target"),
    "target.source_zh": ("目标文件", "document of the target (Chinese title)"),
    "target.source_en": ("目标文件（英文名）", "document of the target"),
    "type": ("判断方法", "type of judgement"),
    "sense": ("方向", "sense"),
    "indicator": ("指标", "indicator"),
    "against": ("对照指标", "indicator compared with"),
    "exposure": ("基数指标", "exposure"),
    "commitment.offices": ("责任部门", "offices"),
    "plan.baseline": ("基期年", "base year"),
    "plan.start": ("规划起始日", "first day of the plan"),
    "plan.end": ("规划终止日", "last day of the plan"),
    "plan.area": ("规划地区", "area of the plan"),
    "projects": ("项目清单", "list of projects"),
}


def origin_words(origin: Origin, registry: Registry, lang: str, *, unit_of: str = "") -> str:
    """One piece of evidence in words: which figure, record, setting or key, and how it changed.

    `unit_of` is the indicator whose unit a target or annual plan has.

    >>> from cbs_analysis.registry import load_registry
    >>> origin = Origin(kind="observations", name="gdp_real_yoy_pct", period="2021", before=8.1, after=8.6,
    ...                 published_before="2022-01-17", published_after="2026-10-31")
    >>> origin_words(origin, load_registry(), "zh")
    '2021年地区生产总值增速（不变价）由8.1%改为8.6%（2026-10-31公布）'
    """
    zh = lang == "zh"
    if origin.kind == "observations":
        return _figure(origin, registry, lang)
    if origin.kind == "day":
        return _day(origin, lang)
    if origin.kind == "settings":
        name = _SETTINGS.get(origin.name, (origin.name, origin.name))[0 if zh else 1]
        return _arrow(name, f"{origin.before:g}", f"{origin.after:g}", lang)
    if origin.kind == "plan":
        return _plan_key(origin, registry, lang, unit_of)
    return _record(origin, registry, lang, unit_of)


def _day(origin: Origin, lang: str) -> str:
    zh, old = lang == "zh", origin.period
    words = (
        f"评估日由{origin.before}推移到{origin.after}"
        if zh
        else f"the day moved from {origin.before} to {origin.after}"
    )
    if old and origin.name == "stale":
        age = (
            f"，{year_label(old, lang)}的数据过旧"
            if zh
            else f", too late for figures of {year_label(old, lang)}"
        )
        words += age
    return words


def _arrow(name: str, old: str, new: str, lang: str) -> str:
    return f"{name}由{old}改为{new}" if lang == "zh" else f"{name} from {old} to {new}"


def _figure(origin: Origin, registry: Registry, lang: str) -> str:
    record = registry.indicator(origin.name)
    period, name = year_label(origin.period, lang), record.name(lang)
    old, new = ("" if v is None else record.format(float(v), lang) for v in (origin.before, origin.after))
    day = origin.published_after
    if lang == "zh":
        told = f"（{day}公布）" if day else ""
        head = f"{period}{name}"
        if origin.before is None:
            return f"{head}{new}{told}"
        return f"{head}由{old}改为{new}{told}" if new else f"{head}{old}已撤下"
    told = f" (published {day})" if day else ""
    head = f"{name}, {period}"
    if origin.before is None:
        return f"{head}: {new}{told}"
    return f"{head}: {old} revised to {new}{told}" if new else f"{head}: {old} was withdrawn"


def _plan_key(origin: Origin, registry: Registry, lang: str, unit_of: str) -> str:
    zh = lang == "zh"
    name = _KEYS.get(origin.name, (origin.name, origin.name))[0 if zh else 1]
    numbers = origin.name in ("target.value", "target.baseline") and unit_of

    def show(value: Any) -> str:
        if value is None or value == "":
            return _NONE[lang]
        if numbers:
            return registry.indicator(unit_of).format(float(value), lang)
        if isinstance(value, tuple):
            return ("、" if zh else ", ").join(map(str, value))
        return str(value)

    if origin.name == "projects":
        return "项目清单有变" if zh else "the list of projects was changed"
    return _arrow(name, show(origin.before), show(origin.after), lang)


def _record(origin: Origin, registry: Registry, lang: str, unit_of: str) -> str:
    """A document, report, annual plan or rating: what it is, its day and number, and what it says."""
    zh = lang == "zh"
    name = _FRAMES.get(origin.kind, {"zh": "记录", "en": "record"})[lang]
    document = "" if origin.document in ("", "nan", "None") else origin.document
    if origin.kind == "annual_plans":
        words = (
            f"{origin.period}年{name}{document}" if zh else f"{name} of {origin.period} {document}".rstrip()
        )
    elif zh:
        words = f"{name}{document}（{origin.period}）"
    else:
        words = f"{name} {document} of {origin.period}" if document else f"{name} of {origin.period}"
    old, new = (_said(origin, v, registry, lang, unit_of) for v in (origin.before, origin.after))
    if origin.before is not None and origin.after is not None and old != new:
        return _arrow(words, old, new, lang)
    if origin.after is None:
        return f"{words}已撤下" if zh else f"{words} was withdrawn"
    return words


def _said(origin: Origin, value: Any, registry: Registry, lang: str, unit_of: str) -> str:
    if value is None:
        return _NONE[lang]
    if origin.kind == "annual_plans" and unit_of:
        return registry.indicator(unit_of).format(float(value), lang)
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:g}"
    return WORDS[value][lang] if value in WORDS else str(value)


def change_sentence(change: Change, after: Evaluation, lang: str) -> str:
    """The change of one measure or project and its causes, marked where the figures are invented."""
    zh = lang == "zh"
    mark = (SYNTHETIC_PREFIX if after.synthetic else ("", ""))[0 if zh else 1]
    old, new = WORDS[change.word_before][lang], WORDS[change.word_after][lang]
    if change.word_before != change.word_after:
        head = (
            f"{change.name(lang)}：由“{old}”变为“{new}”"
            if zh
            else f"{change.name(lang)}: from {old} to {new}"
        )
    else:
        head = f"{change.name(lang)}：仍为“{new}”" if zh else f"{change.name(lang)}: still {new}"
        head += _numbers(change, after.registry, lang)
    parts = [_cause(change, i, after.registry, lang) for i in range(len(change.causes))]
    causes = ("。" if zh else ". ").join(parts)
    tail = _order(change, lang) if change.order_matters else ""
    return f"{mark}{head}。{causes}。{tail}" if zh else f"{mark}{head}. {causes}.{tail}"


def _order(change: Change, lang: str) -> str:
    """That the causes depend on the order, and which ones the reverse order names."""
    zh = lang == "zh"
    named = ("、" if zh else ", ").join(CAUSES[step][lang] for step in change.reverse[::-1])
    if not named:
        named = "无" if zh else "none"
    if zh:
        return f"归因与次序有关：倒序逐项替换时归因于{named}。"
    return f" The causes depend on the order of the steps: from the last to the first they are: {named}."


def _numbers(change: Change, registry: Registry, lang: str) -> str:
    """`, 64.7 % (2021) to 65.2 % (2022)` where the datum moved."""
    sides = ((change.value_before, change.period_before), (change.value_after, change.period_after))
    if not change.indicator or sides[0] == sides[1] or not all(math.isfinite(v) for v, _ in sides):
        return ""
    record = registry.indicator(change.indicator)
    if lang == "zh":
        old, new = (f"{record.format(v, lang)}（{year_label(p, lang)}）" for v, p in sides)
        return f"，{old}变为{new}"
    old, new = (f"{record.format(v, lang)} ({year_label(p, lang)})" for v, p in sides)
    return f", {old} became {new}"


def _cause(change: Change, i: int, registry: Registry, lang: str) -> str:
    cause = change.causes[i]
    named = [origin_words(o, registry, lang, unit_of=change.indicator) for o in cause.origins[:_SHOWN]]
    more = len(cause.origins) - len(named)
    sep = "、" if lang == "zh" else ", "
    words = sep.join(named)
    if more > 0:
        words += f"等{len(cause.origins)}项" if lang == "zh" else f" and {more} more"
    step = CAUSES[cause.step][lang]
    moved = ""
    if len(change.causes) > 1 and cause.before != cause.after:
        old, new = WORDS[cause.before][lang], WORDS[cause.after][lang]
        moved = f"，使其由“{old}”变为“{new}”" if lang == "zh" else f", which made it {new} instead of {old}"
    if lang == "zh":
        return f"{step}：{words}{moved}" if words else f"{step}{moved}"
    step = step[0].upper() + step[1:]
    return f"{step}: {words}{moved}" if words else f"{step}{moved}"
