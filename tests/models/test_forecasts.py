from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cbs_analysis.errors import ModelRefused, ParameterError
from cbs_analysis.models.forecasts import backtest, fit_forecast, scenario_forecasts

REFERENCE = Path(__file__).parents[1] / "reference"


@pytest.fixture(scope="module")
def passengers():
    table = pd.read_csv(REFERENCE / "ausair.csv", comment="#")
    return pd.Series(table.passengers.to_numpy(), pd.PeriodIndex(table.year.astype(str), freq="Y"))["1990":]


@pytest.fixture(scope="module")
def published():
    table = pd.read_csv(REFERENCE / "forecast_ausair.csv", comment="#").set_index("statistic")
    return lambda name: pytest.approx(table.at[name, "expected"], abs=table.at[name, "tolerance"])


def yearly(values):
    return pd.Series(values, pd.period_range("2010", periods=len(values), freq="Y"), dtype=float)


def test_holt_is_that_of_the_textbook(passengers, published):
    fit = fit_forecast(passengers, horizon=5, method="holt")
    assert fit.params["alpha"] == published("alpha")
    for h in (1, 3, 5):
        assert fit.forecast.iloc[h - 1] == published(f"Holt fc h={h}")
    assert fit.spread.isna().all()  # its intervals are far too short to be printed


def test_drift_and_its_interval_are_those_of_r(passengers, published):
    fit = fit_forecast(passengers, horizon=5, distribution="normal", alpha=0.05)
    assert fit.params["drift"] == published("drift")
    limits = fit.forecast_interval()
    for h in (1, 5):
        assert limits["low"].iloc[h - 1] == published(f"drift 95% lower h={h}")
        assert limits["high"].iloc[h - 1] == published(f"drift 95% upper h={h}")
    student = fit_forecast(passengers, horizon=5, alpha=0.05).forecast_interval()
    assert (student["low"] < limits["low"]).all()
    assert fit.forecast.index[-1] == pd.Period("2021", "Y")


def test_arima_and_theta_are_those_of_r(passengers, published):
    arima = fit_forecast(passengers, horizon=2, method="arima")
    assert arima.diagnostics["AIC"] == published("ARIMA(0,1,0)+c AIC")
    assert arima.params["drift"] == pytest.approx(2.117088, abs=1e-4)
    assert fit_forecast(passengers, horizon=1, method="theta").forecast.iloc[0] == published("Theta fc h=1")


def test_scenarios_stand_side_by_side(passengers):
    table = scenario_forecasts(passengers, horizon=3)
    assert list(table.columns) == ["drift", "arima", "holt", "theta", "ets"]
    assert table["ets"].iloc[-1] < table["holt"].iloc[-1]  # damped
    assert table["drift"].tolist() == pytest.approx((72.597701 + 2.117088485 * np.arange(1, 4)).tolist())


def test_backtest_errors_are_outcome_minus_what_was_said_before(passengers):
    errors = backtest(passengers, horizon=2, methods=("drift",), first=10)
    assert len(errors) == 27 - 11
    past = passengers.iloc[:10]
    said = past.iloc[-1] + 2 * (past.iloc[-1] - past.iloc[0]) / 9
    assert errors["drift"].iloc[0] == pytest.approx(passengers.iloc[11] - said)
    assert errors.index[0] == passengers.index[11]
    changed = passengers.copy()
    changed.iloc[-1] = 1e6
    later = backtest(changed, horizon=2, methods=("drift",), first=10)
    assert later.iloc[:-1].equals(errors.iloc[:-1])


def test_sentence_says_that_a_scenario_is_no_probability(passengers):
    fit = fit_forecast(passengers, horizon=4, method="theta")
    assert "不是概率判断" in fit.finding("zh")
    assert "not a probability" in fit.finding("en")
    assert str(fit) == str(fit_forecast(passengers, horizon=4, method="theta"))


def test_a_search_that_does_not_converge_is_said(passengers, monkeypatch):
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    whole = ETSModel.fit
    monkeypatch.setattr(ETSModel, "fit", lambda self, **k: whole(self, **k, maxiter=1))
    fit = fit_forecast(passengers, horizon=2, method="holt")
    assert any("converge" in w for w in fit.warnings)


@pytest.mark.parametrize(
    ("levels", "method", "code"),
    [
        (yearly([1, 2, 3]), "drift", "short_sample"),
        (yearly([1, 2, 3, 4, 5, 6, 8.0]), "holt", "short_sample"),
        (yearly([1, 2, np.nan, 4, 5, 6]), "drift", "gap"),
        (yearly([1, 2, 3, 4, 5, 6]).drop(pd.Period("2012")), "drift", "gap"),
        (yearly([4] * 9), "theta", "constant"),
    ],
)
def test_what_cannot_be_extrapolated_is_refused(levels, method, code):
    with pytest.raises(ModelRefused) as error:
        fit_forecast(levels, horizon=2, method=method)
    assert error.value.faults[0].code == code


def test_wrong_options_are_refused(passengers):
    for wrong in ({"method": "prophet"}, {"distribution": "cauchy"}, {"alpha": 0.0}, {"horizon": 0}):
        with pytest.raises(ParameterError):
            fit_forecast(passengers, **{"horizon": 2, **wrong})
