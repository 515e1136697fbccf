"""A JupyterLab of the tests: started as `make lab` starts it, on a copy of the project."""

import importlib.util
import json
import os
import shutil
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
COPIED = ("notebooks", "plans", "data/raw", "data/processed")
# test servers have no secret to keep: they listen on this machine, and live as long as the tests
OPTIONS = (
    "--no-browser", "--IdentityProvider.token=", "--ServerApp.password=", "--ServerApp.port=0",
    "--ServerApp.disable_check_xsrf=True", "--ServerApp.log_level=WARN",
    "--LabApp.expose_app_in_browser=True",
)  # fmt: skip
spec = importlib.util.spec_from_file_location("notebooks_tool", ROOT / "tools" / "notebooks.py")
tool = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tool)


def copy_of_project(target: Path) -> Path:
    """What JupyterLab needs of the project, so that nothing is written into this checkout."""
    for name in COPIED:
        if (ROOT / name).exists():
            shutil.copytree(ROOT / name, target / name)
    return target


@dataclass
class Server:
    """A running JupyterLab and the project it shows."""

    url: str
    root: Path
    process: subprocess.Popen

    def ask(self, path: str, method: str = "GET") -> object:
        """Answer of the server's own interface."""
        request = urllib.request.Request(f"{self.url}api/{path}", method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def forget_kernels(self) -> None:
        """End every kernel."""
        for session in self.ask("sessions"):
            self.ask(f"sessions/{session['id']}", "DELETE")

    def stop(self) -> None:
        """End the server with its kernels."""
        self.forget_kernels()
        self.process.terminate()
        self.process.wait(timeout=20)


def start_server(root: Path, home: Path) -> Server:
    """Start JupyterLab on a free port; its settings and caches live in `home`, a folder of the test."""
    runtime = home / "runtime"
    folders = {
        "HOME": home, "JUPYTER_CONFIG_DIR": home / "config", "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": runtime, "IPYTHONDIR": home / "ipython", "MPLCONFIGDIR": home / "matplotlib",
        "JUPYTERLAB_SETTINGS_DIR": home / "settings", "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
    }  # fmt: skip
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    outside = {k: v for k, v in os.environ.items() if k not in ("CBS_ANALYSIS_ROOT", "PYTHONWARNINGS")}
    environment = tool.lab_environment(outside | {k: str(v) for k, v in folders.items()})
    log = (home / "server.log").open("w", encoding="utf-8")
    process = subprocess.Popen(
        [*tool.lab_command(root), *OPTIONS], env=environment, stdout=log, stderr=log, cwd=root
    )
    log.close()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        for told in runtime.glob("jpserver-*.json"):
            try:
                return Server(json.loads(told.read_text(encoding="utf-8"))["url"], root, process)
            except ValueError:  # half written
                pass
        time.sleep(0.1)
    process.kill()
    raise AssertionError(f"JupyterLab did not start:\n{(home / 'server.log').read_text(encoding='utf-8')}")
