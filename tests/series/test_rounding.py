from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st

from cbs_analysis.series.rounding import fixed, percent


@given(st.decimals(-10_000_000, 10_000_000, places=5), st.integers(0, 4))
def test_every_decimal_is_rounded_as_on_paper(number, digits):
    paper = number.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    assert Decimal(fixed(float(number), digits).replace(",", "")) == paper


@given(st.integers(0, 4000), st.integers(1, 400))
def test_a_share_is_the_percentage_of_the_fraction(part, whole):
    written = percent(part / whole, 1)
    exact = Decimal(part) * 100 / Decimal(whole)
    assert abs(Decimal(written.removesuffix("%").replace(",", "")) - exact) <= Decimal("0.05000000001")


def test_a_half_goes_away_from_zero_and_a_zero_has_no_sign():
    assert [percent(385 / 400, 1), percent(1 / 8), fixed(-2.5, 0), fixed(1.005, 2)] == [
        "96.3%",
        "13%",
        "-3",
        "1.01",
    ]
    assert [fixed(-0.0, 1), fixed(-0.04, 1), percent(-0.0004, sign=True)] == ["0.0", "0.0", "0%"]
    assert [fixed(0.0, 1, sign=True), fixed(1e15, 0)] == ["0.0", "1,000,000,000,000,000"]
