"""The monitoring of a month and the replay of past ones, on a synthetic ledger; the ledger itself."""

import hashlib
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cbs_analysis.errors import ModelRefused, ParameterError
from cbs_analysis.ledger.synthetic import make_ledger
from cbs_analysis.models.poverty import fit_monitoring
from cbs_analysis.models.poverty_classes import flow_balance
from cbs_analysis.models.poverty_ledger import CHARACTERISTICS, LEDGER_COLUMNS, check_ledger
from cbs_analysis.models.poverty_replay import back_play
from cbs_analysis.models.poverty_rules import apply_rules, listed

from .poverty_rows import PARAMETERS, ledger


@pytest.fixture(scope="module")
def rows():
    return make_ledger(2_000, 26)  # November 2021 to December 2023


@pytest.fixture(scope="module")
def monitoring(rows):
    on_platform = rows.loc[(rows["month"] == "2023-12") & (rows["kind"] == "monitored"), "household"].iloc[5:]
    return fit_monitoring(
        rows, parameters=PARAMETERS, as_of="2023-12-31", platform=[*on_platform, "elsewhere"]
    )


@pytest.fixture(scope="module")
def replay(rows):
    return back_play(rows, 26, parameters=PARAMETERS)


def test_a_synthetic_ledger_is_sound_complete_and_says_what_it_is(rows):
    check_ledger(rows, parameters=PARAMETERS, as_of="2023-12-31")
    assert rows["synthetic"].all()
    assert rows["household"].str.startswith("synthetic-").all()
    assert set(rows["district"]) == {"99DM01", "99DM02", "99DM03"}
    assert {*LEDGER_COLUMNS, *CHARACTERISTICS} <= set(rows)
    assert len(rows) == 2_000 * 26
    assert (flow_balance(rows)["difference"].dropna() == 0).all()


def test_a_synthetic_ledger_holds_what_the_rules_and_clocks_are_for(rows):
    fired = apply_rules(rows, parameters=PARAMETERS)
    assert (fired.sum() > 50).all()
    assert fired[["R1", "R2", "R3", "R4"]].isna().any().all()
    days = (rows["decision_date"] - rows["clue_date"]).dt.days.dropna()
    assert (days > 15).any()
    assert (days <= 15).mean() > 0.8


def digest(seed):
    code = (
        "import hashlib; from cbs_analysis.ledger.synthetic import make_ledger; "
        f"print(hashlib.sha256(make_ledger(60, 14, seed={seed}).to_csv(index=False).encode()).hexdigest())"
    )
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_one_seed_gives_the_same_bytes_in_every_process():
    text = make_ledger(60, 14, seed=4).to_csv(index=False).encode()
    assert hashlib.sha256(text).hexdigest() == digest(4) != digest(5)


@pytest.mark.parametrize("options", [{"households": 0}, {"months": 0}, {"last": "2026-03"}, {"months": 80}])
def test_a_ledger_of_nothing_or_without_lines_is_not_made(options):
    with pytest.raises(ParameterError):
        make_ledger(**options)


def test_the_monitoring_counts_everyone_once(rows, monitoring):
    now = rows[rows["month"] == "2023-12"]
    assert monitoring.nobs == len(now) == monitoring.classes["households"].sum()
    assert monitoring.classes["persons"].sum() == now["members"].sum()
    assert monitoring.listed == listed(apply_rules(now, parameters=PARAMETERS)).sum()
    assert monitoring.rules.loc["any", "households"] == monitoring.listed
    limits = monitoring.conf_int()
    assert ((limits["low"] <= monitoring.params) & (monitoring.params <= limits["high"])).all()
    used = monitoring.thresholds[monitoring.thresholds["used"]].iloc[0]
    assert used["listed"] == monitoring.listed


def test_the_lists_of_ledger_and_platform_are_compared(monitoring):
    row = monitoring.process.loc["platform"]
    assert (row["only_ours"], row["only_theirs"]) == (5, 1)


def test_the_sentences_hold_the_counts_and_the_bound(monitoring):
    zh, en = monitoring.finding(), monitoring.finding("en")
    assert f"应列入{monitoring.listed}户" in zh
    assert "95%单侧上限" in zh
    assert f"the rules list {monitoring.listed} (" in en
    assert not [w for w in ("导致", "造成", "因为") if w in zh]


