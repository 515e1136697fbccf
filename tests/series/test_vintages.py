from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cbs_analysis.errors import (
    CoverageError,
    ParameterError,
    PeriodError,
    SeriesError,
    SmallSampleWarning,
    VintageBreak,
    VintageError,
)
from cbs_analysis.series.growth import yoy
from cbs_analysis.series.revisions import revision_statistics
from cbs_analysis.series.vintages import VintageTable, mixed_vintages

REFERENCE = Path(__file__).parents[1] / "reference"
many = settings(deadline=None, max_examples=60, derandomize=True)
V1, V2, V3 = (pd.Timestamp(f"{year}-01-01") for year in (2018, 2024, 2025))

long_frames = st.lists(
    st.tuples(st.integers(2015, 2020), st.integers(0, 7), st.floats(-1e6, 1e6)),
    min_size=1,
    max_size=25,
    unique_by=lambda row: row[:2],
).map(
    lambda rows: pd.DataFrame(rows, columns=["period", "vintage", "value"]).assign(
        vintage=lambda f: [f"20{21 + v}-06-30" for v in f["vintage"]]
    )
)


def province(name):
    table = pd.read_csv(REFERENCE / "jilin_tianjin_gdp_vintages.csv", comment="#")
    table = table[table.pop("province") == name]
    table = table.set_index(pd.PeriodIndex(table.pop("year").astype(str), freq="Y"))
    export = table.pop("export_2020").dropna()
    return VintageTable(table.set_axis(pd.DatetimeIndex(table.columns), axis=1)), export


def growth_table(early, late):
    """Two releases of each year, made up."""
    years = np.arange(2000, 2000 + len(early))
    both = np.concatenate([early, late])
    days = ["2030-01-01"] * len(early) + ["2031-01-01"] * len(early)
    return VintageTable.from_long(pd.DataFrame({"period": np.tile(years, 2), "vintage": days, "value": both}))


# what was known when


def test_national_gdp_as_it_was_known():
    table = VintageTable.from_long(pd.read_csv(REFERENCE / "national_gdp_vintages.csv", comment="#"))
    assert table.as_of("2024-01-16").isna().all()
    assert table.as_of("2024-01-17").fillna(0).tolist() == [1260582, 0]
    assert table.as_of("2025-06-30").tolist() == [1260582, 1349084]
    assert table.latest.tolist() == [1294271.7, 1348066.2]
    assert table.first.tolist() == [1260582, 1349084]
    assert table.published("2025-06-30").tolist() == [pd.Timestamp("2024-01-17"), pd.Timestamp("2025-01-17")]
    # 1294271.7 - 1260582 and 1348066.2 - 1349084
    np.testing.assert_allclose(table.revisions(), [33689.7, -1017.8], rtol=1e-12)
    assert table.revisions(percent=True).round(1).tolist() == [2.7, -0.1]


@many
@given(long_frames, st.dates(pd.Timestamp("2020-01-01").date(), pd.Timestamp("2030-01-01").date()))
def test_as_of_never_looks_ahead(long, day):
    table = VintageTable.from_long(long)
    known = table.as_of(day)
    stamp = pd.Timestamp(day)
    past = long[pd.to_datetime(long["vintage"]) <= stamp].sort_values("vintage")
    last = past.groupby("period")["value"].last()
    expected = [last.get(period.year, np.nan) for period in table.frame.index]
    np.testing.assert_array_equal(known, expected)
    published = table.published(day)
    assert (published.dropna() <= stamp).all()
    assert published.notna().tolist() == known.notna().tolist()
    # what is published later does not change what was known
    future = long[pd.to_datetime(long["vintage"]) > stamp].assign(value=lambda f: f["value"] * 2 + 1)
    both = VintageTable.from_long(pd.concat([past, future]))
    np.testing.assert_array_equal(both.as_of(day), known)


@many
@given(long_frames)
def test_as_of_is_monotone_and_ends_at_the_latest(long):
    table = VintageTable.from_long(long)
    seen = np.zeros(len(table.frame), dtype=bool)
    for day in table.vintages:
        now = table.as_of(day).notna().to_numpy()
        assert (now >= seen).all()  # what is known once stays known
        seen = now
    np.testing.assert_array_equal(table.as_of("2100-01-01"), table.latest)
    np.testing.assert_array_equal(table.release(1), table.first)
    assert table.release(9).isna().all()
    counts = table.frame.notna().sum(axis=1)
    assert table.revisions().notna().tolist() == (counts > 1).tolist()


