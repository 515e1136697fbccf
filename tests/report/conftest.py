"""What tests of reports share."""

from collections.abc import Iterator

import numpy as np
import pytest


@pytest.fixture
def seeded_pages() -> Iterator[None]:
    """Opening a report seeds numpy's global state, as pages want; after the test it is as before."""
    before = np.random.get_state()  # noqa: NPY002
    yield
    np.random.set_state(before)  # noqa: NPY002
