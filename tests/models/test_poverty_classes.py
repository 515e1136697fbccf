"""Classes, moves from month to month, balance of the list, exits, zero events."""

import numpy as np
import pandas as pd
import pytest

from cbs_analysis.errors import ModelRefused, ParameterError
from cbs_analysis.models.poverty_classes import (
    CLASSES,
    class_table,
    classify,
    exit_table,
    flow_balance,
    transition_counts,
    transition_rates,
)
from cbs_analysis.models.poverty_rules import apply_rules
from cbs_analysis.models.poverty_zero import return_table, upper_bound
from cbs_analysis.registry.poverty_parameters import load_poverty_parameters

from .poverty_rows import PARAMETERS, ledger, months

LOW = {"income12_yuan": 6_000.0}


def class_of(**change):
    rows = ledger(change)
    return classify(rows, apply_rules(rows, parameters=PARAMETERS)).iloc[0]


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({**LOW, "kind": "tuopin"}, "unstable"),
        ({**LOW, "kind": "general"}, "marginal"),
        ({**LOW, "kind": "monitored"}, "unclear"),  # what it was is not on record
        ({**LOW, "shock": "illness", "kind": "general"}, "marginal"),  # the line comes first
        ({"shock": "illness", "kind": "tuopin"}, "sudden"),
        ({"rigid_spending12_yuan": 9_999.0}, "sudden"),
        ({"housing_ok": False}, "guarantee"),
        ({"housing_ok": False, "income12_yuan": np.nan}, "unclear"),
        ({"housing_ok": False, "rigid_spending12_yuan": np.nan}, "unclear"),  # it may be in sudden distress
        ({"income12_yuan": np.nan}, "unknown"),
        ({"kind": "monitored"}, "on_list"),
        ({}, "none"),
    ],
)
def test_the_class_of_a_household(change, wanted):
    assert class_of(**change) == wanted


def test_a_monitored_household_keeps_the_class_of_what_it_was():
    rows = ledger(*months("a", "2022-01", {"kind": "tuopin"}, {**LOW, "kind": "monitored"}))
    assert classify(rows, apply_rules(rows, parameters=PARAMETERS)).tolist() == ["none", "unstable"]


def test_shares_of_classes_have_exact_intervals():
    rows = ledger(*[{"household": str(i), "kind": "tuopin", **(LOW if i < 3 else {})} for i in range(7)])
    table = class_table(rows, classify(rows, apply_rules(rows, parameters=PARAMETERS)))
    assert table.index.tolist() == list(CLASSES)
    assert table.loc["unstable", ["households", "persons"]].tolist() == [3, 9]
    # R: binom.test(3, 7, conf.level = .9)
    assert table.loc["unstable", ["low", "high"]].tolist() == pytest.approx([0.1287564, 0.7746784], abs=1e-7)


def moved():
    return ledger(
        *months("a", "2022-01", {}, LOW, {}),
        *months("b", "2022-01", {}, {}, LOW),
        *months("c", "2022-01", {"housing_ok": False}),
        *months("d", "2022-02", {}, {}),
    )


def test_moves_are_counted_with_arrivals_and_departures():
    rows = moved()
    counts = transition_counts(rows, classify(rows, apply_rules(rows, parameters=PARAMETERS)))
    found = {(str(m), a, b): n for m, a, b, n in counts.itertuples(index=False)}
    assert found == {
        ("2022-02", "none", "marginal"): 1,
        ("2022-02", "none", "none"): 1,
        ("2022-02", "guarantee", "gone"): 1,
        ("2022-02", "arrived", "none"): 1,
        ("2022-03", "marginal", "none"): 1,
        ("2022-03", "none", "marginal"): 1,
        ("2022-03", "none", "none"): 1,
    }
    rates = transition_rates(counts).set_index(["before", "after"])
    assert rates.loc[("none", "marginal"), ["households", "of", "share"]].tolist() == [2, 4, 0.5]
    assert "arrived" not in rates.index.get_level_values("before")
    assert (rates.groupby("before")["share"].sum() == 1).all()


def test_a_month_without_the_one_before_it_has_no_moves():
    rows = ledger(*months("a", "2022-01", {}), *months("a", "2022-03", {}))
    assert transition_counts(rows, classify(rows, apply_rules(rows, parameters=PARAMETERS))).empty


ENTERS = {"kind": "monitored", "clue_date": "2022-02-01", "decision_date": "2022-02-10"}


