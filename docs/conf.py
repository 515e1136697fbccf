"""How the documentation is built: offline, from the pages of this folder and the docstrings."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent)]

from cbs_analysis import __version__  # noqa: E402

project = "cbs_analysis"
author = "The cbs_analysis authors"
release = version = __version__
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "chinese_search",
    "formulae",
    "reference",
]
root_doc = "index"
exclude_patterns = ["_build"]
language = "en"
smartquotes = False  # quotation marks stay those of the code, and of the language that is written
html_search_language = "en-zh"
html_show_search_summary = False  # a page opened from a folder may not fetch others

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
suppress_warnings = ["myst.header"]  # a page may begin with a second language

napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
napoleon_use_param = False  # types are words for readers ("period or iterable"), no references
default_role = "literal"  # `name` in a docstring
autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
add_module_names = False
python_use_unqualified_type_names = True
# References to our own names must lead somewhere; those to other libraries cannot be looked up offline.
nitpicky = True
nitpick_ignore_regex = [
    ("py:.*", r"(?!cbs_analysis\.).*"),
    (
        "py:class",
        r"cbs_analysis\.(series\.frequency\.(Table|Figures)|report\.figures\.Chart)",
    ),  # short for unions
    # parts of signatures that no reader builds by hand
    ("py:class", r"cbs_analysis\.(report\..*|sources\.reader\.state\.Reading|plan\.book\.Figures)"),
]

html_theme = "furo"
html_title = f"cbs_analysis {version}"
html_static_path = ["_static"]
html_css_files = ["docs.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_math_renderer = "mathml"
# Fonts of the reader's own system: nothing is fetched, Chinese included.
html_theme_options = {
    "light_css_variables": {
        "font-stack": '-apple-system, "Segoe UI", "Noto Sans", "PingFang SC", "Microsoft YaHei", '
        '"Noto Sans CJK SC", sans-serif',
    },
}
