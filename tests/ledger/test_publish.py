"""Published tables: no small group in them, and none to be had from them."""

import csv
import io
import json
from importlib import resources

import jsonschema
import pytest

from cbs_analysis.errors import CoverageError, ModelRefused
from cbs_analysis.ledger.disclosure import audit, hide_small, holds
from cbs_analysis.ledger.publish import (
    audit_published,
    changed_since,
    publish_tables,
    read_publication,
)
from cbs_analysis.ledger.relations import relations_of, with_unprinted
from cbs_analysis.ledger.synthetic import AREA, make_ledger
from cbs_analysis.ledger.tables import TABLES, count_tables
from cbs_analysis.models.poverty_classes import CLASSES
from cbs_analysis.registry.poverty_parameters import load_poverty_parameters


@pytest.fixture(scope="module")
def first(ledger, parameters):
    return publish_tables(ledger, parameters=parameters, area=AREA, as_of="2022-05-15")


@pytest.fixture(scope="module")
def second(ledger, parameters, first):
    return publish_tables(
        ledger, parameters=parameters, area=AREA, as_of="2022-08-20", published=[first.to_csv()]
    )


@pytest.fixture(scope="module")
def counts(ledger, parameters):
    return count_tables(ledger, parameters=parameters, area=AREA, as_of="2022-08-20").households


@pytest.fixture(scope="module")
def texts(first, second):
    return [first.to_csv(), second.to_csv()]


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_no_count_from_one_to_nine_is_printed(texts):
    marks = {row["mark"] for text in texts for row in rows_of(text)}
    assert {"shown", "small", "withheld"} <= marks
    for row in (r for text in texts for r in rows_of(text)):
        if row["mark"] == "shown":
            assert int(row["value"]) == 0 or int(row["value"]) >= 10
        elif row["mark"] != "number":
            assert row["value"] == ""


def test_the_attack_finds_nothing_in_both_publications_together(texts):
    assert audit_published(texts) == []


def test_the_attack_finds_dozens_of_groups_where_only_small_counts_are_hidden(counts):
    relations = relations_of(counts, AREA)
    broken = audit(hide_small(counts), relations)
    assert len(broken) > 60
    truth = with_unprinted(counts, relations)
    exact = [x for x in broken if len(x.values) == 1]
    assert len(exact) > 30
    for x in exact:  # what it finds is the truth
        assert sum(truth[k] for k in x.keys) == x.values[0]


def test_the_attack_finds_groups_where_withheld_counts_are_printed_after_all(texts, counts):
    table = read_publication(texts[0])
    for i in table.index[table["mark"] == "withheld"]:
        row = table.loc[i]
        count = counts[row["table"], row["district"] or AREA, row["period"], row["line"], row["item"]]
        if count >= 10:
            table.loc[i, ["value", "mark"]] = [str(count), "shown"]
    assert len(audit_published([table.to_csv(index=False)])) > 20


def test_no_line_or_column_gives_a_small_group_by_subtraction(texts):
    """The simplest attack, without a solver: a total minus everything printed of it."""
    cells = {}
    for row in (r for text in texts for r in rows_of(text) if r["table"] == "classes"):
        cells[row["period"], row["district"], row["line"]] = row["value"]
    lines = []
    for period, district in {(p, d) for p, d, _ in cells}:
        lines.append([(period, district, "all"), *((period, district, c) for c in CLASSES)])
    districts = {d for _, d, _ in cells} - {""}
    for period in {p for p, _, _ in cells}:
        lines += [[(period, "", c), *((period, d, c) for d in districts)] for c in (*CLASSES, "all")]
    checked = 0
    for whole, *parts in lines:
        if cells[whole]:
            rest = int(cells[whole]) - sum(int(cells[p] or 0) for p in parts)
            assert rest == 0 or rest >= 10, (whole, rest)
            checked += 1
    assert checked > 60


def test_what_everybody_knows_of_the_tables_is_true_of_the_ledger(parameters):
    year = make_ledger(2_000, 14, last="2022-12")
    counts = count_tables(year, parameters=parameters, area=AREA, as_of="2023-01-20").households
    assert {k.table for k in counts} == set(TABLES)
    relations = relations_of(counts, AREA)
    truth = with_unprinted(counts, relations)
    reached = [
        r
        for r in relations
        if all(k in truth for side in vars(r).values() for k in side)
    ]  # fmt: skip
    assert len(reached) > 0.99 * len(relations)
    assert all(holds(r, truth) for r in reached)
    assert min(truth.values()) >= 0


