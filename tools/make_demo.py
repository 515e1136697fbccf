"""Make the synthetic demonstration zone: raw files that fill every page of the report.

Nothing here describes a real place. The figures come from the tables below and one seed; the seed
of a series is taken from the seed constant and the id, so that a new measure changes no other
series. The same tables give the same bytes on every machine:

    python tools/make_demo.py            # write data/raw/demo
    python tools/make_demo.py --check    # exit 1 if the files on disk differ

A new indicator in the plan needs a line in one of the tables; without one the script names it.
"""

from __future__ import annotations

import argparse
import calendar
import csv
import hashlib
import io
import sys
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from demo_monthly import SERIES as MONTHLY  # noqa: E402
from demo_monthly import monthly_files, monthly_rows  # noqa: E402
from demo_projects import (  # noqa: E402
    PROJECT_QUARTERS,
    PROJECTS,
    housing_completed,
    project_day,
    project_rows,
)
from demo_random import jitter, rng_of  # noqa: E402
from demo_records import (  # noqa: E402
    ANNUAL_PLANS,
    DOCUMENTS,
    PLAN_DAYS,
    RATING_DAYS,
    RATINGS,
    REPORT_DAYS,
    annual_plan_rows,
    document_rows,
    rating_rows,
)
from demo_tables import (  # noqa: E402
    FIXED,
    GDP_2017_MN_YUAN,
    GDP_DEFLATOR,
    GDP_REVISED,
    INCOME_2017,
    INCOME_GROWTH,
    JOBS_BY_QUARTER,
    LINES,
    NEXT_YEAR,
    NOTES,
    QUARTERLY,
    QUARTERS,
    SHARES,
    UNITS,
    URBAN_SHARE,
)

from cbs_analysis.registry.load import Registry, load_registry  # noqa: E402
from cbs_analysis.registry.records import Plan  # noqa: E402

OUT = ROOT / "data" / "raw" / "demo"
PLAN, AREA = "demo14", "99DM00"
YEARS = range(2018, 2025)
BASE = 2020
REVISION_DAY = date(2023, 12, 20)
SEEN_AS = "演示数据（合成）"

LONG = ("label", "indicator", "area_label", "area", "period", "value", "unit", "status", "note", "seen_as")


def line_values(id: str, unit: str) -> dict[int, str]:
    """A series that moves by about one step a year, in the published unit."""
    base, step = LINES[id]
    _, factor, digits = UNITS[unit]
    rng, values = rng_of(id), {}
    for year in YEARS:
        noise = 0.25 * abs(step) * (2.0 * float(rng.random()) - 1.0)
        value = max(0.0, base + step * (year - BASE) + noise)
        if unit == "pct":
            value = min(100.0, value)
        values[year] = f"{value * factor:.{digits}f}"
    return values


def fixed_values(id: str) -> dict[int, str]:
    """A series set year by year; a year without a figure has no entry."""
    known = {y: v for y, v in zip(YEARS, FIXED[id], strict=True) if v is not None}
    digits = int(any(v % 1 for v in known.values()))
    return {y: f"{v:.{digits}f}" for y, v in known.items()}


def share_values(id: str) -> dict[int, str]:
    """The share of a finite list, in percent."""
    length, done = SHARES[id]
    return {y: f"{100 * n / length:.1f}" for y, n in zip(YEARS, done, strict=True)}


def income_levels() -> dict[str, dict[int, int]]:
    """Nominal income per head in yuan by group, from 2017."""
    levels: dict[str, dict[int, int]] = {}
    for group, rates in INCOME_GROWTH.items():
        levels[group] = {2017: INCOME_2017[group]}
        for year, rate in zip(YEARS, rates, strict=True):
            levels[group][year] = round(levels[group][year - 1] * (1 + rate / 100))
    levels["all"] = {
        year: round((share * levels["urban"][year] + (100 - share) * levels["rural"][year]) / 100)
        for year, share in zip(range(2017, YEARS.stop), URBAN_SHARE, strict=True)
    }
    return levels


def income_values() -> dict[str, dict[int, str]]:
    """Incomes, their growth, ratio and gap, all from the same levels."""
    levels, prices = income_levels(), fixed_values("cpi_previous_year_index")
    table: dict[str, dict[int, str]] = {}
    for group, own in levels.items():
        stem = f"disposable_income_{group}"
        nominal = {y: f"{100 * (own[y] / own[y - 1] - 1):.1f}" for y in YEARS}
        table[f"{stem}_nominal_yuan"] = {y: f"{own[y]}" for y in YEARS}
        table[f"{stem}_nominal_yoy_pct"] = nominal
        table[f"{stem}_real_yoy_pct"] = {
            y: f"{100 * ((1 + float(nominal[y]) / 100) / (float(prices[y]) / 100) - 1):.1f}" for y in YEARS
        }
    urban, rural = levels["urban"], levels["rural"]
    table["income_urban_rural_ratio"] = {y: f"{urban[y] / rural[y]:.2f}" for y in YEARS}
    table["income_urban_rural_gap_nominal_yuan"] = {y: f"{urban[y] - rural[y]}" for y in YEARS}
    return table


