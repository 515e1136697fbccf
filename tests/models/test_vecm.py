import numpy as np
import pytest

from cbs_analysis.errors import ModelRefused, ParameterError
from cbs_analysis.models.vecm import fit_vecm

from .long_run import assert_published, data, quarterly, walk


@pytest.fixture(scope="module")
def german():
    return fit_vecm(data("german_e6"), lags=4, rank=1, deterministic="ci", seasonal=True)


def test_german_inflation_and_interest_are_those_of_jmulti(german):
    label = "relation 1"
    assert_published(
        "vecm_e6",
        {
            "beta R": german.beta.at["R", label],
            "se beta R": german.beta_se.at["R", label],
            "beta const": german.beta.at["const", label],
            "se beta const": german.beta_se.at["const", label],
            "alpha Dp": german.adjustment.at["Dp", label],
            "se alpha Dp": german.adjustment_se.at["Dp", label],
            "alpha R": german.adjustment.at["R", label],
            "se alpha R": german.adjustment_se.at["R", label],
            "d(Dp)(t-1) in d(Dp)": german.short_run.at["Dp", "D.Dp.L1"],
            "d(R)(t-1) in d(R)": german.short_run.at["R", "D.R.L1"],
            "d(Dp)(t-3) in d(R)": german.short_run.at["R", "D.Dp.L3"],
        },
    )
    assert german.sample == "1973Q2-1998Q4, 103 quarters"


def test_relation_and_adjustment_are_those_of_the_rank_test():
    money = ["lrm", "lry", "ibo", "ide"]
    result = fit_vecm(data("danish_money")[money], lags=2, rank=1, seasonal=True)
    test = result.rank_test
    assert result.beta["relation 1"].tolist() == pytest.approx(test.beta["relation 1"].tolist(), rel=1e-6)
    assert result.adjustment["relation 1"].tolist() == pytest.approx(
        test.alpha_["relation 1"].tolist(), rel=1e-6
    )
    assert any("the rank was given" in w for w in result.warnings)


def test_the_finding_says_who_closes_the_gap(german):
    assert "由Dp收回约63.2%" in german.finding("zh")
    assert "R closes about 9.96 %" in german.finding("en")  # .397 x .251


def test_variables_that_do_not_adjust_are_said_not_to():
    d = quarterly({"a": walk(60, 3), "b": walk(60, 4)})
    result = fit_vecm(d, lags=1, rank=1, alpha=1e-6)
    assert "未发现" in result.finding("zh")
    assert "minimum detectable" in result.finding("en")


def test_levels_without_a_relation_are_refused():
    with pytest.raises(ModelRefused) as refusal:
        fit_vecm(quarterly({"a": walk(60, 3), "b": walk(60, 4)}), lags=1)
    assert [f.code for f in refusal.value.faults] == ["levels_without_evidence"]


def test_the_rank_is_chosen_where_the_test_supports_it():
    rng = np.random.default_rng(0)
    w = rng.standard_normal(120).cumsum()
    result = fit_vecm(quarterly({"a": w + rng.standard_normal(120), "b": w}), lags=1)
    assert result.rank == 1
    assert result.beta.at["b", "relation 1"] == pytest.approx(-1, abs=0.1)
    assert not any("rank was given" in w for w in result.warnings)


@pytest.mark.parametrize("terms", ["n", "ci", "co", "coli", "colo"])
def test_every_deterministic_case_agrees_with_its_rank_test(terms):
    d = data("danish_money")[["lrm", "lry", "ibo"]]
    result = fit_vecm(d, lags=2, rank=1, deterministic=terms)
    theirs, ours = result.rank_test.beta["relation 1"], result.beta["relation 1"]
    assert ours.loc[["lrm", "lry", "ibo"]].tolist() == pytest.approx(
        theirs.loc[["lrm", "lry", "ibo"]].tolist(), rel=1e-6
    )


def test_two_relations_are_normalised_on_the_first_two_variables():
    result = fit_vecm(data("danish_money")[["lrm", "lry", "ibo", "ide"]], lags=2, rank=2)
    assert result.beta.iloc[:2].to_numpy() == pytest.approx(np.eye(2))
    assert list(result.params.index[:3]) == ["relation 1: ibo", "relation 1: ide", "relation 1: const"]
    assert (result.conf_int()["low"] < result.params).all()


def test_fewer_than_thirty_periods_are_refused():
    with pytest.raises(ModelRefused) as refusal:
        fit_vecm(quarterly({"a": walk(29, 1), "b": walk(29, 2)}), rank=1, lags=1)
    assert [f.code for f in refusal.value.faults] == ["short_sample"]


def test_a_rank_that_means_nothing_is_refused():
    with pytest.raises(ParameterError, match="rank"):
        fit_vecm(data("german_e6"), rank=2)
