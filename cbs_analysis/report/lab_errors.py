"""A refusal as a researcher sees it in JupyterLab: what is wrong and what to do, not where our code stood.

The error itself is untouched: papermill and nbclient record its name and words and fail as always, and `%tb`
shows the whole traceback.
"""

from __future__ import annotations

import linecache
import re
import sys
from types import TracebackType
from typing import Any

from ..errors import (
    CbsError,
    CoverageError,
    Fault,
    ModelRefused,
    ParameterError,
    PeriodError,
    RawTableError,
    RegistryError,
    SeriesError,
    TargetError,
    UnitError,
    VintageError,
)

__all__ = ["error_lines", "install_errors"]

# the first that fits names the error
_HEADS: tuple[tuple[type[CbsError], str], ...] = (
    (ParameterError, "parameter"), (ModelRefused, "refused"), (CoverageError, "coverage"),
    (RawTableError, "table"), (PeriodError, "period"), (UnitError, "unit"), (VintageError, "vintage"),
    (RegistryError, "registry"), (TargetError, "target"), (SeriesError, "series"), (CbsError, "any"),
)  # fmt: skip
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"  # no colour: the theme has one for errors


def error_lines(error: CbsError, lang: str, *, at: tuple[int, str] | None = None) -> list[str]:
    """What is wrong, where, what was found and expected, and what to do next, fault by fault.

    Parameters
    ----------
    error : CbsError
    lang : {"zh", "en"}
        A fault that has no Chinese words is told in English under Chinese labels.
    at : (int, str), optional
        Line of the cell that failed, from 1, and its source.

    Examples
    --------
    >>> for line in error_lines(ParameterError(Fault("seed is not a whole number", got="'x'")), "en"):
    ...     print(line)
    ParameterError: wrong parameter
      seed is not a whole number
        got:      'x'
      the whole traceback: run %tb in a new cell
    """
    from .messages import message

    head = message(f"lab_error_{next(key for kind, key in _HEADS if isinstance(error, kind))}", lang)
    lines = [f"{type(error).__name__}: {head}"]
    if at is not None:
        lines.append("  " + message("lab_error_cell", lang, n=at[0], source=at[1]))
    many = len(error.faults) > 1
    for i, fault in enumerate(error.faults, 1):
        first, *rest = _told(fault, lang)
        lines += [f"  {f'{i}. ' if many else ''}{first}", *(f"    {line}" for line in rest)]
    return [*lines, "  " + message("lab_error_trace", lang)]


def _told(fault: Fault, lang: str) -> list[str]:
    from .messages import message

    own = _in_chinese(fault) if lang == "zh" else ""  # such a sentence says all that the parts say
    parts = [("where", fault.where)]
    if not own:
        parts += [("got", fault.got), ("expected", fault.expected), ("next", fault.next_step)]
    told = [message(f"lab_error_{key}", lang) + text for key, text in parts if text]
    return [own or fault.what, *told]


def _in_chinese(fault: Fault) -> str:
    """The Chinese sentence of a fault: its own, or that of the catalogue for a common one; "" if none."""
    from .messages import catalogue, message

    key = "lab_said_" + re.sub(r"\W+", "_", fault.what.lower())
    if fault.zh or key not in catalogue():
        return fault.zh
    return message(key, "zh", got=fault.got, expected=fault.expected)


def install_errors(lang: str = "zh") -> None:
    """Let the notebook that is running show our errors this way; nothing happens outside IPython.

    Parameters
    ----------
    lang : str
        Language of the report; one that is not known is taken for Chinese.
    """
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None:
        return
    words = lang if lang in ("zh", "en") else "zh"

    def show(
        shell: Any,
        kind: type[CbsError],
        error: CbsError,
        trace: TracebackType | None,
        tb_offset: int | None = None,
    ) -> list[str]:
        head, *rest = error_lines(error, words, at=_in_cell(trace, shell.user_ns))
        lines = [f"{_BOLD}{head}{_PLAIN}", *rest]
        sys.last_type, sys.last_value, sys.last_traceback = kind, error, trace  # for %tb
        shell._showtraceback(kind, error, lines)
        return lines

    shell.set_custom_exc((CbsError,), show)


def _in_cell(trace: TracebackType | None, names: dict[str, Any]) -> tuple[int, str] | None:
    """The last line of the researcher's own code on the way to the error."""
    found = None
    while trace is not None:
        if trace.tb_frame.f_globals is names:
            found = trace
        trace = trace.tb_next
    if found is None:
        return None
    source = linecache.getline(found.tb_frame.f_code.co_filename, found.tb_lineno).strip()
    return found.tb_lineno, source
