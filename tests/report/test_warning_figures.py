"""The dashboard of warnings: a cell a month, told by colour and by a sign."""

import numpy as np
import pytest

from cbs_analysis.models.warning_levels import LEVELS
from cbs_analysis.report import open_report
from cbs_analysis.report import warning_figures as drawn
from cbs_analysis.report import warning_pages as pages

pytestmark = [pytest.mark.usefixtures("seeded_pages"), pytest.mark.slow]


@pytest.fixture(scope="module")
def result(root):
    before = np.random.get_state()  # noqa: NPY002
    ctx = open_report("27_t", area="99DM00", plan="demo14", as_of="2024-06-30", lang="zh", root=root)
    found = pages.fit_of(ctx, pages.labour_months(ctx))
    np.random.set_state(before)  # noqa: NPY002
    return found


def test_red_cells_carry_a_cross_and_months_without_a_reading_are_blank(result):
    chart = drawn.plot_signals(result, "zh", source="某局")
    shown = result.red.iloc[-24:].reindex(columns=list(result.composite.thresholds))
    crosses = next(x for x in chart.figure.axes[0].get_lines() if x.get_marker() == "x")
    assert len(crosses.get_xdata()) == int((shown == 1).to_numpy().sum()) > 0
    cells = chart.data[chart.data["item"] != "预警等级"]
    assert (cells["text"] == "红").sum() == len(crosses.get_xdata())
    assert (cells["text"] == "无读数").sum() == int(shown.isna().to_numpy().sum())


@pytest.mark.parametrize(("lang", "letters"), [("zh", "黄橙红"), ("en", "YOR")])
def test_levels_stand_as_letters_month_by_month(result, lang, letters):
    chart = drawn.plot_signals(result, lang, source="某局")
    levels = result.readings["level"].reindex(result.red.index[-24:]).dropna().astype(int)
    wanted = [letters[step - 1] for step in levels if step]
    assert [t.get_text() for t in chart.figure.axes[0].texts] == wanted
    assert wanted
    rows = chart.data[chart.data["item"] == {"zh": "预警等级", "en": "Level"}[lang]]
    assert rows["text"].tolist() == [drawn.level_of(v, lang) for v in levels]
    assert len(LEVELS) == 4


def test_the_history_draws_levels_higher_the_worse_they_are(result):
    low = drawn.plot_history(result, "zh", source="某局").figure.axes[1]
    heights = {round(c.patches[0].get_height(), 3): c.patches[0].get_facecolor() for c in low.containers}
    assert set(heights) <= {0.333, 0.667, 1.0}
    assert len(set(heights.values())) == len(heights)
