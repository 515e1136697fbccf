import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbs_analysis.errors import TargetError
from cbs_analysis.plan.limit_rules import limit_word
from cbs_analysis.plan.limits import judge_keep
from cbs_analysis.plan.verdicts import ORDER
from cbs_analysis.registry import load_registry
from cbs_analysis.registry.plans import read_plans

from .cases import case_of

RULES = ["every_year", "end_year", "average"]
# limit 5.5: distances by hand
INSIDE, BROKEN_BEFORE, BROKEN_NOW = [0.4, 0.1], [-0.1, 0.4], [0.4, -0.1]


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("every_year", ("on_track", "attention", "behind")),
        ("end_year", ("on_track", "on_track", "attention")),  # the end is not there yet
        ("average", ("on_track", "on_track", "attention")),  # the mean, 0.15, still holds
    ],
)
def test_when_a_limit_counts(when, words):
    found = [
        limit_word([2021, 2022], m, when=when, end_year=2025).word
        for m in (INSIDE, BROKEN_BEFORE, BROKEN_NOW)
    ]
    assert tuple(found) == words


def test_at_the_end_of_the_plan_the_last_year_decides():
    last = limit_word([2024, 2025], BROKEN_NOW, when="end_year", end_year=2025)
    assert (last.word, last.breaches) == ("behind", (2025,))
    assert limit_word([2024, 2025], BROKEN_BEFORE, when="end_year", end_year=2025).word == "on_track"


def test_a_mean_beyond_the_limit_is_behind():
    broken = limit_word([2021, 2022], [-0.6, 0.2], when="average", end_year=2025)
    assert (broken.word, broken.margin) == ("behind", pytest.approx(-0.2))


def test_a_rounding_distance_is_no_breach():
    for when in RULES:
        assert limit_word([2025], [5.5 - 5.500000000001], when=when, end_year=2025).word == "on_track"


@given(
    margins=st.lists(st.floats(-2, 2), min_size=1, max_size=5),
    data=st.data(),
    when=st.sampled_from(RULES),
)
def test_a_better_figure_never_gives_a_worse_word(margins, data, when):
    years = list(range(2021, 2021 + len(margins)))
    k = data.draw(st.integers(0, len(margins) - 1))
    better = [m + (data.draw(st.floats(0, 2)) if i == k else 0) for i, m in enumerate(margins)]
    before = limit_word(years, margins, when=when, end_year=2025).word
    after = limit_word(years, better, when=when, end_year=2025).word
    assert ORDER.index(after) <= ORDER.index(before)


@pytest.mark.parametrize(
    ("when", "word"), [("every_year", "attention"), ("end_year", "on_track"), ("average", "on_track")]
)
def test_a_measure_says_when_its_limit_counts(when, word):
    # 5.6 and 5.1 against 5.5: broken in 2021 by 0.1; the mean of 5.35 is inside
    case = case_of("keep_below", {"2021": 5.6, "2022": 5.1}, indicator="registered_unemployment_pct",
                   sense="at_most", target=5.5, when=when)  # fmt: skip
    assert judge_keep(case).word == word


def test_only_a_limit_says_when_it_counts(tmp_path):
    registry = load_registry()
    path = tmp_path / "bad.yml"
    path.write_text(
        """id: bad
zh: 坏
en: bad
area: "22CB00"
baseline: 2020
start: "2021-01-01"
end: "2025-12-31"
document: {zh: 文, en: doc, issuer_zh: 甲, issuer_en: A, published: "2021-01-01"}
sections: [{id: "1", zh: 一, en: one}]
offices: {a: {zh: 甲, en: A}}
commitments:
  - id: B1
    section: "1"
    zh: 一
    en: one
    offices: [a]
    measures:
      - {id: B1.1, type: sum, indicator: urban_new_jobs_persons, sense: at_least, when: average}
""",
        encoding="utf-8",
    )
    with pytest.raises(TargetError, match="when does not fit sum"):
        read_plans([path], registry.indicators, registry.areas)
