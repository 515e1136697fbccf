"""Figures beside a chart: each one leads to its cell, a derived one to what it was computed from."""

import re

from cbs_analysis.plan.book import Book
from cbs_analysis.report.series_tables import table_figures, table_series
from cbs_analysis.sources import load_observations

RATIO = "income_urban_rural_ratio"


def incomes(mini, line):
    """Urban and rural income of the nation in 2021 and 2022, yuan, as published on 17 January 2023."""
    figures = [
        ("disposable_income_urban_nominal_yuan", "2021", 47412),
        ("disposable_income_rural_nominal_yuan", "2021", 18931),
        ("disposable_income_urban_nominal_yuan", "2022", 49283),
    ]  # fmt: skip
    mini.add([line(i, p, v, "元") for i, p, v in figures])
    mini.build()
    return load_observations(area="000000", root=mini.root)


def test_a_year_without_a_figure_is_a_dash_and_a_derived_one_names_its_inputs(mini, line):
    """47,412 / 18,931 = 2.50; there is no ratio for 2022."""
    book = Book(incomes(mini, line))
    urban = "disposable_income_urban_nominal_yuan"
    series = {"城镇": (urban, book.yearly(urban)), "比": (RATIO, book.yearly(RATIO))}
    table = table_series(series, "zh")
    assert [row[0] for row in table.rows] == ["2021", "2022"]
    assert re.search(r'#F2" title="[^"]*47412元">47,412元</a>', table.rows[0][1].html)
    assert table.rows[0][2].html.startswith("<span>2.50")
    assert re.findall(r"#(F\d)", table.rows[0][2].html) == ["F2", "F3"]
    assert table.rows[1][2].html == "—"
    assert table_series(series, "zh", since=2022).rows == table.rows[1:]


def test_published_figures_stand_by_period_each_with_its_cell(mini, line):
    table = table_figures(incomes(mini, line), "zh")
    assert [row[0] for row in table.rows] == ["2021年", "2022年"]
    assert [re.findall(r"#(F\d)", cell.html) for cell in table.rows[0][1:]] == [["F3"], ["F2"]]
    assert [re.findall(r"#(F\d)", cell.html) for cell in table.rows[1][1:]] == [[], ["F4"]]


def test_no_figures_are_an_empty_table_that_says_so(mini, line):
    observations = incomes(mini, line)
    assert "没有" in table_figures(observations[:0], "zh").html()
    assert "没有" in table_series({}, "zh").html()
