"""Reference pages, written from the package when they are read.

A line `<!-- public: cbs_analysis.series -->` becomes a section for each module behind the public names of
that layer, each with signature and docstring; `<!-- names: MODULE NAME ... -->` the entries of single
names; `<!-- package -->` a table of what the package itself gives; `<!-- commands -->` every command with its
help and options. So a name, command or option is on its page as soon as it is in the code.
"""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from typing import Any

import click
from sphinx.application import Sphinx

_LINE = re.compile(r"^<!-- (public|names|package|commands):? ?([^>]*?) -->$", re.MULTILINE)


def _entry(name: str, thing: Any) -> str:
    if inspect.isclass(thing) and issubclass(thing, Exception):
        return f".. autoexception:: {name}\n   :show-inheritance:\n"
    if inspect.isclass(thing):
        return f".. autoclass:: {name}\n   :members:\n"
    if callable(thing):  # functions, those that remember their answers too
        return f".. autofunction:: {name}\n"
    rows = [f"   * ``{key}``: {', '.join(told.values())}" for key, told in thing.items()]
    return "\n".join([f".. py:data:: {name}", "", *rows, ""])


def _first(thing: Any) -> str:
    """First paragraph of a docstring, in one line."""
    return " ".join((thing.__doc__ or "").strip().split("\n\n")[0].split())


def names(module: str, listed: list[str]) -> str:
    """Write the MyST text for some names of a module."""
    home = import_module(module)
    entries = "\n".join(_entry(name, getattr(home, name)) for name in listed)
    return f"```{{eval-rst}}\n.. py:currentmodule:: {module}\n\n{entries}```\n"


def public(module: str) -> str:
    """Write the MyST text for the public names of a layer, by the modules that they are written in."""
    layer = import_module(module)
    homes: dict[str, list[str]] = {}
    for name in layer.__all__:
        home = getattr(getattr(layer, name), "__module__", "")
        homes.setdefault(home if home.startswith("cbs_analysis") else module, []).append(name)
    text = []
    for home, listed in homes.items():
        if len(homes) > 1:
            text += [f"## {home.removeprefix(module + '.').removeprefix('cbs_analysis.')}", ""]
            text += [_first(import_module(home)), ""]
        text.append(names(module, listed))
    return "\n".join(text)


def package() -> str:
    """Write a table of what the package itself gives, linked to the layers."""
    import cbs_analysis

    rows = []
    for name in cbs_analysis.__all__:
        thing = getattr(cbs_analysis, name)
        if not isinstance(thing, str):
            layer = ".".join(thing.__module__.split(".")[:2])
            role = "py:exc" if inspect.isclass(thing) else "py:func"
            rows.append(f"| {{{role}}}`cbs.{name} <{layer}.{name}>` | {_first(thing)} |")
    return "\n".join(["| name | what it is |", "|---|---|", *rows, ""])


def _option(parameter: click.Parameter, context: click.Context) -> str:
    if isinstance(parameter, click.Argument):
        return f"| `{parameter.make_metavar(context)}` | |"
    name, told = parameter.get_help_record(context) or ("", "")
    told = told.replace("|", r"\|").replace("<", r"\<")
    return f"| `{name.replace('|', ' or ')}` | {told} |"


def _help(command: click.Command) -> str:
    """Words of a command; paragraphs that click must not wrap become code."""
    text = inspect.cleandoc(command.help or "").split("\f")[0]
    parts = []
    for paragraph in re.split(r"\n\s*\n", text):
        if paragraph.startswith("\b"):
            parts.append("```text\n" + paragraph.removeprefix("\b").strip("\n") + "\n```")
        else:
            parts.append(paragraph)
    return "\n\n".join(parts)


def commands(command: click.Command, path: str, above: click.Context | None = None) -> str:
    """Write the MyST text for a command and all below it."""
    context = click.Context(command, info_name=path.split()[-1], parent=above)
    shown = [p for p in command.get_params(context) if not getattr(p, "hidden", False)]
    usage = " ".join([path, *command.collect_usage_pieces(context)])
    text = [f"{'#' * (2 + bool(above))} {path}", "", f"```text\n{usage}\n```", "", _help(command), ""]
    if shown:
        text += ["| option | meaning |", "|---|---|", *(_option(p, context) for p in shown), ""]
    below = command.commands if isinstance(command, click.Group) else {}
    for name in sorted(below):
        text.append(commands(below[name], f"{path} {name}", context))
    return "\n".join(text)


def _written(found: re.Match[str]) -> str:
    kind, words = found[1], found[2].split()
    if kind == "public":
        return public(words[0])
    if kind == "names":
        return names(words[0], words[1:])
    if kind == "package":
        return package()
    from cbs_analysis.cli import main

    return commands(main, "cbs-analysis")


def _expand(app: Sphinx, page: str, source: list[str]) -> None:
    source[0] = _LINE.sub(_written, source[0])


def setup(app: Sphinx) -> dict[str, Any]:
    """Expand the lines whenever a page is read."""
    app.connect("source-read", _expand)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
