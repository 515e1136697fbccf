"""Does unemployment fall when growth is high?"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from ..errors import Fault, ModelRefused, ParameterError
from ..series.frequency import (
    earlier,
    named,
    periods_per_year,
    require_periods,
    take_rows,
    to_array,
)
from .elasticity import shared_fields
from .intervals import newey_west_lags
from .okun_words import okun_finding
from .regression import Interval, RegressionResult, fit_regression
from .results import Results, evidence_word
from .samples import require_sample
from .wording import figure

__all__ = ["OkunResult", "fit_okun"]

Form = Literal["difference", "gap"]
Rate = Literal["surveyed", "registered"]
Filter = Literal["hp", "hamilton"]

_SMOOTHING = {1: 100.0, 4: 1600.0, 12: 14400.0}
_AHEAD = {1: (2, 1), 4: (8, 4), 12: (24, 12)}  # two years ahead on the figures of one year
_ATTENUATED = (
    "the registered rate hardly moves with the labour market: expect a coefficient too close to zero, and do "
    "not read it as one of the surveyed rate"
)


@dataclass(frozen=True, kw_only=True)
class OkunResult(Results):
    """The relation of unemployment and growth; `params` holds `const` and `okun`.

    Attributes
    ----------
    form : {"difference", "gap"}
    rate : {"surveyed", "registered"}
    dependent : {"unemployment", "output"}
    regression : RegressionResult
        The equation behind it.
    stable_growth : float
        Growth in percent at which the rate does not change; NaN for gaps, and where the interval of the
        coefficient covers zero.
    """

    form: Form
    rate: Rate
    dependent: Literal["unemployment", "output"]
    regression: RegressionResult
    stable_growth: float

    def conf_int(self, alpha: float | None = None) -> pd.DataFrame:
        """Intervals of the parameters as those of the regression."""
        return self.regression.conf_int(alpha)

    @property
    def minimum_detectable(self) -> float:
        """Smallest coefficient that is found with probability 0.8."""
        return float(self.regression.minimum_detectable()["okun"])

    def finding(self, lang: str = "zh") -> str:
        """One sentence whose strength follows the evidence."""
        return okun_finding(self, lang)


def fit_okun(
    unemployment: pd.Series,
    growth: pd.Series | None = None,
    *,
    output: pd.Series | None = None,
    form: Form = "difference",
    rate: Rate = "surveyed",
    dependent: Literal["unemployment", "output"] = "unemployment",
    over: Literal["year", "period"] = "year",
    trend: Filter = "hp",
    smoothing: float | None = None,
    interval: Interval = "sieve",
    alpha: float = 0.1,
    draws: int = 999,
    seed: int = 20230630,
    min_df: int = 8,
    lags: int | None = None,
) -> OkunResult:
    """Okun's relation: changes of the unemployment rate and growth, or their gaps from trend.

    Parameters
    ----------
    unemployment : pandas.Series
        Rate in percent, yearly, quarterly or monthly, consecutive periods.
    growth : pandas.Series, optional
        Real growth in percent, same frequency, over the same span as `over`. For the difference form.
    output : pandas.Series, optional
        Output at constant prices, positive; instead of `growth`, and for the gap form always. For gaps of
        quarters and months seasonally adjusted.
    form : {"difference", "gap"}
    rate : {"surveyed", "registered"}
        Which rate it is (调查失业率, 登记失业率).
    dependent : {"unemployment", "output"}
        What stands on the left. The other way round the coefficient is not the inverse.
    over : {"year", "period"}
        Span of the change of the rate: that of `growth`, in China over a year for quarters and months too.
    trend : {"hp", "hamilton"}
        Trend of the gap form; the other one is reported as sensitivity.
    smoothing : float, optional
        Of the Hodrick-Prescott filter: default 100 for years, 1600 for quarters, 14400 for months.
    interval, alpha, draws, seed, min_df, lags
        As in `fit_regression`; growth over a year of quarters and months overlaps, so that the default is 3
        and 11 lags at least.

    Returns
    -------
    OkunResult

    Raises
    ------
    ModelRefused
        As `fit_regression`, and `negative` for output that is not positive.
    ParameterError
        If options contradict each other.

    Notes
    -----
    ``u_t - u_{t-1} = a + b g_t``, or ``u - u* = a + b (100 ln Y - 100 ln Y*)``. In the rich countries b is
    mostly between -0.5 and -0.2 (Ball, Leigh & Loungani). Trends of the Hodrick-Prescott filter look ahead,
    and their last years change with new data. A coefficient is an association.

    References
    ----------
    Okun, A. M. (1962), Potential GNP: its measurement and significance, American Statistical Association,
    Proceedings of the Business and Economics Statistics Section.
    Ball, L., Leigh, D., Loungani, P. (2017), Okun's law: fit at 50? Journal of Money, Credit and Banking 49,
    1413-1441.
    Hamilton, J. D. (2018), Why you should never use the Hodrick-Prescott filter, Review of Economics and
    Statistics 100, 831-843.
    Feng, S., Hu, Y., Moffitt, R. (2017), Long run trends in unemployment and labor force participation in
    urban China, Journal of Comparative Economics 45, 304-324.

    Examples
    --------
    >>> years = pd.period_range("2003", periods=20, freq="Y")
    >>> growth = pd.Series(np.random.default_rng(2).normal(6, 2, 20), years)
    >>> rate = (5 - 0.3 * (growth - 6)).cumsum() - 5 * np.arange(20)
    >>> result = fit_okun(rate + np.random.default_rng(1).normal(0, 0.2, 20), growth)
    >>> round(float(result.params["okun"]), 1)
    -0.3
    """
    _check(growth, output, form, rate, dependent, over, trend)
    steps = periods_per_year(unemployment.index)
    if form == "gap" and output is not None:
        rates, other = _gaps(unemployment, output, trend, smoothing, min_df)
        span = 1
    else:
        span = steps if over == "year" else 1
        rates, other = _change(unemployment, span), growth if output is None else _growth(output, span)
    pair = [rates.rename("unemployment"), other.rename("output")]
    y, x = pair if dependent == "unemployment" else pair[::-1]
    if lags is None and span > 1:
        lags = max(span - 1, newey_west_lags(len(unemployment)))
    options = {
        "interval": interval,
        "alpha": alpha,
        "draws": draws,
        "seed": seed,
        "min_df": min_df,
        "lags": lags,
    }
    regression = fit_regression(y, x.rename("okun"), **options)  # type: ignore[arg-type]
    shared = shared_fields(regression)
    if form == "gap":
        shared["sensitivity"] = {
            **regression.sensitivity,
            **_other_trend(unemployment, output, trend, dependent, options),  # type: ignore[arg-type]
        }
    shared["method"] = f"{regression.method}, {_method(form, span, steps, trend, smoothing, dependent)}"
    shared["warnings"] = (*regression.warnings, *_warnings(form, rate, trend))
    return OkunResult(
        **shared,
        form=form,
        rate=rate,
        dependent=dependent,
        regression=regression,
        stable_growth=_stable(regression, form, dependent),
    )


def _check(
    growth: pd.Series | None,
    output: pd.Series | None,
    form: str,
    rate: str,
    dependent: str,
    over: str,
    trend: str,
) -> None:
    faults = []
    for name, value, known in (
        ("form", form, ("difference", "gap")),
        ("rate", rate, ("surveyed", "registered")),
        ("dependent", dependent, ("unemployment", "output")),
        ("over", over, ("year", "period")),
        ("trend", trend, ("hp", "hamilton")),
    ):
        if value not in known:
            faults.append(Fault(f"`{name}` is not known", got=str(value), expected=", ".join(known)))
    if (growth is None) == (output is None):
        got = "neither" if growth is None else "both"
        faults.append(Fault("growth and output contradict each other", got=got, expected="one of them"))
    elif form == "gap" and output is None:
        faults.append(Fault("the gap form has no output", got="growth", expected="output at constant prices"))
    if faults:
        raise ParameterError(faults)


def _change(rates: pd.Series, span: int) -> pd.Series:
    require_periods(rates)
    values = to_array(rates, what="unemployment")
    return pd.Series(values - take_rows(values, earlier(rates.index, span)), rates.index)


def _growth(output: pd.Series, span: int) -> pd.Series:
    logs = _logs(output)
    return 100 * np.expm1(_change(logs, span) / 100)


def _logs(output: pd.Series) -> pd.Series:
    """100 x ln of output."""
    require_periods(output)
    values = to_array(output, what="output")
    if (values <= 0).any():
        where = named(output.index[values <= 0])
        raise ModelRefused(
            Fault(
                "output is not positive",
                where=where,
                expected="levels above 0, not growth rates",
                next_step="pass growth rates as `growth`",
                zh=f"产出在{where}不为正；增速请用growth参数。",
                code="negative",
            )
        )
    return pd.Series(100 * np.log(values), output.index)


def _gaps(
    unemployment: pd.Series, output: pd.Series, trend: str, smoothing: float | None, min_df: int
) -> tuple[pd.Series, pd.Series]:
    """Both from their trends, over the periods that both cover."""
    series = {"unemployment": unemployment, "output": _logs(output)}
    both = require_sample(series, params=2, min_df=min_df, what="Okun's relation")
    return _gap(both["unemployment"], trend, smoothing), _gap(both["output"], trend, smoothing)


def _gap(x: pd.Series, trend: str, smoothing: float | None) -> pd.Series:
    per_year = periods_per_year(x.index)
    if trend == "hp":
        from statsmodels.tsa.filters.hp_filter import hpfilter

        return pd.Series(hpfilter(x.to_numpy(), smoothing or _SMOOTHING[per_year])[0], x.index)
    from statsmodels.tsa.filters.hamilton_filter import hamilton_filter

    ahead, past = _AHEAD[per_year]
    if len(x) < ahead + 2 * past + 8:
        raise ModelRefused(
            Fault(
                "too few observations for the Hamilton filter",
                got=f"{len(x)} observations",
                expected=f"at least {ahead + 2 * past + 8}",
                next_step='use trend="hp", or the difference form',
                zh=f"样本只有{len(x)}期，不足以作Hamilton滤波，请改用HP滤波或差分形式。",
                code="short_sample",
            )
        )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return pd.Series(np.asarray(hamilton_filter(x.to_numpy(), h=ahead, p=past).cycle), x.index)
        except UserWarning:  # its lags determine each other
            raise ModelRefused(
                Fault(
                    "the Hamilton filter has no unique trend",
                    got=f"{x.name} on {past} lags that determine each other",
                    next_step='use trend="hp", or the difference form',
                    zh="序列几乎是一条直线，Hamilton滤波没有唯一的趋势，请改用HP滤波或差分形式。",
                    code="collinear",
                )
            ) from None


def _other_trend(
    unemployment: pd.Series, output: pd.Series, trend: str, dependent: str, options: dict[str, object]
) -> dict[str, float | str]:
    other = "hamilton" if trend == "hp" else "hp"
    try:
        rates, gaps = _gaps(unemployment, output, other, None, int(options["min_df"]))  # type: ignore[call-overload]
        pair = [rates.rename("unemployment"), gaps.rename("output")]
        y, x = pair if dependent == "unemployment" else pair[::-1]
        fit = fit_regression(y, x.rename("okun"), **options)  # type: ignore[arg-type]
    except ModelRefused as refusal:
        return {f"{_NAME[other]} filter": f"refused: {refusal.faults[0].what}"}
    low, high = fit.conf_int().loc["okun"]
    return {f"{_NAME[other]} filter": f"{figure(fit.params['okun'])} [{figure(low)}, {figure(high)}]"}


_NAME = {"hp": "Hodrick-Prescott", "hamilton": "Hamilton"}


def _method(form: str, span: int, steps: int, trend: str, smoothing: float | None, dependent: str) -> str:
    if form == "gap":
        detail = f" ({smoothing or _SMOOTHING[steps]:g})" if trend == "hp" else ""
        left, right = (
            ("unemployment", "output") if dependent == "unemployment" else ("output", "unemployment")
        )
        return f"gap of {left} on gap of {right}, {_NAME[trend]} filter{detail}"
    over = "over a year" if span == steps else "over one period"
    if dependent == "unemployment":
        return f"change of the unemployment rate {over} on growth"
    return f"growth on the change of the unemployment rate {over}"


def _warnings(form: str, rate: str, trend: str) -> tuple[str, ...]:
    found = [_ATTENUATED] if rate == "registered" else []
    if form == "gap" and trend == "hp":
        found.append("the trend looks ahead, and its last periods will change with new data")
    return tuple(found)


def _stable(regression: RegressionResult, form: str, dependent: str) -> float:
    low, high = regression.conf_int().loc["okun"]
    if form == "gap" or evidence_word(low, high) == "covers":
        return float("nan")
    const, slope = regression.params["const"], regression.params["okun"]
    return float(-const / slope if dependent == "unemployment" else const)
