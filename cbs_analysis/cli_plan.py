"""`cbs-analysis plan`: write, check and look at the plans of a project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .cli_say import say
from .errors import Fault, ParameterError, TargetError, nearest

if TYPE_CHECKING:
    from .plan.book import Book
    from .registry.load import Registry
    from .registry.records import Measure, Plan

__all__ = ["plan_command"]


@click.group("plan")
def plan_command() -> None:
    """Plans of this project: files of `plans/`, beside those of the package.

    \b
    cbs-analysis plan new jilin14 --area 吉林      write plans/jilin14.yml to begin with
    cbs-analysis plan check jilin14               every mistake of the file, with its line
    cbs-analysis plan show jilin14                commitments, targets, and the figures held
    """


def _root(ctx: click.Context) -> Path:
    from .sources.store import find_root

    return ctx.obj.resolve() if ctx.obj else find_root()


@plan_command.command("new")
@click.argument("id")
@click.option("--area", required=True, help="Area code, name or alias; `cbs-analysis areas` lists them.")
@click.option("--years", default="2021-2025", show_default=True, help="First and last year of the plan.")
@click.pass_context
def new_command(ctx: click.Context, id: str, area: str, years: str) -> None:
    """Write plans/ID.yml: a valid plan with every key explained, to be rewritten."""
    from .plan.book import Book
    from .plan.project_registry import project_registry
    from .plan.skeleton import plan_skeleton
    from .sources.store import load_observations

    root = _root(ctx)
    registry = project_registry(root)
    place = registry.area(area)
    start, _, end = years.partition("-")
    if not (start.isdecimal() and end.isdecimal()):
        raise ParameterError(Fault("years are not two years", "--years", years, "2021-2025"))
    book = Book(load_observations(area=place.code, root=root))
    text = plan_skeleton(id, place, book, registry, start=int(start), end=int(end))
    path = root / "plans" / f"{id}.yml"
    if path.exists():
        raise ParameterError(
            Fault("file is there already", got=str(path), next_step="choose another id, or edit it")
        )
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    say(f"written: {path}")
    say(f"next: edit it, then `cbs-analysis plan check {id}`")


@plan_command.command("check")
@click.argument("files", nargs=-1)
@click.pass_context
def check_command(ctx: click.Context, files: tuple[str, ...]) -> None:
    """Check plan files: paths, or ids of files in plans/. Default: all of the project.

    Every mistake is told at once: file, line, key, what was found, what was expected.
    """
    from .registry.load import load_registry, plan_files
    from .registry.plans import read_plans

    root, base = _root(ctx), load_registry()
    own = plan_files(root)
    chosen = [_path_of(name, root) for name in files] if files else list(own)
    if not chosen:
        say(f"no plan files in {root / 'plans'}; `cbs-analysis plan new` writes one")
        return
    asked = {p.resolve() for p in chosen}
    others = [p for p in own if p.resolve() not in asked]
    known = dict(base.plans)
    try:
        known |= read_plans(others, base.indicators, base.areas, known=base.plans)
    except TargetError:
        say("another plan file of the project is wrong; `cbs-analysis plan check` tells all", err=True)
    for plan in read_plans(chosen, base.indicators, base.areas, known=known).values():
        targets = sum(m.target is not None for m in plan.measures)
        say(
            f"ok: {plan.id}: {len(plan.commitments)} commitments, {len(plan.measures)} measures, "
            f"{targets} with a target, {len(plan.projects)} projects"
        )


def _path_of(name: str, root: Path) -> Path:
    """A path as given, or the file of `plans/` with this id."""
    for path in (Path(name), root / "plans" / f"{name}.yml", root / "plans" / name):
        if path.is_file():
            return path
    ids = sorted(p.stem for p in (root / "plans").glob("*.yml"))
    raise ParameterError(
        Fault("plan file is not there", got=name, expected=nearest(name, ids) if ids else "plans/ID.yml")
    )


@plan_command.command("show")
@click.argument("id")
@click.option("--area", help="Figures of this area instead of the plan's own.")
@click.option("--as-of", "as_of", help="Only what was published by this day (YYYY-MM-DD).")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.pass_context
def show_command(ctx: click.Context, id: str, area: str | None, as_of: str | None, lang: str) -> None:
    """List the commitments of a plan, their measures and targets, and the yearly figures held."""
    from .plan.book import Book
    from .plan.project_registry import project_registry
    from .sources.store import load_observations

    root = _root(ctx)
    registry = project_registry(root)
    plan = registry.plan(id)
    place = registry.area(area or plan.area)
    book = Book(load_observations(area=place.code, as_of=as_of, root=root))
    span = f"{plan.years[0]}-{plan.years[-1]}"
    say(f"{plan.id}  {plan.name(lang)}  {place.code} {place.name(lang)}  {span}")
    without = 0
    for section, named in plan.sections.items():
        say(f"\n{section} {named.name(lang)}")
        for c in (c for c in plan.commitments if c.section == section):
            offices = ("、" if lang == "zh" else ", ").join(plan.offices[o].name(lang) for o in c.offices)
            say(f"  {c.id} {c.name(lang)}  [{offices}]")
            for m in c.measures:
                held = _held(m, book, plan, lang)
                without += held is None
                none = "没有年度数据" if lang == "zh" else "no yearly figure"
                say(f"    {m.id}  {_measure(m, registry, lang)}  {held or none}")
    told = f"{without}个指标没有年度数据" if lang == "zh" else f"{without} measures without a yearly figure"
    say(f"\n{told}")


def _measure(m: Measure, registry: Registry, lang: str) -> str:
    """Type, indicator and target of a measure on one line."""
    words = [m.type, m.indicator or m.project or m.name(lang)]
    if m.against:
        words.append(f"/ {m.against}")
    if m.target is not None:
        show = registry.indicator(m.indicator).format(m.target.value, lang) if m.indicator else m.target.value
        words.append(f"→ {show} ({m.target.period}, {m.target.source(lang)})")
    return " ".join(str(w) for w in words if w)


def _held(m: Measure, book: Book, plan: Plan, lang: str) -> str | None:
    """How many yearly figures are held, and whether the base year is there; None without any."""
    if not m.indicator:
        return "由文件或项目报告判断" if lang == "zh" else "judged by documents or reports"
    years = book.yearly(m.indicator).years
    if not years:
        return None
    inside = sum(y in plan.years for y in years)
    base = plan.baseline in years
    if lang == "zh":
        words = f"{len(years)}个年度数据（{years[0]}—{years[-1]}），规划期内{inside}个"
        return words + ("" if base else f"，缺{plan.baseline}年基期")
    words = f"{len(years)} yearly figures ({years[0]}-{years[-1]}), {inside} inside the plan"
    return words + ("" if base else f", base year {plan.baseline} missing")
