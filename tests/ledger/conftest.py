import pytest

from cbs_analysis.ledger.synthetic import AREA, make_ledger
from cbs_analysis.registry.poverty_parameters import load_poverty_parameters


@pytest.fixture(scope="session")
def parameters():
    return load_poverty_parameters(AREA)


@pytest.fixture(scope="session")
def ledger():
    """1,200 invented households from January to July."""
    return make_ledger(1_200, 7, last="2022-07")