def gdp_levels(rates: Sequence[float]) -> dict[int, float]:
    """GDP at current prices in millions of yuan from real growth and prices."""
    level, levels = GDP_2017_MN_YUAN, {}
    for year, rate, prices in zip(YEARS, rates, GDP_DEFLATOR, strict=True):
        level *= (1 + rate / 100) * (1 + prices / 100)
        levels[year] = level
    return levels


def gdp_rates(revised: bool) -> list[float]:
    """Real growth as first published, or after the revision."""
    first = [float(v) for v in FIXED["gdp_real_yoy_pct"] if v is not None]
    return [GDP_REVISED.get(y, r) if revised else r for y, r in zip(YEARS, first, strict=True)]


def gdp_values() -> dict[int, str]:
    """GDP in 亿元 as published each March: on the revised path once the revision is out."""
    first, later = gdp_levels(gdp_rates(False)), gdp_levels(gdp_rates(True))
    return {y: f"{(first if annual_day(y) < REVISION_DAY else later)[y] / 100:.2f}" for y in YEARS}


def annual_day(year: int) -> date:
    """The day on which the figures of a year are published."""
    return date(year + 1, 3, 20)


def annual_ids(plan: Plan) -> list[str]:
    """Indicators of the annual files: those of the measures, then the general ones."""
    used = [i for m in plan.measures for i in (m.indicator, m.against, m.exposure) if i]
    groups = [f"disposable_income_{g}" for g in ("all", "urban", "rural")]
    tails = ("nominal_yuan", "nominal_yoy_pct", "real_yoy_pct")
    general = ["population_resident_persons", "gdp_nominal_mn_yuan", "gdp_real_yoy_pct"]
    general += ["cpi_previous_year_index", *(f"{g}_{t}" for g in groups for t in tails)]
    return list(dict.fromkeys([*general, *used]))


def annual_values(registry: Registry, plan: Plan) -> dict[str, dict[int, str]]:
    """Published figures by indicator and year.

    Raises
    ------
    SystemExit
        If an indicator of the plan has no line in the tables.
    """
    made = income_values()
    made["gdp_nominal_mn_yuan"] = gdp_values()
    made["housing_projects_completed_pct"] = housing_completed(plan, YEARS)
    values, lacking = {}, []
    for id in annual_ids(plan):
        if id in made:
            values[id] = made[id]
        elif id in FIXED:
            values[id] = fixed_values(id)
        elif id in SHARES:
            values[id] = share_values(id)
        elif id in LINES:
            values[id] = line_values(id, registry.indicator(id).unit)
        else:
            lacking.append(id)
    if lacking:
        raise SystemExit(f"no line in the tables of {Path(__file__).name} for: {', '.join(lacking)}")
    return values


def figure_row(registry: Registry, id: str, period: str, value: str, note: str = "") -> tuple[str, ...]:
    """One row of the layout `long`."""
    indicator, area = registry.indicator(id), registry.area(AREA)
    unit = "亿元" if id == "gdp_nominal_mn_yuan" else UNITS[indicator.unit][0]
    return (indicator.zh, id, area.zh, area.code, period, value, unit, "synthetic", note, SEEN_AS)


def annual_rows(registry: Registry, values: dict[str, dict[int, str]], year: int) -> list[tuple[str, ...]]:
    """Rows of the annual file of a year."""
    return [
        figure_row(registry, id, str(year), own[year], NOTES.get((id, year), ""))
        for id, own in values.items()
        if year in own
    ]


def revision_rows(registry: Registry) -> list[tuple[str, ...]]:
    """Rows of the revision: growth and level of GDP in two years."""
    note = "年度核实后修订（演示）"
    levels = gdp_levels(gdp_rates(True))
    rows = [
        figure_row(registry, "gdp_real_yoy_pct", str(y), f"{r:.1f}", note) for y, r in GDP_REVISED.items()
    ]
    rows += [
        figure_row(registry, "gdp_nominal_mn_yuan", str(y), f"{levels[y] / 100:.2f}", note)
        for y in GDP_REVISED
    ]
    return rows


def quarterly_value(id: str, whole: float, year: int, quarter: int) -> str:
    """The cumulative figure of a quarter; the fourth is the year's figure."""
    noise = jitter(id, year, quarter) if quarter < 4 else 0.0
    if id == "urban_new_jobs_persons":
        return f"{whole * (JOBS_BY_QUARTER[quarter - 1] + 0.01 * noise):.0f}"
    return f"{whole + 0.6 * noise:.1f}"


def quarterly_rows(
    registry: Registry, values: dict[str, dict[int, str]], year: int, quarter: int
) -> list[tuple[str, ...]]:
    """Rows of the file of one quarter."""
    rows = []
    for id, cumulative in QUARTERLY.items():
        whole = float(values[id].get(year, NEXT_YEAR[id]))
        value = quarterly_value(id, whole, year, quarter)
        rows.append(figure_row(registry, cumulative, f"{year}Q{quarter}", value))
    return rows


