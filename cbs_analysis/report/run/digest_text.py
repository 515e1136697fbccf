"""A digest as a person reads it: short, the changed verdicts first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ...plan.verdicts import WORDS
from ...registry.load import load_registry
from ..messages import message
from ..synthetic import SYNTHETIC_MARK

if TYPE_CHECKING:
    from .digest import AreaChange, Digest

__all__ = ["area_words", "markdown", "words_of"]

_SHOWN = 20  # changed commitments of one area; the JSON holds all
_OFFICES = 3  # offices that are named with what they owe
_NOTICES = 12


def words_of(change: Mapping[str, Any], lang: str) -> str:
    """The words before and after, as a reader knows them.

    >>> words_of({"old": "behind", "new": "on_track"}, "zh")
    '滞后 → 符合预期'
    """
    return f"{WORDS[change['old']][lang]} → {WORDS[change['new']][lang]}"


def area_words(area: str, lang: str) -> str:
    """The name of an area with its code, marked when its figures are invented.

    >>> area_words("220000", "zh"), area_words("", "zh")
    ('吉林省（220000）', '')
    """
    if not area:
        return ""
    place = load_registry().area(area)
    mark = f"【{SYNTHETIC_MARK}】" if place.synthetic else ""
    return mark + message("digest_area", lang, name=place.name(lang), code=place.code)


def markdown(digest: Digest, lang: str) -> str:
    """The digest as Markdown in one language."""
    run = digest.run
    lines = [f"# {message('digest_title', lang, n=run.number)}", ""]
    lines.append(
        message(
            "digest_counts", lang, made=run.made, unchanged=run.unchanged, failed=run.failed,
            data=run.data_key[:16], started=run.started.replace("T", " ").removesuffix("Z"),
        )
    )  # fmt: skip
    parts = (
        ("digest_changed", _changed(digest, lang)),
        ("digest_failed", _failed(digest, lang)),
        ("digest_owed", _owed(digest, lang)),
        ("digest_notices", _notices(digest, lang)),
    )
    for key, part in parts:
        lines += ["", f"## {message(key, lang)}", "", *part]
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


def _changed(digest: Digest, lang: str) -> Iterator[str]:
    moved = [a for a in digest.areas if a.commitments]
    for area in moved:
        yield from (*_of_area(area, lang), "")
    still = [a for a in digest.areas if not a.commitments and a.before_run is not None]
    first = [a for a in digest.areas if a.before_run is None]
    for key, areas in (("digest_same", still), ("digest_first", first)):
        if areas:
            named = message("list_sep", lang).join(_place(a, lang) for a in areas)
            yield f"- {message(key, lang, areas=named)}"
    if not digest.areas:
        yield f"- {message('digest_no_overall', lang)}"


def _place(area: AreaChange, lang: str) -> str:
    return message("digest_place", lang, area=area_words(area.area, lang), day=area.as_of)


def _of_area(area: AreaChange, lang: str) -> Iterator[str]:
    name = area.plan_zh if lang == "zh" else area.plan_en
    before = message("digest_before", lang, n=area.before_run, day=area.before_day)
    yield f"### {_place(area, lang)}"
    yield ""
    yield message("digest_since", lang, plan=name, before=before, n=len(area.commitments))
    yield ""
    for change in area.commitments[:_SHOWN]:
        why = " ".join(w[lang] for w in change["why"])
        line = (
            f"- **{change['id']} {change[f'name_{lang}']}**{message('colon', lang)}{words_of(change, lang)}"
        )
        yield line + (message("digest_why", lang, why=why) if why else message("full_stop", lang))
    if len(area.commitments) > _SHOWN:
        yield f"- {message('digest_more', lang, n=len(area.commitments) - _SHOWN)}"
    for reason in area.reasons:
        yield f"- {message('digest_reason', lang, reason=reason[lang])}"


def _failed(digest: Digest, lang: str) -> Iterator[str]:
    for failure in digest.failures:
        cell = message("digest_cell", lang, n=failure["cell"]) if failure["cell"] else ""
        told = message("digest_failure", lang, cell=cell, message=failure["message"], page=failure["page"])
        yield f"- **{failure['report']}**{message('colon', lang)}{told}"
    if digest.cured:
        yield f"- {message('digest_cured', lang, names=message('list_sep', lang).join(digest.cured))}"
    if not digest.failures:
        yield f"- {message('digest_none_failed', lang)}"


def _owed(digest: Digest, lang: str) -> Iterator[str]:
    owing = [a for a in digest.areas if a.owed]
    for area in owing:
        offices = [
            message(
                "digest_office", lang, n=o["n"], since=o["since"],
                name=o[f"office_{lang}"] or message("owed_office_none", lang),
            )
            for o in area.owed[:_OFFICES]
        ]  # fmt: skip
        more = message("digest_offices_more", lang, n=len(area.owed)) if len(area.owed) > _OFFICES else ""
        total = sum(o["n"] for o in area.owed)
        named = message("list_sep", lang).join(offices) + more
        told = message("digest_owes", lang, n=total, named=named)
        yield f"- {_place(area, lang)}{message('colon', lang)}{told}"
    if not owing:
        yield f"- {message('prov_none', lang)}"


def _notices(digest: Digest, lang: str) -> Iterator[str]:
    for notice in digest.notices[:_NOTICES]:
        place = ""
        if notice["area"]:
            where = area_words(notice["area"], lang)
            place = message("digest_place", lang, area=where, day=notice["as_of"]) + message("colon", lang)
        new = message("digest_new", lang, n=notice["new"]) if notice["new"] else ""
        yield f"- {place}{notice[lang]}{new}"
    if len(digest.notices) > _NOTICES:
        yield f"- {message('digest_more', lang, n=len(digest.notices) - _NOTICES)}"
    if not digest.notices:
        yield f"- {message('prov_none', lang)}"
