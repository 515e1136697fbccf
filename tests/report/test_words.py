"""Every word that a reader sees stands in the catalogue, in both languages, set as each language sets it."""

import ast
import re
from pathlib import Path

import pytest
import yaml

import cbs_analysis.report

REPORT = Path(cbs_analysis.report.__file__).parent
CATALOGUES = sorted([*REPORT.glob("messages*.yml"), *REPORT.glob("model_words*.yml")])
HAN = r"[\u3400-\u9fff]"
FULL = r"[，。；：（）、！？《》「」]"
PLACE = re.compile(r"\{[^{}]*\}")

# the mark of synthetic data is Chinese in both languages
CHINESE_IN_ENGLISH = {"演示数据"}
# names of tests and methods, of parameters and commands, units: a Chinese reader meets them in this form
LATIN_IN_CHINESE = {
    "ADF", "BIC", "AIC", "Bai-Perron", "Chow", "Engle-Granger", "KPSS", "LWZ", "PP", "supF", "Theta", "Okun",
    "F", "p", "t", "T", "AUC", "L", "Bai", "MB", "PDF", "Word", "Excel",
    "area", "as_of", "plan", "lang", "alpha", "seed", "zh", "en", "evidence", "tb",
    "cbs-analysis", "areas", "build", "CBS_ANALYSIS_ROOT", "data", "raw", "docs", "how_to", "keep_a_ledger",
    "md", "fit_", "evaluate", "seasonal_adjust",
}  # fmt: skip
# what one language says with a value and the other without
ONE_LANGUAGE_SAYS_MORE = {
    "parameter_synthetic", "parameter_published",  # the name of a parameter, which the Chinese says in words
    "lab_said_area_is_not_known", "lab_said_plan_is_not_known", "lab_said_indicator_is_not_known",
    "provinces_synthetic_level_unfound", "provinces_synthetic_growth_unfound",  # a direction, in the verb
}  # fmt: skip


def entries():
    for path in CATALOGUES:
        held = yaml.safe_load(path.read_text(encoding="utf-8"))
        for key, entry in held.items() if isinstance(held, dict) else enumerate(held):
            yield f"{path.name}:{key}", entry


def spoken(entry, lang):
    """All texts of an entry in one language; an entry of the models may be a list of them."""
    said = entry[lang]
    return [str(x) for x in (said if isinstance(said, list) else [said])]


ENTRIES = dict(entries())


def test_every_entry_is_written_in_both_languages():
    wrong = {
        where: entry
        for where, entry in ENTRIES.items()
        if set(entry) != {"zh", "en"} or not all(x.strip() for lang in entry for x in spoken(entry, lang))
    }
    assert not wrong


def test_both_languages_of_an_entry_name_the_same_values():
    def names(entry, lang):
        return sorted(
            {x.strip("{}").split(":")[0] for text in spoken(entry, lang) for x in PLACE.findall(text)}
        )

    differ = {
        w: (names(e, "zh"), names(e, "en")) for w, e in ENTRIES.items() if names(e, "zh") != names(e, "en")
    }
    assert {w: d for w, d in differ.items() if w.split(":")[1] not in ONE_LANGUAGE_SAYS_MORE} == {}


def chinese_left(text):
    for word in CHINESE_IN_ENGLISH:
        text = text.replace(word, "")
    return re.findall(f"{HAN}+|{FULL}", text)


def latin_left(text, *, names=False):
    """Latin words that are not of the list; with `names`, as in notes of models, none in capitals either."""
    text = re.sub(r"[a-z_]+\.[a-z_]+\(\)", "", PLACE.sub("", text))  # a call: ctx.close()
    words = re.findall(r"[A-Za-z][A-Za-z_\-]*", text)
    return [w for w in words if w not in LATIN_IN_CHINESE and not (names and w[0].isupper())]


def test_english_holds_no_chinese():
    found = {w: chinese_left(x) for w, e in ENTRIES.items() for x in spoken(e, "en") if chinese_left(x)}
    assert not found


