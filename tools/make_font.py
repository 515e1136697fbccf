"""Build the chart font: a small subset of Noto Sans CJK SC named CBS Sans SC.

The characters are those of ``cbs_analysis/report/fonts/characters.txt`` plus
every character of the package's registries and sources and of the notebooks,
so a maintainer who adds names runs this again:

    python tools/make_font.py

It needs fontTools (matplotlib brings it) and the source font (Debian package
``fonts-noto-cjk``). The same source, characters and fontTools version give the
same bytes.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

ROOT = Path(__file__).resolve().parents[1]
FONTS = ROOT / "cbs_analysis" / "report" / "fonts"
CHARACTERS = FONTS / "characters.txt"
SOURCE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
OUT = FONTS / "CBSSansSC-Regular.otf"
PROJECT_TEXT = (
    "cbs_analysis/registry/**/*.yml",
    "cbs_analysis/**/*.py",
    "notebooks/**/*.ipynb",
)

FACE = "Noto Sans CJK SC"
FAMILY = "CBS Sans SC"
STYLE = "Regular"
POSTSCRIPT = "CBSSansSC-Regular"

# Spaces, which no text file keeps reliably: always in the font.
SPACES = "\u0020\u00a0\u2002\u2003\u3000"
# Characters charts use that the source lacks, each shown by another's glyph.
STAND_INS = {
    "\u2000": "\u2002",  # en quad: en space
    "\u2001": "\u2003",  # em quad: em space
    "\u2004": "\u0020",  # three-per-em space: space
    "\u2005": "\u0020",  # four-per-em space: space
    "\u2006": "\u0020",  # six-per-em space: space
    "\u2007": "\u2002",  # figure space: en space
    "\u2008": "\u0020",  # punctuation space: space
    "\u2009": "\u0020",  # thin space: space
    "\u200a": "\u0020",  # hair space: space
    "\u202f": "\u00a0",  # narrow no-break space: no-break space
    "\u2715": "\u00d7",  # multiplication x: ×
    "\u2717": "\u00d7",  # ballot x: ×
}
COPYRIGHT, UNIQUE, VERSION, DESCRIPTION = 0, 3, 5, 10
TRADEMARK, DESIGNER, LICENCE, LICENCE_URL = 7, 9, 13, 14
KEPT_NAMES = (COPYRIGHT, TRADEMARK, DESIGNER, LICENCE, LICENCE_URL)
DROPPED_TABLES = ("BASE", "GDEF", "VORG", "vhea", "vmtx")


def read_listed(path: Path) -> set[str]:
    """Return the characters listed in `path`, whose lines are only for reading."""
    return set("".join(path.read_text(encoding="utf-8").split()))


def read_text(path: Path) -> str:
    """Return the text of `path`; JSON escapes of a notebook are resolved."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        return json.dumps(json.loads(text), ensure_ascii=False)
    return text


def read_project(root: Path) -> set[str]:
    """Return the printable characters of the registries, sources and notebooks."""
    paths = (path for pattern in PROJECT_TEXT for path in root.glob(pattern))
    characters = set("".join(read_text(path) for path in paths))
    return {character for character in characters if character.isprintable()}


def open_face(source: Path) -> TTFont:
    """Return the simplified Chinese face of the collection `source`."""
    for font in TTCollection(source, lazy=True).fonts:
        if font["name"].getDebugName(1) == FACE:
            return font
    raise SystemExit(f"{source}: no face named {FACE}")


def add_stand_ins(font: TTFont) -> None:
    """Map each stand-in's character to the glyph shown for it.

    Variation sequences are dropped: they would bring glyphs of other regions.
    """
    cmap = font["cmap"]
    cmap.tables = [table for table in cmap.tables if table.format != 14]
    for table in cmap.tables:
        for character, shown in STAND_INS.items():
            if table.isUnicode() and ord(shown) in table.cmap:
                table.cmap.setdefault(ord(character), table.cmap[ord(shown)])


def subset_font(font: TTFont, characters: Iterable[str]) -> None:
    """Reduce `font` in place to `characters`, horizontal text and kerning."""
    options = subset.Options()
    options.layout_features = ["kern"]
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = ["*"]
    options.drop_tables += DROPPED_TABLES
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[ord(character) for character in characters])
    subsetter.subset(font)


def rename(font: TTFont) -> None:
    """Name `font` CBS Sans SC; the copyright and licence notices stay."""
    table = font["name"]
    version = table.getDebugName(VERSION).split(";")[0]
    number = version.removeprefix("Version ")
    names = {name: table.getDebugName(name) for name in KEPT_NAMES}
    names |= {1: FAMILY, 2: STYLE, 4: FAMILY, 6: POSTSCRIPT}
    names |= {UNIQUE: f"{number};{POSTSCRIPT}", VERSION: f"{version};subset"}
    names[DESCRIPTION] = f"Subset of {FACE} {number} made for cbs_analysis"
    table.names = []
    for name, text in sorted(names.items()):
        table.setName(text, name, 3, 1, 0x409)
    cff = font["CFF "].cff
    cff.fontNames = [POSTSCRIPT]
    cff.topDictIndex[0].FullName = f"{FAMILY} {STYLE}"
    cff.topDictIndex[0].FamilyName = FAMILY


def build(source: Path, out: Path, characters: Iterable[str]) -> set[str]:
    """Write the subset of `source` to `out`; return the characters it lacks."""
    font = open_face(source)
    font.recalcTimestamp = False  # the source's own dates: same bytes each run
    add_stand_ins(font)
    wanted = sorted({*characters, *SPACES, *STAND_INS})
    available = font.getBestCmap()
    subset_font(font, (c for c in wanted if ord(c) in available))
    rename(font)
    out.parent.mkdir(parents=True, exist_ok=True)
    font.save(out)
    return {c for c in wanted if ord(c) not in available}


def parse_args(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the command line's options."""
    parser = argparse.ArgumentParser(description="Build the chart font CBS Sans SC.")
    parser.add_argument("--source", type=Path, default=SOURCE, help="NotoSansCJK-Regular.ttc")
    parser.add_argument("--out", type=Path, default=OUT, help="the font to write")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Build the font; 1 when it lacks a character of characters.txt."""
    args = parse_args(argv)
    listed = read_listed(CHARACTERS)
    missing = build(args.source, args.out, listed | read_project(ROOT))
    print(f"{args.out}: {args.out.stat().st_size:,} bytes")
    if missing:
        print(f"not in {args.source}: {' '.join(sorted(missing))}", file=sys.stderr)
    return 1 if missing & listed else 0


if __name__ == "__main__":
    sys.exit(main())
