"""Figures that are unusual enough to be a slip: they stand only with a remark of the office.

A wrong unit moves a figure by ten or ten thousand, a share written as a fraction by a hundred. Nothing is
corrected: the office is asked to say in 备注 that it means what it wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ..registry.records import Indicator
from .office_cells import FilledRow

__all__ = ["check_figure", "check_project"]

# a figure ten times the last one, or a tenth of it; shares move less regularly and are written as fractions
JUMP, JUMP_OF_SHARES = 10.0, 50.0
_SHARES = ("pct", "permille", "ratio")
_WITHOUT_SIZE = ("pp", "index")
_CORRECT = "correct the cell"


def check_figure(row: FilledRow, indicator: Indicator, value: float, last: str) -> None:
    """Look at one figure beside the last one.

    Parameters
    ----------
    row : FilledRow
        Its troubles grow.
    indicator : Indicator
    value : float
        In the unit of the indicator.
    last : str
        The last figure in the same unit; empty where none is known.
    """
    growth = indicator.kind == "growth"
    share = indicator.unit == "pct" and indicator.kind in ("rate", "ratio")
    if share and value < 0:
        row.refuse(
            "value", "share is negative", "比率不能为负；请核对", expected="0-100 %", next_step=_CORRECT
        )
    elif share and value > 100:
        _doubt(row, "value", "share is above 100 %", "比率超过100%", "0-100 %")
    elif value < 0 and not growth and indicator.unit not in _WITHOUT_SIZE:
        _doubt(row, "value", "figure is negative", "数值为负", "0 or more")
    before = float(last) if last else 0.0
    if growth or indicator.unit in _WITHOUT_SIZE or before <= 0 or value <= 0:
        return
    times, bound = value / before, JUMP_OF_SHARES if indicator.unit in _SHARES else JUMP
    if times >= bound or times <= 1 / bound:
        zh = f"{times:.4g}倍" if times >= 1 else f"{1 / times:.4g}分之一"
        what = f"figure is {times:.4g} times the last one"
        _doubt(row, "value", what, f"约为已有数值的{zh}，请核对单位", f"within {bound:g} times {before:g}")


def check_project(row: FilledRow, amounts: Mapping[str, Decimal], stage: str, detail: str) -> None:
    """Look at one project report beside the last one.

    Parameters
    ----------
    row : FilledRow
        Its troubles grow.
    amounts : mapping of str to Decimal
        万元, by column; without what is not given.
    stage : str
        0-5, X or empty.
    detail : str
        Stage and money invested (万元) of the last report, such as ``"3;1200"``.
    """
    last_stage, _, last_spent = detail.partition(";")
    spent, total = amounts.get("spent"), amounts.get("total")
    for key, amount in amounts.items():
        if amount < 0:
            row.refuse(
                key, "amount is negative", "金额为负；请核对", expected="0 or more", next_step=_CORRECT
            )
    if stage.isdecimal() and last_stage.isdecimal() and int(stage) < int(last_stage):
        what = "stage is below that of the last report"
        _doubt(row, "stage", what, "阶段比上次报告退后", f"{last_stage} or higher")
    if spent is not None and total is not None and spent > total:
        _doubt(row, "spent", "more is invested than the total", "累计完成投资超过总投资", f"at most {total}")
    if spent is not None and last_spent and spent < Decimal(last_spent):
        what = "less is invested than at the last report"
        _doubt(row, "spent", what, "累计完成投资少于上次报告", f"at least {last_spent}")
    if spent is not None and "year_spent" in amounts and amounts["year_spent"] > spent:
        zh = "本年完成投资超过累计完成投资；请核对"
        row.refuse(
            "year_spent", "more in this year than ever", zh, expected=f"at most {spent}", next_step=_CORRECT
        )


def _doubt(row: FilledRow, key: str, what: str, zh: str, expected: str) -> None:
    """What may be right all the same: a remark of the office lets it stand."""
    row.refuse(
        key, what, f"{zh}；确实如此的，请在备注说明", expected=f"{expected}, or a remark",
        next_step="correct it, or explain it in the remarks", may_stand=True,
    )  # fmt: skip
