"""Read the store: one area, some indicators, as known on a date."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds

from ..errors import CoverageError, Fault, ParameterError, VintageError
from ..registry.load import load_registry
from ..series.periods import parse_date
from ..series.revisions import revised_by

__all__ = [
    "areas_read",
    "find_root",
    "latest",
    "load_annual_plans",
    "load_data_requests",
    "load_documents",
    "load_ledger_tables",
    "load_manifest",
    "load_observations",
    "load_projects",
    "load_ratings",
    "revisions",
    "wide",
]

# Areas whose observations this process has loaded: a page depends on these and on no other.
areas_read: set[str] = set()
Vintages = Literal["latest", "all"]
# A figure read only at a secondary place is used when nothing better is known.
_PLACE = ("vintage", "source", "file", "row", "col", "note")
_RANK = {"official": 5, "press": 4, "export": 3, "mirror": 2, "synthetic": 1, "secondary": 0}


def find_root(start: Path | None = None) -> Path:
    """The project folder: `CBS_ANALYSIS_ROOT`, or the nearest folder upwards that holds `data/raw`.

    Raises
    ------
    CoverageError
        If there is none.
    """
    named = os.environ.get("CBS_ANALYSIS_ROOT")
    here = Path(named) if named else (start or Path.cwd()).resolve()
    for folder in [here] if named else [here, *here.parents]:
        if (folder / "data" / "raw").is_dir():
            return folder
    raise CoverageError(
        Fault(
            "no project folder with data/raw was found",
            where=str(here),
            next_step="run inside the project, or set CBS_ANALYSIS_ROOT to it",
        )
    )


def _store(root: Path | None) -> Path:
    processed = (root or find_root()) / "data" / "processed"
    if not (processed / "manifest.json").exists():
        raise CoverageError(
            Fault("the store is not built", where=str(processed), next_step="run `cbs-analysis build`")
        )
    return processed


def load_manifest(root: Path | None = None) -> dict[str, Any]:
    """The manifest of the store: inputs with hashes, excluded rows, check warnings."""
    return dict(json.loads((_store(root) / "manifest.json").read_text(encoding="utf-8")))


def load_observations(
    *,
    area: str | Sequence[str],
    indicators: Iterable[str] | None = None,
    as_of: date | str | None = None,
    vintages: Vintages = "latest",
    root: Path | None = None,
) -> pd.DataFrame:
    """Load the observations of one area, or of several.

    Parameters
    ----------
    area : str or sequence of str
        Codes, names or aliases of areas. Synthetic and real areas never go together.
    indicators : iterable of str, optional
        Ids; all by default.
    as_of : date or str, optional
        Only figures published on or before this day. All by default.
    vintages : {"latest", "all"}
        One row for each indicator, area and period (the last publication that is better than
        secondary), or every publication.
    root : pathlib.Path, optional
        Project folder; found from the working folder by default.

    Returns
    -------
    pandas.DataFrame
        Long: indicator, area, period, freq, period_end, value (canonical unit), status, vintage,
        edition, source, certainty, value_published, unit_published, note, file, row, col (0-based).
        No row stands for a missing figure. Empty, with these columns, when nothing is known.

    Raises
    ------
    ParameterError, RegistryError
        Unknown area or indicator; synthetic and real areas together.
    CoverageError
        The store is not built.

    Examples
    --------
    >>> zone = load_observations(area="22CB00", indicators=["population_census_persons"])
    >>> zone[["period", "value", "unit_published"]].values.tolist()
    [['2020-11-01', 61146.0, '万人']]
    """
    registry = load_registry()
    names = [area] if isinstance(area, str) else list(area)
    areas = [registry.area(a) for a in names]
    if len({a.synthetic for a in areas}) > 1:
        raise ParameterError(
            Fault(
                "synthetic and real areas are asked for together",
                got=", ".join(f"{a.code} {a.zh}" for a in areas),
                next_step="load them in two calls; synthetic figures never stand beside real ones",
            )
        )
    areas_read.update(a.code for a in areas)
    where = ds.field("area").isin(pa.array([a.code for a in areas]))
    if indicators is not None:
        where &= ds.field("indicator").isin(pa.array([registry.indicator(i).id for i in indicators]))
    if as_of is not None:
        where &= ds.field("vintage") <= pa.scalar(parse_date(as_of, what="as_of"), pa.date32())
    table = ds.dataset(_store(root) / "observations.parquet").to_table(filter=where)
    frame = _plain(table.to_pandas())
    return latest(frame) if vintages == "latest" else frame


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Dictionary columns back to text, dates to timestamps, a clean index."""
    text = [c for c in frame.columns if isinstance(frame[c].dtype, pd.CategoricalDtype)]
    frame = frame.astype(dict.fromkeys(text, "str"))
    for column in ("period_end", "vintage"):
        frame[column] = pd.to_datetime(frame[column])
    return frame.reset_index(drop=True)


def latest(observations: pd.DataFrame) -> pd.DataFrame:
    """Keep the last publication of each figure.

    Secondary readings give way to better ones; then the later publication date, the higher edition
    and the surer reading win. The input is not changed.
    """
    order = pd.DataFrame(
        {
            "better": observations["certainty"] != "secondary",
            "vintage": observations["vintage"],
            "edition": observations["edition"],
            "rank": observations["certainty"].map(_RANK),
        }
    )
    ranked = observations.loc[order.sort_values(list(order.columns), kind="stable").index]
    kept = ranked.drop_duplicates(["indicator", "area", "period"], keep="last")
    return kept.sort_index().reset_index(drop=True)


