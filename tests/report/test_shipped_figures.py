"""Every shipped chart, in both languages: its name, its data, its words, and that they can be read."""

import pytest

from cbs_analysis.report.figures import WIDTH
from cbs_analysis.report.style import figure_png

from .drawn_figures import charts_of, layout_faults, texts_of, undrawn, unlisted

NATION = {"area": "000000", "plan": "national14", "as_of": "2026-10-31"}
JILIN = {"area": "220000", "plan": "cbs14", "as_of": "2026-10-31"}
ZONE = {"area": "22CB00", "plan": "cbs14", "as_of": "2026-10-31"}
DEMO = {"area": "99DM00", "plan": "demo14", "as_of": "2024-06-30"}
# notebook, place, and the charts that the page must show
QUICK = [
    ("11_income_growth", NATION, {"income_growth", "year_to_date", "urban_rural", "places"}),
    ("11_income_growth", DEMO, {"income_growth", "year_to_date", "urban_rural"}),
    ("25_gap_and_breaks", NATION, {"income_gap_nominal", "gap_waterfall_nominal", "growth_breaks"}),
    ("26_outlook", DEMO, {"fan_disposable_income_all_nominal_yuan"}),
    ("33_rural_revitalisation", DEMO, {"progress", "paths_1", "directions_1", "project_time"}),
    ("90_midterm_evaluation", DEMO, {"verdicts", "progress", "project_money_2", "project_time_2"}),
    ("90_midterm_evaluation", ZONE, {"verdicts"}),
]
SLOW = [
    ("00_data_status", NATION, {"coverage", "revisions"}),
    ("00_data_status", DEMO, {"coverage", "revisions"}),
    ("11_income_growth", ZONE, {"places"}),
    ("21_synchrony", NATION, {"income_growth_paths", "gap_parts", "gap_parts_mean"}),
    ("21_synchrony", DEMO, {"income_growth_paths", "gap_parts", "gap_parts_mean"}),
    ("22_employment", NATION, {"elasticities", "okun_surveyed"}),
    ("22_employment", JILIN, {"jobs_units", "elasticities", "okun_registered"}),
    ("23_long_run_and_shocks", NATION, {"responses_income", "responses_unemployment"}),
    ("24_provinces", JILIN, {"province_gap", "province_slopes", "beside_nearest"}),
    ("26_outlook", NATION, {"fan_disposable_income_all_nominal_yuan", "fan_urbanisation_pct"}),
    ("27_unemployment_warning", NATION, {"warning_history", "warning_signals"}),
    ("27_unemployment_warning", DEMO, {"warning_history", "warning_signals"}),
    ("31_employment_income", DEMO, {"progress", "jobs_within_year"}),
    ("31_employment_income", NATION, {"progress", "paths_1"}),
    ("32_social_security", DEMO, {"denominators", "standards_real_growth"}),
    ("34_education", DEMO, {"progress", "directions_1"}),
    ("35_health_care", DEMO, {"progress", "directions_1"}),
    ("36_culture_sport", DEMO, {"progress", "directions_1"}),
    ("37_return_to_poverty", DEMO, {"monitored"}),
    ("90_midterm_evaluation", NATION, {"verdicts", "progress"}),
]
pytestmark = pytest.mark.usefixtures("seeded_pages")


def check(root, notebook, place, wanted, lang):
    charts = charts_of(root, notebook, lang, **place)
    names = [c.name for c in charts]
    assert wanted <= set(names)
    assert len(names) == len(set(names))
    for chart in charts:
        assert chart.figure.get_size_inches()[0] == WIDTH
        texts = list(texts_of(chart.figure))
        assert not layout_faults(chart, texts), chart.name
        assert not undrawn(chart, texts), chart.name
        assert not unlisted(chart), chart.name
        assert len(chart.data)
        assert chart.data["source"].str.len().gt(0).all()
        assert chart.alt.startswith(chart.title)
        assert len(chart.alt) > len(chart.title) + 20
        words = "".join(t.get_text() for t, _ in texts).replace("\n", "").replace(" ", "")
        heads = ("单位：", "时期：", "资料来源：") if lang == "zh" else ("Unit:", "Period:", "Source:")
        assert all(h in words for h in heads)
        assert chart.title.replace(" ", "") in words
        assert figure_png(chart.figure).startswith(b"\x89PNG")  # a missing glyph would raise


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("notebook", "place", "wanted"),
    QUICK,
    ids=lambda x: x["area"] if isinstance(x, dict) else x if isinstance(x, str) else "",
)
def test_charts_show_their_data_and_nothing_stands_on_anything(root, notebook, place, wanted, lang):
    check(root, notebook, place, wanted, lang)


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("notebook", "place", "wanted"),
    SLOW,
    ids=lambda x: x["area"] if isinstance(x, dict) else x if isinstance(x, str) else "",
)
def test_charts_of_the_other_pages_do_so_too(root, notebook, place, wanted, lang):
    check(root, notebook, place, wanted, lang)