def test_counts_that_are_printed_are_those_of_the_ledger(texts, counts):
    for row in (r for text in texts for r in rows_of(text) if r["mark"] == "shown"):
        key = (row["table"], row["district"] or AREA, row["period"], row["line"], row["item"])
        assert counts[key] == int(row["value"])


def test_every_small_mark_stands_for_a_small_count(texts, counts):
    for row in (r for text in texts for r in rows_of(text) if r["mark"] == "small"):
        key = (row["table"], row["district"] or AREA, row["period"], row["line"], row["item"])
        assert 1 <= counts[key] <= 9


def test_nothing_of_a_household_is_in_it(ledger, texts):
    for text in texts:
        assert "synthetic-" not in text
        assert not any(name in text for name in ledger["household"].unique())


def test_a_published_month_is_not_published_again(first, second, texts, ledger, parameters):
    one, two = ({(r["table"], r["period"]) for r in rows_of(t)} for t in texts)
    assert not one & two
    with pytest.raises(CoverageError) as caught:
        publish_tables(ledger, parameters=parameters, area=AREA, as_of="2022-08-20", published=texts)
    assert caught.value.faults[0].code == "nothing_new"


def test_a_correction_of_a_published_month_changes_no_published_cell(ledger, parameters, first):
    corrected = ledger.copy()
    early = (corrected["month"] == "2022-04").to_numpy().nonzero()[0][:60]
    corrected.loc[corrected.index[early], "income12_yuan"] = 100.0
    args = {"parameters": parameters, "area": AREA}
    assert changed_since(ledger, published=[first.to_csv()], **args) == 0
    assert changed_since(corrected, published=[first.to_csv()], **args) > 0
    later = publish_tables(corrected, as_of="2022-06-15", published=[first.to_csv()], **args)
    assert audit_published([first.to_csv(), later.to_csv()]) == []


def test_months_after_the_day_are_left_out(first):
    assert first.frame["date"].max() == "2022-04-30"


def test_the_same_ledger_gives_the_same_bytes(ledger, parameters):
    few = ledger[ledger["month"] <= "2022-02"]
    args = {"parameters": parameters, "area": AREA, "as_of": "2022-09-15"}
    assert publish_tables(few, **args).to_csv() == publish_tables(few, **args).to_csv()


def test_the_json_is_what_its_schema_says(first):
    schema = json.loads(
        resources.files("cbs_analysis.ledger").joinpath("published.schema.json").read_text("utf-8")
    )
    held = json.loads(first.to_json())
    jsonschema.validate(held, schema)
    assert held["synthetic"] is True
    assert len(held["cells"]) == len(rows_of(first.to_csv()))
    held["cells"][0] |= {"mark": "shown", "value": 7}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(held, schema)


def test_an_area_without_a_line_is_refused(ledger):
    with pytest.raises(ModelRefused) as caught:
        publish_tables(ledger, parameters=load_poverty_parameters("22CB00"), area=AREA, as_of="2022-09-15")
    assert caught.value.faults[0].code == "no_line"


@pytest.mark.slow
def test_the_files_of_the_demonstration_zone_stand_the_attack(root):
    files = sorted((root / "data" / "raw" / "demo_ledger").glob("*/ledger_tables.csv"))
    assert len(files) == 6
    texts = [f.read_text(encoding="utf-8") for f in files]
    months = {r["period"] for t in texts for r in rows_of(t) if r["table"] == "classes"}
    assert len(months) == 36
    assert audit_published(texts) == []
    rows = {(r["table"], r["period"], r["line"], r["item"]): r for t in texts for r in rows_of(t)}
    numbers = [k for k, r in rows.items() if k[0] == "scores" and r["mark"] == "number"]
    assert numbers
    for _, year, *_ in numbers:  # a score rests on a count that is printed
        assert int(rows["scores", year, "all", "fell"]["value"]) >= 10


@pytest.mark.slow
def test_the_first_demonstration_file_is_what_its_script_makes(root):
    import importlib.util

    spec = importlib.util.spec_from_file_location("demo_ledger", root / "tools" / "demo_ledger.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    for name, content in tool.files(tool.DAYS[:1]).items():
        assert (root / "data" / "raw" / "demo_ledger" / name).read_bytes() == content
