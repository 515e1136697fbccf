"""The names that the package gives to others."""

import inspect
import subprocess
import sys

import pandas as pd
import pytest

import cbs_analysis.series
from cbs_analysis.errors import VintageBreak
from cbs_analysis.series import Break, share, yoy


def test_every_name_can_be_reached_and_says_what_it_does():
    for name in cbs_analysis.series.__all__:
        assert inspect.getdoc(getattr(cbs_analysis.series, name)), name
    with pytest.raises(AttributeError):
        cbs_analysis.series.no_such_name  # noqa: B018


def test_the_names_for_type_checkers_are_those_that_can_be_imported():
    source = inspect.getsource(cbs_analysis.series)
    listed = source.split("if TYPE_CHECKING:")[1].split("_MODULES")[0]
    words = {w.strip(" ,()") for line in listed.splitlines() for w in line.split("import")[-1].split(",")}
    assert words - {"", "("} == set(cbs_analysis.series.__all__)


def test_every_function_has_an_example_that_runs():
    functions = [getattr(cbs_analysis.series, name) for name in cbs_analysis.series.__all__]
    without = [f.__name__ for f in functions if inspect.isfunction(f) and ">>>" not in (f.__doc__ or "")]
    assert without == []


def test_a_name_loads_its_own_module_alone():
    code = (
        "import sys; from cbs_analysis.series import yoy;"
        "print([m for m in sys.modules if m.startswith('scipy') or m.startswith('statsmodels')])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_a_declared_break_stops_growth_across_it():
    reform = Break(pd.Period("2013"), "net income became disposable income", "household survey reform")
    levels = pd.Series([100.0, 110.0, 150.0], pd.period_range("2011", periods=3, freq="Y"))  # made up
    with pytest.raises(VintageBreak, match="2013"):
        yoy(levels, breaks=[reform])


def test_a_share_of_nothing_is_missing():
    # closed form: 3 of 4 are 75 %
    part, whole = pd.Series({2020: 3.0, 2021: 3.0, 2022: 1.0}), pd.Series({2020: 4.0, 2021: 0.0, 2023: 5.0})
    shown = share(part, whole)
    assert shown[2020] == 75.0
    assert shown.drop(2020).isna().all()
    assert shown.index.tolist() == [2020, 2021, 2022, 2023]