def test_no_household_is_in_what_the_monitoring_holds_or_prints(rows, monitoring):
    assert "synthetic-" not in str(monitoring)
    for name, value in vars(monitoring).items():
        if isinstance(value, pd.DataFrame):
            assert "synthetic-" not in value.to_csv(), name
            assert len(value) < 100, name


def test_a_month_alone_has_no_moves_and_no_test_and_says_so():
    found = fit_monitoring(make_ledger(2_000, 1), parameters=PARAMETERS, as_of="2023-12-31")
    assert found.transitions.empty
    assert found.scores is None
    assert "outcome_ahead" in [f.code for f in found.refused]


def test_few_households_below_the_line_leave_the_rules_and_the_rest():
    frame = ledger(
        *[{"household": str(i), "kind": "tuopin"} | dict.fromkeys(CHARACTERISTICS, i % 7) for i in range(50)]
    )
    found = fit_monitoring(frame, parameters=PARAMETERS, as_of="2022-06-30")
    assert found.model.empty
    assert "few_events" in [f.code for f in found.refused]
    # none of 50: 1 - 0.05 ** (1 / 50) = 58.16 per thousand
    assert "不等于没有风险：95%单侧上限为每千户58.16户" in found.finding()
    assert "not to say that there is no risk" in found.finding("en")


def test_an_area_without_a_relief_line_is_not_judged_on_returns():
    only = replace(PARAMETERS, lines=tuple(x for x in PARAMETERS.lines if x.kind == "monitoring"))
    found = fit_monitoring(ledger({"kind": "tuopin"}), parameters=only, as_of="2022-06-30")
    assert found.returned.empty
    assert "不判断是否返贫" in found.finding()
    assert "not judged" in found.finding("en")


def test_a_list_that_does_not_balance_is_warned_of():
    frame = ledger({"month": "2022-04"}, {"kind": "monitored"})
    found = fit_monitoring(frame, parameters=PARAMETERS, as_of="2022-06-30")
    assert any("do not balance in 1 months" in w for w in found.warnings)


def test_a_ledger_with_faults_or_without_rows_is_refused():
    with pytest.raises(ModelRefused, match="twice"):
        fit_monitoring(ledger({}, {}), parameters=PARAMETERS, as_of="2022-06-30")
    for call in (lambda x: fit_monitoring(x, parameters=PARAMETERS, as_of="2022-06-30"), back_play_empty):
        with pytest.raises(ModelRefused, match="no row"):
            call(ledger({}).iloc[:0])


def back_play_empty(frame):
    return back_play(frame, parameters=PARAMETERS)


def test_the_replay_scores_every_month_whose_year_after_is_known(replay):
    found = replay
    assert len(found) == 26
    assert (found["state"].iloc[:14] == "scored").all()
    assert (found["state"].iloc[14:] == "outcome_ahead").all()
    done = found.iloc[:14]
    assert (done["events"] >= 5).all()
    assert ((done["auc_low"] <= done["auc"]) & (done["auc"] <= done["auc_high"])).all()
    assert (
        done["auc_low"] > 0.5
    ).all()  # the synthetic ledger is made so that characteristics tell something
    assert found["auc"].iloc[14:].isna().all()


def test_the_replay_of_a_month_is_not_moved_by_what_comes_later(rows, replay):
    """Everything after the outcome, and all but the income in the outcome itself, may be anything."""
    until = rows[rows["month"] <= rows["month"].min() + 12].copy()
    later = until["month"] > until["month"].min()
    until.loc[later, ["rigid_spending12_yuan", "labour_share", "land_mu"]] = np.nan
    until.loc[later, "kind"] = "general"
    first = back_play(until, 13, parameters=PARAMETERS).iloc[0]
    pd.testing.assert_series_equal(replay.iloc[0], first, check_dtype=False)


def test_the_scores_of_the_monitoring_are_those_of_the_replay(replay, monitoring):
    played = replay.loc["2022-12"]
    assert monitoring.scores.auc.value == played["auc"]
    assert monitoring.scores.events == played["events"]