def revisions(observations: pd.DataFrame, *, tolerance: float = 1e-9) -> pd.DataFrame:
    """Figures that were published more than once with different values.

    Parameters
    ----------
    observations : pandas.DataFrame
        From `load_observations(vintages="all")`.
    tolerance : float
        Relative difference up to which two values are the same.

    Returns
    -------
    pandas.DataFrame
        indicator, area, period, first, first_vintage, first_source, last, last_vintage,
        last_source, change (in the unit), change_pct; one row for each revised figure. Where both stand:
        first_file, first_row, first_col, first_note, and the same of last.
    """
    ordered = observations.sort_values(["vintage", "edition"], kind="stable")
    grouped = ordered.groupby(["indicator", "area", "period"], sort=True, observed=True)
    pairs = pd.DataFrame(
        {
            f"{end}{suffix}": getattr(grouped[column], end)()
            for end in ("first", "last")
            for column, suffix in (("value", ""), *((c, f"_{c}") for c in _PLACE))
        }
    ).reset_index()
    pairs = pairs.join(revised_by(pairs["first"], pairs["last"]))
    changed = pairs["change"].abs() > tolerance * pairs["first"].abs().clip(lower=1.0)
    return pairs[changed].reset_index(drop=True)


def wide(observations: pd.DataFrame, *, freq: str = "A") -> pd.DataFrame:
    """One column for each indicator, one row for each period.

    Parameters
    ----------
    observations : pandas.DataFrame
        Of one area, one row for each indicator and period.
    freq : {"A", "Q", "M"}
        Only figures of this frequency are taken; nothing is resampled.

    Returns
    -------
    pandas.DataFrame
        PeriodIndex; column names carry the unit; NaN where no figure was published.

    Raises
    ------
    VintageError
        If a figure stands more than once (several vintages or areas).
    """
    rows = observations[observations["freq"] == freq]
    doubled = rows[rows.duplicated(["indicator", "period"])]
    if len(doubled):
        first = doubled.iloc[0]
        raise VintageError(
            Fault(
                "a figure stands more than once",
                got=f"{first['indicator']} {first['period']} ({len(doubled)} rows too many)",
                expected="one area and one vintage",
                next_step='load one area with vintages="latest"',
            )
        )
    table = rows.pivot(index="period", columns="indicator", values="value")
    table.index = pd.PeriodIndex(table.index, freq={"A": "Y", "Q": "Q", "M": "M"}[freq])
    table.columns.name = None
    return table.sort_index()


def _load_records(name: str, area: str, as_of: date | str | None, root: Path | None) -> pd.DataFrame:
    code = load_registry().area(area).code
    path = _store(root) / f"{name}.parquet"
    frame = pd.read_parquet(path, engine="pyarrow") if path.exists() else pd.DataFrame()
    if frame.empty:
        return frame
    frame = frame[frame["area"] == code]
    if as_of is not None:
        day = pd.Timestamp(parse_date(as_of, what="as_of"))
        frame = frame[(frame["vintage"] <= day) & (frame["date"] <= day)]
    return frame.sort_values("date", kind="stable").reset_index(drop=True)


def load_documents(*, area: str, as_of: date | str | None = None, root: Path | None = None) -> pd.DataFrame:
    """Evidence documents for mechanisms and yes/no commitments, as published by `as_of`.

    Columns: measure, area, date, level (0-4 or 0/1), document, title, note, vintage, source,
    certainty, file, sheet (empty in a delimited file), row. Empty when there are none.
    """
    return _load_records("documents", area, as_of, root)


def load_projects(*, area: str, as_of: date | str | None = None, root: Path | None = None) -> pd.DataFrame:
    """Progress reports of projects, as published by `as_of`; money in millions of yuan.

    Empty when there are none. A missing amount is NaN, never 0.
    """
    return _load_records("projects", area, as_of, root)


def load_annual_plans(
    *, area: str, as_of: date | str | None = None, root: Path | None = None
) -> pd.DataFrame:
    """What an office planned for one year of a measure, as published by `as_of`.

    Columns: measure, area, date (of the document), year, value (canonical unit of the indicator),
    value_published, unit_published, document, note, vintage, source, certainty, file, sheet, row, col. Empty
    when there are none.
    """
    return _load_records("annual_plans", area, as_of, root)


def load_ratings(*, area: str, as_of: date | str | None = None, root: Path | None = None) -> pd.DataFrame:
    """What an office says of its own progress, as published by `as_of`.

    Columns: measure, area, date, rating (as written), word (key of the official words, or empty), note,
    vintage, source, certainty, file, sheet, row, col. Empty when there are none.
    """
    return _load_records("ratings", area, as_of, root)


def load_data_requests(
    *, area: str, as_of: date | str | None = None, root: Path | None = None
) -> pd.DataFrame:
    """What an office answered where it gave no figure, as published by `as_of`.

    Columns: measure, area, date, indicator, period, answer (`not_collected`, `not_yet` or `not_applicable`),
    expected (the day on which it will come, or NaT), note, vintage, source, certainty, file, sheet, row,
    col. Empty when there are none.
    """
    return _load_records("data_requests", area, as_of, root)


def load_ledger_tables(
    *, area: str, as_of: date | str | None = None, root: Path | None = None
) -> pd.DataFrame:
    """Safe tables of a household ledger, as published by `as_of`; the store knows no household.

    Columns: table, area, date (last day of the period), district (empty for the whole area), period, line,
    item, value (NaN where hidden), mark (`shown`, `small`: 1 to 9, `withheld`, `number`: no count), vintage,
    source, certainty, file, sheet, row, col. Empty when there are none.
    """
    return _load_records("ledger_tables", area, as_of, root)
