"""From a published label to an indicator: by its name alone, whole and exact, or not at all.

`labels.yml` holds the names. A label that fits no indicator, or more than one, is given back with the
nearest indicators; the choice is a person's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..errors import Fault, nearest
from .label_forms import LabelForm, label_form
from .records import Indicator
from .yaml_records import raise_faults, read_yaml

if TYPE_CHECKING:
    from .load import Registry

__all__ = ["LabelMatch", "LabelName", "match_label", "read_labels"]

How = Literal["name", "synonym", ""]
_MONEY = frozenset({"yuan", "mn_yuan"})
# kinds of the reader that say whether a figure counts from January; of the others the words do not tell
_SAYS_CUMULATIVE = {"cumulative": True, "level": False, "flow": False, "unstated": False}
_NEAREST = 3


@dataclass(frozen=True)
class LabelMatch:
    """The indicator of a published label, or why there is none.

    `indicator` is "" without a match; `nearest` then names the indicators that a person may mean, each
    as its id and Chinese name, and `reason` says what kept the label from matching.
    """

    label: str
    indicator: str = ""
    how: How = ""
    nearest: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LabelName:
    """One name of one indicator."""

    form: LabelForm
    indicator: str
    how: How


@dataclass(frozen=True, slots=True)
class _Ask:
    """What is known about a figure beside its label."""

    form: LabelForm
    unit: str
    kind: str
    base: str
    cumulative: bool | None
    freqs: frozenset[str]


def match_label(
    path: str,
    unit: str,
    registry: Registry,
    *,
    period_kind: str = "",
    base: str = "",
    cumulative: bool | None = None,
    freqs: Collection[str] = (),
    whole: Sequence[str] = (),
) -> LabelMatch:
    """Find the indicator that a published label names.

    Parameters
    ----------
    path : str
        Label, or path of labels joined by `/`; the whole path is compared, never its last part alone.
    unit : str
        Canonical unit of the figures.
    registry : Registry
    period_kind : str
        What kind of figure it is, in the words of `Table.observations`; "" if not known.
    base : str
        What an index is 100 in, such as `previous_year`; an index without it matches nothing.
    cumulative : bool, optional
        Whether the figures count from January; by default what the label and `period_kind` say.
    freqs : collection of str
        Frequencies of the periods (A, Q, M, D, span); all by default.
    whole : sequence of str
        Words that name the region of the figures, such as 全市, and may stand before a name.

    Returns
    -------
    LabelMatch
        Without indicator where none fits or several do; nothing is guessed.

    Examples
    --------
    >>> from cbs_analysis.registry import load_registry
    >>> registry = load_registry()
    >>> match_label("年末户籍人口", "persons", registry).indicator
    'population_hukou_persons'
    >>> found = match_label("地区生产总值", "yuan", registry)
    >>> found.indicator, found.nearest[0]
    ('', 'gdp_nominal_mn_yuan 地区生产总值（现价）')
    >>> match_label("地区生产总值", "yuan", registry, period_kind="flow").indicator
    'gdp_nominal_mn_yuan'
    """
    form = label_form(path, tuple(whole))
    says = _SAYS_CUMULATIVE.get(period_kind) if cumulative is None else cumulative
    ask = _Ask(form, unit, period_kind, base or form.base, form.cumulative or says, frozenset(freqs))
    named = _named(form, registry)
    problems = {name.indicator: _misfit(registry.indicators[name.indicator], name, ask) for name in named}
    fitting = [name for name in named if not problems[name.indicator]]
    if len(fitting) == 1:
        return LabelMatch(path, fitting[0].indicator, fitting[0].how)
    if fitting:
        return LabelMatch(
            path,
            nearest=_shown((n.indicator for n in fitting), registry),
            reason="the name fits several indicators",
        )
    near = _nearest(ask, registry, [name.indicator for name in named])
    first = next(iter(problems.items()), None)
    return LabelMatch(
        path, nearest=near, reason=f"{first[0]}: {first[1]}" if first else "no indicator has this name"
    )


def _named(form: LabelForm, registry: Registry) -> list[LabelName]:
    """The names that equal a label, one an indicator; the indicator's own name before a synonym."""
    found: dict[str, LabelName] = {}
    for name in registry.labels.get(form.text, ()):
        if name.indicator not in found or name.form.plain == form.plain:
            found[name.indicator] = name
    return list(found.values())