def monthly_figure_rows(registry: Registry, span: list[tuple[int, int]]) -> list[tuple[str, ...]]:
    """Rows of the labour market of some months."""
    units = {i: registry.indicator(i).unit for i in MONTHLY}
    return [figure_row(registry, id, period, value) for id, period, value in monthly_rows(units, span)]


def quarter_day(year: int, quarter: int) -> date:
    """The day on which a quarter is published: 18 days after its end."""
    month = 3 * quarter
    return date(year, month, calendar.monthrange(year, month)[1]) + timedelta(days=18)


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 without a mark, LF line ends, quotes only where needed."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def sidecar_bytes(content: bytes, *, title: str, published: date, layout: str) -> bytes:
    """The sidecar of a file."""
    meta = {
        "publisher": "demo",
        "title": title,
        "published": published,
        "published_precision": "day",
        "accessed": published.isoformat(),
        "read_at": "tools/make_demo.py",
        "certainty": "synthetic",
        "licence": "invented figures, free to use",
        "note": "Synthetic: made by tools/make_demo.py. No figure describes a real place.",
        "sha256": hashlib.sha256(content).hexdigest(),
        "layout": layout,
    }
    return yaml.safe_dump(meta, sort_keys=False, allow_unicode=True, width=1000).encode("utf-8")


def make_files(registry: Registry) -> dict[str, bytes]:
    """All files by their path inside the folder of the publisher."""
    plan = registry.plan(PLAN)
    values = annual_values(registry, plan)
    files: dict[str, bytes] = {}

    def add(day: date, slug: str, title: str, layout: str, header: Sequence[str], rows: list) -> None:
        content = csv_bytes(header, rows)
        path = f"{day.isoformat()}/{slug}.csv"
        files[path] = content
        files[path + ".meta.yml"] = sidecar_bytes(content, title=title, published=day, layout=layout)

    for year in YEARS:
        title = f"演示区{year}年统计数据（合成）"
        rows = annual_rows(registry, values, year)
        add(annual_day(year), f"demo_annual_{year}", title, "long", LONG, rows)
    for year, quarter in QUARTERS:
        title = f"演示区{year}年{quarter}季度累计数据（合成）"
        rows = quarterly_rows(registry, values, year, quarter)
        add(quarter_day(year, quarter), f"demo_quarter_{year}q{quarter}", title, "long", LONG, rows)
    title = "演示区2021—2022年地区生产总值修订（合成）"
    add(REVISION_DAY, "demo_gdp_revision", title, "long", LONG, revision_rows(registry))
    for day in PLAN_DAYS:
        title = f"演示区{day.year}年度计划（合成）"
        add(day, f"demo_annual_plans_{day.year}", title, "annual_plans", ANNUAL_PLANS, annual_plan_rows(day))
    for day in RATING_DAYS:
        title = f"演示区各部门自评（{day.year}年，合成）"
        add(day, f"demo_ratings_{day.year}", title, "ratings", RATINGS, rating_rows(day))
    for day in REPORT_DAYS:
        title = f"演示区证明文件清单（{day.year}年，合成）"
        add(day, f"demo_documents_{day.year}", title, "documents", DOCUMENTS, document_rows(plan, day))
    for slug, title, day, span in monthly_files():
        add(day, slug, title, "long", LONG, monthly_figure_rows(registry, span))
    for year, quarter in PROJECT_QUARTERS:
        title = f"演示区{year}年{quarter}季度项目进展（合成）"
        rows = project_rows(plan, year, quarter)
        add(project_day(year, quarter), f"demo_projects_{year}q{quarter}", title, "projects", PROJECTS, rows)
    return files


def write_files(files: dict[str, bytes], out: Path) -> None:
    """Write all files; nothing else in the folder is touched."""
    for name, content in files.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def differences(files: dict[str, bytes], out: Path) -> list[str]:
    """What differs between the files made and those on disk, one line each."""
    found = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()} if out.is_dir() else set()
    lines = [f"missing: {name}" for name in sorted(files.keys() - found)]
    lines += [f"not made by this script: {name}" for name in sorted(found - files.keys())]
    lines += [
        f"differs: {name}"
        for name in sorted(found & files.keys())
        if (out / name).read_bytes() != files[name]
    ]
    return lines


def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description="Make the raw files of the synthetic demonstration zone.")
    parser.add_argument(
        "--out", type=Path, default=OUT, help="folder of the publisher (default: %(default)s)"
    )
    parser.add_argument("--check", action="store_true", help="exit 1 if the files on disk differ")
    args = parser.parse_args(argv)
    files = make_files(load_registry())
    if args.check:
        lines = differences(files, args.out)
        print("\n".join(lines) or f"{len(files)} files as made")
        return 1 if lines else 0
    write_files(files, args.out)
    print(f"wrote {len(files)} files to {args.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
