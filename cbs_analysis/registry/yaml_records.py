"""From YAML to frozen records: every key is known or it is a fault, told with its line."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import yaml

from ..errors import CbsError, Fault, RegistryError, nearest

__all__ = ["Lined", "build_record", "line_of", "raise_faults", "read_yaml"]

T = TypeVar("T")


# the parser in C, where PyYAML was built with it, takes a tenth of the time and reads the same
_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _UniqueKeyLoader(_SafeLoader):
    """YAML lets a key stand twice and keeps the last: for us that is a fault."""


def _unique_mapping(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node)
        if key in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"key {key!r} stands twice", key_node.start_mark
            )
        seen.add(key)
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


_UniqueKeyLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _unique_mapping)


class Lined(dict[Any, Any]):
    """A mapping that remembers on which line it began (`line`) and where each key stood (`lines`)."""

    line: int = 0
    lines: Mapping[Any, int] = {}

    def __or__(self, other: Mapping[Any, Any]) -> Lined:
        merged = Lined({**self, **other})
        merged.line, merged.lines = self.line, self.lines
        return merged


class _LinedLoader(_UniqueKeyLoader):
    """Mappings come as `Lined`."""


def _lined_mapping(loader: Any, node: yaml.MappingNode) -> Lined:
    found = Lined(_unique_mapping(loader, node))
    found.line = node.start_mark.line + 1
    found.lines = {loader.construct_object(k): k.start_mark.line + 1 for k, _ in node.value}
    return found


_LinedLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _lined_mapping)


def line_of(raw: Any, key: Any = None) -> str:
    """`, line 7` where a key of a mapping stood, or where the mapping began; empty when unknown."""
    line = getattr(raw, "lines", {}).get(key) or getattr(raw, "line", 0)
    return f", line {line}" if line else ""


def read_yaml(path: Path, error: type[CbsError] = RegistryError, *, lines: bool = False) -> Any:
    """Read one YAML file; a syntax error or a doubled key is named with its line.

    With `lines` every mapping is a `Lined`. Whatever is wrong with the bytes, the characters or the
    syntax is raised as `error`; a byte order mark is no mistake.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise error(Fault("file is missing", where=str(path))) from None
    except UnicodeDecodeError as exc:
        place = f"{path.name}, line {exc.object.count(10, 0, exc.start) + 1}, byte {exc.start}"
        raise error(
            Fault("file is not UTF-8", where=place, next_step="save it as UTF-8 (it may be GBK)")
        ) from None
    try:
        return yaml.load(text, Loader=_LinedLoader if lines else _UniqueKeyLoader)
    except yaml.MarkedYAMLError as exc:
        raise error(_syntax_fault(exc, path.name, text)) from None
    except yaml.YAMLError as exc:
        raise error(Fault("YAML: a character that text does not hold", path.name, str(exc)[:80])) from None
    except (ValueError, TypeError, RecursionError) as exc:  # 2021-13-01, a list as a key, a loop of anchors
        raise error(Fault("YAML: a value cannot be read", path.name, str(exc)[:80])) from None


# a key and the colon of a Chinese keyboard
_WIDE_COLON = re.compile(r"^\s*(- *)?[A-Za-z_]+\s*：")


def _syntax_fault(exc: yaml.MarkedYAMLError, name: str, text: str) -> Fault:
    """What the parser says, with the habit of the keyboard that is the usual cause, at its own line."""
    mark = exc.problem_mark or exc.context_mark
    lines = text.splitlines()
    at = min(mark.line if mark else 0, max(0, len(lines) - 1))
    step = ""
    for n in (at, at - 1):  # the parser sees some mistakes one line late
        line = lines[n] if 0 <= n < len(lines) else ""
        if _WIDE_COLON.match(line):
            at, step = n, "after a key write `: ` (half-width colon and a space), not `：`"
        elif "\t" in line:
            at, step = n, "indent with spaces, not with tabs"
    found = lines[at].strip()[:60] if lines else ""
    return Fault(f"YAML: {exc.problem}", f"{name}, line {at + 1}", found, next_step=step)


def build_record(cls: type[T], raw: Any, where: str, faults: list[Fault], **given: Any) -> T | None:
    """Make a dataclass from a mapping; unknown and missing keys become faults."""
    if not isinstance(raw, Mapping):
        faults.append(Fault("entry is not a mapping", where=where, got=repr(raw)[:60]))
        return None
    names = {f.name: f for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
    unknown = [k for k in raw if k not in names]
    for key in unknown:
        place, known = where + line_of(raw, key), nearest(str(key), list(names))
        step = "write `key: value` with the half-width colon" if "：" in str(key) else ""
        faults.append(Fault("key is not known", place, str(key), known, step))
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in raw.items() if k in names} | given
    missing = [
        n
        for n, f in names.items()
        if n not in values and f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    ]
    for key in missing:
        faults.append(Fault("key is missing", where=where + line_of(raw), expected=key))
    wrong = [
        dataclasses.replace(fault, where=where + line_of(raw, name))
        for name, fault in _type_faults(cls, values, where)
    ]
    faults.extend(wrong)
    return None if missing or unknown or wrong else cls(**values)


@cache
def _hints(cls: Any) -> Mapping[str, Any]:
    return get_type_hints(cls)


def _type_faults(cls: type[Any], values: Mapping[str, Any], where: str) -> Iterator[tuple[str, Fault]]:
    """Words outside their list, and values of another kind than the record holds, each with its key."""
    for name, hint in _hints(cls).items():  # type: ignore[arg-type]
        if name not in values:
            continue
        value, options = values[name], _words(hint)
        if options:
            if value not in options and not (value is None and type(None) in get_args(hint)):
                told = [w for w in options if w]
                yield (
                    name,
                    Fault(f"{name} is not known", where, str(value), nearest(str(value), told, len(told))),
                )
        elif hint is str and not isinstance(value, str):
            yield name, Fault(f"{name} is not text", where, repr(value)[:60], "quoted text")
        elif get_origin(hint) is tuple and not isinstance(value, tuple):
            yield name, Fault(f"{name} is not a list", where, repr(value)[:60], "a list such as [a, b]")
        elif hint == tuple[str, ...] and not all(isinstance(item, str) for item in value):
            yield name, Fault(f"{name} is not a list of text", where, repr(value)[:60], "quoted text")
        elif hint is bool and not isinstance(value, bool):
            yield name, Fault(f"{name} is not true or false", where, repr(value)[:60], "true or false")
        elif hint is int and (isinstance(value, bool) or not isinstance(value, int)):
            yield name, Fault(f"{name} is not a whole number", where, repr(value)[:60], "digits, no quotes")


def _words(hint: Any) -> list[str]:
    """The words of a Literal, also inside `Literal | None`."""
    if get_origin(hint) is Literal:
        return list(get_args(hint))
    return [w for part in get_args(hint) if get_origin(part) is Literal for w in get_args(part)]


def raise_faults(faults: list[Fault], error: type[CbsError] = RegistryError) -> None:
    """Raise all faults together, if there are any."""
    if faults:
        raise error(faults)
