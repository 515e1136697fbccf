"""How much employment goes with growth?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np
import pandas as pd

from ..errors import Fault, ModelRefused, ParameterError
from ..series.frequency import earlier, named, require_periods, take_rows, to_array
from .cointegration import Evidence, require_cointegration
from .regression import Interval, RegressionResult, fit_regression
from .results import Results, evidence_word
from .samples import require_sample
from .wording import figure, span_en, span_zh

__all__ = ["ElasticityResult", "arc_elasticity", "fit_employment_elasticity", "shared_fields"]


def shared_fields(regression: RegressionResult) -> dict[str, Any]:
    """What a model that is a regression takes over from it."""
    return {f.name: getattr(regression, f.name) for f in fields(Results)}


@dataclass(frozen=True, kw_only=True)
class ElasticityResult(Results):
    """Elasticity of employment: percent of employment that went with one percent of output.

    `params` holds `const` and `elasticity`.

    Attributes
    ----------
    arc : pandas.DataFrame
        As `arc_elasticity` gives it.
    form : {"differences", "levels"}
    regression : RegressionResult
        The equation behind it.
    evidence : str
        Test that supports the equation in levels; empty for differences.
    """

    arc: pd.DataFrame
    form: Literal["differences", "levels"]
    regression: RegressionResult
    evidence: str = ""

    def conf_int(self, alpha: float | None = None) -> pd.DataFrame:
        """Intervals of the parameters as those of the regression."""
        return self.regression.conf_int(alpha)

    def finding(self, lang: str = "zh") -> str:
        """One sentence whose strength follows the evidence."""
        low, high = self.conf_int().loc["elasticity"]
        value, size = figure(float(self.params["elasticity"])), figure(abs(float(self.params["elasticity"])))
        least = figure(float(self.regression.minimum_detectable()["elasticity"]))
        cover = f"{100 * (1 - self.alpha):.0f}"
        found = evidence_word(low, high) != "covers"
        if lang == "zh":
            ends = f"（{cover}%区间{figure(low)}至{figure(high)}，{self.nobs}期）"
            span = span_zh(self.resid.index)
            if found:
                way = "高" if low > 0 else "低"
                return (
                    f"{span}就业弹性为{value}{ends}，即产出增速每高1个百分点，"
                    f"就业增速平均{way}{size}个百分点；这是相关关系。"
                )
            return (
                f"{span}未发现就业增长与产出增长相关，就业弹性为{value}{ends}，可检出的最小弹性约为{least}。"
            )
        span = span_en(self.resid.index)
        ends = f"({cover} % interval {figure(low)} to {figure(high)}, {self.nobs} periods)"
        if found:
            return (
                f"In {span} the employment elasticity was {value} {ends}: where output grew by a point more, "
                f"employment grew by {size} points {'more' if low > 0 else 'less'}; an association."
            )
        return (
            f"In {span} no relation between growth of employment and of output was found: elasticity {value} "
            f"{ends}, minimum detectable elasticity about {least}."
        )


def arc_elasticity(employment: pd.Series, output: pd.Series, *, floor: float = 1.0) -> pd.DataFrame:
    """Arc elasticity of employment over each year, without inference.

    Parameters
    ----------
    employment : pandas.Series
        Persons employed, positive; yearly, quarterly or monthly. Not new hires: these are a gross flow.
    output : pandas.Series
        Output at constant prices, positive, any unit.
    floor : float
        Percent: where output changed by less there is no elasticity.

    Returns
    -------
    pandas.DataFrame
        Columns `employment`, `output` (change over a year in percent of the mean of both years) and
        `elasticity`; NaN where a figure of either year is missing, and where output changed by less than
        `floor`.

    Raises
    ------
    ModelRefused
        `negative` if a figure is not positive.

    Notes
    -----
    ``[dE / mean(E)] / [dY / mean(Y)]`` with means of both years: the same backwards as forwards. One year
    says little: noise of a tenth of a percent in employment is a tenth of an elasticity at growth of 1 %.

    References
    ----------
    Kapsos, S. (2005), The employment intensity of growth: trends and macroeconomic determinants, ILO
    Employment Strategy Paper 2005/12.

    Examples
    --------
    >>> years = pd.period_range("2020", periods=3, freq="Y")
    >>> table = arc_elasticity(pd.Series([100.0, 101.0, 101.5], years), pd.Series([50.0, 53.0, 53.2], years))
    >>> table["elasticity"].round(3).tolist()
    [nan, 0.171, nan]
    """
    faults = _not_positive({"employment": employment, "output": output})
    if faults:
        raise ModelRefused(faults)
    steps = require_periods(employment)
    frame = pd.DataFrame({"employment": employment, "output": output})
    values = to_array(frame, what="employment and output")
    before = take_rows(values, earlier(frame.index, steps))
    change = 100 * (values - before) / ((values + before) / 2)
    made = pd.DataFrame(change, frame.index, frame.columns)
    made["elasticity"] = made["employment"] / made["output"].where(made["output"].abs() >= floor)
    return made


def fit_employment_elasticity(
    employment: pd.Series,
    output: pd.Series,
    *,
    form: Literal["differences", "levels"] = "differences",
    evidence: Evidence | None = None,
    floor: float = 1.0,
    interval: Interval = "sieve",
    alpha: float = 0.1,
    draws: int = 999,
    seed: int = 20230630,
    min_df: int = 8,
) -> ElasticityResult:
    """Elasticity of employment with respect to output, with its interval.

    Parameters
    ----------
    employment : pandas.Series
        Persons employed, positive, consecutive periods; yearly, or changes over a year for quarters and
        months.
    output : pandas.Series
        Output at constant prices, positive, same frequency.
    form : {"differences", "levels"}
        Changes of logs, or logs themselves; these only with evidence of a relation in the long run.
    evidence : ArdlResult, EngleGrangerResult or JohansenResult, optional
        For levels: a test already made; default the bounds test of `require_cointegration`.
    floor : float
        As in `arc_elasticity`.
    interval, alpha, draws, seed, min_df
        As in `fit_regression`.

    Returns
    -------
    ElasticityResult

    Raises
    ------
    ModelRefused
        `negative`, `levels_without_evidence`, and as in `fit_regression`, all reasons at once.
    ParameterError
        If `form` is not known.

    Notes
    -----
    ``d ln E = a + e d ln Y`` over a year. Two unrelated series that grow give an "elasticity" in levels that
    looks sure in every sample of this length; hence differences. The coefficient is an association: output is
    made by the employed, and both answer to demand.

    References
    ----------
    Kapsos, S. (2005), The employment intensity of growth: trends and macroeconomic determinants, ILO
    Employment Strategy Paper 2005/12.

    Examples
    --------
    >>> years = pd.period_range("2004", periods=20, freq="Y")
    >>> rng = np.random.default_rng(2)
    >>> growth = rng.normal(0.07, 0.02, 20)
    >>> output = pd.Series(np.exp(growth.cumsum()), years)
    >>> jobs = pd.Series(np.exp((0.3 * growth + rng.normal(0, 0.003, 20)).cumsum()), years)
    >>> round(float(fit_employment_elasticity(jobs, output).params["elasticity"]), 2)
    0.26
    """
    if form not in ("differences", "levels"):
        raise ParameterError(Fault("`form` is not known", got=str(form), expected="differences or levels"))
    series = {"employment": employment, "output": output}
    faults = _not_positive(series)
    try:
        require_sample(series, params=2 + (form == "differences"), min_df=min_df, what="the elasticity")
    except ModelRefused as refusal:
        faults += refusal.faults
    if faults:
        raise ModelRefused(faults)
    arc = arc_elasticity(employment, output, floor=floor)
    logs = {name: np.log(x.astype(float)) for name, x in series.items()}
    shown = ""
    if form == "levels":
        shown = require_cointegration(
            logs["employment"].rename("employment"),
            logs["output"].rename("output"),
            evidence=evidence,
            what="an elasticity in levels",
        ).evidence
        y, x = logs["employment"], logs["output"]
    else:
        y, x = (_over_a_year(v) for v in logs.values())
    regression = fit_regression(
        y.rename("employment"),
        x.rename("elasticity"),
        interval=interval,
        alpha=alpha,
        draws=draws,
        seed=seed,
        min_df=min_df,
    )
    shared = shared_fields(regression)
    kind = "logs" if shown else "changes of logs over a year"
    shared["method"] = f"{regression.method}, {kind} of employment on those of output"
    shared["sensitivity"] = {**regression.sensitivity, **_arcs(arc, floor)}
    shared["assumptions"] = (
        *regression.assumptions,
        "employment and output are measured alike in all periods",
    )
    return ElasticityResult(**shared, arc=arc, form=form, regression=regression, evidence=shown)


def _over_a_year(logs: pd.Series) -> pd.Series:
    values = logs.to_numpy()
    before = take_rows(values, earlier(logs.index, require_periods(logs)))
    return pd.Series(100 * (values - before), logs.index)


def _arcs(arc: pd.DataFrame, floor: float) -> Mapping[str, float | str]:
    known = arc["elasticity"].dropna()
    if known.empty:
        return {"arc elasticities": f"none: output never changed by {floor:g} %"}
    both = arc[["employment", "output"]].notna().all(axis=1)
    return {
        "median of the yearly arc elasticities": float(known.median()),
        "range of the yearly arc elasticities": f"{figure(known.min())} to {figure(known.max())}",
        "without an arc elasticity": named(arc.index[both & arc["elasticity"].isna()]) or "none",
    }


def _not_positive(series: Mapping[str, pd.Series]) -> list[Fault]:
    faults = []
    for name, x in series.items():
        require_periods(x)
        wrong = to_array(x, what=name) <= 0
        if wrong.any():
            where = named(x.index[wrong])
            zh = {"employment": "就业人数", "output": "产出"}[name]
            faults.append(
                Fault(
                    f"{name} is not positive",
                    where=where,
                    expected="levels above 0, not growth rates",
                    next_step="supply levels; for growth rates use `fit_regression`",
                    zh=f"{zh}在{where}不为正，弹性要用大于零的水平值计算，不能用增速。",
                    code="negative",
                )
            )
    return faults