def test_a_single_vintage_is_not_filled_from_older_ones():
    table, _ = province("Jilin")
    filled, single = table.as_of("2024-06-01"), table.as_of("2024-06-01", single=True)
    assert filled[pd.Period("2017")] == single[pd.Period("2017")] == 10922.0
    assert pd.isna(table.as_of("2018-06-01")[pd.Period("2018")])
    frame = table.frame.copy()
    frame.loc["2012", [V2, V3]] = np.nan  # as if the revisions did not reach back
    partial = VintageTable(frame)
    assert partial.as_of("2026-01-01")[pd.Period("2012")] == 11939.24
    assert pd.isna(partial.as_of("2026-01-01", single=True)[pd.Period("2012")])


# which vintage a figure is of


def test_the_false_fall_of_jilin_is_caught():
    table, export = province("Jilin")
    assert yoy(export).round(1)[pd.Period("2018")] == -24.7  # what the export of 2020 would say
    match = mixed_vintages(export, table)
    assert match.mixed
    assert [b.period for b in match.breaks] == [pd.Period("2018")]
    assert [(str(a), str(b), days) for a, b, days in match.segments] == [
        ("2015", "2017", (V1,)),
        ("2018", "2019", (V2,)),
    ]
    with pytest.raises(VintageBreak, match=r"14944.53 to 11253.81: -24.7 % is not growth"):
        match.require_single()
    with pytest.raises(VintageBreak, match="2018"):
        yoy(export, breaks=[b.period for b in match.breaks])


def test_a_figure_of_no_known_vintage_is_listed():
    table, export = province("Tianjin")
    match = mixed_vintages(export, table)
    assert [b.period for b in match.breaks] == [pd.Period("2018")]
    assert match.unmatched.astype(str).tolist() == ["2019"]  # 14104.28, later revised to 14055.5
    assert "in no vintage: 2019" in str(match)
    with pytest.raises(VintageBreak, match=r"-28.0 %"):
        match.require_single()


def test_single_vintages_are_not_called_mixed():
    for name in ("Jilin", "Tianjin"):
        table, _ = province(name)
        for vintage in table.vintages:
            series = table.frame[vintage].dropna()
            match = mixed_vintages(series, table)
            assert not match.mixed
            assert not len(match.unmatched)
            assert match.segments[0][2] == (vintage,)
            match.require_single()


def test_figures_are_matched_at_the_coarser_rounding():
    table, _ = province("Jilin")
    assert table.vintage_of(11253.81, "2018") == (V2,)
    assert table.vintage_of(11253.8, "2018") == (V2,)
    assert table.vintage_of(11254, 2018) == (V2,)
    assert table.vintage_of(11253.86, "2018") == ()  # would be 11253.9
    assert table.vintage_of(14944.53, "2017") == (V1,)
    assert table.vintage_of(14944.52, "2017") == ()
    assert table.vintage_of(14944.52, "2017", decimals=1) == (V1,)
    assert table.vintage_of(14305.0, "2030") == ()  # the figure of 2024, the last of the table
    half = VintageTable(pd.DataFrame({V1: [0.3]}, pd.period_range("2020", periods=1, freq="Y")))
    assert half.vintage_of(0.35, "2020") == (V1,)  # exactly half a unit off: either way of rounding


@many
@given(st.lists(st.sampled_from([0, 1, 2]), min_size=1, max_size=8), st.integers(0, 999))
def test_every_joint_of_distinct_vintages_is_found(choice, seed):
    rng = np.random.default_rng(seed)
    values = 1000 * np.arange(1, 4) + rng.uniform(0, 400, (len(choice), 3)).round(2)
    years = pd.period_range("2010", periods=len(choice), freq="Y")
    table = VintageTable(pd.DataFrame(values, years, pd.DatetimeIndex([V1, V2, V3])))
    series = pd.Series(values[np.arange(len(choice)), choice].round(1), years)
    expected = [years[t] for t in range(1, len(choice)) if choice[t] != choice[t - 1]]
    match = mixed_vintages(series, table)
    assert [b.period for b in match.breaks] == expected
    assert match.mixed == bool(expected)


def test_missing_figures_are_passed_over():
    table, export = province("Jilin")
    export[pd.Period("2018")] = np.nan
    match = mixed_vintages(export, table)
    assert [b.period for b in match.breaks] == [pd.Period("2019")]
    with pytest.raises(VintageBreak, match="2017 to 2019"):
        match.require_single()
    nothing = mixed_vintages(export * np.nan, table)
    assert not nothing.mixed
    assert str(nothing) == "no figures"


# tables


