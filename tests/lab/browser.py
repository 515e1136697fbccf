"""What a researcher does in JupyterLab, done in a real browser: open, change a parameter, run all, save."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat

from .server import Server

# [status of the kernel, code cells, those that ran or failed, those waiting]
_STATE = """() => {
  const panel = window.jupyterapp.shell.currentWidget;
  const kernel = panel?.sessionContext?.session?.kernel;
  const cells = panel?.content?.widgets?.filter(
    c => c.model.type === 'code' && c.model.sharedModel.source.trim());
  if (!kernel || !cells?.length) return null;
  const waiting = cells.filter(c => c.model.executionState === 'running');
  return {path: panel.context.path, status: kernel.status, connection: kernel.connectionStatus,
          cells: cells.length, counted: cells.filter(c => c.model.executionCount).length,
          waiting: waiting.length, dirty: panel.context.model.dirty};
}"""
_OPEN = "path => window.jupyterapp.commands.execute('docmanager:open', {path}).then(() => null)"
_THEME = "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme}).then(() => null)"
_CHANGE = """([tag, before, after]) => {
  const cells = window.jupyterapp.shell.currentWidget.content.widgets;
  const cell = cells.find(c => (c.model.getMetadata('tags') ?? []).includes(tag)).model.sharedModel;
  if (!cell.source.includes(before)) throw new Error(`no ${before} in ${cell.source}`);
  cell.setSource(cell.source.replace(before, after));
}"""


class Lab:
    """One browser page on one JupyterLab; notebooks are opened one after the other, each alone."""

    def __init__(self, page: Any, server: Server) -> None:
        self.page, self.server = page, server
        self.asked: list[str] = []  # every address that the page asked for
        page.on("request", lambda request: self.asked.append(request.url))

    def start(self) -> None:
        """Open JupyterLab itself, with nothing in it, and wait until its menus stand."""
        self.page.goto(f"{self.server.url}lab?reset")
        self.page.get_by_role("menuitem", name="Run", exact=True).wait_for(timeout=60_000)
        self.page.wait_for_function("() => window.jupyterapp.restored.then(() => true)")

    def open(self, path: str) -> None:
        """Open a notebook of the project and wait until its kernel answers."""
        self.page.evaluate(_OPEN, path)
        self._wait(f"s && s.path === '{path}' && s.connection === 'connected' && s.status === 'idle'")

    def close(self) -> None:
        """Close what is open without a question, and end its kernel: two cores hold one notebook well."""
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget?.dispose()")
        self.server.forget_kernels()

    def menu(self, *labels: str) -> None:
        """Choose from the menus, as with the mouse."""
        first, last = labels
        self.page.get_by_role("menuitem", name=first, exact=True).click()
        item = self.page.locator(".lm-Menu-item", has_text=re.compile(f"^{re.escape(last)}"))
        item.first.click()

    def change(self, before: str, after: str, *, tag: str = "parameters") -> None:
        """Change the source of a tagged cell."""
        self.page.evaluate(_CHANGE, [tag, before, after])

    def run_all(self, *, seconds: int = 120) -> None:
        """Run > Run All Cells, and wait until nothing runs or waits."""
        self.menu("Run", "Run All Cells")
        self._wait("s && s.counted > 0 && s.waiting === 0 && s.status === 'idle'", seconds)

    def save(self) -> Any:
        """File > Save Notebook, and the notebook as it stands on the disk."""
        path = self.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.path")
        self.menu("File", "Save Notebook")
        self._wait("s && !s.dirty", 20)
        return nbformat.read(self.server.root / path, as_version=4)

    def theme(self, name: str) -> None:
        """Settings > Theme."""
        self.page.evaluate(_THEME, name)
        light = "true" if "Light" in name else "false"
        self.page.wait_for_selector(f"body[data-jp-theme-light='{light}']", state="attached")

    def look(self, target: Path) -> None:
        """A picture of what the researcher sees."""
        self.page.screenshot(path=str(target))

    def _wait(self, condition: str, seconds: int = 60) -> None:
        test = f"() => {{ const s = ({_STATE})(); return {condition}; }}"
        self.page.wait_for_function(test, timeout=1000 * seconds, polling=100)


def outputs_of(notebook: Any, kind: str) -> list[Any]:
    """All outputs of one kind, such as `error`."""
    cells = (c for c in notebook.cells if c.cell_type == "code")
    return [o for cell in cells for o in cell.outputs if o.output_type == kind]
