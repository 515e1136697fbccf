"""Clocks of the ledger: medians with open cases, late cases, completeness, two lists, help."""

import numpy as np
import pytest

from cbs_analysis.errors import ModelRefused
from cbs_analysis.models.poverty_clocks import (
    agreement,
    clock_table,
    completeness,
    help_matched,
    waiting_time,
)

from .poverty_rows import PARAMETERS, ledger, months


def test_the_median_with_open_cases_is_that_of_a_textbook():
    # Remission under 6-MP, Freireich et al. (1963), Blood 21, 699-716; R survival: median 23, 90 % interval
    # from 16
    ended = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    still = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    days = np.array([*ended, *still], dtype=float)
    found = waiting_time(days, np.arange(21) < 9)
    assert found == (23.0, 16.0, np.inf)


def test_the_interval_is_that_of_r():
    # survfit(Surv(d, e) ~ 1, conf.int = .9): median 8, from 5, no upper end
    days = np.array([3, 5, 8, 9, 20, 4, 4, 11, 12, 15, 2, 7, 7, 10, 30.0])
    ended = np.array([1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0], dtype=bool)
    assert waiting_time(days, ended) == (8.0, 5.0, np.inf)


def test_an_interval_closes_when_many_have_ended_and_stays_open_for_four():
    days = np.repeat([5.0, 6.0], [40, 60])
    assert waiting_time(days, np.ones(100, dtype=bool)) == (6.0, 6.0, 6.0)
    four = waiting_time(np.array([3, 5, 8, 9.0]), np.ones(4, dtype=bool))
    assert four[1:] == (3.0, np.inf)  # survfit(Surv(c(3, 5, 8, 9)) ~ 1, conf.int = .9): from 3, no upper end


def test_without_an_end_there_is_no_median():
    assert np.isnan(waiting_time(np.array([3.0, 4.0]), np.array([False, False])).median)
    assert np.isnan(waiting_time(np.array([1.0, 4.0, 5.0]), np.array([True, False, False])).median)


def test_a_decision_of_the_same_day_counts():
    assert waiting_time(np.zeros(2), np.ones(2, dtype=bool))[:2] == (0.0, 0.0)


def case(name, clue, decision=None, start=None, end=None):
    dates = {"clue_date": clue, "decision_date": decision, "publicity_start": start, "publicity_end": end}
    return {"household": name, "month": "2022-05", **dates}


def test_decisions_in_time_late_and_open():
    rows = ledger(
        case("a", "2022-05-01", "2022-05-16", "2022-05-10", "2022-05-15"),  # 15 days and 5 days: both in time
        case("b", "2022-05-01", "2022-05-17", "2022-05-12", "2022-05-16"),  # 16 days, 4 days: neither
        case("c", "2022-05-01"),  # open for 30 days: overdue
        case("d", "2022-05-28", None, "2022-05-29"),  # open for 3 days: not judged
        {"household": "e", "month": "2022-05"},
    )
    table = clock_table(rows, parameters=PARAMETERS, as_of="2022-05-31")
    columns = ["cases", "numerator", "denominator", "late", "late_open", "open"]
    assert table.loc["decision", columns].tolist() == [4, 1, 3, 1, 1, 1]
    assert table.loc["publicity", columns].tolist() == [3, 1, 2, 1, 0, 1]
    assert table.loc["decision", "share"] == pytest.approx(1 / 3)
    assert table.loc["decision", "low"] < 1 / 3 < table.loc["decision", "high"]


def test_a_case_that_stands_in_many_months_counts_once_as_its_last_row_tells():
    clue = {"clue_date": "2022-04-20"}
    decided = {**clue, "decision_date": "2022-05-02"}
    rows = ledger(*months("a", "2022-04", clue, decided, decided))
    table = clock_table(rows, parameters=PARAMETERS, as_of="2022-06-30")
    assert table.loc["decision", ["cases", "numerator", "late_open"]].tolist() == [1, 1, 0]


def test_a_ledger_without_cases_has_no_shares():
    table = clock_table(ledger({}), parameters=PARAMETERS, as_of="2022-05-31")
    assert table.loc["decision", "cases"] == 0
    assert np.isnan(table.loc["decision", "share"])


def test_empty_cells_are_counted_and_an_absent_column_is_empty():
    rows = ledger({"household": "a", "income12_yuan": np.nan}, {"household": "b"})
    found = completeness(rows, fields=("income12_yuan", "water_ok", "land_mu"))
    assert found["numerator"].to_dict() == {
        "income12_yuan": 1,
        "water_ok": 2,
        "land_mu": 0,
        "all": 3,
        "households": 0,
    }
    assert found.loc["all", "share"] == 0.5


def test_two_lists_agree_in_what_both_hold():
    found = agreement(["a", "b", "c", "c"], ["b", "c", "d", "e"])
    counts = [found[k] for k in ("numerator", "denominator", "only_ours", "only_theirs")]
    assert counts == [2, 5, 1, 2]
    with pytest.raises(ModelRefused, match="neither list"):
        agreement([], [])


def test_help_is_a_share_of_those_monitored_of_whom_it_is_known():
    on = {"kind": "monitored"}
    rows = ledger(
        {**on, "household": "a", "help_matched": True},
        {**on, "household": "b", "help_matched": False},
        {**on, "household": "c", "help_matched": None},
        {"household": "d", "help_matched": True},
    )
    found = help_matched(rows)
    assert (found["numerator"], found["denominator"], found["unknown"], found["share"]) == (1, 2, 1, 0.5)
    assert np.isnan(help_matched(ledger({}))["share"])
