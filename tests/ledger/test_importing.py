"""Reading a household workbook: what is taken, what is dropped, and faults that repeat nobody's words."""

import hashlib
import hmac

import openpyxl
import pandas as pd
import pytest

from cbs_analysis.errors import RawTableError
from cbs_analysis.ledger.cells import Unreadable, identity_number
from cbs_analysis.ledger.importing import check_imported, merge_ledgers, read_workbook
from cbs_analysis.ledger.synthetic import make_ledger
from cbs_analysis.ledger.workbook import write_template
from cbs_analysis.models.poverty_ledger import LEDGER_COLUMNS

from .workbooks import HEALTH, STREET, identity_of, name_of, phone_of, rows_of, write_workbook

KEY = b"0" * 32


@pytest.fixture(scope="module")
def small():
    return make_ledger(20, 2, last="2022-06")


def read(path, **more):
    return read_workbook(path, hash_key=KEY, area="99DM00", **more)


def refused(path, **more):
    with pytest.raises(RawTableError) as caught:
        read(path, **more)
    text = str(caught.value)
    for i in range(20):
        assert name_of(i) not in text
        assert identity_of(i) not in text
        assert phone_of(i) not in text
    assert HEALTH not in text
    assert STREET not in text
    assert caught.value.__context__ is None
    return caught.value.faults


@pytest.fixture
def sheet(small, tmp_path):
    rows = rows_of(small)

    def write(change=None):
        changed = [list(r) for r in rows]
        if change:
            change(changed, {str(h): i for i, h in enumerate(rows[0])})
        return write_workbook(tmp_path / "book.xlsx", changed)

    return write


def test_the_ledger_comes_back_under_other_ids(small, sheet, parameters):
    new = read(sheet())
    check_imported(new, parameters=parameters, as_of="2022-06-30")
    assert new.unread == 4  # name, telephone, health, address
    columns = [c for c in LEDGER_COLUMNS if c != "household"]
    for column in columns:
        ours, theirs = new.frame[column], small[column].reset_index(drop=True)
        assert (ours.isna() == theirs.isna()).all(), column
        assert (
            ours.dropna().astype(str).str.rstrip("0.") == theirs.dropna().astype(str).str.rstrip("0.")
        ).all()
    expected = hmac.new(KEY, f"identity_number:{identity_of(0)}".encode(), hashlib.sha256).hexdigest()[:32]
    assert new.frame["household"][0] == expected
    assert new.frame["household"].nunique() == 20


def test_no_column_of_the_frame_holds_anything_personal(sheet):
    text = read(sheet()).frame.to_csv()
    for word in (name_of(3), identity_of(3), phone_of(3), HEALTH, STREET):
        assert word not in text
    assert hashlib.sha256(identity_of(3).encode()).hexdigest()[:20] not in text  # not without the key


def test_the_text_form_shows_no_rows(sheet):
    new = read(sheet())
    assert new.frame["household"][0] not in repr(new)


def test_other_headings_are_known(small, tmp_path):
    names = {"户主身份证号": "身份证号码", "核查月份": " 月份 ", "家庭人口": "人口数",
             "年人均纯收入": "*人均纯收入（元）", "年人均刚性支出": "刚性支出",
             "致贫返贫风险": "主要风险"}  # fmt: skip
    book = write_workbook(tmp_path / "b.xlsx", rows_of(small, headings=names))
    assert read(book).frame["income12_yuan"].notna().any()


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (9.99090197707070e17, "stored as a number and has lost its last digits"),
        ("999090197707070010", "fails its check digit"),
        ("99909019770707", "no identity number"),
        (name_of(5), "no identity number"),
        (None, "the cell is empty"),
    ],
)
def test_a_wrong_identity_number_is_told_by_its_place_alone(sheet, value, what):
    def change(rows, at):
        rows[3][at["户主身份证号"]] = value

    (fault,) = refused(sheet(change))
    assert what in fault.what
    assert fault.where == "sheet 1, row 4, column 户主身份证号"
    assert fault.got == ""


