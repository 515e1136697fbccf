"""`cbs-analysis changes`: what changed between two days, and why."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .cli_say import say
from .errors import Fault, ParameterError, nearest

if TYPE_CHECKING:
    from .plan.changes import Changes

__all__ = ["changes_command"]


@click.command("changes")
@click.option("--plan", "plan_id", required=True, help="Plan to judge by, such as national14.")
@click.option("--area", help="Area code, name or alias. Default: the area of the plan.")
@click.option("--from", "from_day", required=True, help="Earlier day (YYYY-MM-DD).")
@click.option("--to", "to_day", required=True, help="Later day (YYYY-MM-DD), or the same.")
@click.option(
    "--from-plan",
    "from_plan",
    help="Another plan for the earlier day, such as the one before its targets changed.",
)
@click.option(
    "--set",
    "changed",
    multiple=True,
    metavar="NAME=VALUE",
    help="Setting of the later evaluation, such as ahead=1.05; may be given several times.",
)
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option(
    "--all", "everything", is_flag=True, help="Also list measures whose verdict is the same on other figures."
)
@click.pass_context
def changes_command(
    ctx: click.Context,
    plan_id: str,
    area: str | None,
    from_day: str,
    to_day: str,
    from_plan: str | None,
    changed: tuple[str, ...],
    lang: str,
    everything: bool,
) -> None:
    """Say which verdicts changed between two evaluations, and to what each change is owed.

    Everything is judged again with one thing changed at a time: plan, settings, day, revisions, new data.

    \b
    cbs-analysis changes --plan national14 --from 2023-06-30 --to 2024-06-30
    cbs-analysis changes --plan national14 --from 2023-12-31 --to 2023-12-31 --set ahead=1.3
    """
    from .plan.changes import compare_evaluations
    from .plan.evaluation import evaluate
    from .sources.store import find_root

    root: Path = ctx.obj.resolve() if ctx.obj else find_root()
    shared: dict[str, Any] = {"area": area, "sensitivity": False, "root": root}
    settings = read_settings(changed)
    later = evaluate(plan_id, as_of=to_day, settings=settings, **shared)
    earlier = evaluate(from_plan or plan_id, as_of=from_day, **shared | {"area": later.area})
    _tell(compare_evaluations(earlier, later), lang, everything)


_TITLES = {
    "zh": ("结论变化", "结论未变而数据有变", "项目状态变化", "没有变化", "新增指标", "删去指标"),
    "en": ("changed verdicts", "same verdict on other figures", "changed projects", "no change",
           "added measures", "removed measures"),
}  # fmt: skip


def _tell(changes: Changes, lang: str, everything: bool) -> None:
    """Print the changes part by part; those of figures alone only when asked."""
    from .plan.verdicts import WORDS

    words, values, projects, same, added, removed = _TITLES[lang]
    say(f"{changes.after.plan.name(lang)}  {changes.before_day} → {changes.after_day}")
    parts = (
        (words, changes.words, True),
        (values, changes.values, everything),
        (projects, changes.projects, True),
    )
    for title, found, shown in parts:
        say(f"\n{title}: {len(found)}")
        for change in found if shown else ():
            say(f"  {change.id}  {change.sentence(lang)}")
    say(f"\n{same}: {changes.unchanged}")
    for title, ids in ((added, changes.added), (removed, changes.removed)):
        if ids:
            say(f"{title}: {', '.join(ids)}")
    if changes.words:
        say("\n" + "  ".join(w[lang] for w in WORDS.values()))
        for label, row in changes.matrix(lang).iterrows():
            say(f"{'  '.join(f'{n:>4}' for n in row)}  {label}")


def read_settings(pairs: tuple[str, ...]) -> Any:
    """Settings from NAME=VALUE words.

    Raises
    ------
    ParameterError
        With every unknown name, and every value that is no number or out of its range.

    >>> read_settings(("ahead=1.05",)).ahead
    1.05
    """
    from .plan.bands import check_settings
    from .plan.verdicts import Settings

    known = [f.name for f in fields(Settings)]
    values: dict[str, float] = {}
    faults = []
    for pair in pairs:
        name, _, text = pair.partition("=")
        if name not in known:
            faults.append(Fault("setting is not known", "--set", name, nearest(name, known)))
            continue
        try:
            values[name] = float(text)
        except ValueError:
            faults.append(Fault("setting is not a number", "--set", pair, f"{name}=1.05"))
    settings = Settings(**values)
    try:
        check_settings(settings)
    except ParameterError as exc:
        faults += exc.faults
    if faults:
        raise ParameterError(faults)
    return settings
