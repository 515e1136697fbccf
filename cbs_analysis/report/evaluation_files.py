"""The files of an evaluation: JSON, CSV, workbooks with live formulas, and the package of its data."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import Fault, ParameterError
from ..registry.records import LANGS
from .data_package import data_package_bytes
from .evaluation_csv import TABLES, csv_table
from .messages import message
from .synthetic import mark_html
from .table_files import put_whole
from .workbook import workbook_bytes

if TYPE_CHECKING:
    from ..plan.evaluation import Evaluation

__all__ = ["evaluation_files", "file_names", "links_files", "write_evaluation"]


def file_names(lang: str) -> dict[str, str]:
    """The names of the files with the key of what they are, for one language, in the order of a list.

    >>> list(file_names("en"))[:2]
    ['evaluation.en.xlsx', 'verdicts.csv']
    """
    workbook = "evaluation.xlsx" if lang == "zh" else f"evaluation.{lang}.xlsx"
    tables = {f"{name}.csv": f"file_{name}" for name in TABLES}
    return {
        workbook: "file_workbook", **tables, "evaluation.json": "file_json",
        "data_package.zip": "file_package",
    }  # fmt: skip


def evaluation_files(
    evaluation: Evaluation,
    *,
    manifest: Mapping[str, Any],
    langs: Sequence[str] = LANGS,
    raw: str = "",
) -> dict[str, bytes]:
    """The content of every file by its name; see `write_evaluation`.

    `raw` is the folder of raw files as seen from the workbook, for its links; empty for none.
    """
    record = evaluation.to_dict(manifest=manifest)
    text = json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    files = {"evaluation.json": text.encode()}
    files |= {f"{name}.csv": csv_table(record, name) for name in TABLES}
    files |= {next(iter(file_names(lang))): workbook_bytes(record, lang, raw=raw) for lang in langs}
    return files | {"data_package.zip": data_package_bytes(evaluation, manifest=manifest)}


def write_evaluation(
    evaluation: Evaluation,
    folder: Path,
    *,
    manifest: Mapping[str, Any],
    langs: Sequence[str] = LANGS,
    raw: Path | None = None,
    force: bool = False,
) -> list[Path]:
    """Write an evaluation for other programs: all files or none.

    Parameters
    ----------
    evaluation : Evaluation
    folder : pathlib.Path
        Made if it is not there.
    manifest : mapping
        Of the store that the evaluation was computed from: `load_manifest()`.
    langs : sequence of {"zh", "en"}
        Languages of the workbook: `evaluation.xlsx` is Chinese, `evaluation.en.xlsx` English. All other
        files hold both.
    raw : pathlib.Path, optional
        `data/raw` of the project: the workbook then links each figure to its raw file.
    force : bool
        Whether files that exist may be overwritten.

    Returns
    -------
    list of pathlib.Path
        What was written: `evaluation.json`, `verdicts.csv`, `commitments.csv`, `projects.csv`,
        `evidence.csv`, a workbook for each language, `data_package.zip`.

    Raises
    ------
    ParameterError
        If a language is not known, or files exist and `force` is not given; nothing is written.
    ReportError
        If the disk or the folder does not take them.

    Examples
    --------
    >>> import tempfile
    >>> from cbs_analysis import evaluate
    >>> from cbs_analysis.sources.store import load_manifest
    >>> nation = evaluate("national14", as_of="2023-06-30")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = write_evaluation(nation, Path(folder), manifest=load_manifest(), langs=["zh"])
    ...     [path.name for path in written][:3]
    ['evaluation.json', 'verdicts.csv', 'commitments.csv']
    """
    unknown = [lang for lang in langs if lang not in LANGS]
    if unknown:
        raise ParameterError(Fault("lang is not known", got=", ".join(unknown), expected=" or ".join(LANGS)))
    names = ["evaluation.json", *(n for lang in langs for n in file_names(lang))]
    there = sorted({name for name in names if (folder / name).exists()})
    if there and not force:
        raise ParameterError(
            Fault(
                "files exist",
                where=str(folder),
                got=", ".join(there),
                next_step="give another folder, or allow overwriting (--force)",
            )
        )
    files = evaluation_files(evaluation, manifest=manifest, langs=langs, raw=_seen_from(folder, raw))
    folder.mkdir(parents=True, exist_ok=True)
    put_whole({folder / name: content for name, content in files.items()}, force=force)
    return [folder / name for name in files]


def _seen_from(folder: Path, raw: Path | None) -> str:
    """The folder of raw files as a relative address; none from another drive."""
    if raw is None:
        return ""
    try:
        return Path(os.path.relpath(raw.resolve(), folder.resolve())).as_posix()
    except ValueError:
        return ""


def links_files(evaluation: Evaluation, lang: str) -> Any:
    """A line with links to the files beside the page; the run writes them when it publishes the page."""
    from .context import Html

    links = [
        f'<a href="{escape(name, quote=True)}">{escape(message(key, lang))}</a>'
        for name, key in file_names(lang).items()
    ]
    head = message("files_download", lang) + message("colon", lang)
    line = f'<p class="note">{escape(head)}{message("list_sep", lang).join(links)}</p>'
    return Html(mark_html(line, evaluation.synthetic, lang))
