"""The commit of the project."""

from __future__ import annotations

from pathlib import Path

__all__ = ["commit_of"]


def commit_of(root: Path) -> tuple[str, bool]:
    """The commit of the project ("" outside git) and whether it has uncommitted changes."""
    import subprocess

    def git(*args: str) -> str:
        try:
            done = subprocess.run(
                ["git", "-C", str(root), *args], capture_output=True, text=True, timeout=20, check=True
            )
        except (OSError, subprocess.SubprocessError):
            return ""
        return done.stdout.strip()

    head = git("rev-parse", "--short=12", "HEAD")
    changed = bool(head and git("status", "--porcelain", "--", "cbs_analysis", "notebooks", "data/raw"))
    return head, changed
