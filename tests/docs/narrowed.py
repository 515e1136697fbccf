"""What the test of the pages leaves out, and what it shortens: nothing else.

A line here is a decision. A block that is not run says why on its page, and the test holds that list equal to
this one, so that it cannot grow unseen.
"""

from __future__ import annotations

_WHOLE = "installs the project and makes every report, or runs these tests"
_CONDA = "installs from conda channels"
_TERMINAL = "changes the terminal of the reader, not the project"

# a page whose commands are those of another, word for word: a test holds that, and runs its Python alone
TWINS = {"README.zh-CN.md": "README.md"}

# (page, first line of the block) -> why it is not run
NOT_RUN: dict[tuple[str, str], str] = {
    ("README.md", "make report"): _WHOLE,
    ("README.md", "conda env create -f environment.yml"): _CONDA,
    ("README.zh-CN.md", "make report"): _WHOLE,
    ("README.zh-CN.md", "conda env create -f environment.yml"): _CONDA,
    ("docs/how_to/add_a_notebook.md", "make lab"): "opens JupyterLab until it is closed",
    (
        "docs/how_to/schedule.md",
        "deploy/monthly.sh --digest reports/digest.md"
        " --hook 'mail -s \"monthly reports\" office@example.org'",
    ): "sends mail",
    ("docs/how_to/schedule.md", "dask scheduler"): "needs a cluster; a test starts one on loopback",
    ("docs/how_to/schedule.md", "cbs-analysis run --list --json > reports.json"): "needs Airflow",
    ("docs/tutorial.md", ". .venv/bin/activate"): _TERMINAL,
    ("docs/tutorial.zh.md", ". .venv/bin/activate"): _TERMINAL,
}

_ASKS = "asks on a terminal, and there is none"
_TOLD = (
    " --publisher jilin_statistics --published 2022-01-17 --accessed 2022-02-01 --read-at https://example.org"
    " --certainty secondary --licence test --status final"
)
_MANY = "makes every report of the list, as tests of runs do"
_PAGES = "makes every page of the area"
_ENGLISH = "the same command is run on the English page"
_OTHERS = "tests of the files run it; here no report lies ready"
_FASTER = "a page that is made faster"
_NATION = "cbs-analysis run --area 000000 --plan national14 --as-of 2023-06-30"
_ONE_PAGE = f"{_NATION} --notebook 11_income_growth --lang zh"
_JILIN = "cbs-analysis run --area 吉林 --plan national14 --as-of 2023-06-30 --lang zh"
_OWN_PLAN = (
    "cbs-analysis run --area 220000 --plan jilin14 --as-of 2026-10-31 --notebook 90_midterm_evaluation"
)
_CHANGES = "cbs-analysis changes --plan national14 --from 2023-06-30 --to"
_EXPORT = "cbs-analysis export --plan national14 --as-of 2023-06-30 --out out"
_DIGEST = "cbs-analysis run --area 000000 --as-of {} --notebook {} --lang zh --digest digest.{}"

# (page, command) -> (what is run in its place, why)
NARROWED: dict[tuple[str, str], tuple[str, str]] = {
    ("README.md", "cbs-analysis run"): ("cbs-analysis run --list", _MANY),
    ("README.md", _JILIN): (f"{_JILIN} --notebook 11_income_growth", _PAGES),
    ("README.md", "cbs-analysis intake 2-6.xls"): ("cbs-analysis intake 2-6.xls" + _TOLD, _ASKS),
    ("docs/tutorial.md", f"{_NATION} --notebook 11_income_growth"): (_ONE_PAGE, "one language for two"),
    ("docs/tutorial.zh.md", _ONE_PAGE): ("true", _ENGLISH),
    ("docs/tutorial.zh.md", f"{_CHANGES} 2024-06-30"): ("true", _ENGLISH),
    ("docs/new_plan.md", "cbs-analysis intake TABLE.xls"): ("cbs-analysis intake TABLE.xls" + _TOLD, _ASKS),
    ("docs/new_plan.md", _OWN_PLAN): (
        _OWN_PLAN.replace("90_midterm_evaluation", "11_income_growth") + " --lang zh",
        _FASTER,
    ),
    ("docs/how_to/add_a_source.md", "cbs-analysis intake 2-6.xls --period 2024 --unit 户数=万户"): (
        "cbs-analysis intake 2-6.xls --period 2021 --unit 户数=万户" + _TOLD,
        _ASKS,
    ),
    ("docs/how_to/read_a_table.md", "cbs-analysis intake example.csv"): (
        "cbs-analysis intake example.csv" + _TOLD,
        _ASKS,
    ),
    (
        "docs/how_to/keep_a_ledger.md",
        "cbs-analysis ledger publish --as-of 2022-07-20 --out 汇总表.csv --publisher demo_ledger",
    ): ("true", _ENGLISH),
    ("docs/how_to/use_the_output.md", f"{_EXPORT} --format docx --format pdf"): ("true", _OTHERS),
    ("docs/how_to/use_the_output.md", f"{_EXPORT} --format all --lang zh --lang en"): ("true", _OTHERS),
    ("docs/how_to/use_the_output.md", _EXPORT + " \\"): ("true \\", _OTHERS),
    **{
        ("docs/how_to/read_the_digest.md", _DIGEST.format(day, "90_midterm_evaluation", kind)): (
            _DIGEST.format(day, "11_income_growth", kind),
            _FASTER,
        )
        for day, kind in (("2023-06-30", "md"), ("2024-06-30", "json"))
    },
}
