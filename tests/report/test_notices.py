"""Notices: what is old, missing, revised or changed, told briefly and without a clock."""

from datetime import date

import pandas as pd
import pytest

from cbs_analysis.report.notice_data import changed_inputs, missing_months, revised_lately, stale_series
from cbs_analysis.report.notices import banner, notices_of, notices_of_run, notices_of_store
from cbs_analysis.series.periods import parse_period
from cbs_analysis.sources.store import load_manifest

RATE = "urban_surveyed_unemployment_pct"  # a rate, each month by itself
JOBS = "urban_new_jobs_ytd_persons"  # cumulative
VISITS = "tourist_visits_one_month_person_times"  # a flow of one month


def frame(*rows):
    """(indicator, period, vintage, value) as the store gives them."""
    found = []
    for indicator, period, vintage, value in rows:
        read = parse_period(period)
        found.append(
            {"indicator": indicator, "area": "000000", "period": period, "freq": read.freq, "value": value,
             "period_end": pd.Timestamp(read.end), "vintage": pd.Timestamp(vintage), "edition": 0,
             "certainty": "official", "source": "nbs", "file": "f.csv", "row": 1, "col": 1, "note": ""}
        )  # fmt: skip
    return pd.DataFrame(found)


def months(indicator, names, *, delay=15):
    return [
        (indicator, name, parse_period(name).end + pd.Timedelta(days=delay), 5.0 + i)
        for i, name in enumerate(names)
    ]


YEAR = [f"2022-{m:02d}" for m in range(1, 13)]


@pytest.mark.parametrize(("day", "behind"), [("2023-02-28", False), ("2023-03-10", True)])
def test_a_series_is_old_when_the_next_period_is_later_than_it_usually_comes(day, behind):
    # published 15 days after each month: the last figure is 45 or 46 days old when the next one comes
    found = stale_series(frame(*months(RATE, YEAR)), date.fromisoformat(day))
    assert [(s.indicator, s.last, 45 <= s.usual <= 46) for s in found] == (
        [(RATE, "2022-12", True)] if behind else []
    )


def test_a_series_that_is_published_in_batches_is_not_old_between_two_of_them():
    rows = [
        (RATE, f"{year}-{m:02d}", f"{year}-{3 * ((m + 2) // 3):02d}-28", 5.0)
        for year in (2021, 2022)
        for m in range(1, 13)
    ]
    assert stale_series(frame(*rows), date(2023, 3, 20)) == []  # three months after the last batch
    assert [s.last for s in stale_series(frame(*rows), date(2023, 6, 30))] == ["2022-12"]


def test_single_readings_are_no_series_and_a_yearly_figure_keeps_a_series_fresh():
    assert stale_series(frame(*months(RATE, YEAR[:2])), date(2030, 1, 1)) == []
    rows = [*months(JOBS, YEAR[:6]), (JOBS, "2022Q4", "2023-01-17", 9.0)]
    assert stale_series(frame(*rows), date(2023, 3, 1)) == []
    assert stale_series(frame(*rows[:-1]), date(2023, 3, 1)) != []


def held(indicator, years, *, without=()):
    names = [f"{y}-{m:02d}" for y in years for m in range(1, 13)]
    return frame(*months(indicator, [n for n in names if n not in without]))


@pytest.mark.parametrize(
    ("indicator", "without", "missing"),
    [
        (RATE, ("2021-05",), ("2021-05",)),
        (RATE, ("2021-01",), ("2021-01",)),  # a rate is published for January too
        (JOBS, ("2020-01", "2021-01", "2022-01"), ()),  # January and February together, in every year
        (JOBS, ("2021-01",), ("2021-01",)),  # the other years have it
        (JOBS, ("2020-01", "2021-01", "2021-02", "2022-01"), ()),
        (VISITS, ("2020-01", "2020-02", "2021-01", "2021-02", "2022-01", "2022-02"), ()),
        (VISITS, ("2021-02",), ("2021-02",)),
        (VISITS, ("2021-03",), ("2021-03",)),
    ],
)
def test_a_missing_month_is_told_and_january_with_february_is_not_missing(indicator, without, missing):
    found = missing_months(held(indicator, (2020, 2021, 2022), without=without))
    assert [m.months for m in found] == ([missing] if missing else [])


def test_a_cumulative_quarter_stands_for_its_last_month_and_few_readings_have_no_holes():
    rows = held(JOBS, (2021, 2022), without=("2021-06",))
    assert [m.months for m in missing_months(rows)] == [("2021-06",)]
    with_quarter = pd.concat([rows, frame((JOBS, "2021Q2", "2021-07-15", 9.0))])
    assert missing_months(with_quarter) == []
    sparse = frame(*months(RATE, [f"{y}-06" for y in range(2000, 2022)]))
    assert missing_months(sparse) == []


