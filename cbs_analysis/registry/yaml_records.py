"""From YAML to frozen records: every key is known or it is a fault."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import yaml

from ..errors import CbsError, Fault, RegistryError, nearest

__all__ = ["build_record", "raise_faults", "read_yaml"]

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


def read_yaml(path: Path, error: type[CbsError] = RegistryError) -> Any:
    """Read one YAML file; a syntax error or a doubled key is named with its line."""
    try:
        text = path.read_text(encoding="utf-8")
        return yaml.load(text, Loader=_UniqueKeyLoader)
    except FileNotFoundError:
        raise error(Fault("file is missing", where=str(path))) from None
    except UnicodeDecodeError as exc:
        raise error(Fault("file is not UTF-8", where=f"{path.name}, byte {exc.start}")) from None
    except yaml.MarkedYAMLError as exc:
        line = exc.problem_mark.line + 1 if exc.problem_mark else 0
        raise error(Fault(f"YAML: {exc.problem}", where=f"{path.name}, line {line}")) from None


def build_record(cls: type[T], raw: Any, where: str, faults: list[Fault], **given: Any) -> T | None:
    """Make a dataclass from a mapping; unknown and missing keys become faults."""
    if not isinstance(raw, Mapping):
        faults.append(Fault("entry is not a mapping", where=where, got=repr(raw)[:60]))
        return None
    names = {f.name: f for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
    unknown = [k for k in raw if k not in names]
    for key in unknown:
        faults.append(
            Fault("key is not known", where=where, got=str(key), expected=nearest(str(key), list(names)))
        )
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in raw.items() if k in names} | given
    missing = [
        n
        for n, f in names.items()
        if n not in values and f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    ]
    for key in missing:
        faults.append(Fault("key is missing", where=where, expected=key))
    wrong = list(_type_faults(cls, values, where))
    faults.extend(wrong)
    return None if missing or unknown or wrong else cls(**values)


def _type_faults(cls: type[Any], values: Mapping[str, Any], where: str) -> Iterator[Fault]:
    """Words outside their list, and values of another kind than the record holds."""
    for name, hint in get_type_hints(cls).items():
        if name not in values:
            continue
        value, options = values[name], _words(hint)
        if options:
            if value not in options and not (value is None and type(None) in get_args(hint)):
                told = [w for w in options if w]
                yield Fault(f"{name} is not known", where, str(value), nearest(str(value), told, len(told)))
        elif hint is str and not isinstance(value, str):
            yield Fault(f"{name} is not text", where, repr(value)[:60], "quoted text")
        elif get_origin(hint) is tuple and not isinstance(value, tuple):
            yield Fault(f"{name} is not a list", where, repr(value)[:60], "a list such as [a, b]")
        elif hint is bool and not isinstance(value, bool):
            yield Fault(f"{name} is not true or false", where, repr(value)[:60])


def _words(hint: Any) -> list[str]:
    """The words of a Literal, also inside `Literal | None`."""
    if get_origin(hint) is Literal:
        return list(get_args(hint))
    return [w for part in get_args(hint) if get_origin(part) is Literal for w in get_args(part)]


def raise_faults(faults: list[Fault], error: type[CbsError] = RegistryError) -> None:
    """Raise all faults together, if there are any."""
    if faults:
        raise error(faults)