def test_the_list_balances_when_every_entry_and_exit_has_its_date():
    rows = ledger(
        *months("a", "2022-01", {}, ENTERS, ENTERS, {**ENTERS, "kind": "general", "exit_date": "2022-04-20"}),
        *months("b", "2022-01", *[{"kind": "monitored"}] * 4),
    )
    found = flow_balance(rows)
    assert found["stock"].tolist() == [1, 2, 2, 1]
    assert found.loc["2022-02":, "entered"].tolist() == [1, 0, 0]
    assert found.loc["2022-04", "left"] == 1
    assert found["difference"].tolist()[1:] == [0, 0, 0]
    assert np.isnan(found["difference"].iloc[0])


def test_an_entry_without_a_date_breaks_the_balance_and_a_lost_household_is_named():
    rows = ledger(
        *months("a", "2022-01", {}, {"kind": "monitored"}, {"kind": "monitored"}),
        *months("b", "2022-01", *[{"kind": "monitored"}] * 2),
        *months("c", "2022-03", {"kind": "monitored"}),
    )
    found = flow_balance(rows)
    assert found["difference"].tolist()[1:] == [1, 0]  # in March one came and one went
    assert found.loc["2022-03", ["arrived", "gone"]].tolist() == [1, 1]


def test_who_may_leave_needs_two_checks_above_the_line_clear_guarantees_and_a_document():
    up, on = {"kind": "monitored"}, {"kind": "monitored", "income12_yuan": 6_500.0}
    down = {"kind": "monitored", **LOW}
    left = {"kind": "general", "exit_date": "2022-03-15"}
    rows = ledger(
        *months("a", "2022-01", down, up, up),
        *months("b", "2022-01", up, down, up),
        *months("c", "2022-01", up, on, on),  # on the line is not above it
        *months("d", "2022-01", up, up, {**up, "water_ok": False}),
        *months("e", "2022-03", up),  # one check alone
        *months("f", "2022-01", down, down, left),
        *months("g", "2022-01", up, up, left),
    )
    table = exit_table(rows, apply_rules(rows, parameters=PARAMETERS), parameters=PARAMETERS)
    monitored = [f"monitored_{w}" for w in ("met", "not_met", "unknown")]
    assert table.loc["income", monitored].tolist() == [2, 2, 1]
    assert table.loc["guarantees", monitored].tolist() == [4, 1, 0]
    assert table.loc["all", monitored].tolist() == [1, 3, 1]
    assert table.loc["all", ["exits_met", "exits_not_met"]].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("events", "households", "bound"),
    [
        (0, 800, 3.74),  # the rule of three: 3 / 800 = 3.75
        (0, 100, 29.51),  # 1 - 0.05 ** (1 / 100)
        (1, 250, 18.83397),  # R: binom.test(1, 250, alternative = "less")
    ],
)
def test_the_bound_of_rare_events(events, households, bound):
    assert 1000 * upper_bound(events, households) == pytest.approx(bound, abs=5e-3)


def test_a_bound_of_no_counts_is_refused():
    with pytest.raises(ParameterError):
        upper_bound(3, 2)


def test_households_poor_again_are_counted_among_those_lifted_by_district():
    rows = ledger(
        *months("a", "2022-04", {"kind": "tuopin"}, {"kind": "monitored", "income12_yuan": 4_200.0}),
        *[{"household": f"t{i}", "kind": "tuopin", "district": "99DM02"} for i in range(9)],
        {"household": "u", "kind": "tuopin", "district": "99DM02", "income12_yuan": np.nan},
        {"household": "g", "income12_yuan": 1.0},  # never lifted: not a return
    )
    found = return_table(rows, parameters=PARAMETERS)
    assert found.loc["99DM01", ["returned", "households", "unknown", "per_1000"]].tolist() == [1, 1, 0, 1000]
    assert found.loc["99DM02", ["returned", "households", "unknown"]].tolist() == [0, 9, 1]
    assert found.loc["99DM02", "upper_per_1000"] == pytest.approx(1000 * (1 - 0.05 ** (1 / 9)))
    assert found.loc["all", ["returned", "households", "unknown"]].tolist() == [1, 10, 1]


def test_a_return_is_not_judged_without_a_relief_line():
    with pytest.raises(ModelRefused, match="relief line"):
        return_table(ledger({"kind": "tuopin"}), parameters=load_poverty_parameters("22CB00"))


def test_the_state_of_every_row_is_one_of_the_classes():
    rows = moved()
    assert isinstance(classify(rows, apply_rules(rows, parameters=PARAMETERS)).dtype, pd.CategoricalDtype)
