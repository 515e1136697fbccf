"""Percentages that add up: published shares, exact sums, and no dependence on the order."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbs_analysis.errors import ParameterError
from cbs_analysis.plan.shares import largest_remainder

counts = st.lists(st.integers(0, 10_000), min_size=1, max_size=12).filter(any)


def test_the_12th_plan_prints_the_shares_of_its_mid_term_evaluation():
    """24, 3 and 1 of 28: 85.714, 10.714 and 3.571 %; plain rounding gives these too, and they add up."""
    assert largest_remainder([24, 3, 1]) == (85.7, 10.7, 3.6)


def test_shares_that_plain_rounding_leaves_at_99_9_add_up():
    """1, 1, 1 of 3: 33.3 three times is 99.9; the first of equal counts takes the missing tenth."""
    assert largest_remainder([1, 1, 1]) == (33.4, 33.3, 33.3)


def test_of_equal_remainders_the_larger_count_takes_the_unit():
    """With no digit: 1, 3 and 4 of 8 are 12.5, 37.5 and 50 %: the unit that is missing goes to 37.5."""
    assert largest_remainder([1, 3, 4], decimals=0) == (12, 38, 50)
    assert largest_remainder([3, 1, 4], decimals=0) == (38, 12, 50)


@given(counts, st.integers(0, 4))
def test_the_printed_figures_add_up_to_exactly_100(values, decimals):
    shares = largest_remainder(values, decimals=decimals)
    assert sum(Decimal(f"{s:.{decimals}f}") for s in shares) == 100


@given(counts)
def test_no_share_is_further_than_one_unit_from_the_truth_and_none_appears_from_nothing(values):
    for share, count in zip(largest_remainder(values), values, strict=True):
        assert abs(share - 100 * count / sum(values)) < 0.1 + 1e-9
        assert count or share == 0


@given(counts, st.randoms(use_true_random=False))
def test_the_order_of_the_counts_changes_no_share(values, random):
    moved = random.sample(values, len(values))
    pairs = [sorted(zip(v, largest_remainder(v), strict=True)) for v in (values, moved)]
    assert pairs[0] == pairs[1]


@pytest.mark.parametrize(
    ("values", "decimals", "told"),
    [
        ([], 1, "nothing"),
        ([0, 0], 1, "nothing"),
        ([1, -1], 1, "whole"),
        ([1.5], 1, "whole"),
        ([1], 7, "range"),
    ],
)
def test_what_cannot_be_shared_out_is_refused(values, decimals, told):
    with pytest.raises(ParameterError, match=told):
        largest_remainder(values, decimals=decimals)
