"""Lines and thresholds against a return to poverty: documents, areas above, faults of the file."""

import pytest

from cbs_analysis.errors import ModelRefused, ParameterError, RegistryError
from cbs_analysis.registry import load_registry
from cbs_analysis.registry.poverty_parameters import load_poverty_parameters


def test_every_line_and_threshold_has_its_document():
    for area in ("000000", "99DM00"):
        found = load_poverty_parameters(area)
        assert all(line.document for line in found.lines)
        assert all(t.document for t in found.thresholds)


def test_invented_lines_stand_only_in_the_demonstration_zone_and_say_so():
    areas = load_registry().areas
    for code in areas:
        for line in load_poverty_parameters(code).lines:
            invented = line.certainty == "invented"
            assert invented == bool(areas[line.area].synthetic) == ("【演示】" in line.document)


def test_national_relief_lines_are_those_of_the_yearbook():
    # Yunnan Survey Yearbook 2017, table 4-2, notes 3 and 4
    found = load_poverty_parameters("000000")
    assert {y: found.line(y, "relief").yuan for y in found.years("relief")} == {
        2011: 2536, 2012: 2625, 2013: 2736, 2014: 2800, 2015: 2855, 2016: 2952,
    }  # fmt: skip


def test_a_district_has_the_lines_of_the_area_above_it():
    assert load_poverty_parameters("99DM03").line(2022) == load_poverty_parameters("99DM00").line(2022)
    assert load_poverty_parameters("22CB01").line(2016, "relief").area == "000000"


def test_a_real_zone_has_no_monitoring_line_until_a_document_is_held():
    with pytest.raises(ModelRefused) as caught:
        load_poverty_parameters("长白山保护开发区").line(2022)
    assert "省农业农村厅" in caught.value.faults[0].next_step


def test_a_sharp_fall_is_our_assumption_and_the_ratio_the_plans():
    found = load_poverty_parameters("22CB00")
    assert (found.value("income_drop"), found.threshold("income_drop").basis) == (0.3, "assumption")
    assert (found.value("rigid_ratio"), found.threshold("rigid_ratio").basis) == (1.0, "plan")
    assert (found.threshold("rigid_ratio").tried[0], found.threshold("rigid_ratio").tried[-1]) == (0.8, 1.5)


def test_other_thresholds_leave_the_rest_as_it_is():
    found = load_poverty_parameters("99DM00")
    other = found.with_values(rigid_ratio=1.5)
    assert (other.value("rigid_ratio"), found.value("rigid_ratio"), other.value("income_drop")) == (
        1.5,
        1.0,
        0.3,
    )
    with pytest.raises(ParameterError, match="not known"):
        found.with_values(rigid=1.5)


LINE = '- {area: "99DM00", year: 2022, kind: monitoring, yuan: 1, document: d}\n'


def test_every_fault_of_the_file_is_told(tmp_path):
    path = tmp_path / "lines.yml"
    text = "lines:\n" + LINE + LINE + LINE.replace("2022", "2023").replace("yuan: 1", "yuan: -5")
    text += "thresholds:\n- {id: income_drop, value: 30, basis: assumption, document: d}\nothers: []\n"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RegistryError) as caught:
        load_poverty_parameters("99DM00", path=path)
    told = str(caught.value)
    for words in ("stands twice", "not above 0", "a share below 1", "threshold is missing", "others"):
        assert words in told
