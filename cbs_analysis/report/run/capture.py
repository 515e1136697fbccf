"""A shell that runs cells in this process and keeps their outputs as a notebook does."""

from __future__ import annotations

import atexit
import contextlib
import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell, InteractiveShellABC
from jupyter_client.jsonutil import json_default
from nbformat.v4 import new_output
from traitlets import Any as AnyTrait
from traitlets import Type
from traitlets.config import Config

__all__ = ["CellShell", "new_shell"]


class _Outputs:
    """The outputs of the running cell, in the order in which they came; threads may write too."""

    def __init__(self) -> None:
        self.list: list[Any] = []
        self._by_id: dict[str, list[Any]] = {}
        # joined when the cell ends: 25 MB in small pieces take no time
        self._texts: list[tuple[Any, io.StringIO]] = []
        self._clear_next = False
        self._lock = threading.RLock()

    def start(self) -> None:
        with self._lock:
            self.list, self._texts, self._clear_next = [], [], False

    def end(self) -> list[Any]:
        with self._lock:
            for output, text in self._texts:
                output.text = text.getvalue()
            return list(self.list)

    def add(self, output: Any, display_id: str | None = None) -> None:
        with self._lock:
            if self._clear_next:
                self.clear(wait=False)
            if display_id:
                self.update(display_id, output.data, output.metadata)
                self._by_id.setdefault(display_id, []).append(output)
            self.list.append(output)

    def stream(self, name: str, text: str) -> None:
        with self._lock:
            last = self.list[-1] if self.list and not self._clear_next else None
            if last is None or last.output_type != "stream" or last.name != name:
                last = new_output("stream", name=name)
                self.add(last)
                self._texts.append((last, io.StringIO()))
            self._texts[-1][1].write(text)  # the last stream is the last one begun

    def update(self, display_id: str, data: Any, metadata: Any) -> None:
        with self._lock:
            for output in self._by_id.get(display_id, []):
                output["data"], output["metadata"] = data, metadata

    def clear(self, wait: bool) -> None:
        with self._lock:
            self._clear_next = wait
            if not wait:
                self.list.clear()


class _Stream(io.TextIOBase):
    encoding = "UTF-8"

    def __init__(self, outputs: _Outputs, name: str) -> None:
        self._outputs, self._name = outputs, name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if text:
            self._outputs.stream(self._name, text)
        return len(text)


def _sent(data: Any) -> Any:
    """A MIME bundle or its metadata as a kernel sends it: bytes in base64, everything plain JSON."""
    return json.loads(json.dumps(data, default=json_default, ensure_ascii=False))


class _Publisher(DisplayPublisher):
    outputs = AnyTrait()

    def publish(
        self,
        data: Any,
        metadata: Any = None,
        source: Any = None,
        *,
        transient: Any = None,
        update: bool = False,
        **kwargs: Any,
    ) -> None:
        display_id = (transient or {}).get("display_id")
        data, metadata = _sent(data), _sent(metadata or {})
        if update:
            self.outputs.update(display_id, data, metadata)
        else:
            self.outputs.add(new_output("display_data", data=data, metadata=metadata), display_id)

    def clear_output(self, wait: bool = False) -> None:
        self.outputs.clear(wait)


class _Hook(DisplayHook):
    outputs = AnyTrait()
    _count = 0

    def start_displayhook(self) -> None:
        """No prompt is written."""

    def write_output_prompt(self) -> None:
        """The number goes into the output."""
        self._count = self.prompt_count

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        self.outputs.add(
            new_output(
                "execute_result", data=_sent(format_dict), metadata=_sent(md_dict or {}),
                execution_count=self._count,
            )
        )  # fmt: skip

    def finish_displayhook(self) -> None:
        """Nothing is flushed."""


class CellShell(InteractiveShell):
    """Runs one cell after the other; `run` returns what the cell showed and how it ended."""

    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Hook)

    def __init__(self, **kwargs: Any) -> None:
        self.outputs = _Outputs()
        super().__init__(**kwargs)
        for part in (self.display_pub, self.displayhook):
            part.set_trait("outputs", self.outputs)
        self._streams = _Stream(self.outputs, "stdout"), _Stream(self.outputs, "stderr")

    def init_virtualenv(self) -> None:
        """The process is the environment."""

    def init_syntax_highlighting(self, *args: Any) -> None:
        """Pages show no coloured tracebacks."""

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        name = getattr(etype, "__name__", str(etype))
        self.outputs.add(new_output("error", ename=name, evalue=str(evalue), traceback=list(stb)))

    def enable_gui(self, gui: Any = None) -> None:
        """There is no screen."""

    def run(self, source: str) -> tuple[list[Any], BaseException | None, int]:
        """Run a cell; returns its outputs, what it raised, and its number."""
        self.outputs.start()
        number = self.execution_count
        out, err = self._streams
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            result = self.run_cell(source, store_history=True)
        error = result.error_before_exec or result.error_in_exec
        if error is not None and not any(o.output_type == "error" for o in self.outputs.list):
            self._showtraceback(type(error), error, [])
        return self.outputs.end(), error, number


InteractiveShellABC.register(CellShell)


@contextlib.contextmanager
def new_shell(folder: Path) -> Iterator[CellShell]:
    """A shell of its own for one notebook; nothing of the user's profile reaches it.

    Parameters
    ----------
    folder : pathlib.Path
        Where IPython may write; not the user's home.
    """
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    CellShell.clear_instance()
    shell = CellShell.instance(config=config, ipython_dir=str(folder))
    try:
        yield shell
    finally:
        # nothing to save and nothing to free: the process ends, and clearing its names one by one takes time
        atexit.unregister(shell.atexit_operations)
        shell.restore_sys_module_state()
        CellShell.clear_instance()
