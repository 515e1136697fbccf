"""Rules against a return to poverty: edges, three values, overlap, other thresholds, faults of a ledger."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cbs_analysis.errors import ModelRefused
from cbs_analysis.models.poverty_ledger import base_kind, check_ledger
from cbs_analysis.models.poverty_rules import (
    RULES,
    apply_rules,
    guarantee_table,
    listed,
    rule_overlap,
    rule_sensitivity,
    rule_table,
)
from cbs_analysis.registry.poverty_parameters import load_poverty_parameters

from .poverty_rows import PARAMETERS, ledger, months


def fired(**change):
    """The rules of one household, as a string of T, F and ?."""
    row = apply_rules(ledger(change), parameters=PARAMETERS).iloc[0]
    return "".join("?" if pd.isna(v) else "FT"[int(v)] for v in row)


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({}, "FFFFF"),
        ({"income12_yuan": 6_499.99}, "TFFFF"),
        ({"income12_yuan": 6_500.0}, "FFFFF"),  # on the line is not below it
        ({"income12_yuan": 6_400.0, "month": "2021-05"}, "FFFFF"),  # the line of 2021 is 6,000
        ({"rigid_spending12_yuan": 9_000.0}, "FFFFF"),
        ({"rigid_spending12_yuan": 9_001.0}, "FTFFF"),
        ({"income12_before_yuan": 10_000.0, "income12_yuan": 7_000.0}, "FFTFF"),
        ({"income12_before_yuan": 10_000.0, "income12_yuan": 7_000.5}, "FFFFF"),
        # a fall of 30 % exactly, which binary fractions miss
        ({"income12_before_yuan": 9_300.3, "income12_yuan": 6_510.21}, "FFTFF"),
        ({"income12_before_yuan": 0.0, "income12_yuan": 0.0}, "TTFFF"),  # from nothing nothing falls
        ({"water_ok": False}, "FFFTF"),
        ({"water_ok": None}, "FFF?F"),
        ({"water_ok": None, "housing_ok": False}, "FFFTF"),
        ({"shock": "disaster"}, "FFFFT"),
        ({"shock": None}, "FFFF?"),
        ({"income12_yuan": np.nan}, "?F?FF"),
        ({"income12_before_yuan": np.nan}, "F??FF"),
        ({"rigid_spending12_yuan": np.nan}, "F?FFF"),
    ],
)
def test_a_rule_holds_fails_or_is_unknown(change, wanted):
    assert fired(**change) == wanted


amounts = st.one_of(st.none(), st.floats(0, 50_000))
answers = st.one_of(st.none(), st.booleans())


@settings(max_examples=60, deadline=None)
@given(amounts, amounts, amounts, answers, answers)
def test_a_figure_that_comes_in_later_never_turns_a_known_rule_around(income, before, rigid, water, food):
    given_ = {
        "income12_yuan": income, "income12_before_yuan": before, "rigid_spending12_yuan": rigid,
        "water_ok": water,        "food_clothing_ok": food,
    }  # fmt: skip
    full = {k: ({True: True}.get(k.endswith("ok"), 5_000.0) if v is None else v) for k, v in given_.items()}
    numbers = {k: np.nan if v is None and not k.endswith("ok") else v for k, v in given_.items()}
    partly, known = fired(**numbers), fired(**full)
    assert "?" not in known
    assert all(a in ("?", b) for a, b in zip(partly, known, strict=True))


def test_the_list_holds_whom_one_rule_points_at_and_leaves_open_whom_none_clears():
    rules = apply_rules(
        ledger({"shock": "illness", "income12_yuan": np.nan}, {"income12_yuan": np.nan}, {}),
        parameters=PARAMETERS,
    )
    assert listed(rules).tolist() == [True, pd.NA, False]


def test_tables_count_households_persons_and_what_is_unknown():
    rows = ledger(
        {"household": "a", "income12_yuan": 5_000.0, "kind": "tuopin", "members": 4},  # R1 and R3
        {"household": "b", "shock": "illness", "members": 2},
        {"household": "c", "income12_yuan": np.nan, "medical_ok": False},
        {"household": "d"},
    )
    rules = apply_rules(rows, parameters=PARAMETERS)
    table = rule_table(rows, rules)
    assert table.loc["R1", ["households", "persons", "unknown", "tuopin", "general"]].tolist() == [
        1,
        4,
        1,
        1,
        0,
    ]
    assert table.loc["any", ["households", "persons", "unknown"]].tolist() == [3, 9, 0]
    assert guarantee_table(rows).loc["medical"].tolist() == [1, 4, 0]
    overlap = rule_overlap(rules)
    assert overlap["households"].to_dict() == {"none": 1, "R1+R3": 1, "R4": 1, "R5": 1}
    assert overlap.loc["R4", "with_unknown"] == 1
    assert overlap["households"].sum() == len(rows)


def test_the_sensitivity_counts_what_the_rules_with_these_thresholds_count():
    rng = np.random.default_rng(3)
    rows = ledger(*[{"household": str(i)} for i in range(200)])
    rows["income12_yuan"] = rng.lognormal(9.0, 0.4, 200)
    rows["income12_before_yuan"] = rng.lognormal(9.0, 0.4, 200)
    rows["rigid_spending12_yuan"] = rng.lognormal(8.6, 0.6, 200)
    found = rule_sensitivity(rows, parameters=PARAMETERS)
    assert len(found) == 20
    assert found["used"].sum() == 1
    one = found[(found["rigid_ratio"] == 0.8) & (found["income_drop"] == 0.5)].iloc[0]
    rules = apply_rules(rows, parameters=PARAMETERS.with_values(rigid_ratio=0.8, income_drop=0.5))
    assert one["listed"] == listed(rules).sum()
    assert (one["R2"], one["R3"]) == (rules["R2"].sum(), rules["R3"].sum())
    assert (found.groupby("income_drop")["R2"].diff().dropna() <= 0).all()  # a higher k finds fewer


def test_an_area_without_a_line_is_refused_with_the_office_to_ask():
    real = load_poverty_parameters("22CB00")
    with pytest.raises(ModelRefused) as caught:
        apply_rules(ledger({}), parameters=real)
    assert caught.value.faults[0].code == "no_line"
    assert "省农业农村厅" in caught.value.faults[0].zh


def codes(frame, **options):
    with pytest.raises(ModelRefused) as caught:
        check_ledger(frame, parameters=PARAMETERS, as_of="2022-06-30", **options)
    return caught.value


def test_a_sound_ledger_passes():
    rows = ledger({}, {"household": "h2", "clue_date": "2022-05-02", "decision_date": "2022-05-12"})
    check_ledger(rows, parameters=PARAMETERS, as_of="2022-06-30")


def test_every_fault_of_a_ledger_is_told_at_once_and_none_tells_of_a_household():
    rows = ledger(
        {"household": "secret-1"},
        {"household": "secret-1"},
        {"household": "secret-2", "income12_yuan": -4_321.0},
        {"household": "secret-3", "members": None},
        {"household": "secret-4", "month": "2022-07"},
        {"household": "secret-5", "month": "2019-07"},
        {"household": "secret-6", "clue_date": "2022-05-20", "decision_date": "2022-05-11"},
        {"household": "secret-7", "shock": "secret illness"},
        {"household": "secret-8", "exit_date": "2022-08-08"},
    )
    error = codes(rows)
    assert {f.code for f in error.faults} == {
        "duplicate", "negative_money", "members", "future", "other_plan", "no_line", "date_order",
        "unknown_word",
    }  # fmt: skip
    where = {f.code: f.where for f in error.faults if f.what != "exit_date after the date of the evaluation"}
    assert where["duplicate"] == "rows 1, 2"
    assert where["negative_money"] == "row 3"
    assert where["members"] == "row 4"
    assert where["future"] == "row 5"
    assert where["date_order"] == "row 7"
    text = str(error) + "".join(f.zh for f in error.faults)
    assert not [word for word in ("secret", "4321", "4_321", "2022-05-11", "2022-08-08") if word in text]


def test_what_cannot_be_read_is_a_fault_and_is_not_repeated():
    rows = ledger({}, {"household": "h2"})
    for column in ("water_ok", "clue_date", "income12_yuan"):
        rows[column] = rows[column].astype(object)
    rows["land_mu"] = pd.Series([1.0, "secret"], dtype=object)
    rows.loc[1, ["water_ok", "clue_date", "income12_yuan"]] = "secret"
    error = codes(rows)
    assert [f.code for f in error.faults] == ["negative_money", "no_answer", "no_number", "no_date"]
    assert {f.where for f in error.faults} == {"row 2"}
    assert "secret" not in str(error)


def test_columns_with_missing_values_of_any_kind_give_the_same_rules():
    rows = ledger(
        {}, {"household": "h2", "income12_yuan": np.nan}, {"household": "h3", "income12_yuan": 6_000.0}
    )
    other = rows.assign(
        income12_yuan=rows["income12_yuan"].astype("Float64"),
        income12_before_yuan=rows["income12_before_yuan"].astype(object),
        water_ok=rows["water_ok"].astype(object),
        month=rows["month"],
    )
    check_ledger(other, parameters=PARAMETERS, as_of="2022-06-30")
    one, two = (apply_rules(x, parameters=PARAMETERS) for x in (rows, other))
    pd.testing.assert_frame_equal(one, two)


def test_many_wrong_rows_are_counted_not_listed():
    rows = ledger(*[{"household": str(i), "members": 0} for i in range(25)])
    assert codes(rows).faults[0].where == "rows 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 15 more"


def test_a_ledger_of_another_shape_is_refused():
    assert codes(ledger({}).drop(columns="water_ok")).faults[0].code == "columns"
    assert codes(ledger({}).assign(month="2022-05")).faults[0].code == "no_month"


def test_months_outside_the_plan_pass_when_no_plan_is_asked_for():
    check_ledger(ledger({"month": "2020-07"}), parameters=PARAMETERS, as_of="2022-06-30", years=None)


def test_what_a_monitored_household_was_comes_from_its_own_earlier_months():
    rows = ledger(
        *months("a", "2022-01", {"kind": "tuopin"}, {"kind": "monitored"}),
        *months("b", "2022-01", {"kind": "monitored"}, {"kind": "general"}),
    )
    assert base_kind(rows).tolist() == ["tuopin", "tuopin", "", "general"]
    assert base_kind(rows.iloc[::-1]).tolist() == ["general", "", "tuopin", "tuopin"]


def test_there_are_five_rules():
    assert list(apply_rules(ledger({}), parameters=PARAMETERS)) == list(RULES)
