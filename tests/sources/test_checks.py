import json


def found(mini):
    mini.build()
    manifest = json.loads((mini.processed / "manifest.json").read_text(encoding="utf-8"))
    return [(w["check"], w["period"]) for w in manifest["warnings"]]


def test_a_share_above_one_hundred_is_told_and_not_changed(mini, line):
    mini.add([line("urbanisation_pct", "2022", "165.2", "%")])
    assert found(mini) == [("shares_in_range", "2022")]


def test_a_cumulative_figure_that_falls_is_told(mini, line):
    mini.add(
        [line("urban_new_jobs_ytd_persons", "2022Q2", "654", "万人"),
         line("urban_new_jobs_ytd_persons", "2022Q3", "601", "万人")]
    )  # fmt: skip
    assert found(mini) == [("cumulative_rises", "2022Q3")]


def test_growth_that_disagrees_with_its_levels_is_told(mini, line):
    mini.add(
        [line("disposable_income_all_nominal_yuan", "2021", "35128", "元")], name="a", published="2022-01-17"
    )
    mini.add(
        [line("disposable_income_all_nominal_yuan", "2022", "36883", "元"),
         line("disposable_income_all_nominal_yoy_pct", "2022", "9.1", "%")]
    )  # fmt: skip
    assert found(mini) == [("growth_agrees_with_levels", "2022")]


def test_a_ratio_that_disagrees_with_the_incomes_is_told(mini, line):
    mini.add(
        [line("disposable_income_urban_nominal_yuan", "2020", "43834", "元"),
         line("disposable_income_rural_nominal_yuan", "2020", "17131", "元"),
         line("income_urban_rural_ratio", "2020", "2.65", "比值")]
    )  # fmt: skip
    assert found(mini) == [("ratio_agrees_with_levels", "2020")]


def test_figures_that_agree_are_silent(mini, line):
    mini.add(
        [line("disposable_income_urban_nominal_yuan", "2020", "43834", "元"),
         line("disposable_income_rural_nominal_yuan", "2020", "17131", "元"),
         line("income_urban_rural_ratio", "2020", "2.56", "比值")]
    )  # fmt: skip
    assert found(mini) == []