def test_chinese_holds_no_latin_word_that_is_not_a_name():
    found = {
        w: left
        for w, e in ENTRIES.items()
        for x in spoken(e, "zh")
        if (left := latin_left(x, names=w.startswith("model_words")))
    }
    assert found == {}


HALF_WIDTH = re.compile(
    rf"(?<={HAN})[,;:!?()]|[,;:!?()](?={HAN})|(?<=[”）%]) ?[,;:](?={HAN})"
    r"| (?=[、，。；：）])|(?<=[、，。；：（]) (?=\S)"
)


def half_width(text):
    """Marks of half width beside Chinese characters, and spaces beside marks of full width.

    AR(1) and t(df) are written as formulas are.
    """
    return HALF_WIDTH.findall(re.sub(r"[A-Za-z]\([^()]*\)", "字", PLACE.sub("字", text)))


@pytest.mark.parametrize(
    "text", ["增长,下降", "地区(全国)", "共{n}项:其中", "收入 ，支出", "收入， 支出", "占5%;其余"]
)
def test_what_the_check_of_marks_is_for(text):
    assert half_width(text)


@pytest.mark.parametrize(
    "text", ["1,234元", "增长（5.5%），下降", "2021—2023年", "12:30", "按“口径”计算", "用AR(1)筛选"]
)
def test_what_the_check_of_marks_lets_pass(text):
    assert not half_width(text)


def test_chinese_is_set_with_marks_of_full_width():
    found = {w: x for w, e in ENTRIES.items() for x in spoken(e, "zh") if half_width(x)}
    assert not found


# --- the code and the templates -------------------------------------------------------------------

# units and parts of dates: code that chooses a unit by the size of a figure names it in both languages
UNITS = {"个百分点", "万人", "万元", "亿元", "年", "月"}
# modules whose Chinese is not the words of a page, each with its reason
NOT_WORDS = {
    "docx_layout.py": "names of fonts",
    "docx_styles.py": "names of fonts",
    "docx_report.py": "Chinese numerals of a document that is Chinese alone",
    "long_run_figures.py": "a word that is looked for in the name of a series",
    "secrets.py": "words that are looked for",
    "table_files.py": "what `read` writes of one file, in both languages side by side",
}


def docstrings(tree):
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and ast.get_docstring(node) is not None
        ):
            yield node.body[0].value


def error_texts(tree):
    """Literals inside Fault(...) and exceptions: they are not of a page, or carry their own Chinese."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name == "Fault" or name.endswith(("Error", "Warning")) or name in ("warn", "echo"):
                yield from ast.walk(node)


def literals(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = {id(x) for x in docstrings(tree)} | {id(x) for x in error_texts(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node.lineno, node.value


def shown_words(text):
    """Words of a literal that a page would show: Chinese, or Latin words between tags."""
    if re.search(HAN, text):
        return re.findall(f"{HAN}+", text)
    if "<" in text and ">" in text:
        bare = re.sub(r"<(style|script)[^>]*>.*?</\1>", " ", text, flags=re.DOTALL)
        between = re.findall(r">([^<>]*)<", bare)
        return [
            w
            for part in between
            for w in re.findall(r"[A-Za-z]{3,}", re.sub(r"&\w+;", "", PLACE.sub("", part)))
        ]
    return []


def test_code_shows_no_word_that_is_not_in_the_catalogue():
    found = [
        f"{path.name}:{line}: {text[:60]!r}"
        for path in sorted(REPORT.rglob("*.py"))
        for line, text in literals(path)
        if path.name not in NOT_WORDS
        and [w for w in shown_words(text) if w not in UNITS | CHINESE_IN_ENGLISH]
    ]
    assert not found, "\n".join(found)


def test_templates_show_no_word_that_is_not_in_the_catalogue():
    for path in sorted((REPORT / "template").rglob("*.j2")):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", text, flags=re.DOTALL)
        text = re.sub(r"<!--.*?-->|<(style|script)[^>]*>.*?</\1>|<[^>]+>", " ", text, flags=re.DOTALL)
        words = re.findall(rf"{HAN}+|[A-Za-z]{{3,}}", text)
        assert set(words) <= {"SHA"}, (path.name, words)
