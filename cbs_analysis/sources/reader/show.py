"""How a table shows itself: what was recognised as title, unit, header, body, note; and what was not."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ..addresses import cell_name
from .axis import ColumnAxis, RowAxis
from .layout import NUMERIC
from .state import Reading
from .text import indent_of
from .values import published_text

if TYPE_CHECKING:
    from .table import Table

__all__ = ["table_html", "table_text"]

MAX_ROWS, MAX_COLUMNS = 40, 30
_STYLE = {
    "title": ("#e8e0f0", "title 标题"),
    "unit": ("#fdeec9", "unit 单位"),
    "header": ("#d9e8f5", "header 表头"),
    "label": ("#e3f1e3", "row label 行名"),
    "data": ("#ffffff", "figure 数值"),
    "note": ("#eeeeee", "note 注"),
    "mended": ("#fff0b3", "repaired or corrected 已修正"),
    "refused": ("#f9d0d0", "not understood 未能识别"),
    "none": ("#fafafa", "not part of the table 表外"),
}


def _unit(column: ColumnAxis) -> str:
    return column.unit.published if column.unit else ""


def table_text(table: Table) -> str:
    """The whole understanding as text, for a terminal."""
    reading = table.reading
    facts, scope = reading.facts, reading.scope
    lines = [
        f"{table.title or '(no title 无标题)'}",
        f"  file     文件  {table.file}" + (f", {table.sheet}" if table.sheet else ""),
    ]
    where = f" ({scope.source})" if scope.source else ""
    lines.append(f"  region   地区  {scope.name or '? ' + scope.conflict}{where}")
    lines.append(f"  period   时期  {_period_line(reading)}")
    lines.append(f"  unit     单位  {facts.unit_text or 'in labels or header 见行名或表头'}")
    lines += _column_lines(reading)
    lines += _row_lines(reading)
    for name, texts in (
        ("note     注    ", facts.notes),
        ("source   来源  ", [facts.source] if facts.source else []),
        ("decided  判断  ", reading.log),
        ("check    核对  ", reading.checks[:8]),
    ):
        lines += [f"  {name}{text[:160]}{'…' if len(text) > 160 else ''}" for text in texts]
    for kind, fault in reading.found:
        lines.append(f"  REFUSED  拒绝  {kind.__name__}: " + str(fault).replace("\n", "\n    "))
    if not reading.found:
        lines.append(f"  read     读取  {len(reading.data['row'])} figures 个数值")
    return "\n".join(lines)


def _period_line(reading: Reading) -> str:
    axes: list[RowAxis | ColumnAxis] = [*reading.rows, *reading.columns]
    on_axis = sorted({x.period.period for x in axes if x.period})
    if on_axis:
        return (
            f"{on_axis[0]} … {on_axis[-1]} ({len(on_axis)}, on the axes 在行列中)"
            if len(on_axis) > 1
            else on_axis[0]
        )
    return reading.period.period if reading.period else "?"


def _column_lines(reading: Reading) -> list[str]:
    rows = reading.block.header
    lines = [
        f"  header   表头  rows {rows[0] + 1}-{rows[-1] + 1}, {len(reading.columns)} columns 列"
        if rows
        else "  header   表头  none 无"
    ]
    for column in reading.columns[:MAX_COLUMNS]:
        extra = [
            column.region.text if column.region else "",
            column.period.period if column.period else "",
            _unit(column),
        ]
        letters = cell_name(0, column.col)[:-1]
        lines.append(
            f"    {letters:<4}{' / '.join(column.path)}  {'  '.join(x for x in extra if x)}".rstrip()
        )
    if len(reading.columns) > MAX_COLUMNS:
        lines.append(f"    … {len(reading.columns) - MAX_COLUMNS} more 其余")
    return lines


def _row_lines(reading: Reading) -> list[str]:
    lines = [f"  body     表体  {len(reading.rows)} rows 行"]
    for row in reading.rows[:MAX_ROWS]:
        unit = row.unit.published if row.unit else ""
        heading = "  (no figures 无数值)" if row.heading else ""
        lines.append(f"    {row.row + 1:<4}{'  ' * row.level}{_row_name(row)}  {unit}{heading}".rstrip())
    if len(reading.rows) > MAX_ROWS:
        lines.append(f"    … {len(reading.rows) - MAX_ROWS} more 其余")
    return lines


def _row_name(row: RowAxis) -> str:
    words = [row.region_label.text if row.region_label else "", row.period.period if row.period else ""]
    if row.parts:
        words.append(row.parts[-1].text)
    return "  ".join(w for w in words if w)


def _roles(reading: Reading) -> dict[tuple[int, int], str]:
    """The role of every cell that has one."""
    block, facts = reading.block, reading.facts
    width = len(block.sheet.values[0])
    roles: dict[tuple[int, int], str] = {}
    for r in block.pre:
        roles |= {(r, c): "title" for c in range(width)}
    for r in block.header:
        roles |= {(r, c): "header" for c in (*block.label_cols, *block.data_cols)}
    for name, r in block.about.items():
        role = "unit" if name == "单位" else "header"
        roles |= {(r, c): role for c in (*block.label_cols, *block.data_cols)}
    for r in block.foot:
        roles |= {(r, c): "note" for c in range(width)}
    for row in reading.rows:
        roles |= {(row.row, c): "refused" if row.doubt else "label" for c in block.label_cols}
        roles |= {(row.row, c): "data" for c in block.data_cols}
    if facts.title_cell:
        roles[facts.title_cell] = "title"
    if facts.unit_cell:
        roles[facts.unit_cell] = "unit"
    roles |= dict.fromkeys(block.orphans, "refused")
    for (r, c), value in reading.values.items():
        if value.kind in ("unreadable", "text", "spaced"):
            roles[r, c] = "refused"
        elif value.note.startswith("repaired"):
            roles[r, c] = "mended"
    roles |= {cell: "mended" for cell in reading.corrected if roles.get(cell) == "data"}
    return roles


def table_html(table: Table) -> str:
    """The grid with its recognised parts in colour, for a notebook; everything is escaped."""
    reading = table.reading
    roles = _roles(reading)
    cells = reading.block.sheet.grid.cells
    used = sorted({r for r, _ in roles})
    shown = used[:MAX_ROWS]
    width = min(len(cells[0]), MAX_COLUMNS)
    body = []
    for r in shown:
        row = "".join(_html_cell(reading, roles.get((r, c), "none"), r, c) for c in range(width))
        body.append(f'<tr><th style="font-weight:normal">{r + 1}</th>{row}</tr>')
    look = "color:#222;border:1px solid #ccc;padding:0 .4em"
    legend = " ".join(
        f'<span style="background:{color};{look}">{escape(word)}</span>' for color, word in _STYLE.values()
    )
    more = f"<p>… {len(used) - len(shown)} more rows 其余行</p>" if len(used) > len(shown) else ""
    facts = escape(table_text(table))
    letters = "".join(f'<th style="font-weight:normal">{cell_name(0, c)[:-1]}</th>' for c in range(width))
    return (
        f'<div><p><b>{escape(table.title)}</b></p><p style="font-size:85%">{legend}</p>'
        '<div style="overflow-x:auto"><table style="border-collapse:collapse;font-size:90%">'
        f"<tr><th></th>{letters}</tr>"
        f"{''.join(body)}</table></div>{more}<details><summary>what was understood 识别结果</summary>"
        f"<pre>{facts}</pre></details></div>"
    )


def _html_cell(reading: Reading, role: str, r: int, c: int) -> str:
    text = published_text(reading.block.sheet.grid.cells[r][c])
    align = "right" if reading.block.sheet.values[r][c].kind in NUMERIC else "left"
    color = _STYLE[role][0]
    short = text if len(text) <= 40 else text[:39] + "…"
    short = " " * indent_of(reading.block.sheet.raw[r][c]) + short if role == "label" else short
    return (
        f'<td title="{cell_name(r, c)}" style="background:{color};color:#222;border:1px solid #ddd;'
        f'padding:1px 6px;text-align:{align};white-space:pre-wrap">{escape(short)}</td>'
    )
