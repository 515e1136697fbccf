"""The unemployment warning as a whole: no look-ahead, refusals, scores only where there are events."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cbs_analysis.errors import ModelRefused, ParameterError
from cbs_analysis.models.warning import fit_warning
from cbs_analysis.models.warning_events import EventRule, group_events, window_labels
from cbs_analysis.models.warning_levels import LevelRule, alarm_log, assign_levels, raw_levels
from cbs_analysis.models.warning_replay import known_then, replay_warning
from cbs_analysis.models.warning_signals import SignalRule, make_signals
from cbs_analysis.models.warning_track import event_record, score_track

REFERENCE = Path(__file__).parents[1] / "reference"
MONTHS = pd.period_range("2000-01", periods=240, freq="M")


@pytest.fixture(scope="module")
def world():
    """A rate above 5.5 for 4 months in every 24; one signal runs 5 months ahead, one is noise."""
    t = np.arange(240)
    rng = np.random.default_rng(4)
    rate = pd.Series(np.where(t % 24 >= 20, 6.0, 5.0), MONTHS)
    ahead = (((t + 5) % 24 >= 20) | (t % 24 >= 20)) + 0.2 * rng.random(240)
    signals = pd.DataFrame({"ahead": ahead, "noise": rng.random(240)}, index=MONTHS)
    return signals, EventRule(kind="registered_rate_above_ceiling", series=rate, ceiling=5.5)


def fit(world, **options):
    signals, rule = world
    given = {"events": rule, "train_end": "2007-12", "window": 6, "draws": 99} | options
    return fit_warning(given.pop("signals", signals), **given)


@pytest.fixture(scope="module")
def result(world):
    return fit(world)


def test_a_signal_that_runs_ahead_is_found_and_scored(result):
    # events begin in September of every second year: 2009, 2011, ..., 2019 lie after the training span
    assert [str(p) for p in result.record["onset"]] == [f"{y}-09" for y in range(2009, 2020, 2)]
    assert result.record["lead"].tolist() == [5] * 6
    assert result.track.scores.at["hit_share", "value"] == 1.0
    assert result.params["auc"] > 0.8
    thresholds = result.composite.thresholds
    assert thresholds["ahead"].weight > 3 * thresholds["noise"].weight


def test_every_score_has_an_interval_around_it_and_the_number_of_events(result):
    limits = result.conf_int()
    assert list(limits.index) == list(result.params.index)
    assert (limits["low"] <= result.params + 1e-9).all()
    assert (result.params <= limits["high"] + 1e-9).all()
    assert result.diagnostics["events out of sample"] == 6
    for lang, words in (("zh", ["区间", "6次事件", "德隆"]), ("en", ["interval", "6 events", "DeLong"])):
        assert all(w in result.finding(lang) for w in words)
    with pytest.raises(ParameterError):
        result.conf_int(0.5)


@pytest.mark.parametrize("cut", [130, 160, 200])
def test_a_decision_never_changes_when_later_figures_are_taken_away(world, result, cut):
    signals, rule = world
    early = EventRule(kind=rule.kind, series=rule.series[:cut], ceiling=rule.ceiling)
    shorter = fit(world, signals=signals[:cut], events=early)
    same = shorter.readings.index
    columns = ["red", "known", "index", "probability", "events_known", "raw", "level"]
    pd.testing.assert_frame_equal(shorter.readings[columns], result.readings.loc[same, columns])


def test_as_of_takes_the_last_month_that_is_over(world):
    assert str(fit(world, as_of="2012-06-29").now) == "2012-05"
    assert str(fit(world, as_of="2012-06-30").now) == "2012-06"


def test_figures_that_come_later_shorten_the_lead(world):
    late = fit(world, signals=world[0][["ahead"]], delay=2)
    assert late.record["lead"].median() == 3  # 5 less 2
    assert str(late.data_month) == "2019-12"
    assert str(late.now) == "2020-02"


def test_vintages_show_what_was_published_and_nothing_else(world, result):
    signals, rule = world
    columns = {**{n: signals[n] for n in signals}, "event": rule.series}
    rows = [
        (name, str(p), value, (p + 1).start_time + pd.Timedelta(days=19))
        for name, x in columns.items()
        for p, value in x.items()
    ]
    long = pd.DataFrame(rows, columns=["name", "period", "value", "published"])
    by_vintage = fit(world, vintages=long, as_of="2013-12-31")
    by_delay = fit(world, delay=1, as_of="2013-12-31")
    columns = ["red", "index", "level"]
    pd.testing.assert_frame_equal(by_vintage.readings[columns], by_delay.readings[columns])
    # a figure that is revised upwards years later was not red when it was decided upon
    first = long.assign(
        value=long["value"].where((long["name"] != "ahead") | (long["period"] != "2012-03"), 9.0)
    )
    revised = pd.concat([long, first[first["value"] == 9.0].assign(published=pd.Timestamp("2013-06-20"))])
    seen = fit(world, vintages=revised, as_of="2013-12-31")
    assert seen.red.at[pd.Period("2012-04"), "ahead"] == by_vintage.red.at[pd.Period("2012-04"), "ahead"] == 0


def test_fewer_than_five_events_are_not_scored(world):
    few = fit(world, train_end="2012-12")
    assert len(few.record) == 4
    assert not few.validated
    assert few.params.empty
    assert [f.code for f in few.refused] == ["few_events"]
    assert "未经验证·规则型预警" in few.finding("zh")
    assert "AUC" not in few.finding("zh") + few.finding("en")
    assert few.summary("en")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda s: s.set_axis(pd.period_range("1950Q1", periods=240, freq="Q")), "frequency"),
        (lambda s: s.set_axis([MONTHS[0], *MONTHS[:-1]]), "repeated"),
        (lambda s: s * np.nan, "no_figures"),
        (lambda s: s.assign(noise=1.0), "constant"),
        (lambda s: s.assign(noise=np.nan), "no_figures"),
        (lambda s: s[:"2008-06"], "train_span"),
        (lambda s: s["2009":], "train_span"),
    ],
    ids=["quarters", "repeated", "empty", "constant", "one empty", "short", "late"],
)
def test_signals_that_cannot_warn_are_refused_by_code(world, change, code):
    signals = change(world[0])
    if isinstance(signals.index, pd.Index) and not isinstance(signals.index, pd.PeriodIndex):
        signals.index = pd.PeriodIndex(signals.index, freq="M")
    with pytest.raises(ModelRefused) as refused:
        fit(world, signals=signals)
    assert [f.code for f in refused.value.faults] == [code]
    assert refused.value.faults[0].zh


@pytest.mark.parametrize(("ceiling", "code"), [(4.0, "no_calm"), (9.0, "few_events")])
def test_events_that_never_end_are_refused_and_events_that_never_come_are_not_scored(world, ceiling, code):
    rule = EventRule(kind="registered_rate_above_ceiling", series=world[1].series, ceiling=ceiling)
    if code == "no_calm":
        with pytest.raises(ModelRefused) as refused:
            fit(world, events=rule)
        assert refused.value.faults[0].code == code
    else:
        found = fit(world, events=rule)
        assert found.refused[0].code == code
        assert found.composite.by_rule


@pytest.mark.parametrize(
    "options",
    [{"window": 0}, {"window": 25}, {"theta": 1.0}, {"delay": 7}, {"alpha": 0}, {"criterion": "best"}],
)
def test_options_without_meaning_are_refused(world, options):
    with pytest.raises(ParameterError):
        fit(world, **options)


def test_a_gap_in_the_figures_is_a_month_without_a_reading(world):
    holed = world[0].copy()
    holed.loc["2012-03":"2012-04"] = np.nan
    found = fit(world, signals=holed)
    assert found.readings.loc["2012-03":"2012-04", "red"].isna().all()
    assert (
        found.readings.loc["2012-03":"2012-04", "level"].tolist()
        == [found.readings.at[pd.Period("2012-02"), "level"]] * 2
    )


# --- levels --------------------------------------------------------------------------------------


def test_levels_rise_at_once_and_fall_after_two_lower_months():
    months = MONTHS[:9]
    raw = pd.Series([0, 3, 1, 3, 1, 2, np.nan, 0, 0], months)
    # 1, 3: one lower month is not enough; 1, 2: falls to the higher of the two; NaN counts for nothing
    assert assign_levels(raw).tolist() == [0, 3, 3, 3, 3, 2, 2, 2, 0]


def test_one_red_signal_of_one_is_yellow_at_most():
    rows = pd.DataFrame({"red": [1, 2, 2, 9], "known": [1, 2, 4, 9], "probability": np.nan}, index=MONTHS[:4])
    assert raw_levels(rows, LevelRule()).tolist() == [1, 2, 2, 3]
    assert raw_levels(rows, LevelRule(by="probability")).isna().all()


def test_the_log_says_what_was_done_and_what_happened():
    months = MONTHS[:20]
    levels = pd.Series(0.0, months)
    levels.iloc[[1, 2]] = 1, 2  # followed by the event of month 5
    levels.iloc[6] = 1  # inside it
    levels.iloc[11] = 3  # nothing followed
    levels.iloc[18:] = 1  # still running
    inside = pd.Series(0.0, months)
    inside.iloc[5:8] = 1.0
    actions = pd.DataFrame({"date": ["2000-03-15", "2000-12-20"], "title": ["job fair", "training"]})
    log = alarm_log(levels, [months[5]], inside, window=4, actions=actions)
    assert log["outcome"].tolist() == ["hit", "late", "false", "open"]
    assert log["lead"].tolist()[0] == 4
    assert log["path"].tolist() == [(1, 2), (1,), (3,), (1,)]
    assert log["actions"].tolist() == [("job fair (2000-03-15)",), (), ("training (2000-12-20)",), ()]


@pytest.mark.parametrize(
    "options", [{"by": "mood"}, {"shares": (0.5, 0.4, 0.6)}, {"probabilities": (0.1, 0.2)}, {"hold": 0}]
)
def test_rules_of_levels_without_meaning_are_refused(options):
    with pytest.raises(ParameterError):
        LevelRule(**options)


# --- a long public series ------------------------------------------------------------------------


def test_american_recessions_are_warned_of_out_of_sample():
    """Growth, interest rates and money on NBER recessions: 5 of them after 1975, AUC well above 0.5."""
    from statsmodels.datasets import macrodata

    data = macrodata.load_pandas().data
    quarters = pd.period_range("1959Q1", periods=len(data), freq="Q")
    data = data.set_axis(quarters)
    active = pd.Series(0.0, quarters)
    for row in pd.read_csv(REFERENCE / "warning_nber.csv", comment="#").itertuples():
        first, last = pd.Period(row.peak_quarter, freq="Q") + 1, pd.Period(row.trough_quarter, freq="Q")
        active[(quarters >= first) & (quarters <= last)] = 1.0
    logs = 100 * np.log(data[["realgdp", "realinv", "m1", "cpi"]]).diff(4)
    signals = pd.DataFrame(
        {
            "output": -logs["realgdp"],
            "investment": -logs["realinv"],
            "money": -(logs["m1"] - logs["cpi"]),
            "prices": logs["cpi"],
            "bills": data["tbilrate"].diff(4),
        }
    ).iloc[4:]
    decisions = pd.period_range("1976Q1", "2009Q3", freq="Q")
    replay = replay_warning(known_then(signals, active), decisions, window=4, calm=1)
    events = group_events(active, calm=1)
    levels = assign_levels(raw_levels(replay.readings, LevelRule()))
    record = event_record(levels, events, window=4)
    track = score_track(
        replay.readings["index"], levels, window_labels(events, window=4).reindex(decisions), record,
        alarm_log(levels, events.onsets, events.inside, window=4), window=4, theta=0.5, alpha=0.1, draws=199,
        seed=1,
    )  # fmt: skip
    assert [str(p) for p in record["onset"]] == ["1980Q2", "1981Q4", "1990Q4", "2001Q2", "2008Q1"]
    assert record["lead"].notna().all()
    assert 0.75 < track.auc.value < 0.85
    assert track.auc.low > 0.65
    assert track.scores.at["auc", "low"] > 0.55


# --- signals -------------------------------------------------------------------------------------


def test_a_season_and_a_moving_festival_leave_no_signal():
    """Visitors that only follow the season and the festival: nothing changes on a year ago."""
    season = np.array([9, 9, 3, 2, 4, 6, 14, 15, 7, 5, 2, 3.0])
    months = pd.period_range("2019-01", periods=36, freq="M")
    visits = pd.Series(np.tile(season, 3), months)
    # 2020: 25 January; 2021: 12 February. The same people come a month later
    visits["2020-01"], visits["2020-02"], visits["2021-01"], visits["2021-02"] = 13, 5, 4, 14
    signals = make_signals(pd.DataFrame({"v": visits}), {"v": SignalRule(sign=-1)})
    assert signals["v"].dropna().abs().max() < 1e-9
    assert signals.index[signals["v"].notna()].month.tolist() == [*range(2, 13)] * 2
    apart = make_signals(pd.DataFrame({"v": visits}), {"v": SignalRule(sign=-1)}, january="separate")
    assert apart.loc["2021-01", "v"] == pytest.approx(100 * np.log(13 / 4))


def test_a_month_that_is_missing_stays_missing_here_and_a_year_later():
    months = pd.period_range("2019-01", periods=30, freq="M")
    levels = pd.DataFrame({"x": np.arange(30) + 10.0}, index=months)
    levels.loc["2019-06"] = np.nan
    levels.loc["2020-01"] = np.nan  # and with it February, which is not known without it
    signals = make_signals(levels, {"x": SignalRule(change="difference")})["x"]
    assert signals[["2020-06", "2020-02", "2021-02"]].isna().all()
    assert signals["2020-07"] == 12.0


def test_figures_published_for_both_months_are_taken_as_such():
    months = [p for p in pd.period_range("2019-02", periods=30, freq="M") if p.month != 1]
    levels = pd.DataFrame({"x": np.arange(len(months)) + 10.0}, index=pd.PeriodIndex(months, freq="M"))
    signals = make_signals(levels, {"x": SignalRule(change="difference")})["x"]
    assert signals["2020-02"] == 11.0  # 11 published months lie between two Februaries


@pytest.mark.parametrize("values", [[0.0], [-1.0]])
def test_no_logarithm_of_what_is_not_positive(values):
    months = pd.period_range("2019-01", periods=20, freq="M")
    levels = pd.DataFrame({"x": values * 20, "y": 1.0}, index=months)
    with pytest.raises(ModelRefused) as refused:
        make_signals(levels, {"x": SignalRule(), "y": SignalRule()})
    assert [f.code for f in refused.value.faults] == ["negative"]
