"""Waterfalls: every step is that of the decomposition, and the steps lead from the first bar to the last."""

import numpy as np
import pandas as pd
import pytest

from cbs_analysis.models.income_gap import fit_income_gap
from cbs_analysis.models.synchrony_parts import fit_synchrony_parts
from cbs_analysis.report import decomposition_figures as drawn

from .drawn_figures import layout_faults, texts_of

YEARS = pd.period_range("2018", periods=5, freq="Y")
URBAN = pd.Series([39000.0, 42000, 43800, 47400, 49300], YEARS)  # made up
RURAL = pd.Series([14600.0, 16000, 17100, 18900, 20100], YEARS)


@pytest.fixture(scope="module")
def gap():
    return fit_income_gap(URBAN, RURAL, prices="nominal", unit="元", draws=99)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_gap_of_the_first_year_and_its_steps_make_that_of_the_last(gap, lang):
    chart = drawn.plot_gap_waterfall(gap, lang, source="某局")
    bars = chart.figure.axes[0].containers
    heights = [c.patches[0].get_height() for c in bars]
    assert heights[0] == 24400.0
    assert heights[-1] == 29200.0
    assert sum(heights[:-1]) == pytest.approx(29200.0)
    # by hand: the ratio fell and took from the gap, the level of incomes added to it
    assert heights[1] < 0 < heights[2]
    bottoms = [c.patches[0].get_y() for c in bars]
    assert bottoms[1] == pytest.approx(24400.0)
    assert bottoms[2] == pytest.approx(24400.0 + heights[1])
    written = {t.get_text() for t in chart.figure.axes[0].texts}
    assert {"24,400", "29,200"} <= written
    assert chart.figure.axes[0].get_ylim()[0] == 0  # bars of levels stand on zero
    assert not layout_faults(chart, list(texts_of(chart.figure)))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_parts_of_the_mean_gap_add_up_to_it(lang):
    cpi, deflator = (pd.Series(x, YEARS) for x in ([100, 102, 105, 106, 108.0], [100, 101, 102, 106, 108.5]))
    people = pd.Series([100.0, 99, 98.5, 98, 97], YEARS)
    parts = fit_synchrony_parts(
        URBAN, URBAN * np.linspace(2.0, 2.1, 5), cpi=cpi, deflator=deflator, population=people
    )
    chart = drawn.plot_parts_waterfall(parts, lang, source="某局")
    heights = [c.patches[0].get_height() for c in chart.figure.axes[0].containers]
    assert sum(heights[:-1]) == pytest.approx(heights[-1])
    assert heights[-1] == pytest.approx(float(parts.params["gap"]))
    assert chart.data["series"].tolist() == ["step"] * 3 + ["total"]
    assert not layout_faults(chart, list(texts_of(chart.figure)))
    signs = {t.get_text()[0] for t in chart.figure.axes[0].texts}
    assert signs <= {"+", "-", "0"}


def test_a_bar_that_falls_is_told_by_its_sign_too(gap):
    chart = drawn.plot_gap_waterfall(gap, "zh", source="某局")
    falls = [t.get_text() for t in chart.figure.axes[0].texts if t.get_text().startswith("-")]
    assert len(falls) == 1
