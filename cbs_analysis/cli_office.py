"""What `cbs-analysis intake` does with the workbook of an office: take it in, and write the receipt."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .cli_say import say
from .errors import Fault, ParameterError

if TYPE_CHECKING:
    from .registry import Registry
    from .sources.office_workbook import OfficeReturn

__all__ = ["take_in_office"]

# a workbook of ours says these itself
_NOT_ASKED = ("name", "certainty", "status")


def take_in_office(
    ctx: click.Context,
    file: Path,
    raw: Path,
    registry: Registry,
    about: Mapping[str, Any],
    *,
    same: Path | None,
) -> None:
    """Take in the rows that are right, and tell of each row that is not.

    Parameters
    ----------
    ctx : click.Context
    file, raw : pathlib.Path
    registry : Registry
    about : mapping
        The checked answers of the command; `published` as a pair of day and precision.
    same : pathlib.Path or None
        Where the same bytes lie already.
    """
    from .sources.office_intake import prepare, put, read_again
    from .sources.sidecar import read_sidecar

    if same is not None:
        sidecar = read_sidecar(same, raw, dict(registry.publishers))
        say(f"there already  {same.relative_to(raw.parent.parent).as_posix()}")
        returned = read_again(same, raw, sidecar, registry)
        _receipt(raw, returned, sidecar.published.isoformat(), same.stem, taken=True)
        return
    _refuse_what_is_known(about)
    published, _ = about["published"]
    texts = {k: str(v) for k, v in about.items() if k != "published"}
    taken = prepare(file, raw, registry, published=published, about=texts)
    if not taken.returned.rows:
        say("nothing was filled in: nothing was taken in")
        ctx.exit(1)
    accepted = bool(taken.returned.accepted)
    if accepted:
        place = put(file, raw, taken, registry)
        say(f"taken in       {place.relative_to(raw.parent.parent).as_posix()}")
    _receipt(raw, taken.returned, published.isoformat(), Path(taken.name).stem, taken=accepted)
    if not accepted:
        say("no row was right: nothing was taken in")
        ctx.exit(1)
    say("next           cbs-analysis build")


def _refuse_what_is_known(about: Mapping[str, Any]) -> None:
    faults = [
        Fault(f"--{key} is not for a workbook of an office", next_step="leave it out: the workbook says it")
        for key in _NOT_ASKED
        if about.get(key)
    ]
    if faults:
        raise ParameterError(faults)


def _receipt(raw: Path, returned: OfficeReturn, published: str, name: str, *, taken: bool) -> None:
    from .report.receipts import write_receipt

    root = raw.parent.parent
    files = write_receipt(root, returned, published=published, name=name, taken=taken)
    total, good = len(returned.rows), len(returned.accepted)
    say(f"rows           {returned.asked} asked, {total} filled in, {good} accepted, {total - good} refused")
    for row in returned.rejected:
        fault = row.troubles[0].fault
        say(f"  {row.address}  {row.id} {row.name} {row.period}: {fault.what} ({fault.zh})")
    for path in files:
        say(f"receipt        {path.relative_to(root).as_posix()}")
