"""One catalogue for every word that the package writes into a report."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from ..errors import Fault, ReportError, nearest
from ..registry.yaml_records import read_yaml

__all__ = ["catalogue", "message"]


# `1 months`; 21 months and 0.1 points stay
_ONE = re.compile(
    r"(?<![\d.,])(1 (?:cell|commitment|day|document|event|figure|household|indicator|item|measure|month|"
    r"observation|office|period|point|project|quarter|region|report|revision|row|section|verdict|warning|year))"
    r"s\b"
)


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[str, str]]:
    """All messages of `messages*.yml`: key -> {zh, en}. A key stands in one file alone."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(Path(__file__).parent.glob("messages*.yml")):
        entries = read_yaml(path, ReportError)
        twice = sorted(set(entries) & set(found))
        if twice:
            raise ReportError(Fault("messages stand in two files", where=path.name, got=", ".join(twice)))
        found |= entries
    return found


def message(key: str, lang: str, **values: object) -> str:
    """A message in one language with its values filled in; one thing is no plural in English.

    >>> message("as_of", "zh")
    '数据截至'
    >>> message("index_warnings", "en", n=1), message("index_warnings", "en", n=21)
    ('1 warning', '21 warnings')
    >>> message("chart_vintages", "en", name="Top 1 projects", n=2)
    'Top 1 projects: figures of 2 periods revised after their first publication'
    """
    entry = catalogue().get(key)
    if entry is None or lang not in entry:
        raise ReportError(
            Fault(
                "message is not in the catalogue",
                got=f"{key} ({lang})",
                expected=nearest(key, list(catalogue())),
            )
        )
    if not values:
        return entry[lang]
    text = entry[lang].format(**values)
    one = lang == "en" and any(str(value) == "1" for value in values.values())  # never words of the data
    return _ONE.sub(r"\1", text) if one else text
