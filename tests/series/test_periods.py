from datetime import date

import pytest

from cbs_analysis.errors import PeriodError
from cbs_analysis.series.periods import parse_date, parse_period, year_label


@pytest.mark.parametrize(
    ("text", "freq", "start", "end"),
    [
        ("2021", "A", date(2021, 1, 1), date(2021, 12, 31)),
        ("2021Q3", "Q", date(2021, 7, 1), date(2021, 9, 30)),
        ("2024-02", "M", date(2024, 2, 1), date(2024, 2, 29)),
        ("2020-11-01", "D", date(2020, 11, 1), date(2020, 11, 1)),
        ("2017/2021", "span", date(2017, 1, 1), date(2021, 12, 31)),
    ],
)
def test_each_spelling_gives_its_days(text, freq, start, end):
    period = parse_period(text)
    assert (period.freq, period.start, period.end) == (freq, start, end)


@pytest.mark.parametrize(
    "text", ["2021Q5", "2021-13", "2021-02-30", "2021/2017", "21", "2021年", "", "2021-1"]
)
def test_unreadable_periods_are_refused(text):
    with pytest.raises(PeriodError, match="cannot be read"):
        parse_period(text)


@pytest.mark.parametrize("text", ["2023-6-30", "2023-06-31", "20230630", "today", None])
def test_dates_must_be_iso(text):
    with pytest.raises(PeriodError, match="as_of is not a date"):
        parse_date(text, what="as_of")


def test_labels_read_as_officials_write_them():
    assert year_label("2017/2021", "zh") == "2017—2021年"
    assert year_label("2020-11-01", "zh") == "2020年11月1日"
    assert year_label("2023Q2", "en") == "2023Q2"
