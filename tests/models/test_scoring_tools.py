"""The calibration benchmark and the back-test of past mid-terms, on small inputs."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]


def module(path):
    spec = importlib.util.spec_from_file_location(path.stem + "_under_test", path)
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = loaded
    spec.loader.exec_module(loaded)
    return loaded


@pytest.fixture(scope="module")
def calibration():
    return module(ROOT / "benchmarks" / "calibration.py")


@pytest.fixture(scope="module")
def backtest():
    return module(ROOT / "tools" / "backtest.py")


def yearly(values, first=1990):
    return pd.Series(values, pd.period_range(str(first), periods=len(values), freq="Y"), dtype=float)


def rows_of(values, *, vintage="2026-10-31", edition=0, first=1990):
    years = [str(first + i) for i in range(len(values))]
    vintages = pd.Timestamp(vintage)
    return pd.DataFrame({"period": years, "value": values, "vintage": vintages, "edition": edition})


# --- calibration --------------------------------------------------------------------------------------


def test_a_row_outside_its_band_fails_the_run(calibration, monkeypatch, tmp_path, capsys):
    def run_with(actual):
        row = calibration.Row("mean", "coin", 0.9, actual, (0.85, 0.95), 100)
        monkeypatch.setattr(calibration, "EXPERIMENTS", {"coin": lambda share: iter([row])})
        return calibration.main(["--out", str(tmp_path / "page.md")])

    assert run_with(0.91) == 0
    assert "| mean | coin | 0.90 | 0.910 | 0.85-0.95 | 100 | holds |" in capsys.readouterr().out
    assert run_with(0.80) == 1
    assert "**outside**" in (tmp_path / "page.md").read_text(encoding="utf-8")


def test_experiments_repeat_themselves_and_others_can_join(calibration):
    first = [row.actual for row in calibration.EXPERIMENTS["outlook"](0.02)]
    assert first == [row.actual for row in calibration.EXPERIMENTS["outlook"](0.02)]

    def elasticity(share):
        yield calibration.Row("elasticity", "none", 0.9, 0.9, (0.8, 1.0), int(share))

    calibration.experiment(elasticity)
    assert calibration.EXPERIMENTS.pop("elasticity") is elasticity


# --- back-test ----------------------------------------------------------------------------------------


def test_what_is_said_does_not_depend_on_later_figures(backtest):
    rng = np.random.default_rng(0)
    values = 100 * np.exp(np.cumsum(0.06 + 0.02 * rng.normal(size=16)))
    changed = values.copy()
    changed[-1] *= 3  # 2005
    ask = backtest.Question("gdp")
    first = pd.DataFrame(backtest.cases(ask, rows_of(values), "x"))
    second = pd.DataFrame(backtest.cases(ask, rows_of(changed), "x"))
    known = first["judged"] < 2005
    said = [*backtest.METHODS, "projection_low", "outlook_high", "target"]
    assert first.loc[known, said].equals(second.loc[known, said])
    assert (first["judged"] - first["base"]).isin([1, 2, 3, 4]).all()
    assert first["base"].min() == 1997  # eight figures first
    assert (first["sample"] == "truncated").all()


def test_targets_are_the_median_growth_of_five_years(backtest):
    values = 100 * 1.07 ** np.arange(14) * (1 + 0.01 * np.sin(np.arange(14)))
    table = pd.DataFrame(backtest.cases(backtest.Question("gdp"), rows_of(values), "x"))
    first = table.iloc[0]
    usual = np.median(np.log(values[5:8] / values[:3]))
    assert first["target"] == pytest.approx(values[7] * np.exp(usual))
    assert first["outcome"] == pytest.approx(values[12])
    assert first["met"] == float(values[12] >= first["target"])


def test_yes_no_methods_are_those_worked_by_hand(backtest):
    # 100 in the base year, 121 two years on; the target 161.051 after five years is 10 % a year
    past = yearly([60.0, 64, 70, 75, 83, 90, 94, 100, 108, 121], first=1998)
    ask = backtest.Question("gdp")
    said = backtest.say(past, 2005, 161.051, ask)
    assert said["eurostat"] == 1.0  # 10 % of 10 %
    assert said["straight_line"] == 0.0  # 121 against 0.95 of the way, 100 + 61.051 * 0.4 * 0.95 = 123.2
    steps = np.diff(np.log(past))
    assert said["drift_yes_no"] == float(121 * np.exp(3 * steps.mean()) >= 161.051)
    slow = backtest.say(past, 2005, 175.0, ask)
    assert slow["eurostat"] == 0.0  # 11.8 % required, 85 % of it reached
    assert slow["projection"] <= said["projection"]


def test_one_edition_alone_is_used_and_old_ones_only_when_they_were_out(backtest):
    old = rows_of(np.arange(1.0, 16.0), vintage="2005-06-30")
    new = rows_of(10 + np.arange(1.0, 21.0), vintage="2026-10-31")
    both = pd.concat([old, new])
    assert backtest.one_vintage(both).tolist() == (10 + np.arange(1.0, 21.0)).tolist()
    assert backtest.known_then(both, 2004, 1990).tolist() == np.arange(1.0, 16.0).tolist()
    assert backtest.known_then(both, 2003, 1990) is None  # the edition of June 2005 was not out in 2004
    gap = new[new["period"] != "2000"]
    assert backtest.one_vintage(gap).index[0].year == 2001
