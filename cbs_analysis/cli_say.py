"""What a command says to a person: words from files cannot colour, move or hide anything on a terminal."""

from __future__ import annotations

import json
from typing import Any

import click

from .report.plain_text import visible

__all__ = ["json_line", "say"]


def say(text: object = "", *, err: bool = False, nl: bool = True, fg: str | None = None) -> None:
    """Print a text; colours are ours alone.

    Parameters
    ----------
    text : object
        Control characters and signs that turn text around become U+FFFD.
    err : bool
        To standard error.
    nl : bool
        End the line.
    fg : str, optional
        Colour, on terminals only.
    """
    click.secho(visible(str(text)), err=err, nl=nl, fg=fg)


def json_line(what: Any) -> str:
    r"""JSON on one line for programs: nothing is lost, what could act on a terminal is an escape.

    >>> print(json_line({"label": "就业\u202e\x9b2J"}))
    {"label": "就业\u202e\u009b2J"}
    """
    text = json.dumps(what, ensure_ascii=False)
    return "".join(c if visible(c) == c else json.dumps(c)[1:-1] for c in text)
