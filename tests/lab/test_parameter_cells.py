"""Names of parameters: a misspelt one is refused instead of giving the page of another area."""

import pytest

from cbs_analysis.report.parameter_cells import misspelt_parameters

CELL = 'area: str = "22CB00"\nas_of: str = "2023-06-30"\nalpha: float = 0.1'


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        ([CELL], []),
        ([CELL.replace("area", "aera")], ["aera"]),
        ([CELL.replace("as_of", "as_off")], ["as_off"]),
        ([CELL.replace("area", "Area")], ["Area"]),
        ([CELL.replace("area", "aera"), CELL], []),  # corrected, and run again
        ([CELL, CELL.replace("area", "aera")], ["aera"]),  # the old value would be used again
        ([CELL, "# Parameters\naera = '220000'"], ["aera"]),
        ([CELL, "# Parameters\nregion = '220000'"], ["region"]),
        ([CELL + "\nown = 3", "# Parameters\nown = 4"], []),  # a parameter that the notebook added
        ([CELL, "# Parameters\naera = 1", CELL], []),
        ([CELL, "areas = [a.code for a in known]", "x = 3", "%tb", "planet = 1 +"], []),
        ([], []),
    ],
)
def test_the_last_cells_of_parameters_are_held_to_the_known_names(cells, wrong):
    faults = misspelt_parameters(cells)
    assert [f.got for f in faults] == wrong
    assert all(f.got in f.zh and f.zh.endswith("。") for f in faults)
