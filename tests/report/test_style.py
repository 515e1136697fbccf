import io
import struct
import warnings

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from cbs_analysis.errors import ReportError
from cbs_analysis.registry import load_registry
from cbs_analysis.report.messages import catalogue
from cbs_analysis.report.style import FONT, chart_style, figure_png, stamp_synthetic


def figure_with(text):
    with chart_style():
        figure = Figure(figsize=(4, 2))
        figure.text(0.1, 0.5, text)
    return figure


def size_of(png):
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", png[16:24])


def test_chinese_names_and_units_have_glyphs():
    png = figure_png(figure_with("濮阳 亳州 鄠邑 盱眙 提前完成 −1.5 亿元 ㎡ ‰ 演示数据"))
    assert size_of(png) == (624, 312)


def test_a_missing_glyph_is_an_error_that_names_the_next_step():
    with pytest.raises(ReportError, match="make_font") as caught:
        figure_png(figure_with("\U00020000"))
    assert "Glyph" in caught.value.faults[0].got


def test_every_character_of_registries_and_messages_has_a_glyph():
    from matplotlib.ft2font import FT2Font

    font = FT2Font(str(FONT))
    known = set(font.get_charmap())
    registry = load_registry()
    named = [*registry.indicators.values(), *registry.areas.values(), *registry.publishers.values()]
    for plan in registry.plans.values():
        named += [plan, *plan.commitments, *plan.projects, *plan.sections.values(), *plan.offices.values()]
    text = "".join(r.zh + r.en for r in named) + "".join(x for m in catalogue().values() for x in m.values())
    assert not {c for c in text if ord(c) not in known and not c.isspace()}


def test_the_style_leaves_the_callers_settings_alone():
    before = dict(mpl.rcParams)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        figure_png(figure_with("试"))
        assert dict(mpl.rcParams) == before


def test_the_same_figure_gives_the_same_bytes():
    assert figure_png(figure_with("同")) == figure_png(figure_with("同"))


def pale_red(figure):
    """Share of the pixels that have about the colour of the hatching."""
    image = Image.open(io.BytesIO(figure_png(figure))).convert("RGB")
    red, green, blue = (np.asarray(channel).astype(int) for channel in image.split())
    return float(((red > 235) & (red - green > 8) & (abs(green - blue) < 12)).mean())


@pytest.mark.parametrize("hidden", [False, True])
def test_a_synthetic_figure_is_hatched_behind_its_lines_and_a_real_one_is_not(hidden):
    with chart_style():
        figure = Figure(figsize=(4, 2))
        axes = figure.subplots()
        axes.plot([1, 2])
        axes.set_axis_off() if hidden else None
    assert pale_red(figure) == 0
    stamp_synthetic(figure)
    for text in list(figure.texts):
        text.remove()
    assert 0.01 < pale_red(figure) < 0.3


def test_the_synthetic_stamp_changes_the_picture_and_is_put_once():
    figure = figure_with("图")
    plain = figure_png(figure_with("图"))
    assert figure_png(figure, synthetic=True) != plain
    texts = len(figure.texts)
    stamp_synthetic(figure)
    assert len(figure.texts) == texts


def test_pdf_and_svg_can_be_drawn_too():
    for kind in ("pdf", "svg"):
        buffer = io.BytesIO()
        with chart_style():
            figure_with("池北区").savefig(buffer, format=kind)
        assert buffer.getvalue()
