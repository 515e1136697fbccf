"""Tile grids: every area once, nothing coloured without a figure, refused where no grid holds the area."""

import numpy as np
import pandas as pd
import pytest

from cbs_analysis.errors import ModelRefused
from cbs_analysis.registry.load import load_registry
from cbs_analysis.report import open_report
from cbs_analysis.report import tile_figures as tiles
from cbs_analysis.report.style import contrast

from .drawn_figures import hexed, layout_faults, texts_of

pytestmark = pytest.mark.usefixtures("seeded_pages")


def places(root, area, plan="cbs14", as_of="2026-10-31", lang="zh"):
    return tiles.places_of(open_report("11_t", area=area, plan=plan, as_of=as_of, lang=lang, root=root))


@pytest.mark.parametrize(("grid", "count"), [("china", 31), ("jilin", 10)])
def test_each_area_has_one_tile_of_its_own(grid, count):
    found = tiles.tile_grid(grid)
    assert len(found) == len({(t.column, t.row) for t in found.values()}) == count
    registry = load_registry()
    if grid == "china":
        assert set(found) == {a.code for a in registry.areas.values() if a.level == "province"}
    else:  # nine prefectures and the zone
        held = {a.code for a in registry.areas.values() if a.level in ("prefecture", "zone")}
        assert set(found) == {c for c in held if c.startswith("22")}
    for code, tile in found.items():  # short names are those of the registry
        assert registry.area(code).zh.startswith(tile.zh.removesuffix("州").removesuffix("市"))


def test_neighbours_stand_where_they_should():
    at = tiles.tile_grid("china")
    assert at["230000"].row < at["220000"].row < at["210000"].row  # from the north
    assert at["650000"].column < at["620000"].column < at["110000"].column
    assert max(at.values(), key=lambda t: t.row).zh == "海南"
    jilin = tiles.tile_grid("jilin")
    assert jilin["220800"].column < jilin["220100"].column < jilin["222400"].column
    assert jilin["22CB00"].row > jilin["222400"].row


def test_wages_of_jilin_are_those_published_and_the_zone_stays_blank(root):
    found = places(root, "22CB00")
    assert found.year == "2022"
    assert found.values["220100"] == 100896  # Changchun, yearbook of the province
    assert np.isnan(found.values["22CB00"])
    chart = tiles.plot_places(found, "zh")
    boxes = {box.get_xy(): box for box in chart.figure.axes[0].patches}
    blank = [box for box in boxes.values() if box.get_facecolor() == (1, 1, 1, 1)]
    assert len(blank) == 1
    assert blank[0].get_linestyle() != "-"
    words = [t.get_text() for t in chart.figure.axes[0].texts]
    assert "长白山\n无数据" in words
    assert "长春\n10.09" in words
    assert "无数据：长白山保护开发区" in chart.alt
    assert chart.data.loc[chart.data["area"] == "长白山保护开发区", "value"].isna().all()


def test_the_value_stands_in_each_tile_and_can_be_read(root):
    for lang, digits, scale in (("zh", 2, 1e4), ("en", 1, 1e3)):
        found = places(root, "000000", "national14", lang=lang)
        chart = tiles.plot_places(found, lang)
        assert not layout_faults(chart, list(texts_of(chart.figure)))
        for text, box in zip(chart.figure.axes[0].texts, chart.figure.axes[0].patches, strict=True):
            face = "#" + "".join(f"{round(255 * c):02X}" for c in box.get_facecolor()[:3])
            assert contrast(hexed(text), face) >= 4.5
        written = {t.get_text().rsplit("\n", 1)[1] for t in chart.figure.axes[0].texts}
        assert written == {f"{v / scale:.{digits}f}" for v in found.values}


def test_a_year_that_few_areas_have_is_not_drawn_and_no_year_is_refused(root):
    with pytest.raises(ModelRefused) as caught:
        places(root, "220000", as_of="2022-05-10")
    assert caught.value.faults[0].code == "too_few"


@pytest.mark.parametrize(
    ("area", "plan", "code"), [("99DM00", "demo14", "synthetic"), ("110000", "cbs14", "no_grid")]
)
def test_synthetic_areas_and_areas_of_no_grid_are_refused(root, area, plan, code):
    with pytest.raises(ModelRefused) as caught:
        places(root, area, plan, "2024-06-30")
    assert caught.value.faults[0].code == code
    assert caught.value.faults[0].zh


def test_colour_goes_with_the_sign_and_the_sign_is_written():
    above, below = (tiles._colours(v, (0.0, 10.0))[0] for v in (8.0, -8.0))
    assert int(above[5:7], 16) > int(above[1:3], 16)  # blue
    assert int(below[1:3], 16) > int(below[5:7], 16)  # orange
    values = pd.Series(dict.fromkeys(tiles.tile_grid("china"), 1.25))
    values["220000"] = -1.25
    chart = tiles._tiles(
        values,
        "china",
        "zh",
        digits=1,
        row_unit="百分点",
        signed=True,
        name="made_up",
        title="题",
        period="2021",
        source="某局",
    )
    words = [t.get_text() for t in chart.figure.axes[0].texts]
    assert "吉林\n-1.3" in words
    assert "北京\n+1.3" in words


def test_the_table_links_each_figure_to_its_cell(root):
    table = tiles.table_places(places(root, "22CB00"), "zh")
    html = table.html()
    assert html.count("<a ") == 9
    assert "无数据" in html
