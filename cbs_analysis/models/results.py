"""What every model gives back: estimates with their uncertainty, and what a critic would ask about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from ..errors import Fault, ParameterError

__all__ = ["Comparison", "Results", "compare", "evidence_word", "sample_words"]

_WORDS = {
    "zh": {
        "method": "方法", "interval": "区间", "sample": "样本", "assumption": "假设", "warning": "注意",
        "refused": "不作判断", "sensitivity": "换一种算法", "diagnostic": "诊断", "estimate": "估计值",
        "se": "标准误", "low": "下限", "high": "上限", "p": "p值",
    },
    "en": {
        "method": "method", "interval": "interval", "sample": "sample", "assumption": "assumes",
        "warning": "note", "refused": "refused", "sensitivity": "otherwise", "diagnostic": "diagnostic",
        "estimate": "estimate", "se": "std. error", "low": "low", "high": "high", "p": "p",
    },
}  # fmt: skip


def sample_words(index: pd.PeriodIndex) -> str:
    """First and last period and their number.

    >>> sample_words(pd.period_range("2011", "2024", freq="Y"))
    '2011-2024, 14 years'
    """
    unit = {"Y": "years", "Q": "quarters", "M": "months"}[index.freqstr[0]]
    return f"{index[0]}-{index[-1]}, {len(index)} {unit}"


def evidence_word(low: float, high: float) -> str:
    """Whether an interval lies above zero, below it or covers it: "above", "below", "covers".

    NaN bounds cover everything.

    >>> evidence_word(0.1, 0.5), evidence_word(-0.1, 0.5)
    ('above', 'covers')
    """
    return "above" if low > 0 else "below" if high < 0 else "covers"


@dataclass(frozen=True, kw_only=True)
class Results:
    """Estimates of one model, in the vocabulary of statsmodels.

    Attributes
    ----------
    params, bse, pvalues : pandas.Series
        Estimates, standard errors and two-sided p values by name; NaN where a method gives none.
    nobs, df_resid : int
        Observations used, and those left after the parameters.
    resid, fittedvalues : pandas.Series
        By period; empty where the method has none.
    method, interval_method, sample : str
        How it was estimated, how its intervals were made, and on which periods.
    assumptions, warnings : tuple of str
        What must hold, and what a reader must know.
    diagnostics : mapping
        Name to value or words: tests of the residuals, back-tests, minimum detectable effects.
    sensitivity : mapping
        The alternatives a critic would ask for: name to the estimate of the first parameter, or to words.
    refused : tuple of Fault
        Parts of the question that the data do not carry, each with its reason and the next step.
    alpha : float
        1 - coverage of the intervals printed.
    """

    params: pd.Series
    bse: pd.Series
    pvalues: pd.Series
    nobs: int
    df_resid: int
    method: str
    interval_method: str
    sample: str
    alpha: float = 0.1
    resid: pd.Series = field(default_factory=lambda: pd.Series(dtype=float))
    fittedvalues: pd.Series = field(default_factory=lambda: pd.Series(dtype=float))
    assumptions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    diagnostics: Mapping[str, float | str] = field(default_factory=dict)
    sensitivity: Mapping[str, float | str] = field(default_factory=dict)
    refused: tuple[Fault, ...] = ()

    def conf_int(self, alpha: float | None = None) -> pd.DataFrame:
        """Intervals of the parameters: columns `low` and `high`, coverage 1 - alpha.

        Student's t with `df_resid` here; models with better intervals replace it.
        """
        level = self.alpha if alpha is None else alpha
        if not 0 < level < 1:
            raise ParameterError(
                Fault("alpha is not between 0 and 1", got=str(level), expected="such as 0.1")
            )
        half = (
            stats.t.ppf(1 - level / 2, self.df_resid) * self.bse if self.df_resid > 0 else np.nan * self.bse
        )
        return pd.DataFrame({"low": self.params - half, "high": self.params + half})

    def to_frame(self, lang: str = "en") -> pd.DataFrame:
        """Estimate, standard error, interval and p value of each parameter."""
        word = _WORDS[lang]
        limits = self.conf_int()
        return pd.DataFrame(
            {
                word["estimate"]: self.params,
                word["se"]: self.bse,
                word["low"]: limits["low"],
                word["high"]: limits["high"],
                word["p"]: self.pvalues,
            }
        )

    def finding(self, lang: str = "zh") -> str:
        """One sentence whose strength follows the evidence."""
        raise NotImplementedError

    def notes(self, lang: str = "en") -> list[tuple[str, str]]:
        """Method, interval, sample, assumptions, diagnostics, alternatives, warnings, refusals, as rows."""
        word = _WORDS[lang]
        rows = [
            (word["method"], self.method),
            (word["interval"], self.interval_method),
            (word["sample"], self.sample),
        ]
        rows += [(word["assumption"], a) for a in self.assumptions]
        rows += [(word["diagnostic"], f"{k}: {_shown(v)}") for k, v in self.diagnostics.items()]
        rows += [(word["sensitivity"], f"{k}: {_shown(v)}") for k, v in self.sensitivity.items()]
        rows += [(word["warning"], w) for w in self.warnings]
        rows += [(word["refused"], f.zh if lang == "zh" and f.zh else f.what) for f in self.refused]
        return rows

    def summary(self, lang: str = "en") -> str:
        """The finding, the estimates and the notes, as text; the same input gives the same text."""
        table = self.to_frame(lang).to_string(float_format=lambda v: f"{v:.4g}")
        notes = "\n".join(f"{name}: {text}" for name, text in self.notes(lang))
        return f"{self.finding(lang)}\n\n{table}\n\n{notes}"

    def __str__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        table = self.to_frame("zh").to_html(float_format=lambda v: f"{v:.4g}", border=0)
        notes = "".join(f"<tr><td>{escape(n)}</td><td>{escape(t)}</td></tr>" for n, t in self.notes("zh"))
        return f"<p>{escape(self.finding('zh'))}</p>{table}<table>{notes}</table>"


def _shown(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.4g}"


@dataclass(frozen=True)
class Comparison:
    """Models side by side."""

    models: Mapping[str, Results]

    def to_frame(self) -> pd.DataFrame:
        """Rows: each parameter with its interval below it, then `nobs`, `method` and `sample`."""
        columns: dict[str, dict[str, Any]] = {}
        for name, model in self.models.items():
            limits = model.conf_int()
            column: dict[str, Any] = {}
            for p in model.params.index:
                column[str(p)] = f"{model.params[p]:.4g}"
                column[f"{p} interval"] = f"[{limits.at[p, 'low']:.4g}, {limits.at[p, 'high']:.4g}]"
            column |= {"nobs": str(model.nobs), "method": model.method, "sample": model.sample}
            columns[name] = column
        frame = pd.DataFrame(columns)
        last = ["nobs", "method", "sample"]
        return frame.reindex([*(i for i in frame.index if i not in last), *last]).fillna("")

    def __str__(self) -> str:
        return self.to_frame().to_string()

    def _repr_html_(self) -> str:
        return str(self.to_frame().to_html(border=0))


def compare(models: Mapping[str, Results]) -> Comparison:
    """Put models side by side.

    Parameters
    ----------
    models : mapping of str to Results
        At least one.

    Raises
    ------
    ParameterError
        If it is empty, or holds something that is no Results.
    """
    wrong = [name for name, model in models.items() if not isinstance(model, Results)]
    if wrong or not models:
        raise ParameterError(
            Fault(
                "there is nothing to compare", got=", ".join(wrong) or "no model", expected="Results by name"
            )
        )
    return Comparison(dict(models))
