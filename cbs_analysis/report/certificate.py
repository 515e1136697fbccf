"""The birth certificate of a page: all that one needs to make it again, for people and for machines.

No clock and no machine stands in it, nor the engine that ran the cells: the same inputs give the same bytes.
"""

from __future__ import annotations

import ast
import json
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..registry.load import plan_files
from ..sources.sidecar import SUFFIX, sha256_of
from .assumptions import load_assumptions
from .commit import commit_of
from .messages import message
from .notebook_parameters import declared_in
from .parameter_cells import PARAMETERS

if TYPE_CHECKING:
    from .context import ReportContext

__all__ = ["LIBRARIES", "certificate", "extra_parameters", "provenance_rows", "rests_on"]

LIBRARIES = ("numpy", "pandas", "scipy", "statsmodels", "matplotlib", "seaborn", "papermill", "pyarrow")
_INJECTED = "# Parameters"  # how papermill heads the cell that it adds

# which assumptions of the register a page rests on, by what it does
_OF_FIGURES = ("A11", "A14", "A35", "A74")
_OF_YEARLY = ("A13", "A18")
_OF_INCOMES = ("A17",)
_OF_MONTHS = ("A38",)
_OF_LAYOUT = {"table": tuple(f"A{n}" for n in range(24, 35)), "office_workbook": ("A71", "A72")}
_OF_EVALUATION = ("A07", "A15", "A65", "A70")
_OF_TYPE: dict[str, tuple[str, ...]] = {
    "level": ("A01", "A03", "A04", "A20", "A75", "A76"),
    "coverage": ("A01", "A03", "A04", "A08", "A76"),
    "sum": ("A01", "A03", "A19", "A63", "A64"),
    "average_growth": ("A58",),
    "keep_below": ("A57", "A63", "A64"),
    "keep_above": ("A57", "A63", "A64"),
    "not_below_previous": ("A57",),
    "zero": ("A57",),
    "synchrony": ("A02",),
    "direction": ("A21",),
    "activity": ("A21",),
    "mechanism": ("A05", "A16", "A60", "A61", "A62"),
    "yes_no": ("A16", "A62"),
    "expert": ("A16",),
    "project": ("A06", "A23", "A66", "A67", "A68", "A69"),
}
_OF_PLAN: dict[str, tuple[str, ...]] = {"cbs14": ("A09", "A22"), "national14": ("A10", "A79")}
_OF_NOTEBOOK: dict[str, tuple[str, ...]] = {
    "11": ("A45",),
    "21": ("A36", "A45", "A46"),
    "22": ("A46", "A49", "A54", "A55"),
    "23": ("A46", "A47", "A48"),
    "24": ("A12", "A49", "A50"),
    "25": ("A36", "A46", "A53", "A54", "A56"),
    "26": ("A51", "A52"),
    "27": tuple(f"A{n}" for n in range(90, 95)),
    "37": tuple(f"A{n}" for n in range(80, 90)),
    "90": ("A73", "A77", "A78"),
}


def certificate(ctx: ReportContext) -> dict[str, Any]:
    """The certificate of a report as it stands now, as plain JSON.

    Parameters
    ----------
    ctx : ReportContext

    Returns
    -------
    dict
        package {name, version}, python, libraries {name: version}, commit ("" outside git), uncommitted,
        data_key, plan_key (hash of the file of the plan), parameters {name: value},
        inputs [{file, sha256, published}], warnings, assumptions (ids of the register).
    """
    head, changed = commit_of(ctx.root)
    inputs = ctx.manifest["inputs"]
    return {
        "package": {"name": "cbs_analysis", "version": __version__},
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "commit": head,
        "uncommitted": changed,
        "data_key": ctx.manifest["key"],
        "plan_key": _plan_key(ctx.plan.id, ctx.root),
        "parameters": {
            "area": ctx.area.code, "as_of": ctx.as_of.isoformat(), "plan": ctx.plan.id, "lang": ctx.lang,
            "alpha": ctx.alpha, "seed": ctx.seed, **ctx.extra,
        },
        "inputs": [
            {"file": name, "sha256": inputs[name]["sha256"], "published": inputs[name]["published"]}
            for name in ctx.files
        ],
        "warnings": list(dict.fromkeys(ctx.warnings)),
        "assumptions": list(rests_on(ctx)),
    }  # fmt: skip


