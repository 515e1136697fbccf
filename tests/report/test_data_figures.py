"""Charts of the data: vintages as they were published, nothing carried on, nothing where none was revised."""

import pandas as pd
import pytest

from cbs_analysis.report import data_figures as drawn
from cbs_analysis.report import open_report

pytestmark = pytest.mark.usefixtures("seeded_pages")


def opened(root, area="000000", plan="national14", as_of="2026-10-31", lang="zh"):
    return open_report("00_t", area=area, plan=plan, as_of=as_of, lang=lang, root=root)


def test_gdp_before_and_after_the_census_stands_in_its_row(root):
    chart = drawn.plot_vintages(opened(root).vintages(), "zh", among=["gdp_nominal_mn_yuan"])
    table = chart.data.pivot(index="period", columns="published", values="value")
    # as the National Bureau of Statistics published them, 亿元
    assert table.at["2020", "2021-02-28"] == pytest.approx(1015986)
    assert table.at["2023", "2024-01-17"] == pytest.approx(1260582)
    assert table.at["2023", "2026-10-31"] == pytest.approx(1294271.7)
    assert table.loc["2020"].notna().sum() == 2  # nothing between is carried on
    written = [t.get_text() for t in chart.figure.axes[0].texts]
    assert "1,294,272\n▲ 33,690" in written
    assert "1,348,066\n▼ 1,018" in written
    assert "·" in written
    assert not [t for t in written if t.endswith(("▲ 0", "▼ 0"))]


def test_before_the_revision_was_published_there_is_nothing_to_show(root):
    assert drawn.plot_vintages(opened(root, "22CB00", "cbs14").vintages(), "zh") is None
    known = {day: opened(root, as_of=day).vintages() for day in ("2022-06-30", "2026-10-31")}
    charts = {
        day: drawn.plot_vintages(rows, "zh", among=["gdp_nominal_mn_yuan"]) for day, rows in known.items()
    }
    assert charts["2022-06-30"] is None
    assert charts["2026-10-31"] is not None


def test_differences_of_rounding_alone_are_no_revision():
    rows = pd.DataFrame(
        {
            "indicator": "gdp_nominal_mn_yuan",
            "period": ["2024", "2024"],
            "freq": "A",
            "vintage": ["2025-01-17", "2026-10-31"],
            "edition": "",
            "value": [140187900.0, 140187920.0],
            "status": "final",
            "source": "nbs",
        }
    )
    assert drawn.plot_vintages(rows, "zh") is None
    moved = rows.assign(value=[140187900.0, 140287920.0])
    assert drawn.plot_vintages(moved, "zh").data["value"].tolist() == [1401879.0, 1402879.2]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_coverage_tells_whole_years_from_parts_by_a_dot_too(root, lang):
    ctx = opened(root, lang=lang)
    chart = drawn.plot_coverage(ctx.observations(), lang, first=2015, last=2026)
    words = {"zh": ("季度或月度数", "全年数"), "en": ("part of the year", "full year")}[lang]
    parts = int((chart.data["text"] == words[0]).sum())
    assert parts > 0
    dots = chart.figure.axes[0].get_lines()[0]
    assert len(dots.get_xdata()) == parts
    assert (chart.data["text"] == words[1]).any()
