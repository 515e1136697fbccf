"""What a reader should know of the data before reading: notices of an area and a day, in both languages.

They are grouped, at most one for each kind, so that they never crowd out the report; each case stands below
its notice, folded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from html import escape
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from ..plan.evaluation import Evaluation
from ..plan.owed import owed
from ..registry.load import load_registry
from ..registry.records import LANGS
from ..series.periods import parse_date, year_label
from ..sources.store import latest, load_manifest, load_observations
from .messages import message
from .notice_data import (
    ChangedInput,
    MissingMonths,
    Stale,
    changed_inputs,
    missing_months,
    revised_lately,
    stale_series,
    store_is_old,
)

__all__ = [
    "Notice",
    "banner",
    "held_files",
    "notices_of",
    "notices_of_run",
    "notices_of_store",
    "owed_by_office",
]

Kind = Literal["stale", "missing_month", "changed_input", "revision", "old_store"]
_NAMED = 2  # cases that stand in the notice itself
_MONTHS = 6  # months of one series that are named
_FREQS = ("M", "Q", "A")


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One notice.

    Attributes
    ----------
    kind : str
    area, as_of : str
        What it is about; "" for all of the store.
    zh, en : str
        One sentence with the number of cases.
    details : tuple of dict
        Each case, {key, zh, en}; the key is the same as long as it is the same case.
    """

    kind: Kind
    zh: str
    en: str
    area: str = ""
    as_of: str = ""
    details: tuple[Mapping[str, str], ...] = ()

    def said(self, lang: str) -> str:
        """The sentence in a language."""
        return self.zh if lang == "zh" else self.en

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self) | {"details": [dict(d) for d in self.details]}


def notices_of(
    area: str,
    as_of: date | str,
    *,
    root: Path,
    manifest: Mapping[str, Any] | None = None,
    observations: pd.DataFrame | None = None,
) -> tuple[Notice, ...]:
    """Notices of one area on one day: old figures, holes, revised figures, changed raw files.

    Parameters
    ----------
    area : str
        Code, name or alias.
    as_of : datetime.date or str
    root : pathlib.Path
        Project folder.
    manifest : mapping, optional
        Of the store, when it was read already.
    observations : pandas.DataFrame, optional
        All publications of the area up to the day, when they were read already.

    Returns
    -------
    tuple of Notice
        At most one of each kind; the same for the same store and raw files, whatever the day of the run.

    Examples
    --------
    >>> from cbs_analysis.sources.store import find_root
    >>> [n.kind for n in notices_of("22CB00", "2022-06-30", root=find_root())]
    []
    """
    day = parse_date(as_of, what="as_of")
    code = load_registry().area(area).code
    rows = observations
    if rows is None:
        rows = load_observations(area=code, as_of=day, vintages="all", root=root)
    known = manifest or load_manifest(root)
    found = (
        ("changed_input", [_of_input(c) for c in changed_inputs(root, known, files=set(rows["file"]))]),
        ("stale", [_of_stale(s) for s in _latest_last(stale_series(rows, day))]),
        ("missing_month", [_of_months(m) for m in missing_months(latest(rows))]),
        ("revision", list(_of_revisions(revised_lately(rows, day)))),
    )
    return tuple(_notice(kind, cases, code, day.isoformat()) for kind, cases in found if cases)


def notices_of_store(root: Path, manifest: Mapping[str, Any] | None = None) -> tuple[Notice, ...]:
    """Notices of all of the store: raw files that changed, came or went since it was built.

    Parameters
    ----------
    root : pathlib.Path
        Project folder.
    manifest : mapping, optional
        Of the store, when it was read already.
    """
    known = manifest or load_manifest(root)
    cases = [_of_input(c) for c in changed_inputs(root, known)]
    if cases:
        return (_notice("changed_input", cases),)
    return (_notice("old_store", [dict.fromkeys(LANGS, "")]),) if store_is_old(root, known) else ()


def notices_of_run(pages: Iterable[tuple[str, str]], root: Path) -> list[dict[str, Any]]:
    """Notices of the store and of each area and day that a run is about, as plain JSON.

    Parameters
    ----------
    pages : iterable of (str, str)
        Area and ISO date of each report; each pair is looked at once.
    root : pathlib.Path
        Project folder.
    """
    manifest = load_manifest(root)
    found = list(notices_of_store(root, manifest))
    for area, as_of in dict.fromkeys(pages):
        found += notices_of(area, as_of, root=root, manifest=manifest)
    return [notice.to_dict() for notice in found]


