"""An evaluation as plain JSON, in the shape that `evaluation.schema.json` describes.

Every figure behind a verdict stands once, in `evidence`, under a number; verdicts and projects name the
numbers. The numbers are those of the printed appendix of a report.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..registry.records import Commitment, Measure
from .evidence_numbers import Numbers, evidence_numbers
from .verdicts import ORDER, REASONS, WORDS, AnnualCheck, Evidence, Verdict

if TYPE_CHECKING:
    from .evaluation import Evaluation

__all__ = ["SCHEMA", "evaluation_record", "evaluation_schema", "plain", "record_digest"]

SCHEMA = "cbs_analysis/evaluation/2"
MARK = "演示数据"
_FINDING = ("check", "indicator", "period", "got", "expected", "file", "row")
_EXCLUDED = ("label", "period", "reason", "file", "row")
_SOURCE = (
    "title", "publisher", "published", "published_precision", "accessed", "read_at", "certainty", "licence",
    "sha256",
)  # fmt: skip


@lru_cache(maxsize=1)
def evaluation_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of an evaluation, as shipped with the package.

    >>> evaluation_schema()["$id"]
    'urn:cbs_analysis:evaluation:2'
    """
    path = Path(__file__).with_name("evaluation.schema.json")
    return dict(json.loads(path.read_text(encoding="utf-8")))


