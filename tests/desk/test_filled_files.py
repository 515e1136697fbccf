"""Workbooks that lie where new ones would be written."""

import pytest

from cbs_analysis.errors import ParameterError
from cbs_analysis.plan.templates import write_templates


def test_what_offices_have_filled_in_is_not_replaced_and_every_such_file_is_named(judged, tmp_path):
    both = {w.office: w.path for w in write_templates(judged, tmp_path, offices=["tax", "health"])}
    blank = {office: path.read_bytes() for office, path in both.items()}
    for path in both.values():
        path.write_bytes(b"filled in")
    with pytest.raises(ParameterError) as caught:
        write_templates(judged, tmp_path)  # of all offices: nothing is written, not even what is new
    assert {f.where for f in caught.value.faults} == {str(p) for p in both.values()}
    assert sorted(tmp_path.iterdir()) == sorted(both.values())
    assert {p.read_bytes() for p in both.values()} == {b"filled in"}
    write_templates(judged, tmp_path, offices=["tax"], force=True)
    assert (both["tax"].read_bytes(), both["health"].read_bytes()) == (blank["tax"], b"filled in")


def test_the_same_workbook_may_be_written_again(judged, tmp_path):
    first, second = (write_templates(judged, tmp_path, offices=["tax"]) for _ in range(2))
    assert first == second