def provenance_rows(told: Mapping[str, Any], lang: str) -> list[tuple[str, str]]:
    """The certificate as rows of the table that closes a page."""

    def t(key: str, **values: object) -> str:
        return message(key, lang, **values)

    libraries = ", ".join(f"{name} {number}" for name, number in told["libraries"].items())
    commit = told["commit"] or t("unknown")
    none, joined = t("prov_none"), t("list_sep").join(told["assumptions"])
    return [
        (t("prov_parameters"), json.dumps(told["parameters"], ensure_ascii=False)),
        (
            t("prov_package"),
            f"cbs_analysis {told['package']['version']}; Python {told['python']}; {libraries}",
        ),
        (t("prov_commit"), commit + (f" ({t('uncommitted')})" if told["uncommitted"] else "")),
        (t("prov_store"), told["data_key"][:16]),
        (t("prov_warnings"), "; ".join(told["warnings"]) or none),
        (t("prov_assumptions"), t("prov_assumptions_of", ids=joined) if joined else none),
    ]


def rests_on(ctx: ReportContext) -> tuple[str, ...]:
    """Ids of the assumptions that a page rests on, in the order of the register.

    They follow from what the page did: figures it read and how their files were read, the plan it judged and
    the kinds of its measures, the models of its notebook.
    """
    found: set[str] = set(_OF_NOTEBOOK.get(ctx.slug[:2], ()))
    if ctx.files:
        found.update(_OF_FIGURES)
        for layout in _layouts(ctx.root / "data" / "raw", ctx.files):
            found.update(_OF_LAYOUT.get(layout, ()))
    if ctx.used_yearly:
        found.update(_OF_YEARLY)
        if ctx.area.level == "province":
            found.add("A12")
    if ctx.files and _holds_incomes(ctx):
        found.update(_OF_INCOMES)
    if ctx.files and "M" in set(ctx._all["freq"]):
        found.update(_OF_MONTHS)
    if ctx.evaluated:
        found.update(_OF_EVALUATION, _OF_PLAN.get(ctx.plan.id, ()))
        for measure in ctx.plan.measures:
            found.update(_OF_TYPE[measure.type])
    return tuple(a.id for a in load_assumptions() if a.id in found)


def _plan_key(plan: str, root: Path) -> str:
    """SHA-256 of the file that a plan was read from; "" when it has another name than the plan."""
    shipped = Path(__file__).parents[1] / "registry" / "plans" / f"{plan}.yml"
    found = [p for p in (*plan_files(root), shipped) if p.stem == plan and p.exists()]
    return sha256_of(found[0]) if found else ""


def _holds_incomes(ctx: ReportContext) -> bool:
    return bool(ctx._all["indicator"].str.startswith("disposable_income").any())


def _layouts(raw: Path, files: Iterable[str]) -> set[str]:
    """How the raw files were read, as their sidecars say; nothing of a file that is gone."""
    found = set()
    for name in files:
        sidecar = raw / (name + SUFFIX)
        text = sidecar.read_text(encoding="utf-8") if sidecar.exists() else ""
        match = re.search(r"^layout:\s*(\w+)", text, re.MULTILINE)
        if match:
            found.add(match[1])
    return found


def extra_parameters(sources: Sequence[str]) -> dict[str, Any]:
    """Parameters that a notebook declares beside those that all have, with the values that it ran with.

    Parameters
    ----------
    sources : sequence of str
        Code of the cells that ran, in their order.

    Examples
    --------
    >>> cell = 'area: str = "220000"' + chr(10) + 'plan: str = "cbs14"' + chr(10) + 'since: int = 2015'
    >>> extra_parameters([cell, "# Parameters" + chr(10) + "since = 2018", "x = 1"])
    {'since': 2018}
    """
    values: dict[str, Any] = {}
    for source in sources:
        try:
            names = declared_in(source)
        except (SyntaxError, ValueError):  # a magic of IPython
            continue
        declares = len({"area", "as_of", "plan"} & set(names)) >= 2
        if (declares or source.startswith(_INJECTED)) and _only_literals(source):
            values |= {n: d.default for n, d in names.items() if n not in PARAMETERS}
    return values


def _only_literals(source: str) -> bool:
    return all(isinstance(node, ast.Assign | ast.AnnAssign) for node in ast.parse(source).body)
