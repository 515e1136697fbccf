"""A page of a report as PDF, printed by a browser that is installed: Chromium, Chrome or Edge."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from ..errors import Fault, ParameterError, ReportError

__all__ = ["find_browser", "pdf_bytes"]

_NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge",
    "microsoft-edge",
)  # fmt: skip
_MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
_WINDOWS = (
    "Google/Chrome/Application/chrome.exe", "Chromium/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)  # fmt: skip
_WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
# a browser would write the place of a file on this machine into the PDF, where no reader could follow it
_FILE_LINK = re.compile(r"""(<a\b[^>]*?)\shref=("(?!#|https?:)[^"]*"|'(?!#|https?:)[^']*')""")
_DATE = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}([^)]*)\)")
BY_HAND = "print by hand: open the HTML page in a browser, Ctrl+P, save as PDF, without headers and footers"


def find_browser(named: Path | None = None) -> Path:
    """Where a browser is that prints pages.

    Parameters
    ----------
    named : pathlib.Path, optional
        The one to use; otherwise one on the PATH, or in the usual place of Windows or macOS.

    Raises
    ------
    ParameterError
        If there is none; it says how to print by hand.
    """
    if named is not None:
        found = shutil.which(str(named))
        if found is None:
            raise ParameterError(
                Fault("the browser cannot be run", where=str(named), expected="the program file of Chromium, "
                      "Chrome or Edge", next_step=BY_HAND)
            )  # fmt: skip
        return Path(found)
    for name in _NAMES:
        if found := shutil.which(name):
            return Path(found)
    usual = [Path(p) for p in _MAC] if sys.platform == "darwin" else _windows_places()
    there = next((p for p in usual if p.is_file()), None)
    if there is None:
        raise ParameterError(
            Fault(
                "no browser for PDF was found",
                expected="Chromium, Chrome or Edge on the PATH, or --browser PATH",
                next_step=BY_HAND,
            )
        )
    return there


def _windows_places() -> list[Path]:
    if sys.platform != "win32":
        return []
    folders = [Path(os.environ[f]) for f in _WINDOWS_FOLDERS if os.environ.get(f)]
    return [folder / place for place in _WINDOWS for folder in folders]


def pdf_bytes(html: Path, *, browser: Path, day: str, seconds: float = 120.0) -> bytes:
    """Print a page of a report.

    Parameters
    ----------
    html : pathlib.Path
        The page. It asks no host for anything, and the browser could reach none.
    browser : pathlib.Path
    day : str
        ISO date that the file says it was made on: that of the report, not of the clock.
    seconds : float
        When the browser is stopped.

    Returns
    -------
    bytes
        A tagged PDF with an outline. Links within the page and to the web work; links to files are left out.

    Raises
    ------
    ReportError
        If the browser fails, takes too long, or leaves no whole PDF.
    """
    with tempfile.TemporaryDirectory(prefix="cbs-pdf-", ignore_cleanup_errors=True) as folder:
        target, page = Path(folder) / "page.pdf", Path(folder) / "page.html"
        page.write_text(
            _FILE_LINK.sub(r"\1 data-file=\2", html.read_text(encoding="utf-8")), encoding="utf-8"
        )
        command = [str(browser), *_arguments(Path(folder)), f"--print-to-pdf={target}", page.as_uri()]
        try:
            done = subprocess.run(
                command, capture_output=True, timeout=seconds, check=False, stdin=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise _failed(html, f"no PDF within {seconds:g} seconds") from None
        except OSError as exc:
            raise _failed(html, f"{browser}: {exc.strerror}") from None
        content = target.read_bytes() if target.is_file() else b""
    if done.returncode or not content.startswith(b"%PDF-") or b"%%EOF" not in content[-64:]:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise _failed(html, said[-1][:200] if said else f"exit code {done.returncode}")
    return _DATE.sub(rb"/\1 (D:" + day.replace("-", "").encode() + rb"000000\2)", content)


def _arguments(folder: Path) -> list[str]:
    """No window, no profile of the user, no network: every name resolves to nothing."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [
        "--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-extensions",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic",
        "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={folder / 'profile'}",
        "--no-pdf-header-footer", "--generate-pdf-document-outline",
        "--run-all-compositor-stages-before-draw", *(["--no-sandbox"] if root else []),
    ]  # fmt: skip


def _failed(html: Path, got: str) -> ReportError:
    return ReportError(Fault("the browser made no PDF", where=str(html), got=got, next_step=BY_HAND))
