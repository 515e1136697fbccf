"""What a notebook declares in its parameters cell, held against what it is about to be given.

papermill passes over a misspelt name, a missing tag and a wrong type in silence, and the page of the default
area comes out. So the cell is read beforehand, and nothing of it is executed.
"""

from __future__ import annotations

import ast
import json
import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import Fault, nearest

__all__ = ["Declared", "declared_in", "declared_parameters", "faults_of_given", "typed"]

TAG = "parameters"
_TYPES: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (int, float), "bool": (bool,)}
_WORDS = {"str": "a text", "int": "a whole number", "float": "a number", "bool": "true or false"}


@dataclass(frozen=True)
class Declared:
    """One parameter of a notebook.

    Attributes
    ----------
    type : str
        `str`, `int`, `float` or `bool` by its annotation, or by its value where it has none; else "".
    default : object
        The value in the cell; None where the cell gives none or no literal.
    """

    type: str
    default: Any = None


def declared_in(source: str) -> dict[str, Declared]:
    """The names that a cell sets, with type and value; nothing is executed.

    Raises
    ------
    SyntaxError
        The cell is no Python.

    Examples
    --------
    >>> declared_in('area: str = "220000"  # code\\nshare = 0.5')
    {'area': Declared(type='str', default='220000'), 'share': Declared(type='float', default=0.5)}
    """
    found: dict[str, Declared] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            written = ast.unparse(node.annotation).strip("'\"")
            found[node.target.id] = Declared(written if written in _TYPES else "", _literal(node.value))
        elif isinstance(node, ast.Assign):
            value = _literal(node.value)
            kind = type(value).__name__ if type(value).__name__ in _TYPES else ""
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found[target.id] = Declared(kind, value)
    return found


def _literal(node: ast.expr | None) -> Any:
    try:
        return None if node is None else ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        return None


def declared_parameters(path: Path, faults: list[Fault]) -> dict[str, Declared]:
    """What the cell tagged `parameters` of a notebook declares.

    Parameters
    ----------
    path : pathlib.Path
        The notebook.
    faults : list of Fault
        Takes what is wrong with the notebook: no JSON, no such cell, two of them, no Python in it.

    Returns
    -------
    dict
        Name -> `Declared`; empty when there is a fault.
    """
    where = f"notebooks/{path.name}"
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        own = [c for c in cells if TAG in c.get("metadata", {}).get("tags", [])]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
        faults.append(Fault("the notebook cannot be read", where, str(exc), "a notebook of Jupyter"))
        return {}
    if len(own) != 1:
        faults.append(
            Fault(
                f"no cell is tagged `{TAG}`" if not own else f"{len(own)} cells are tagged `{TAG}`", where,
                expected="one", next_step=f"give the cell that sets area, as_of, plan the tag `{TAG}`",
            )
        )  # fmt: skip
        return {}
    try:
        return declared_in("".join(own[0]["source"]))
    except SyntaxError as exc:
        faults.append(Fault("the cell of parameters is no Python", where, exc.msg, "name: type = value"))
        return {}


def faults_of_given(given: Mapping[str, Any], declared: Mapping[str, Declared], where: str) -> list[Fault]:
    """What is wrong with values given to a notebook: unknown names, wrong types.

    Parameters
    ----------
    given : mapping
        What papermill would inject.
    declared : mapping
        From `declared_parameters`.
    where : str
        The notebook, for the message.

    Examples
    --------
    >>> cell = declared_in('area: str = "220000"')
    >>> for fault in faults_of_given({"aera": "1", "area": 1}, cell, "x.ipynb"):
    ...     print(fault.what, "|", fault.expected)
    parameter 'aera' is not declared by the notebook | area
    parameter 'area' has the wrong type | a text
    """
    faults = []
    for name, value in given.items():
        if not name.isidentifier() or keyword.iskeyword(name):
            # papermill writes the name into a cell as it stands: anything else would be executed
            faults.append(
                Fault("the name of a parameter is no identifier", where, name[:60], "letters and _")
            )
        elif name not in declared:
            faults.append(
                Fault(
                    f"parameter {name!r} is not declared by the notebook", where,
                    expected=nearest(name, list(declared)),
                    next_step=f"correct the name, or declare it in the cell tagged `{TAG}`",
                )
            )  # fmt: skip
        elif not _fits(value, declared[name].type):
            expected = _WORDS[declared[name].type]
            faults.append(Fault(f"parameter {name!r} has the wrong type", where, repr(value), expected))
    return faults


def _fits(value: Any, type: str) -> bool:
    if type not in _TYPES:
        return True
    return isinstance(value, _TYPES[type]) and (type == "bool" or not isinstance(value, bool))


def typed(text: str, type: str) -> Any:
    """A value from the command line, read as the notebook declares it; a text that does not fit stays a text.

    Codes stay texts: only where the notebook declares a number is one read, by the rules of JSON.

    Examples
    --------
    >>> typed("220000", "str"), typed("001", "int"), typed("3", "int"), typed("1e-3", "float")
    ('220000', '001', 3, 0.001)
    """
    if type == "bool":
        return {"true": True, "false": False}.get(text, text)
    whole = re.fullmatch(r"-?(0|[1-9]\d*)", text)
    if type in ("int", "float") and whole:
        return int(text) if type == "int" else float(text)
    if type == "float" and re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", text):
        return float(text)
    return text
