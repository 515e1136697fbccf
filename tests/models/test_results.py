"""The common part of all results: intervals, notes, text and comparison."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from cbs_analysis.errors import Fault, ParameterError
from cbs_analysis.models.results import Results, compare, evidence_word, sample_words


@dataclass(frozen=True, kw_only=True)
class Toy(Results):
    def finding(self, lang="zh"):
        return "未发现差异。" if lang == "zh" else "No difference was found."


def toy(**changes):
    base = {
        "params": pd.Series({"b": 2.0}),
        "bse": pd.Series({"b": 0.5}),
        "pvalues": pd.Series({"b": 0.01}),
        "nobs": 12,
        "df_resid": 10,
        "method": "least squares",
        "interval_method": "Student's t",
        "sample": "2008-2019, 12 years",
        "assumptions": ("errors are alike",),
        "diagnostics": {"Durbin-Watson": 1.9},
        "sensitivity": {"without 2020": 1.8},
        "warnings": ("few years",),
        "refused": (Fault("no long run", zh="样本太短，不作长期判断。"),),
    }
    return Toy(**{**base, **changes})


def test_the_interval_is_student_t():
    # t(0.95, 10) = 1.812461 (any table of Student's t)
    limits = toy().conf_int()
    assert limits.loc["b"].round(5).tolist() == [1.09377, 2.90623]
    # t(0.975, 10) = 2.228139
    assert toy().conf_int(0.05).loc["b"].round(5).tolist() == [0.88593, 3.11407]


def test_without_degrees_of_freedom_there_is_no_interval():
    assert toy(df_resid=0).conf_int().isna().all(axis=None)


@pytest.mark.parametrize("alpha", [0, 1, 95])
def test_a_coverage_outside_0_to_1_is_refused(alpha):
    with pytest.raises(ParameterError):
        toy().conf_int(alpha)


def test_the_text_says_all_that_a_critic_asks_for_and_is_the_same_each_time():
    text = str(toy())
    for words in ("No difference", "least squares", "Student's t", "2008-2019", "errors are alike",
                  "Durbin-Watson: 1.9", "without 2020: 1.8", "few years", "no long run"):  # fmt: skip
        assert words in text
    assert text == str(toy())
    assert "样本太短" in toy().summary("zh")


def test_html_is_escaped():
    html = toy(warnings=("<script>",))._repr_html_()
    assert "&lt;script&gt;" in html
    assert "<script>" not in html


def test_models_stand_side_by_side_with_empty_cells_where_one_has_no_such_parameter():
    other = toy(params=pd.Series({"c": 1.0}), bse=pd.Series({"c": np.nan}), pvalues=pd.Series({"c": np.nan}))
    frame = compare({"one": toy(), "two": other}).to_frame()
    assert frame.loc["b"].tolist() == ["2", ""]
    assert frame.loc["b interval", "one"] == "[1.094, 2.906]"
    assert frame.index[-3:].tolist() == ["nobs", "method", "sample"]


@pytest.mark.parametrize("models", [{}, {"one": 3}])
def test_there_must_be_models_to_compare(models):
    with pytest.raises(ParameterError):
        compare(models)


def test_words_for_intervals_and_samples():
    assert [evidence_word(*x) for x in ((0.1, 1), (-2, -1), (-1, 1), (np.nan, np.nan), (0, 1))] == [
        "above", "below", "covers", "covers", "covers",
    ]  # fmt: skip
    assert sample_words(pd.period_range("2011Q1", periods=8, freq="Q")) == "2011Q1-2012Q4, 8 quarters"
