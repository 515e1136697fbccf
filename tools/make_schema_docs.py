"""Write the tables of docs/evaluation_json.md from the schema that the package ships.

The page keeps what stands above its mark; below it all is made from `evaluation.schema.json`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cbs_analysis.plan.record import evaluation_schema

PAGE = Path(__file__).parents[1] / "docs" / "evaluation_json.md"
MARK = "<!-- made by tools/make_schema_docs.py from evaluation.schema.json -->"


def type_of(entry: Mapping[str, Any]) -> str:
    """The type of a property in words."""
    if "$ref" in entry:
        name = entry["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name})"
    if "anyOf" in entry:
        return " or ".join(type_of(e) for e in entry["anyOf"])
    if "const" in entry:
        return f"`{entry['const']}`"
    if "enum" in entry:
        return " ".join(f"`{e}`" if e else "empty" for e in entry["enum"])
    named = entry["type"] if isinstance(entry["type"], list) else [entry["type"]]
    if "array" in named:
        return f"list of {type_of(entry['items'])}"
    return " or ".join(named)


def rows(properties: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """One line for each property; those of an object inside follow it."""
    for name, entry in properties.items():
        unit = entry.get("x-unit", "")
        yield f"| `{prefix}{name}` | {type_of(entry)} | {unit} | {entry['description']} |"
        inner = entry.get("items", entry)
        free = inner.get("additionalProperties")
        if "properties" in inner:
            yield from rows(inner["properties"], f"{prefix}{name}.")
        elif isinstance(free, Mapping) and "properties" in free:
            yield from rows(free["properties"], f"{prefix}{name}.*.")


def tables() -> str:
    """The made part of the page."""
    schema, head = evaluation_schema(), ["| property | type | unit | meaning |", "|---|---|---|---|"]
    lines = ["## The record", "", *head, *rows(schema["properties"])]
    for name, entry in schema["$defs"].items():
        lines += ["", f"## {name}", "", entry["description"]]
        if "properties" in entry:
            lines += ["", *head, *rows(entry["properties"])]
        elif "enum" in entry:
            lines += ["", "One of: " + type_of(entry) + "."]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the page, or say whether it is as it should be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only check")
    check = parser.parse_args().check
    text = PAGE.read_text(encoding="utf-8")
    made = text.split(MARK)[0] + MARK + "\n\n" + tables()
    if check and made != text:
        print("docs/evaluation_json.md is not what the schema says: run python tools/make_schema_docs.py")
        return 1
    if not check:
        PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
