"""The browser of the tests: an installed Chromium, found on the PATH.

Without one the tests of pages and of JupyterLab are skipped and say so; with `CBS_REQUIRE_BROWSER=1`, as the
check of every change sets it, a missing browser is a failure.
"""

import os
import shutil
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
# as root in a container there is no sandbox; nothing may ask the network on its own
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
]  # fmt: skip


def chromium_path() -> str:
    """Where the browser is; skips the test, or fails it where a browser is required."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None and Path("/usr/bin/chromium").exists():
        found = "/usr/bin/chromium"
    if found is None:
        told = "no Chromium is installed (apt-get install chromium)"
        if os.environ.get("CBS_REQUIRE_BROWSER"):
            pytest.fail(told)
        pytest.skip(told)
    return found