def test_only_revisions_of_the_last_year_count_and_secondary_readings_are_none():
    rows = frame(
        (RATE, "2020", "2021-01-17", 5.0), (RATE, "2020", "2021-12-01", 5.2),
        (RATE, "2021", "2022-01-17", 5.0), (RATE, "2021", "2023-03-01", 5.3),
        (RATE, "2022", "2023-01-17", 5.0), (RATE, "2022", "2023-03-01", 9.9),
    )  # fmt: skip
    rows.loc[5, "certainty"] = "secondary"
    found = revised_lately(rows, date(2023, 6, 30))
    assert found[["period", "first", "last"]].values.tolist() == [["2021", 5.0, 5.3]]


def yearly(line, value, published):
    return [line("gdp_nominal_mn_yuan", "2021", value, "亿元")], {
        "published": published,
        "name": f"f{published}",
    }


@pytest.fixture
def revised(mini, line):
    """GDP of 2021, revised in 2022."""
    for value, published in (("1143670", "2022-01-17"), ("1149237", "2022-12-27")):
        rows, meta = yearly(line, value, published)
        mini.add(rows, **meta)
    mini.build()
    return mini


def test_a_revised_figure_is_told_with_both_values_from_the_day_on_which_it_was_known(revised):
    assert notices_of("000000", "2022-12-26", root=revised.root) == ()
    (notice,) = notices_of("000000", "2022-12-27", root=revised.root)
    assert notice.kind == "revision"
    for text in ("1,143,670亿元", "1,149,237亿元", "2022-12-27"):
        assert text in notice.zh
    assert notices_of("000000", "2024-01-01", root=revised.root) == ()


def test_a_changed_raw_file_is_told_for_its_area_and_a_new_one_for_the_store(revised, line):
    root, manifest = revised.root, load_manifest(revised.root)
    assert notices_of_store(root) == ()
    path = revised.raw / "nbs" / "2022-01-17" / "f2022-01-17.csv"
    good = path.read_bytes()
    path.write_bytes(good.replace(b"1143670", b"1143671"))
    (found,) = changed_inputs(root, manifest)
    assert (found.file, found.kind) == (
        "nbs/2022-01-17/f2022-01-17.csv",
        "sidecar",
    )  # not what its sidecar says
    assert [n.kind for n in notices_of("000000", "2022-06-30", root=root)] == ["changed_input"]
    assert notices_of("220000", "2022-06-30", root=root) == ()
    path.unlink()
    assert [c.kind for c in changed_inputs(root, manifest)] == ["gone"]
    path.write_bytes(good)
    rows, meta = yearly(line, "1149238", "2023-12-29")
    revised.add(rows, **meta)
    (notice,) = notices_of_store(root)
    assert "f2023-12-29.csv" in notice.en
    assert notices_of("000000", "2022-06-30", root=root) == ()  # a page knows what the store knows


def test_a_store_that_a_build_would_make_otherwise_is_told(revised):
    sidecar = next(revised.raw.rglob("*.meta.yml"))
    sidecar.write_text(sidecar.read_text(encoding="utf-8").replace("测试表", "另一表"), encoding="utf-8")
    assert [n.kind for n in notices_of_store(revised.root)] == ["old_store"]


def test_each_area_is_looked_at_once_and_the_page_shows_few_lines(root):
    pages = [("000000", "2026-10-31")] * 3
    found = notices_of_run(pages, root)
    kinds = [n["kind"] for n in found if n["area"]]
    assert len(kinds) == len(set(kinds)) >= 2
    html = banner(notices_of("000000", "2026-10-31", root=root), "zh")
    visible, _, _ = html.partition("<details>")
    assert visible.count("<li>") == 1
    assert html.count("<summary>") == sum(len(n["details"]) > 2 for n in found if n["area"])
    assert banner((), "zh") == ""


@pytest.mark.usefixtures("seeded_pages")
def test_a_page_opens_with_its_notices_in_its_language_and_keeps_both_for_machines(revised):
    from cbs_analysis.report import open_report

    given = {"area": "000000", "as_of": "2022-12-31", "plan": "national14", "root": revised.root}
    for lang, text in (("zh", "数据提示"), ("en", "Notices on the data")):
        ctx = open_report("x", lang=lang, **given)
        assert text in ctx.header()._repr_html_()
        assert [n["kind"] for n in ctx.record()["notices"]] == ["revision"]
    quiet = open_report("x", lang="zh", **given | {"as_of": "2022-06-30"})
    assert "数据提示" not in quiet.header()._repr_html_()
