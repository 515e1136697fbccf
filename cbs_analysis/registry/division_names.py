"""How the names of Chinese regions are shortened, and where in a title a name may stand."""

from __future__ import annotations

import re

__all__ = ["aliases_of", "ends_here", "needs_parent", "short_names", "stands_alone"]

PEOPLES = (
    "阿昌|白|保安|布朗|布依|傣|达斡尔|德昂|东乡|侗|独龙|鄂伦春|鄂温克|高山|仡佬|哈尼|哈萨克|赫哲|回|基诺|京|景颇|柯尔克孜|"
    "拉祜|黎|傈僳|珞巴|满|毛南|门巴|蒙古|苗|仫佬|纳西|怒|普米|羌|撒拉|畲|水|塔吉克|土家|土|佤|维吾尔|锡伯|瑶|彝|裕固|"
    "藏|壮|朝鲜|各"
)
# Four peoples are named without 族 in some titles (哈萨克自治州).
WITHOUT_ZU = "蒙古|哈萨克|柯尔克孜|维吾尔|塔吉克|锡伯|达斡尔|鄂伦春|鄂温克"
AUTONOMOUS = re.compile(rf"(.{{2,}}?)(?:(?:{PEOPLES})族|{WITHOUT_ZU})*自治([区州县旗])")
PLAIN = {
    "province": re.compile(r"(.{2,})(?:特别行政区|省|市)"),
    "prefecture": re.compile(r"(.{2,})(?:地区|市|盟)"),
}
COUNTY = re.compile(r"(.{2,})(?:林区|特区|(?<!矿)[市县区旗])")
# Short forms in daily use that no rule gives.
CUSTOMARY = {
    "巴音郭楞蒙古自治州": ("巴州",),
    "博尔塔拉蒙古自治州": ("博州",),
    "克孜勒苏柯尔克孜自治州": ("克州",),
    "前郭尔罗斯蒙古族自治县": ("前郭县", "前郭"),
    "喀喇沁左翼蒙古族自治县": ("喀左县", "喀左"),
    "阜新蒙古族自治县": ("阜蒙县", "阜蒙"),
    "杜尔伯特蒙古族自治县": ("杜蒙县", "杜蒙"),
}
# Ordinary words, though some county is or was called so.
GENERIC = {
    *(
        "新城区",
        "老城区",
        "市中区",
        "市郊区",
        "市北区",
        "市南区",
        "公园区",
        "港口区",
        "动力区",
        "前进区",
        "光明区",
        "振兴区",
    ),
    *("城中区", "城东区", "城西区", "城南区", "城北区"),
}
# After these letters the word goes on: 开发区域 is no 区, 大同市场 no 市.
GOES_ON = {"区": "域间位划", "市": "场", "县": "域"}
# Prefectures that begin another word: 大理石, 和田玉, 阿里巴巴.
BEGINS_WORD = {"大理": "石", "和田": "玉", "中山": "大陵", "阿里": "巴云健", "朝阳": "产", "黄山": "松"}
START = re.compile(r"\s*(?:表?\s*\d[\d.\-–—]*\s+|表\s*\d[\d.\-–—]*\s*)?")
AFTER_YEAR = re.compile(r"\d{4}\s*年(?:末|底|度)?\s*$")
CENSUS = re.compile(r"(?:人口|经济|农业|1%)")


def aliases_of(name: str, level: str) -> tuple[str, ...]:
    """Names of a province or prefecture without its kind; none for a county.

    >>> aliases_of("延边朝鲜族自治州", "prefecture")
    ('延边', '延边州')
    >>> aliases_of("广西壮族自治区", "province"), aliases_of("石家庄市", "prefecture")
    (('广西',), ('石家庄',))
    """
    if level not in PLAIN:
        return ()
    if match := AUTONOMOUS.fullmatch(name):
        bare, kind = match.groups()
        return (bare, bare + kind, *CUSTOMARY.get(name, ())) if kind == "州" else (bare,)
    plain = PLAIN[level].fullmatch(name)
    return (plain[1],) if plain else ()


def short_names(name: str) -> tuple[str, ...]:
    """Names of a county without its kind, at least two characters long.

    >>> short_names("抚松县"), short_names("长白朝鲜族自治县"), short_names("磁县")
    (('抚松',), ('长白', '长白县'), ())
    """
    if match := AUTONOMOUS.fullmatch(name):
        bare, kind = match[1].removesuffix("族"), match[2]
        return (bare, bare + kind, *CUSTOMARY.get(name, ()))
    plain = COUNTY.fullmatch(name)
    return (plain[1],) if plain else ()


def ends_here(word: str, rest: str) -> bool:
    """May a full name end before the rest of the text?

    >>> ends_here("大同区", "人口"), ends_here("大同区", "域")
    (True, False)
    """
    return not rest or rest[0] not in GOES_ON.get(word[-1], "")


def needs_parent(word: str) -> bool:
    """Is a full name so short or common that it counts only right after the region it lies in?"""
    return len(word) == 2 or word in GENERIC


def stands_alone(word: str, before: str, rest: str) -> bool:
    """May a bare name be read as a region, given the text on both sides?"""
    if word[-1] in "州盟" and len(word) > 2:
        return True
    if word == "全国" and CENSUS.match(rest):
        return False
    opens = START.fullmatch(before) is not None or AFTER_YEAR.search(before) is not None
    return (opens and rest[:1] not in tuple(BEGINS_WORD.get(word, ""))) or rest[:1] in ("市", "省")