def plain(value: Any) -> Any:
    """Make a value JSON can hold: no NaN, no tuples, no numpy, no dates.

    >>> plain({"a": (1.5, float("nan"))})
    {'a': [1.5, None]}
    """
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if hasattr(value, "isoformat"):
        return value.isoformat()[:10] if value == value else None
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def record_digest(record: Mapping[str, Any]) -> str:
    """SHA-256 of a record: equal digests are equal evaluations, whoever computed them."""
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def evaluation_record(evaluation: Evaluation, *, manifest: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """An evaluation for machines.

    Parameters
    ----------
    evaluation : Evaluation
    manifest : mapping, optional
        The manifest of the store that the evaluation was computed from. It gives the key of the data and
        what is known of each file cited; without it both are empty.

    Returns
    -------
    dict
        Plain JSON: a missing number is null, dates are ISO text. See docs/evaluation_json.md.
    """
    numbers = evidence_numbers(evaluation)
    evidence = [{"id": f"E{n}", **asdict(row), "cell": row.cell} for n, row in enumerate(numbers.evidence, 1)]
    record = {
        "schema": SCHEMA,
        "package": {"name": "cbs_analysis", "version": __version__},
        "data_key": str(manifest["key"]) if manifest else "",
        "synthetic": evaluation.synthetic,
        "mark": MARK if evaluation.synthetic else "",
        "plan": evaluation.plan.id,
        "area": evaluation.area,
        "as_of": evaluation.as_of,
        "settings": asdict(evaluation.settings),
        "summary": _summary(evaluation),
        "verdicts": [_verdict(evaluation, numbers, v) for v in evaluation.verdicts],
        "commitments": [_commitment(evaluation, c) for c in evaluation.plan.commitments],
        "projects": [_project(numbers, p) for p in evaluation.projects],
        "owed": _owed(evaluation),
        "evidence": evidence,
        "sources": _sources(evidence, manifest),
        "checks": _checks(evaluation, manifest),
        "registry": _names(evaluation, evidence),
    }
    return dict(plain(record))


def _measure(evaluation: Evaluation, verdict: Verdict) -> tuple[Commitment, Measure]:
    return next((c, m) for c in evaluation.plan.commitments for m in c.measures if m.id == verdict.measure)


def _verdict(evaluation: Evaluation, numbers: Numbers, verdict: Verdict) -> dict[str, Any]:
    commitment, measure = _measure(evaluation, verdict)
    row = {f.name: getattr(verdict, f.name) for f in fields(verdict)}
    target = measure.target
    return row | {
        "name_zh": _name(evaluation, commitment, measure, "zh"),
        "name_en": _name(evaluation, commitment, measure, "en"),
        "project": measure.project,
        "nature": measure.nature,
        "sense": measure.sense or "",
        "label_zh": verdict.label("zh"),
        "label_en": verdict.label("en"),
        "target_period": target.period if target else "",
        "target_document_zh": target.source_zh if target else "",
        "target_document_en": target.source_en if target else "",
        "official_word": measure.official_verdict,
        "alternatives": [asdict(a) for a in verdict.alternatives],
        "flips": sum(a.flips for a in verdict.alternatives),
        "annual": _annual(numbers, verdict.annual),
        "evidence": _cited(numbers, verdict.evidence),
    }


def _name(evaluation: Evaluation, commitment: Commitment, measure: Measure, lang: str) -> str:
    indicator = measure.indicator and evaluation.registry.indicator(measure.indicator).name(lang)
    return measure.name(lang) or indicator or commitment.name(lang)


def _annual(numbers: Numbers, check: AnnualCheck | None) -> dict[str, Any] | None:
    if check is None:
        return None
    row = {f.name: getattr(check, f.name) for f in fields(check)}
    return row | {"evidence": _cited(numbers, check.evidence)}


def _commitment(evaluation: Evaluation, commitment: Commitment) -> dict[str, Any]:
    own = [v for v in evaluation.verdicts if v.commitment == commitment.id]
    judged = [v for v in own if v.assessed]
    lead = max(judged, key=lambda v: ORDER.index(v.word)) if judged else own[0]
    return {
        "id": commitment.id,
        "section": commitment.section,
        "key": commitment.key,
        "name_zh": commitment.zh,
        "name_en": commitment.en,
        "word": lead.word,
        "label_zh": lead.label("zh"),
        "label_en": lead.label("en"),
        "reason": lead.reason,
        "measures": [v.measure for v in own],
        "assessed": len(judged),
        "sentence_zh": lead.sentence_zh,
        "sentence_en": lead.sentence_en,
        "offices": commitment.offices,
        "synthetic": evaluation.synthetic,
    }


def _project(numbers: Numbers, state: dict[str, Any]) -> dict[str, Any]:
    return state | {"evidence": _cited(numbers, state["evidence"])}


def _cited(numbers: Numbers, rows: Iterable[Evidence]) -> list[str]:
    return list(dict.fromkeys(numbers.label(row) for row in rows))


def _summary(evaluation: Evaluation) -> dict[str, Any]:
    """How many carry each word: commitments by section, measures by nature."""
    rows = [_commitment(evaluation, c) for c in evaluation.plan.commitments]
    measures = {m.id: m for m in evaluation.plan.measures}
    sections = [
        {"section": s, "words": _counts(r["word"] for r in rows if r["section"] == s)}
        for s in evaluation.plan.sections
    ]
    natures = [
        {
            "nature": nature,
            "words": _counts(v.word for v in evaluation.verdicts if measures[v.measure].nature == nature),
        }
        for nature in ("binding", "expected", "")
    ]
    return {"commitments_by_section": sections, "measures_by_nature": natures}


def _counts(words: Iterable[str]) -> dict[str, int]:
    found = list(words)
    return {word: found.count(word) for word in WORDS}


def _owed(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Measures that could not be assessed, by office, most first; what two owe counts for both."""
    by_office: dict[str, list[str]] = {}
    for v in evaluation.verdicts:
        if not v.assessed:
            for office in v.offices:
                by_office.setdefault(office, []).append(v.measure)
    rows = sorted(by_office.items(), key=lambda item: -len(item[1]))
    return [{"office": office, "measures": measures} for office, measures in rows]


def _sources(evidence: list[dict[str, Any]], manifest: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    if manifest is None:
        return []
    inputs = manifest["inputs"]
    cited = sorted({row["file"] for row in evidence} & set(inputs))
    return [{"file": name, **{key: inputs[name].get(key, "") for key in _SOURCE}} for name in cited]


def _checks(evaluation: Evaluation, manifest: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the checks of the data found for the area, as far as published by the day."""
    if manifest is None:
        return {"findings": [], "excluded": [], "quarantined": []}
    inputs, day = manifest["inputs"], evaluation.as_of.isoformat()
    known = {name for name, entry in inputs.items() if entry["published"] <= day}

    def chosen(rows: Iterable[Mapping[str, Any]], keys: tuple[str, ...]) -> list[dict[str, Any]]:
        own = [r for r in rows if r["area"] == evaluation.area and r["file"] in known]
        return [{key: r[key] for key in keys} for r in own]

    held = [] if evaluation.synthetic else sorted(n for n in known if inputs[n]["quarantine"])
    return {
        "findings": chosen(manifest["warnings"], _FINDING),
        "excluded": chosen(manifest["excluded"], _EXCLUDED),
        "quarantined": [
            {"file": n, "title": inputs[n]["title"], "reason": inputs[n]["quarantine"]} for n in held
        ],
    }


def _names(evaluation: Evaluation, evidence: list[dict[str, Any]]) -> dict[str, Any]:
    """Names of every id that the record uses, in both languages."""
    plan, registry = evaluation.plan, evaluation.registry
    place = registry.area(evaluation.area)
    used = {v.indicator for v in evaluation.verdicts} | {row["indicator"] for row in evidence}
    indicators = {i: registry.indicators[i] for i in sorted(used) if i in registry.indicators}
    publishers = {s: registry.publisher(s) for s in sorted({row["source"] for row in evidence})}
    document = plan.document
    return {
        "plan": {
            "zh": plan.zh, "en": plan.en, "baseline": plan.baseline, "start": plan.start, "end": plan.end,
            "document_zh": document.zh, "document_en": document.en, "issuer_zh": document.issuer_zh,
            "issuer_en": document.issuer_en, "published": document.published,
        },
        "area": {"zh": place.zh, "en": place.en, "level": place.level},
        "sections": {k: {"zh": s.zh, "en": s.en} for k, s in plan.sections.items()},
        "offices": {k: {"zh": o.zh, "en": o.en} for k, o in plan.offices.items()},
        "indicators": {
            k: {"zh": i.zh, "en": i.en, "unit": i.unit, "kind": i.kind, "prices": i.prices}
            for k, i in indicators.items()
        },
        "publishers": {k: {"zh": p.zh, "en": p.en, "kind": p.kind} for k, p in publishers.items()},
        "words": WORDS,
        "reasons": REASONS,
    }  # fmt: skip
