"""The user's own command at the end of a run: it gets the digest and decides what to do with it."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Mapping

from ...errors import Fault, ParameterError

__all__ = ["SECONDS", "check_hook", "run_hook"]

SECONDS = 60.0


def check_hook(command: str) -> list[str]:
    """The words of a command, as a shell would split them; no shell runs it unless the user named one.

    Raises
    ------
    ParameterError
        Quotes that do not close, or a program that is not there.
    """
    try:
        words = shlex.split(command, posix=os.name == "posix")
    except ValueError as exc:
        raise ParameterError(Fault("the hook cannot be read", "--hook", command, str(exc))) from None
    if not words or shutil.which(words[0]) is None:
        raise ParameterError(
            Fault(
                "the program of the hook is not there", "--hook", words[0] if words else "nothing",
                "a program and its arguments, such as 'mail -s digest x@example.org'",
                "for a pipe or a variable of the shell write sh -c '...'",
            )
        )  # fmt: skip
    return words


def run_hook(words: list[str], text: str, facts: Mapping[str, str], *, seconds: float = SECONDS) -> str:
    """Run the command with the digest on its standard input and the facts in its environment.

    Parameters
    ----------
    words : list of str
        From `check_hook`.
    text : str
        The digest as Markdown, given in UTF-8.
    facts : mapping
        Names to values: CBS_RUN, CBS_EXIT, CBS_MADE, CBS_UNCHANGED, CBS_FAILED, CBS_CHANGED, CBS_REPORTS,
        CBS_DIGEST.
    seconds : float
        After which it is killed with all that it started.

    Returns
    -------
    str
        "" when it ended well; otherwise how it failed, with the last line that it wrote.
    """
    try:
        process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**os.environ, **facts}, start_new_session=True,
        )  # fmt: skip
    except OSError as exc:
        return exc.strerror or str(exc)
    try:
        written, _ = process.communicate(text.encode(), timeout=seconds)
    except subprocess.TimeoutExpired:
        _end(process)
        return f"it took longer than {seconds:g} seconds and was stopped"
    last = next((x for x in reversed(written.decode(errors="replace").splitlines()) if x.strip()), "")
    return f"exit {process.returncode}" + (f": {last[:200]}" if last else "") if process.returncode else ""


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the command and what it started, and do not wait for whoever holds its output."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