def _notice(kind: Any, cases: list[dict[str, str]], area: str = "", as_of: str = "") -> Notice:
    said = {}
    for lang in LANGS:
        named = message("notice_sep", lang).join(c[lang] for c in cases[:_NAMED])
        if len(cases) > _NAMED:
            named += message("notice_more", lang)
        said[lang] = message(f"notice_{kind}", lang, n=len(cases), named=named)
    details = () if kind == "old_store" else tuple(cases)
    return Notice(kind=kind, area=area, as_of=as_of, details=details, **said)


def _latest_last(series: Iterable[Stale]) -> list[Stale]:
    """Months first, and of one frequency what is most behind."""
    return sorted(series, key=lambda s: (_FREQS.index(s.freq), s.usual - s.days, s.indicator))


def _of_stale(series: Stale) -> dict[str, str]:
    record = load_registry().indicator(series.indicator)
    return {"key": f"{series.indicator} {series.last}"} | {
        lang: message(
            "notice_stale_case", lang, name=record.name(lang), days=series.days, usual=series.usual,
            last=year_label(series.last, lang, cumulative=record.cumulative),
        )
        for lang in LANGS
    }  # fmt: skip


def _of_months(series: MissingMonths) -> dict[str, str]:
    record = load_registry().indicator(series.indicator)
    case = {"key": f"{series.indicator} {' '.join(series.months)}"}
    for lang in LANGS:
        months = message("list_sep", lang).join(year_label(m, lang) for m in series.months[:_MONTHS])
        if len(series.months) > _MONTHS:
            months += message("notice_months_more", lang, n=len(series.months))
        case[lang] = message("notice_missing_month_case", lang, name=record.name(lang), months=months)
    return case


def _of_revisions(revised: pd.DataFrame) -> Iterator[dict[str, str]]:
    """The largest first; a figure that prints alike was only rounded otherwise."""
    order = revised["change_pct"].abs().sort_values(ascending=False, kind="stable").index
    for row in revised.loc[order].itertuples():
        record = load_registry().indicator(str(row.indicator))
        if record.format(float(row.first), "zh") == record.format(float(row.last), "zh"):
            continue
        yield {"key": f"{row.indicator} {row.period} {float(row.last)!r}"} | {
            lang: message(
                "notice_revision_case", lang, name=record.name(lang),
                period=year_label(str(row.period), lang, cumulative=record.cumulative),
                old=record.format(float(row.first), lang), new=record.format(float(row.last), lang),
                day=f"{row.last_vintage:%Y-%m-%d}",
            )
            for lang in LANGS
        }  # fmt: skip


def _of_input(changed: ChangedInput) -> dict[str, str]:
    said = {lang: message(f"notice_input_{changed.kind}", lang, file=changed.file) for lang in LANGS}
    return {"key": f"{changed.file} {changed.kind}"} | said


def owed_by_office(evaluation: Evaluation) -> list[dict[str, Any]]:
    """How many pieces of data each office owes, most first, as plain JSON.

    Parameters
    ----------
    evaluation : Evaluation

    Returns
    -------
    list of dict
        office_zh, office_en ("" where the plan names none), n, since (ISO date of what is owed longest).
    """
    offices, rows = evaluation.plan.offices, []
    for id, group in owed(evaluation).groupby("office_id", sort=True):
        office = offices.get(str(id))
        names = {f"office_{lang}": office.name(lang) if office else "" for lang in LANGS}
        rows.append(names | {"n": len(group), "since": str(group["since"].min())})
    return sorted(rows, key=lambda r: (-r["n"], r["office_en"]))


def held_files(evaluation: Evaluation) -> list[str]:
    """Every raw file that an evaluation was given something of, used or not, by name."""
    frames = vars(evaluation.inputs).values()
    return sorted({str(name) for frame in frames if len(frame) for name in frame["file"].unique()})


def banner(notices: Iterable[Notice], lang: str) -> str:
    """The notices as they stand at the head of a page: a line each, the cases folded; "" without any."""
    items = "".join(f"<li>{escape(n.said(lang))}{_folded(n, lang)}</li>" for n in notices)
    if not items:
        return ""
    head = f"<strong>{escape(message('notices', lang))}</strong>"
    return f'<div class="banner soft notices">{head}<ul>{items}</ul></div>'


def _folded(notice: Notice, lang: str) -> str:
    if len(notice.details) <= _NAMED:  # they stand in the sentence
        return ""
    cases = "".join(f"<li>{escape(case[lang])}</li>" for case in notice.details)
    head = escape(message("notice_all", lang, n=len(notice.details)))
    return f"<details><summary>{head}</summary><ul>{cases}</ul></details>"