def _misfit(indicator: Indicator, name: LabelName, ask: _Ask) -> str:
    """Why an indicator of this name is not what the figures measure; "" if it is."""
    if not _same_measure(indicator.unit, ask.unit):
        return f"its unit is {indicator.unit}, the table's {ask.unit}"
    growth = ask.form.growth or ask.kind == "growth"
    if growth != (indicator.kind == "growth") and (growth or ask.kind):
        return "a growth rate and a level are two things"
    index = ask.kind == "index" or ask.unit == "index"
    if index and _index_base(indicator) != ask.base:
        return f"its base is {_index_base(indicator)}, the table's {ask.base or 'not known'}"
    # 规划期累计增长 is a name of its own: its 累计 does not mean "since January"
    whole_name = name.form.cumulative and name.form.plain == ask.form.plain
    if ask.cumulative is not None and ask.cumulative != indicator.cumulative and not whole_name:
        return (
            "it counts from January, the figures do not say so"
            if indicator.cumulative
            else ("the figures count from January")
        )
    if ask.freqs and not ask.freqs & set(indicator.freq):
        return f"its frequency is {' '.join(indicator.freq)}, the table's {' '.join(sorted(ask.freqs))}"
    return ""


def _same_measure(one: str, other: str) -> bool:
    return one == other or {one, other} <= _MONEY


def _index_base(indicator: Indicator) -> str:
    return label_form(indicator.zh).base if indicator.kind == "index" else ""


def _nearest(ask: _Ask, registry: Registry, named: Sequence[str]) -> tuple[str, ...]:
    """Indicators of this name first, then those whose names share most; a fitting unit counts in favour."""
    last = label_form(ask.form.plain.rsplit("/", 1)[-1])
    asked = {_grams(ask.form.text), _grams(last.text)}
    score: dict[str, float] = {}
    for names in registry.labels.values():
        for name in names:
            unit = registry.indicators[name.indicator].unit
            likeness = max(_likeness(a, _grams(name.form.text)) for a in asked)
            total = likeness + (0.2 if _same_measure(unit, ask.unit) else 0.0)
            score[name.indicator] = max(total, score.get(name.indicator, 0.0))
    others = sorted(score, key=lambda i: (-round(score[i], 9), len(i), i))
    return _shown(list(dict.fromkeys([*named, *others]))[:_NEAREST], registry)


@lru_cache(maxsize=16384)
def _grams(text: str) -> frozenset[str]:
    return frozenset([*text, *map("".join, pairwise(text))])


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0


def _shown(ids: Iterable[str], registry: Registry) -> tuple[str, ...]:
    return tuple(f"{i} {registry.indicators[i].zh}" for i in ids)


def read_labels(path: Path, indicators: Mapping[str, Indicator]) -> dict[str, tuple[LabelName, ...]]:
    """Read `labels.yml`: every name of every indicator by its form.

    Parameters
    ----------
    path : pathlib.Path
        Indicator id to a list of names; the indicator's own Chinese name need not stand there.
    indicators : mapping
        The indicators by id.

    Raises
    ------
    RegistryError
        With every fault: an unknown indicator, an entry that is no list of texts, a name that stands
        twice, a name of two indicators that nothing else tells apart.
    """
    faults: list[Fault] = []
    names = [LabelName(label_form(i.zh), i.id, "name") for i in indicators.values()]
    names += _synonyms(read_yaml(path) or {}, path.name, indicators, faults)
    by_form: dict[str, list[LabelName]] = {}
    for name in names:
        by_form.setdefault(name.form.text, []).append(name)
    faults += [f for same in by_form.values() for f in _clashes(same, indicators, path.name)]
    raise_faults(faults)
    return {text: tuple(same) for text, same in by_form.items()}


def _synonyms(
    raw: Mapping[str, Any], where: str, indicators: Mapping[str, Indicator], faults: list[Fault]
) -> Iterator[LabelName]:
    for id, texts in raw.items():
        place = f"{where}, {id}"
        if id not in indicators:
            expected = nearest(str(id), list(indicators))
            faults.append(Fault("indicator is not known", where=place, got=str(id), expected=expected))
        elif not isinstance(texts, list) or not all(isinstance(t, str) and t.strip() for t in texts):
            faults.append(
                Fault(
                    "names are not a list of texts", where=place, got=repr(texts)[:60], expected="[名称, ...]"
                )
            )
        else:
            for text in dict.fromkeys(t for t in texts if texts.count(t) > 1):
                faults.append(Fault("name stands twice", where=place, got=text, next_step="remove one"))
            for text in texts:
                yield LabelName(label_form(text), id, "synonym")


def _clashes(same: Sequence[LabelName], indicators: Mapping[str, Indicator], where: str) -> Iterator[Fault]:
    """Pairs of indicators that a name, unit, kind, base, frequency and running total do not tell apart."""
    ids = list(dict.fromkeys(name.indicator for name in same))
    for a, b in combinations([indicators[i] for i in ids], 2):
        alike = (
            _same_measure(a.unit, b.unit)
            and (a.kind == "growth") == (b.kind == "growth")
            and _index_base(a) == _index_base(b)
            and a.cumulative == b.cumulative
            and set(a.freq) & set(b.freq)
        )
        if alike:
            yield Fault(
                "one name for two indicators of one unit, kind and frequency",
                where=where,
                got=f"{same[0].form.plain}: {a.id}, {b.id}",
                expected="a name that says which",
                next_step="keep the name at one of them, or at none",
            )
