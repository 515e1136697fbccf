"""The kernel of a run: on this machine only, over sockets that no other user can read."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager

__all__ = ["LocalKernelManager"]

LONGEST = 80  # bytes of a folder whose sockets have an address within the 107 that a system allows


class LocalKernelManager(AsyncKernelManager):
    """Talks to the kernel through sockets in a private folder where the system has them.

    Each kernel has a folder of its own: two kernels started at once must never share a socket.
    """

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._sockets: Path | None = None
        if os.name == "posix":
            own = tempfile.gettempdir()
            roomy = len(os.fsencode(own)) <= LONGEST
            self._sockets = Path(tempfile.mkdtemp(prefix="cbs-", dir=own if roomy else "/tmp"))
            self.transport = "ipc"
            self.ip = str(self._sockets / "k")

    async def start_kernel(self, **kwargs: Any) -> None:  # type: ignore[override]
        """Start the kernel detached from our streams: its words reach us as messages only.

        A kernel that inherits a pipe of cron keeps it open, and writes shutdown noise into it.
        """
        kwargs = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} | kwargs
        await super().start_kernel(**kwargs)

    async def cleanup_resources(self, restart: bool = False) -> None:  # type: ignore[override]
        """Remove the folder of the sockets with the kernel."""
        await super().cleanup_resources(restart=restart)
        if not restart and self._sockets is not None:
            shutil.rmtree(self._sockets, ignore_errors=True)
