"""The names that the models give to others."""

import inspect

import pytest

import cbs_analysis.models
from cbs_analysis.models import Results


def test_every_name_can_be_reached_and_says_what_it_does():
    for name in cbs_analysis.models.__all__:
        assert inspect.getdoc(getattr(cbs_analysis.models, name)), name
    with pytest.raises(AttributeError):
        cbs_analysis.models.no_such_name  # noqa: B018


def test_the_names_for_type_checkers_are_those_that_can_be_imported():
    listed = inspect.getsource(cbs_analysis.models).split("if TYPE_CHECKING:")[1].split("_MODULES")[0]
    words = {w.strip(" ,()") for line in listed.splitlines() for w in line.split("import")[-1].split(",")}
    assert words - {""} == set(cbs_analysis.models.__all__)


def test_every_fit_gives_results_or_says_why_not():
    fits = [getattr(cbs_analysis.models, n) for n in cbs_analysis.models.__all__ if n.startswith("fit_")]
    # a probability for a verdict, not a model to be read
    older = {"fit_outlook", "fit_sum_outlook", "fit_limit_outlook"}
    for fit in fits:
        if fit.__name__ in older:
            continue
        given = inspect.signature(fit).return_annotation
        home = inspect.getmodule(fit)
        kind = getattr(home, given) if isinstance(given, str) else given
        assert issubclass(kind, Results), fit.__name__
        assert kind.finding is not Results.finding, fit.__name__
        assert ">>>" in fit.__doc__, fit.__name__
