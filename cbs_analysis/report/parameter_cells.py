"""Parameters that a cell sets under a wrong name, which Python alone would pass over in silence.

A misspelt `aera = "220000"` beside a good `area` changes nothing, and the page of another area comes out.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Sequence

from ..errors import Fault
from .messages import message

__all__ = ["PARAMETERS", "misspelt_parameters", "sources_run"]

PARAMETERS = ("area", "as_of", "plan", "lang", "alpha", "seed")
_INJECTED = "# Parameters"  # how papermill heads the cell that it adds


def misspelt_parameters(sources: Sequence[str]) -> list[Fault]:
    """Faults of the names that the last cells of parameters set.

    A cell of parameters holds nothing but names and literals, one of them a parameter or close to one.
    In a cell that papermill added every name must be known: a parameter, or set by the notebook itself.

    Parameters
    ----------
    sources : sequence of str
        Code of the cells that ran, in their order.

    Examples
    --------
    >>> [f.got for f in misspelt_parameters(['area = "22CB00"', '# Parameters\\naera = "220000"'])]
    ['aera']
    >>> misspelt_parameters(['area = "22CB00"\\nmy_own = 3', "areas = list_areas()"])
    []
    """
    faults = []
    own: set[str] = set()
    written, injected = _last_cells(sources)
    for names, known in ((written, False), (injected, True)):
        for name in names:
            near = difflib.get_close_matches(name.casefold(), PARAMETERS, n=1, cutoff=0.7)
            if name not in PARAMETERS and (near or (known and name not in own)):
                faults.append(_fault(name, near))
        own |= set(names)
    return faults


def _last_cells(sources: Sequence[str]) -> tuple[list[str], list[str]]:
    """Names set by the last cell of parameters, and by papermill's cell if it came after it."""
    written: list[str] = []
    injected: list[str] = []
    for source in sources:
        names = _names_set(source)
        if names and source.startswith(_INJECTED):
            injected = names
        elif any(difflib.get_close_matches(n.casefold(), PARAMETERS, n=1, cutoff=0.7) for n in names):
            written, injected = names, []
    return written, injected


def _names_set(source: str) -> list[str]:
    """Names of a cell that only gives names to literals; none of any other cell."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):  # a magic of IPython, which is no Python
        return []
    names = []
    for node in body:
        target: ast.expr | None = node.target if isinstance(node, ast.AnnAssign) else None
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
        if not isinstance(target, ast.Name) or not _is_literal(getattr(node, "value", None)):
            return []
        names.append(target.id)
    return names


def _is_literal(value: ast.expr | None) -> bool:
    try:
        ast.literal_eval(value)  # type: ignore[arg-type]
    except (ValueError, TypeError, SyntaxError):
        return False
    return True


def _fault(name: str, near: Sequence[str]) -> Fault:
    expected = ", ".join(near or PARAMETERS)
    return Fault(
        "there is no parameter of this name",
        got=name,
        expected=expected,
        next_step="correct the name in the cell of parameters",
        zh=message("parameter_name", "zh", got=name, expected=expected),
    )


def sources_run() -> list[str]:
    """Code of the cells that ran in this notebook so far; none outside IPython."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    return [] if shell is None else [str(source) for source in shell.user_ns.get("In", ())]
