"""The kernel of a run: on this machine only, over sockets that no other user can read."""

from __future__ import annotations

import os

from jupyter_client.manager import AsyncKernelManager

__all__ = ["LocalKernelManager"]


class LocalKernelManager(AsyncKernelManager):
    """Talks to the kernel through sockets in a private folder where the system has them."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        if os.name == "posix":
            self.transport = "ipc"
