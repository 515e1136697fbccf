import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbs_analysis.errors import UnitError
from cbs_analysis.series.units import CANONICAL_UNITS, convert_value, format_value, unit_label


@pytest.mark.parametrize(
    ("published", "unit", "to", "expected"),
    [
        ("8.31", "亿元", "mn_yuan", 831.0),  # CBS, first half of 2022
        ("6.1146", "万人", "persons", 61146.0),  # CBS, census of 2020
        ("1210207", "亿元", "mn_yuan", 121020700.0),
        ("-1.9", "%", "pct", -1.9),
        ("0.35", "万人", "persons", 3500.0),
    ],
)
def test_scale_words_convert_exactly(published, unit, to, expected):
    assert convert_value(published, unit, to=to) == expected


def test_unknown_unit_names_the_nearest():
    with pytest.raises(UnitError, match="亿元") as caught:
        convert_value("1", "亿圆", to="mn_yuan")
    assert caught.value.faults[0].got == "亿圆"


@pytest.mark.parametrize("text", ["", "…", "1,000", "nan", "inf", "12a"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(UnitError, match="not a number"):
        convert_value(text, "元", to="yuan")


@given(st.integers(-(10**9), 10**9), st.integers(0, 4))
def test_ten_thousand_yuan_is_ten_thousand_times_a_yuan(digits, places):
    text = f"{digits / 10**places:.{places}f}"
    from decimal import Decimal

    assert convert_value(text, "万元", to="yuan") == float(Decimal(text) * 10_000)


def test_missing_is_a_dash_and_never_zero():
    assert format_value(math.nan, "pct") == "—"


@pytest.mark.parametrize("unit", sorted(CANONICAL_UNITS))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_unit_has_a_label_and_prints(unit, lang):
    assert unit_label(unit, lang)
    assert format_value(12.0, unit, lang)


def test_large_numbers_use_wan_and_yi():
    assert format_value(126058200.0, "mn_yuan", "zh") == "1,260,582亿元"
    assert format_value(12_060_000, "persons", "zh") == "1,206万人"
    assert format_value(12_060_000, "persons", "en") == "12.06 million persons"
