"""Reports as files for Word, for paper and for other programs, made from what was published in `reports/`."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from ..errors import Fault, ParameterError
from .context import RECORD_MIME
from .docx_report import docx_bytes
from .export_charts import chart_files
from .export_page import Page, read_page
from .pdf import find_browser, pdf_bytes

__all__ = ["CHART_FORMATS", "REPORT_FORMATS", "Report", "find_reports", "report_files"]

CHART_FORMATS = {"png": "png", "svg": "svg", "chart-csv": "csv"}  # format: ending
REPORT_FORMATS = ("docx", "pdf", *CHART_FORMATS)
_PARAMETERS = ("area", "as_of", "plan", "lang", "alpha", "seed")


@dataclass(frozen=True)
class Report:
    """A published report: its page, its executed notebook, and what the run kept of it."""

    html: Path
    notebook: Any = field(repr=False)
    record: Mapping[str, Any] = field(repr=False)

    @property
    def name(self) -> str:
        """Name of its files without ending; English ones end in `.en`."""
        return self.html.name.removesuffix(".html")

    def page(self) -> Page:
        """What it shows."""
        return read_page(self.notebook, dict(self.record))


def find_reports(
    reports: Path,
    *,
    area: str,
    as_of: str,
    plan: str,
    notebooks: Sequence[str] = (),
    langs: Sequence[str] = ("zh",),
) -> list[Report]:
    """The published reports of an area, a day and a plan.

    Parameters
    ----------
    reports : pathlib.Path
        Folder of the reports.
    area, as_of, plan : str
        Code, ISO date and id.
    notebooks : sequence of str
        Such as ``"11_income_growth"``; all that are there by default.
    langs : sequence of {"zh", "en"}

    Raises
    ------
    ParameterError
        With every report that is missing, failed, or was made with another plan, and how to make it.
    """
    folder = reports / as_of / area
    run = f"cbs-analysis run --area {area} --plan {plan} --as-of {as_of}"
    found: list[Report] = []
    faults: list[Fault] = []
    for lang in dict.fromkeys(langs):
        for name in notebooks or _made(folder, lang):
            full = name if lang == "zh" else f"{name}.{lang}"
            result = _load(folder, full, plan, f"{run} --lang {lang} --notebook {name}")
            if isinstance(result, Report):
                found.append(result)
            elif notebooks or result.what != _OTHER_PLAN:
                faults.append(result)
        if not notebooks and not any(r.record["lang"] == lang for r in found) and not faults:
            faults.append(
                Fault(f"there is no report in {lang}", where=str(folder), next_step=f"{run} --lang {lang}")
            )
    if faults:
        raise ParameterError(faults)
    return found


_OTHER_PLAN = "the report was made with another plan"


def _made(folder: Path, lang: str) -> list[str]:
    """Names of the notebooks that have a page in a language, good or failed."""
    names = {p.name.removesuffix(".html").removesuffix(".failed") for p in folder.glob("[0-9]*.html")}
    english = {n.removesuffix(".en") for n in names if n.endswith(".en")}
    return sorted(english if lang == "en" else {n for n in names if not n.endswith(".en")})


def _load(folder: Path, name: str, plan: str, step: str) -> Report | Fault:
    import nbformat

    where = (folder / f"{name}.html").as_posix()
    if (folder / f"{name}.failed.html").exists():
        return Fault(
            "the last run of the report failed", where=where, next_step=f"see {name}.failed.html, then {step}"
        )
    paths = folder / f"{name}.html", folder / f"{name}.ipynb"
    if not all(p.is_file() for p in paths):
        return Fault("the report is not there", where=where, next_step=step)
    notebook = nbformat.read(paths[1], as_version=4)
    record = next(_records(notebook), None)
    if record is None:
        return Fault("the notebook of the report holds no record of its run", where=where, next_step=step)
    if record["plan"] != plan:
        return Fault(_OTHER_PLAN, where=where, got=str(record["plan"]), expected=plan, next_step=step)
    return Report(paths[0], notebook, record)


def _records(notebook: Any) -> Iterator[dict[str, Any]]:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if RECORD_MIME in output.get("data", {}):
                yield dict(output["data"][RECORD_MIME])


def report_files(
    report: Report, formats: Collection[str], *, root: Path, out: Path, browser: Path | None = None
) -> dict[str, bytes]:
    """The files of a report in some formats, by their names below `out`.

    Parameters
    ----------
    report : Report
    formats : collection of str
        Of `REPORT_FORMATS`.
    root : pathlib.Path
        Project folder: charts need the notebook and the data.
    out : pathlib.Path
        Where the files will lie, for links to the pages of the sources.
    browser : pathlib.Path, optional
        For PDF; found by itself otherwise.

    Raises
    ------
    ParameterError
        If there is no browser for PDF.
    ReportError
        If a format cannot be made.
    """
    files: dict[str, bytes] = {}
    if "docx" in formats:
        files[f"{report.name}.docx"] = docx_bytes(report.page(), link=_Rebase(report.html.parent, out))
    if "pdf" in formats:
        day = str(report.record["as_of"])
        files[f"{report.name}.pdf"] = pdf_bytes(report.html, browser=find_browser(browser), day=day)
    endings = [CHART_FORMATS[f] for f in formats if f in CHART_FORMATS]
    if endings:
        files |= _charts(report, endings, root)
    return files


def _charts(report: Report, endings: Sequence[str], root: Path) -> dict[str, bytes]:
    charts = chart_files(
        root / "notebooks" / f"{report.record['slug']}.ipynb", _parameters(report), root=root,
        pictures={p.png for p in report.page().pictures},
    )  # fmt: skip
    return {
        f"{report.name}/{c.name}.{ending}": c.files[ending]
        for c in charts
        for ending in endings
        if ending in c.files
    }


def _parameters(report: Report) -> dict[str, Any]:
    """The parameters that the notebook was run with, from the cell that the run put into it."""
    space: dict[str, Any] = {}
    for cell in report.notebook.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            space = _literals(cell.source)
    return {k: v for k, v in space.items() if k in _PARAMETERS}


def _literals(source: str) -> dict[str, Any]:
    """Names with literal values, read and not run.

    >>> _literals('area = "000000"\\nalpha: float = 0.1')
    {'area': '000000', 'alpha': 0.1}
    """
    import ast

    found: dict[str, Any] = {}
    for node in ast.parse(source).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if (
            isinstance(target, ast.Name)
            and isinstance(node, (ast.Assign, ast.AnnAssign))
            and node.value is not None
        ):
            found[target.id] = ast.literal_eval(node.value)
    return found


@dataclass(frozen=True)
class _Rebase:
    """Addresses of a page as seen from another folder; none where nothing lies."""

    page: Path
    out: Path

    def __call__(self, href: str) -> str:
        if href.startswith(("http:", "https:", "mailto:")):
            return href
        path, mark, place = href.partition("#")
        target = self.page / unquote(path)
        if not path or not target.exists():
            return ""
        try:
            relative = os.path.relpath(target.resolve(), self.out.resolve())
        except ValueError:  # another drive of Windows
            return ""
        return Path(relative).as_posix() + mark + place
