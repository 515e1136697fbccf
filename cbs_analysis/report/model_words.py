"""Chinese for what models say of themselves: methods, intervals, assumptions, diagnostics, warnings.

Models write their notes in English; a Chinese page shows them in Chinese or fails. The pairs stand in
`model_words*.yml`, a list of `en` and `zh` each; `{x}` in both stands for words that vary, `{n:number}` for a
number, and what a placeholder catches is looked up in turn.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from ..errors import Fault, ReportError
from ..registry.yaml_records import read_yaml

__all__ = ["in_chinese"]

_HOLE = re.compile(r"\{(\w+)(?::(number))?\}")
_NUMBER = r"[-+]?[\d.,]+(?:e[-+]?\d+)?%?"
# what is the same in both languages: numbers, periods, names of tests and people
_AS_IT_IS = re.compile(r"[\W\d_QMAaVvRrPp]*|[\u4e00-\u9fff].*")


@lru_cache(maxsize=1)
def _pairs() -> tuple[dict[str, str], list[tuple[re.Pattern[str], str]]]:
    """Phrases without holes, and patterns with them, the longest first."""
    plain: dict[str, str] = {}
    patterns: list[tuple[int, re.Pattern[str], str]] = []
    for path in sorted(Path(__file__).parent.glob("model_words*.yml")):
        for entry in read_yaml(path, ReportError):
            en, zh = entry["en"], entry["zh"]
            if not _HOLE.search(en):
                plain[en] = zh
                continue
            fixed = len(_HOLE.sub("", en))
            patterns.append((fixed, re.compile(_regex(en), re.S), zh))
    patterns.sort(key=lambda p: -p[0])
    return plain, [(pattern, zh) for _, pattern, zh in patterns]


def _regex(phrase: str) -> str:
    parts, end = [], 0
    for hole in _HOLE.finditer(phrase):
        parts.append(re.escape(phrase[end : hole.start()]))
        parts.append(f"(?P<{hole.group(1)}>{_NUMBER if hole.group(2) else '.+?'})")
        end = hole.end()
    return "".join(parts) + re.escape(phrase[end:])


def in_chinese(text: str) -> str:
    """A note of a model in Chinese.

    Raises
    ------
    ReportError
        If there is no Chinese for it.

    Examples
    --------
    >>> in_chinese("2011-2024, 14 years"), in_chinese("0.35")
    ('2011—2024年，14年', '0.35')
    """
    found = _translated(text)
    if found is None:
        raise ReportError(
            Fault(
                "a note of a model has no Chinese",
                got=text,
                next_step="add `en` and `zh` to report/model_words.yml",
            )
        )
    return found


def _translated(text: str) -> str | None:
    plain, patterns = _pairs()
    if text in plain:
        return plain[text]
    for pattern, zh in patterns:
        match = pattern.fullmatch(text)
        if not match:
            continue
        inside = {name: _translated(caught) for name, caught in match.groupdict().items()}
        if all(word is not None for word in inside.values()):
            return _filled(zh, inside)
    return text if _AS_IT_IS.fullmatch(text) else None


def _filled(phrase: str, words: dict[str, str | None]) -> str:
    return _HOLE.sub(lambda hole: str(words[hole.group(1)]), phrase)
