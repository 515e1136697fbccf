from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cbs_analysis.errors import CoverageError, ParameterError, RegistryError, VintageError
from cbs_analysis.sources import build, load_manifest, load_observations, revisions, wide
from cbs_analysis.sources.store import find_root


def test_nothing_published_after_as_of_is_returned(root):
    for area in ("000000", "220000", "22CB00", "99DM00"):
        everything = load_observations(area=area, vintages="all", root=root)
        assert len(everything) > 0
        for day in ("2019-12-31", "2022-06-30", "2023-06-30", "2024-01-16"):
            known = load_observations(area=area, as_of=day, vintages="all", root=root)
            assert (known["vintage"] <= pd.Timestamp(day)).all()
            assert len(known) == (everything["vintage"] <= pd.Timestamp(day)).sum()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_as_of_sees_the_last_publication_up_to_that_day_and_no_other(tmp_path_factory, line, data):
    from tests.conftest import Mini

    days = data.draw(st.lists(st.integers(0, 700), min_size=1, max_size=5, unique=True))
    mini = Mini(tmp_path_factory.mktemp("p") / "project")
    first = date(2023, 1, 1)
    for n, offset in enumerate(days):
        published = (first + timedelta(days=offset)).isoformat()
        mini.add([line("gdp_real_yoy_pct", "2022", f"{n}.5", "%")], published=published, name=f"v{n}")
    mini.build()
    day = data.draw(st.integers(-10, 710))
    known = load_observations(area="000000", as_of=first + timedelta(days=day), root=mini.root)
    past = [d for d in days if d <= day]
    if not past:
        assert known.empty
    else:
        assert known["value"].tolist() == [days.index(max(past)) + 0.5]


def test_secondary_readings_give_way_to_better_ones(mini, line):
    row = "gdp_real_yoy_pct", "2022"
    mini.add([line(*row, "3.0", "%")], name="a")
    mini.add([line(*row, "3.3", "%")], name="b", published="2023-05-01", certainty="secondary")
    mini.build()
    assert load_observations(area="000000", root=mini.root)["value"].tolist() == [3.0]


def test_a_later_edition_of_one_day_wins(mini, line):
    mini.add([line("gdp_nominal_mn_yuan", "2017", "14944.53", "亿元", area="220000")], name="a", edition=1)
    mini.add([line("gdp_nominal_mn_yuan", "2017", "11083", "亿元", area="220000")], name="b", edition=3)
    mini.build()
    assert load_observations(area="220000", root=mini.root)["value_published"].tolist() == ["11083"]


def test_revisions_name_both_publications(mini, line):
    mini.add([line("gdp_real_yoy_pct", "2021", "8.1", "%")], published="2022-01-17", name="a")
    mini.add([line("gdp_real_yoy_pct", "2021", "8.4", "%")], published="2022-12-27", name="b")
    mini.add([line("cpi_yoy_pct", "2021", "0.9", "%")], published="2022-01-17", name="c")
    mini.add([line("cpi_yoy_pct", "2021", "0.9", "%")], published="2022-02-28", name="d")
    mini.build()
    found = revisions(load_observations(area="000000", vintages="all", root=mini.root))
    assert found["indicator"].tolist() == ["gdp_real_yoy_pct"]
    assert found["change"].round(6).tolist() == [0.3]


def test_the_three_vintages_of_provincial_gdp_stay_apart(root):
    rows = load_observations(area="220000", indicators=["gdp_nominal_mn_yuan"], vintages="all", root=root)
    of_2017 = rows[rows["period"] == "2017"].sort_values("edition")
    assert of_2017["value_published"].tolist() == ["14944.53", "10922.0", "11083.0"]


def test_the_mixed_vintage_export_is_held_but_never_loaded(root):
    held = [n for n, i in load_manifest(root)["inputs"].items() if i["quarantine"]]
    assert any("mixed" in n for n in held)
    loaded = load_observations(area="220000", vintages="all", root=root)["file"]
    assert not set(held) & set(loaded)


def test_synthetic_and_real_areas_cannot_be_asked_for_together(root):
    with pytest.raises(ParameterError, match="synthetic"):
        load_observations(area=["000000", "99DM00"], root=root)


def test_every_synthetic_row_says_so_and_no_real_row_does(root):
    demo = load_observations(area="99DM00", vintages="all", root=root)
    assert (demo["status"] == "synthetic").all()
    real = load_observations(area=["000000", "220000", "22CB00"], vintages="all", root=root)
    assert not (real["status"] == "synthetic").any()
    assert "demo" not in set(real["source"])


def test_unknown_indicator_and_unbuilt_store_say_what_to_do(root, tmp_path):
    with pytest.raises(RegistryError, match="registered_unemployment_pct"):
        load_observations(area="000000", indicators=["registered_unemployment"], root=root)
    (tmp_path / "data" / "raw").mkdir(parents=True)
    with pytest.raises(CoverageError, match="cbs-analysis build"):
        load_observations(area="000000", root=tmp_path)


def test_the_project_is_found_upwards_and_its_absence_is_told(root, tmp_path, monkeypatch):
    assert find_root(root / "notebooks") == root
    monkeypatch.delenv("CBS_ANALYSIS_ROOT", raising=False)
    with pytest.raises(CoverageError, match="CBS_ANALYSIS_ROOT"):
        find_root(tmp_path)


def test_wide_has_one_column_an_indicator_and_refuses_two_vintages(root):
    obs = load_observations(area="000000", indicators=["gdp_real_yoy_pct", "cpi_yoy_pct"], root=root)
    table = wide(obs)
    assert isinstance(table.index, pd.PeriodIndex)
    assert set(table.columns) <= {"gdp_real_yoy_pct", "cpi_yoy_pct"}
    everything = load_observations(area="000000", indicators=["gdp_real_yoy_pct"], vintages="all", root=root)
    with pytest.raises(VintageError, match="more than once"):
        wide(everything)


def test_loading_does_not_change_the_input_of_latest(root):
    from cbs_analysis.sources import latest

    rows = load_observations(area="000000", vintages="all", root=root)
    before = rows.copy()
    latest(rows)
    pd.testing.assert_frame_equal(rows, before)


def test_the_whole_real_store_builds_without_a_fault(root, tmp_path):
    report = build(root / "data" / "raw", tmp_path / "processed")
    assert report.made
    assert report.observations > 9000


def test_pandas_opens_the_store_as_it_is(root):
    frame = pd.read_parquet(root / "data" / "processed" / "observations.parquet", engine="pyarrow")
    assert len(frame) == load_manifest(root)["counts"]["observations"]
    assert {"indicator", "area", "period", "value", "status", "vintage", "source"} <= set(frame.columns)
