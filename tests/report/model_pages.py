"""What tests of model pages share: a project of one notebook, its page as text, Latin words in Chinese."""

from __future__ import annotations

import re
import shutil
from html import unescape
from pathlib import Path

from cbs_analysis.report.jobs import RunSpec
from cbs_analysis.report.run import run_report

CODES = r"22CB00|99DM00|aipaogen"


def words(html: str) -> str:
    """The text of a piece of HTML."""
    return unescape(re.sub(r"<[^>]+>", " ", html))


def english(text: str, names: str = "") -> list[str]:
    """Latin words of a Chinese text that are no codes of areas, publishers or `names` of tests."""
    known = f"{CODES}|{names}" if names else CODES
    return re.findall(r"[A-Za-z]{2,}", re.sub(known, "", text))


def project_of(root: Path, folder: Path, notebook: str) -> Path:
    """The built store and one notebook in a folder of their own."""
    (folder / "notebooks").mkdir()
    (folder / "data").symlink_to(root / "data")
    shutil.copy(root / "notebooks" / f"{notebook}.ipynb", folder / "notebooks")
    return folder


def check_page(
    project: Path,
    spec: RunSpec,
    expected: list[str],
    *,
    names: str = "",
    images: int | None = None,
) -> None:
    """Make a page: it must be made, hold what is expected, no NaN or traceback, and no English in Chinese."""
    result = run_report(spec, root=project, backend="fork")  # the files are those of an ordinary kernel
    assert result.status == "made", result.message
    html = Path(result.html).read_text(encoding="utf-8")
    assert images is None or html.count("data:image/png;base64,") == images
    body = re.sub(r"<(style|script|code|pre)\b.*?</\1>", " ", html[html.index("<h1") :], flags=re.S)
    text = words(body)
    assert not [x for x in expected if x not in text]
    assert not re.search(r"\b(nan|NaN|None|inf|Traceback)\b", text)
    if spec.lang == "zh":  # the provenance names files and versions
        assert not english(text[: text.rindex("生成信息")].replace("English", ""), names)