def test_tables_refuse_what_they_cannot_read():
    rows = pd.DataFrame({"period": ["2020", "2020"], "vintage": ["2021-01-01"] * 2, "value": [1.0, 2.0]})
    with pytest.raises(VintageError, match="2020 in 2021-01-01"):
        VintageTable.from_long(rows)
    with pytest.raises(VintageError, match="date"):
        VintageTable.from_long(rows.assign(vintage=["soon", "2021-01-01"]))
    with pytest.raises(PeriodError, match="2021Q1"):
        VintageTable.from_long(rows.assign(period=["2020", "2021Q1"]))
    with pytest.raises(ParameterError, match="vintage"):
        VintageTable.from_long(rows[["period", "value"]])
    with pytest.raises(SeriesError):
        VintageTable.from_long(rows[:1].assign(value=["much"]))
    table, export = province("Jilin")
    with pytest.raises(VintageError, match="in order"):
        VintageTable(table.frame.iloc[:, ::-1])
    with pytest.raises(VintageError, match="DatetimeIndex"):
        VintageTable(table.frame.set_axis(["a", "b", "c"], axis=1))
    with pytest.raises(VintageError, match="date"):
        table.as_of("yesterday's")
    with pytest.raises(ParameterError):
        table.release(0)
    with pytest.raises(CoverageError):
        mixed_vintages(export.set_axis(export.index + 50), table)
    with pytest.raises(PeriodError):
        mixed_vintages(export.set_axis(pd.period_range("2015Q1", periods=len(export), freq="Q")), table)


def test_quarters_are_read_as_quarters():
    rows = pd.DataFrame({"period": ["2023Q2", "2023Q1"], "vintage": ["2023-07-17"] * 2, "value": [2, 1]})
    table = VintageTable.from_long(rows, freq="Q")
    assert table.latest.tolist() == [1.0, 2.0]
    assert table.latest.index.freqstr == "Q-DEC"


def test_tables_share_no_memory_with_what_made_them_or_what_they_give():
    table, export = province("Jilin")
    frame = table.frame.copy()
    again = VintageTable(frame)
    frame.iloc[:, :] = 0
    for series in (again.as_of("2026-01-01"), again.as_of("2026-01-01", single=True), again.latest):
        series.iloc[:] = 0
    pd.testing.assert_frame_equal(again.frame, table.frame)
    copy = export.copy()
    kept = mixed_vintages(export, table).series
    kept.iloc[:] = 0
    pd.testing.assert_series_equal(export, copy)


# revisions


def test_revision_statistics_are_those_of_least_squares():
    rng = np.random.default_rng(0)
    early = rng.normal(6, 1, 30).round(1)
    late = (0.8 * early + 1.3 + rng.normal(0, 0.3, 30)).round(1)
    result = revision_statistics(growth_table(early, late))
    revision = late - early
    # scipy and statsmodels are the outside reference; the figures are made up
    test = stats.ttest_1samp(revision, 0)
    assert result.nobs == 30
    np.testing.assert_allclose(
        [result.mean, result.mean_absolute, result.sd, result.t_mean, result.pvalue_mean],
        [revision.mean(), np.abs(revision).mean(), revision.std(ddof=1), test.statistic, test.pvalue],
        rtol=1e-10,
    )
    for fit, figure in ((result.news, early), (result.noise, late)):
        ols = sm.OLS(revision, sm.add_constant(figure)).fit()
        np.testing.assert_allclose([fit.intercept, fit.slope], ols.params, rtol=1e-9)
        np.testing.assert_allclose(
            [fit.bse_slope, fit.t, fit.pvalue], [ols.bse[1], ols.tvalues[1], ols.pvalues[1]], rtol=1e-8
        )
        assert (fit.nobs, fit.df_resid) == (30, 28)
    assert result.to_frame().index.tolist() == ["mean", "news", "noise"]
    assert "30 revisions" in str(result)


def test_news_and_noise_tell_pure_cases_apart():
    rng = np.random.default_rng(1)
    truth, error = rng.normal(6, 1, 200), rng.normal(0, 0.5, 200)
    error -= np.polyval(np.polyfit(truth, error, 1), truth)  # made exactly unrelated
    noise = revision_statistics(growth_table(truth + error, truth))
    assert abs(noise.noise.slope) < 1e-12
    assert noise.news.pvalue < 0.01
    news = revision_statistics(growth_table(truth, truth + error))
    assert abs(news.news.slope) < 1e-12
    assert news.noise.pvalue < 0.01


def test_short_samples_get_no_regression():
    early = np.arange(7.0)
    with pytest.warns(SmallSampleWarning, match="7 revisions"):
        result = revision_statistics(growth_table(early, early + 0.1))
    assert result.news is None
    assert result.noise is None
    assert "not estimated" in str(result)
    assert result.mean == pytest.approx(0.1)
    with pytest.raises(CoverageError):
        revision_statistics(growth_table(early[:1], early[:1]))


def test_figures_that_are_all_the_same_give_no_slope():
    result = revision_statistics(growth_table(np.full(9, 5.0), np.arange(9.0)))
    assert np.isnan(result.news.slope)
    assert np.isfinite(result.noise.slope)
    constant = revision_statistics(growth_table(np.arange(9.0), np.arange(9.0)))
    assert np.isnan(constant.t_mean)
    assert constant.mean == 0
