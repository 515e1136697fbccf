import numpy as np
import pandas as pd
import pytest

from cbs_analysis.errors import ModelRefused, ParameterError
from cbs_analysis.models.johansen import centred_seasons, fit_johansen

from .long_run import assert_published, data, quarterly, walk

MONEY = ["lrm", "lry", "ibo", "ide"]


@pytest.fixture(scope="module")
def danish():
    return fit_johansen(data("danish_money")[MONEY], lags=2, deterministic="ci", seasonal=True)


def test_danish_money_demand_is_that_of_johansen_and_juselius(danish):
    found = {f"trace r={r}": danish.tests.at[r, "trace"] for r in range(4)}
    found |= {f"max r={r}": danish.tests.at[r, "max"] for r in range(4)}
    found |= {f"eigenvalue {r + 1}": danish.tests.at[r, "eigenvalue"] for r in (0, 3)}
    found |= {f"beta {n}": danish.params[n] for n in ("lry", "ibo", "ide", "const")}
    found |= {f"alpha {n}": danish.alpha_.at[n, "relation 1"] for n in MONEY}
    assert_published("johansen_danish", found)


@pytest.mark.parametrize(("terms", "det_order"), [("n", -1), ("co", 0)])
def test_statistics_and_values_equal_an_independent_program_where_it_has_the_case(terms, det_order):
    from statsmodels.tsa.vector_ar.vecm import coint_johansen

    d = data("danish_money")[MONEY]
    ours, theirs = fit_johansen(d, lags=3, deterministic=terms).tests, coint_johansen(d, det_order, 2)
    assert ours["trace"].tolist() == pytest.approx(theirs.lr1.tolist())
    assert ours["max"].tolist() == pytest.approx(theirs.lr2.tolist())
    assert ours["trace_5pct"].tolist() == pytest.approx(theirs.cvt[:, 1].tolist(), abs=0.005)
    assert ours["max_5pct"].tolist() == pytest.approx(theirs.cvm[:, 1].tolist(), abs=0.005)


@pytest.mark.parametrize("terms", ["n", "ci", "co", "coli", "colo"])
def test_gamma_p_values_agree_with_the_tabulated_five_percent_values(terms):
    # two independent sources: Doornik (1998) for p, MacKinnon, Haug and Michelis (1999) for the value
    from cbs_analysis.models.johansen import _TRACE, _trace_p

    found = [_trace_p(value, n, terms) for n, value in enumerate(_TRACE[terms], start=1)]
    assert found == pytest.approx([0.05] * 6, abs=0.0025)


def test_the_short_sample_statistic_is_that_of_reinsel_and_ahn(danish):
    t = danish.tests
    assert (t["trace_short"] / t["trace"]).tolist() == pytest.approx([(53 - 4 * 2) / 53] * 4)
    assert not danish.cointegrated  # 49.1 lies below 54.1
    assert "未发现" in danish.finding("zh")


def test_two_relations_among_three_variables_are_counted():
    rng = np.random.default_rng(0)
    w = rng.standard_normal(200).cumsum()
    d = quarterly({"a": w + rng.standard_normal(200), "b": 2 * w + rng.standard_normal(200), "c": w})
    result = fit_johansen(d, lags=1)
    assert result.rank == 2
    assert result.cointegrated
    assert "存在2个长期均衡关系" in result.finding("zh")
    assert "2 long-run relations" in result.finding("en")


def test_stationary_variables_have_full_rank_and_no_cointegration():
    rng = np.random.default_rng(1)
    result = fit_johansen(quarterly({"a": rng.standard_normal(150), "b": rng.standard_normal(150)}), lags=1)
    assert result.rank == 2
    assert not result.cointegrated
    assert "各自平稳" in result.finding("zh")


def test_rank_tests_do_not_depend_on_units():
    d = data("danish_money")[MONEY]
    first, second = fit_johansen(d).tests, fit_johansen(d * [1, 100, 0.01, 7]).tests
    assert second["trace"].tolist() == pytest.approx(first["trace"].tolist())


def test_centred_seasons_sum_to_zero_over_a_year_wherever_it_begins():
    index = pd.period_range("2001Q3", periods=8, freq="Q")
    seasons = centred_seasons(index)
    assert seasons.shape == (8, 3)
    assert seasons[:4].sum(axis=0) == pytest.approx([0, 0, 0])
    assert centred_seasons(index, False).shape == (8, 0)


@pytest.mark.parametrize("n", [29, 30])
def test_three_variables_need_thirty_periods(n):
    d = quarterly({c: walk(n, i) for i, c in enumerate("abc")})
    if n == 30:
        assert fit_johansen(d, lags=1).nobs == 29
        return
    with pytest.raises(ModelRefused) as refusal:
        fit_johansen(d, lags=1)
    assert [f.code for f in refusal.value.faults] == ["short_sample"]


def test_unknown_terms_are_refused():
    with pytest.raises(ParameterError):
        fit_johansen(data("danish_money")[MONEY], deterministic="ct")
    with pytest.raises(ParameterError):
        fit_johansen(data("danish_money")[MONEY], lags=0)
