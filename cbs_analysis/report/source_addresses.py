"""Where a cell of a raw file stands among the pages of raw files.

`data/raw/<publisher>/<date>/<file>` has the page `reports/sources/<publisher>/<date>/<file>.html`. A file
of many rows has several, each of `PART_ROWS` rows, so that no page grows without bound and no row is left
out. A cell has the name that a spreadsheet program shows.
"""

from __future__ import annotations

from ..sources.addresses import cell_name

__all__ = ["FOLDER", "PART_ROWS", "anchor_of", "page_of", "part_of"]

FOLDER = "sources"
PART_ROWS = 1000


def part_of(row: int) -> int:
    """Which page of a file shows a row; rows count from 1, parts from 0.

    >>> part_of(1), part_of(1000), part_of(1001)
    (0, 0, 1)
    """
    return max(row - 1, 0) // PART_ROWS


def page_of(file: str, part: int = 0) -> str:
    """The page of a raw file, below the folder of such pages.

    >>> page_of("nbs/2024-01-17/gdp.csv"), page_of("nbs/2024-01-17/gdp.csv", 2)
    ('nbs/2024-01-17/gdp.csv.html', 'nbs/2024-01-17/gdp.csv.part3.html')
    """
    return f"{file}.part{part + 1}.html" if part else f"{file}.html"


def anchor_of(row: int, col: int = -1, sheet: str = "") -> str:
    """The anchor of a cell, or of a whole row where no column is given.

    Parameters
    ----------
    row : int
        From 1, as the store counts.
    col : int
        From 0, as the store counts; below 0 for the row.
    sheet : str
        Only where a file has several sheets.

    Examples
    --------
    >>> anchor_of(12, 5), anchor_of(12), anchor_of(12, 5, "表 1")
    ('F12', 'row-12', '表_1!F12')
    """
    place = cell_name(row - 1, col) if col >= 0 else f"row-{row}"
    # an anchor holds no white space
    return f"{'_'.join(sheet.split())}!{place}" if sheet else place
