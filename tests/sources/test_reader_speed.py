"""What makes the reader fast must not change a figure: shortcuts against the long way."""

import zipfile
from decimal import Decimal
from io import BytesIO

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Alignment

from cbs_analysis.sources import read_tables
from cbs_analysis.sources.grids import FileDamaged, load_workbook
from cbs_analysis.sources.reader.values import published_text, read_value

NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False), st.integers(-(10**15), 10**15)
)  # fmt: skip
POWERS = st.integers(-3, 9)


@given(NUMBERS, POWERS)
def test_a_number_is_scaled_as_its_exact_decimal_is(cell, power):
    value = read_value(cell)
    exact = Decimal(published_text(cell))
    assert (value.text, value.number) == (published_text(cell), exact)
    assert value.scaled(power) == float(exact.scaleb(power))


@pytest.mark.parametrize("text", ["1,234.5", "１２３．４", "-1.1%", "12.5①", "3.4[1]", "+7", "0.07"])
@pytest.mark.parametrize("power", [0, 4, 8])
def test_a_text_is_scaled_as_its_exact_decimal_is(text, power):
    value = read_value(text)
    assert value.kind == "number"
    assert value.scaled(power) == float(value.number.scaleb(power))


TABLE = """2020年各市主要产品产量
城市,粮食产量（万吨）,水果产量（万吨）,肉类产量（吨）
长春市,{a},-,3
吉林市,2.5,…,{b}
四平市,,7,8
"""


@pytest.mark.parametrize(("a", "b"), [("1.5", "4"), ("1,234.5", "4.25"), ("12①", "")])
def test_the_frame_is_the_one_that_pandas_makes_of_the_records(tmp_path, a, b):
    path = tmp_path / "table.csv"
    path.write_text(TABLE.format(a=f'"{a}"', b=b), encoding="utf-8")
    (table,) = read_tables(path, region="吉林省")
    frame = table.observations()
    pd.testing.assert_frame_equal(frame, pd.DataFrame(table.reading.data), check_exact=True)
    assert len(frame) == 9
    assert frame.loc[frame["status"] == "below_unit", ["lower", "upper"]].to_numpy().tolist() == [[0, 1e4]]


def test_a_table_without_figures_has_the_columns_of_any_other(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(TABLE.format(a="1", b="2"), encoding="utf-8")
    (table,) = read_tables(path, region="吉林省")
    columns = list(table.observations())
    table.reading.data = {name: [] for name in columns}
    assert list(table.observations()) == columns


def workbook(change=lambda xml: xml):
    """A workbook whose first sheet has every kind of cell; `change` rewrites its XML."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["城市", "产量", "比重"])
    sheet.append(["长春市", 12.5, 0.051])
    sheet["C2"].number_format = "0.0%"
    sheet["A2"].alignment = Alignment(indent=1)
    sheet["E4"] = 7
    saved, out = BytesIO(), BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data.decode()) if name.endswith("sheet1.xml") else data)
    return out.getvalue()


def test_cells_without_addresses_stand_where_those_with_addresses_do(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(lambda xml: xml.replace(' r="B2"', "").replace(' r="C2"', "")))
    (grid,) = load_workbook(path).grids
    assert grid.cells[1] == ("长春市", 12.5, 0.051, None, None)
    assert grid.cells[3] == (None, None, None, None, 7)
    assert (grid.percents, grid.indents) == ({(1, 2)}, {(1, 0): 1})


@pytest.mark.parametrize(
    ("old", "new"),
    [(' r="B2"', ' r="$B2"'), (' r="C2"', ' r="B2"'), (' r="B2"', ' r="b2"'), ('s="1"', 's="99"'),
     ('s="1"', 's=""')],
)  # fmt: skip
def test_a_number_in_an_odd_place_or_format_is_refused(tmp_path, old, new):
    path = tmp_path / "a.xlsx"
    data = workbook(lambda xml: xml.replace(old, new))
    path.write_bytes(data)
    with pytest.raises(FileDamaged):
        load_workbook(path)