def test_identity_numbers_in_all_their_forms_are_one_household():
    # the example of GB 11643-1999, and its old form of 15 digits
    assert identity_number("11010519491231002X") == identity_number(" １１０１０５１９４９１２３１００２ｘ ")
    assert identity_number("110105491231002") == "11010519491231002X"
    assert identity_number(110105491231002.0) == "11010519491231002X"
    with pytest.raises(Unreadable):
        identity_number(float(110105194912310021))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("致贫返贫风险", HEALTH), ("户类型", name_of(2)), ("所属区", STREET), ("家庭人口", phone_of(1)),
        ("年人均纯收入", name_of(1)), ("义务教育有保障", HEALTH), ("认定日期", identity_of(1)),
        ("核查月份", name_of(4)), ("年人均纯收入", phone_of(3)), ("户主年龄", identity_of(2)),
    ],
)  # fmt: skip
def test_a_cell_in_the_wrong_column_is_never_repeated(sheet, column, value):
    def change(rows, at):
        rows[2][at[column]] = value

    (fault,) = refused(sheet(change))
    assert fault.where == f"sheet 1, row 3, column {column}"


def test_all_faults_are_told_at_once(sheet):
    def change(rows, at):
        for i in range(1, 6):
            rows[i][at["家庭人口"]] = "多"

    assert len(refused(sheet(change))) == 5


def test_rules_of_the_ledger_name_rows_of_the_sheet(sheet, parameters):
    def change(rows, at):
        rows[2][at["户主身份证号"]] = rows[1][at["户主身份证号"]]
        rows.insert(1, [None] * len(rows[0]))

    new = read(sheet(change))
    with pytest.raises(RawTableError) as caught:
        check_imported(new, parameters=parameters, as_of="2022-06-30")
    assert "sheet 1, row 3; sheet 1, row 4" in [f.where for f in caught.value.faults]


def test_a_ledger_may_be_kept_before_its_line_is_known(sheet):
    from cbs_analysis.registry.poverty_parameters import load_poverty_parameters

    check_imported(read(sheet()), parameters=load_poverty_parameters("22CB00"), as_of="2022-06-30")


def test_of_several_risks_one_is_kept_and_none_is_not_unknown(sheet):
    def change(rows, at):
        rows[1][at["致贫返贫风险"]] = "因灾、因病"
        rows[2][at["致贫返贫风险"]] = "无"
        rows[3][at["致贫返贫风险"]] = None

    shock = read(sheet(change)).frame["shock"]
    assert shock[:2].tolist() == ["illness", ""]
    assert pd.isna(shock[2])


def test_a_file_that_is_no_workbook_is_refused_without_its_words(tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_text(name_of(1), encoding="utf-8")
    (fault,) = refused(path)
    assert fault.code == "no_workbook"
    book = openpyxl.Workbook()
    book.active.append([name_of(1), "x"])
    book.save(tmp_path / "y.xlsx")
    (fault,) = refused(tmp_path / "y.xlsx")
    assert fault.code == "no_headings"


def test_households_are_not_counted_twice_under_another_kind_of_number(sheet):
    (fault, *_) = refused(sheet(), key_of="household_number")
    assert fault.code == "no_key"


def test_a_month_that_comes_again_replaces_the_old_one(small, sheet):
    new = read(sheet()).frame
    held, replaced = merge_ledgers(pd.DataFrame(), new)
    assert (len(held), replaced) == (40, 0)
    later = new[new["month"] == "2022-06"].assign(income12_yuan=1.0)
    both, replaced = merge_ledgers(held, later)
    assert (len(both), replaced) == (40, 20)
    assert (both.loc[both["month"] == "2022-06", "income12_yuan"] == 1.0).all()


def test_the_template_is_read_as_an_empty_ledger(tmp_path):
    write_template(tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert book.sheetnames == ["台账", "说明"]
    assert len(read(tmp_path / "t.xlsx").frame) == 0
