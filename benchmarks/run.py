"""Seconds a report: bare papermill, one process, ours, and the floor under all of them.

One made-up notebook (17 code cells, three models, six figures, Chinese text) on the demonstration zone is run

a. as people do it today: `papermill`, then `jupyter nbconvert --to html`, two processes a report;
b. by `papermill.execute_notebook` and one HTMLExporter, all in one process;
c. by `run_reports`: fork server, a process a report, our page, published and entered into the ledger;
d. as a plain script of the same cells in warm forked processes: figures as PNG, no notebook, no page.

a and b make 2 reports in a turn, c and d 24: what a run costs once is in c, and a monthly run makes about a
hundred. The ways take turns in each round, on one and on two workers, with one BLAS thread a process, and
medians of the rounds are compared. Run it as `python benchmarks/run.py`; `--rounds 1` for a quick look.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import multiprocessing.connection
import multiprocessing.process
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import psutil

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"):
    os.environ[_name] = "1"

ROOT = Path(__file__).parents[1]
PARAMETERS = {
    "area": "99DM00", "as_of": "2023-06-30", "plan": "demo14", "lang": "zh", "alpha": 0.1, "seed": 1,
}  # fmt: skip
NAME = "50_sample"
SAMPLE = f"""
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
import statsmodels.api as sm
import statsmodels.formula.api as smf
# %%
from cbs_analysis.report import open_report
from cbs_analysis.report.style import chart_style
ctx = open_report("{NAME}", area=area, as_of=as_of, plan=plan, lang=lang, alpha=alpha, seed=seed)
ctx.header()
# %%
years = pd.period_range("2001", "2022", freq="Y")
growth = pd.Series(8 + np.random.normal(0, 1.5, len(years)), years, name="growth")
frame = pd.DataFrame({{"growth": growth, "income": growth * 0.8, "jobs": growth * 0.3}})
frame["income"] += np.random.normal(0, 0.8, len(years))
frame["jobs"] += np.random.normal(0, 0.2, len(years))
# %%
frame.tail(8).round(2)
# %%
ols = sm.OLS(frame["income"], sm.add_constant(frame["growth"])).fit(cov_type="HC1")
ols.params.round(3)
# %%
hac = smf.ols("jobs ~ growth", frame).fit(cov_type="HAC", cov_kwds={{"maxlags": 1}})
hac.conf_int().round(3)
# %%
arma = sm.tsa.ARIMA(growth.to_timestamp(), order=(1, 0, 0)).fit()
arma.params.round(3)
# %%
with chart_style():
    frame[["growth", "income"]].set_axis(years.year).plot(title="合成数据：增速")
    plt.show()
# %%
with chart_style():
    sns.regplot(x=frame["growth"], y=frame["income"]).set_title("合成数据：收入与增长")
    plt.show()
# %%
with chart_style():
    sns.histplot(ols.resid).set_title("合成数据：残差")
    plt.show()
# %%
with chart_style():
    plt.bar(years.year, frame["jobs"])
    plt.title("合成数据：就业")
    plt.show()
# %%
with chart_style():
    sns.heatmap(frame.corr(), annot=True).set_title("合成数据：相关")
    plt.show()
# %%
ahead = arma.get_forecast(3)
band = ahead.conf_int(alpha=alpha)
# %%
with chart_style():
    plt.plot(band.index, ahead.predicted_mean)
    plt.fill_between(band.index, band.iloc[:, 0], band.iloc[:, 1], alpha=0.3)
    plt.title("合成数据：预测区间")
    plt.show()
# %%
pd.DataFrame({{"系数": ols.params, "标准误": ols.bse}}).round(3)
# %%
ctx.close()
"""
DECLARED = "\n".join(f"{name}: {type(value).__name__} = {value!r}" for name, value in PARAMETERS.items())
CELLS = [DECLARED, *(cell.strip() for cell in SAMPLE.split("# %%"))]


def project(folder: Path, notebook: str) -> Path:
    """A project with the data of the demonstration zone and one notebook: the sample or a shipped one."""
    import nbformat
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    from cbs_analysis.sources import build

    shutil.copytree(ROOT / "data" / "raw" / "demo", folder / "data" / "raw" / "demo")
    build(folder / "data" / "raw", folder / "data" / "processed")
    (folder / "notebooks").mkdir()
    if notebook != NAME:
        for file in (f"{notebook}.ipynb", "reports.yml"):
            shutil.copy(ROOT / "notebooks" / file, folder / "notebooks")
        return folder
    cells = [new_markdown_cell("# 测速样本（合成数据）", metadata={"tags": ["zh"]})]
    for i, source in enumerate(CELLS):
        cells.append(new_code_cell(source, metadata={"tags": ["parameters"] if i == 0 else []}))
    for i, cell in enumerate(cells):
        cell["id"] = f"c{i}"
    kernel = {"name": "python3", "display_name": "Python 3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    nbformat.write(new_notebook(cells=cells, metadata=metadata), folder / "notebooks" / f"{NAME}.ipynb")
    return folder


# --- the ways ------------------------------------------------------------------------------------------


def bare(root: Path, notebook: str, out: Path, reports: int, workers: int) -> None:
    """a. Two processes a report."""
    tool = Path(sys.executable).parent
    source = root / "notebooks" / f"{notebook}.ipynb"
    options: list[str] = []
    for name, value in PARAMETERS.items():
        options += ["-p" if isinstance(value, int | float) else "-r", name, str(value)]

    def call(*words: object) -> None:
        command = [str(word) for word in words]
        subprocess.run(command, cwd=root, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def one(i: int) -> None:
        call(tool / "papermill", source, out / f"{i}.ipynb", *options)
        call(tool / "jupyter", "nbconvert", "--to", "html", out / f"{i}.ipynb")

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(one, range(reports)))


def _in_one_process(root: Path, notebook: str, out: Path, numbers: list[int]) -> None:
    import papermill
    from nbconvert import HTMLExporter

    exporter = HTMLExporter()
    for i in numbers:
        executed = papermill.execute_notebook(
            str(root / "notebooks" / f"{notebook}.ipynb"), str(out / f"{i}.ipynb"), parameters=PARAMETERS,
            progress_bar=False, cwd=str(root),
        )  # fmt: skip
        html, _ = exporter.from_notebook_node(executed)
        (out / f"{i}.html").write_text(html, encoding="utf-8")


def one_process(root: Path, notebook: str, out: Path, reports: int, workers: int) -> None:
    """b. `execute_notebook` and a reused exporter, a process a worker."""
    shares = [list(range(k, reports, workers)) for k in range(workers)]
    calls = [(root, notebook, out, share) for share in shares if share]
    _all(multiprocessing.get_context("spawn"), _in_one_process, calls)


def ours(root: Path, notebook: str, out: Path, reports: int, workers: int) -> None:
    """c. A run of this package; each report is of another day, so that none replaces another."""
    from cbs_analysis.report.run import Result, RunSpec, run_reports

    days = [(date(2023, 6, 30) - timedelta(days=i)).isoformat() for i in range(reports)]
    specs = [RunSpec(notebook=notebook, **{**PARAMETERS, "as_of": day}) for day in days]

    def note(result: Result) -> None:
        memory.append(result.memory_mb)
        own.append(sum(p.memory_info().rss for p in _family()) / 2**20)

    results = run_reports(
        specs, root=root, reports=out, workers=workers, backend="fork", force=True, on_result=note
    )
    assert all(r.status == "made" for r in results), [r.message for r in results if r.message]


def _family() -> list[psutil.Process]:
    """This process and the fork server: what stays while reports come and go."""
    us = psutil.Process()
    return [us, *us.children()]


memory: list[float] = []  # of each report's process, highest
own: list[float] = []  # of the run and the fork server, after each report


def _script(root: Path, out: Path, number: int) -> None:
    """The cells as a script; a figure becomes a PNG file."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    os.chdir(root)
    shown = iter(range(100))

    def show() -> None:
        for figure in map(plt.figure, plt.get_fignums()):
            buffer = io.BytesIO()
            figure.savefig(buffer, format="png", bbox_inches="tight")
            (out / f"{number}-{next(shown)}.png").write_bytes(buffer.getvalue())
        plt.close("all")

    plt.show = show
    names: dict[str, object] = {"__name__": "__main__"}
    for cell in CELLS:
        exec(compile(cell, "cell", "exec"), names)
    assert next(shown) == 6
    os._exit(0)


def floor(root: Path, notebook: str, out: Path, reports: int, workers: int) -> None:
    """d. Warm forked processes, one a report; one thread starts them all, for multiprocessing is not made
    for several."""
    server = multiprocessing.get_context("forkserver")
    running: list[multiprocessing.process.BaseProcess] = []
    waiting = list(range(reports))
    while waiting or running:
        while waiting and len(running) < workers:
            running.append(server.Process(target=_script, args=(root, out, waiting.pop())))
            running[-1].start()
        multiprocessing.connection.wait([process.sentinel for process in running])
        for process in [p for p in running if p.exitcode is not None]:
            assert process.exitcode == 0, process.exitcode
            running.remove(process)


def _all(
    context: multiprocessing.context.BaseContext, target: Callable[..., None], calls: list[tuple]
) -> None:
    processes = [context.Process(target=target, args=call) for call in calls]  # type: ignore[attr-defined]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0, process.exitcode


WAYS = {"a": (bare, 2), "b": (one_process, 2), "c": (ours, 24), "d": (floor, 24)}


def compare(scratch: Path, notebook: str, rounds: int) -> None:
    """The ways in turn, medians of the rounds."""
    root = project(scratch / "project", notebook)
    seconds: dict[tuple[str, int], list[float]] = {}
    for turn in range(rounds):
        for way, (make, reports) in WAYS.items():
            if way == "d" and notebook != NAME:
                continue
            for workers in (1, 2):
                out = scratch / f"{way}{workers}-{turn}"
                out.mkdir()
                started = time.perf_counter()
                make(root, notebook, out, reports, workers)
                took = (time.perf_counter() - started) / reports
                seconds.setdefault((way, workers), []).append(took)
                print(f"round {turn + 1}, {way} on {workers}: {took:.2f} s", file=sys.stderr, flush=True)
                shutil.rmtree(out)
    middle = {key: statistics.median(values) for key, values in seconds.items()}
    print("| way | workers | s per report | times as fast as a on one worker | times the floor d |")
    print("|---|---|---|---|---|")
    for (way, workers), value in middle.items():
        low = f"{value / middle['d', workers]:.2f}" if ("d", workers) in middle else ""
        print(f"| {way} | {workers} | {value:.2f} | {middle['a', 1] / value:.1f} | {low} |")
    for workers in (1, 2):
        print(f"a/c on {workers} workers: {middle['a', workers] / middle['c', workers]:.1f} (promise 6)")
    print(f"a on one worker / c on two: {middle['a', 1] / middle['c', 2]:.1f} (promise 11)")
    print(f"highest memory of a report: {max(memory):.0f} MB (promise 350)")


def many(scratch: Path, reports: int) -> None:
    """Many reports in one run: memory stays as it is."""
    root, out = project(scratch / "project", NAME), scratch / "many"
    out.mkdir()
    started = time.perf_counter()
    ours(root, NAME, out, reports, 2)
    took = time.perf_counter() - started
    early, late = max(own[reports // 10 : reports // 5]), max(own[-reports // 10 :])
    print(f"{reports} reports on two workers: {took / reports:.2f} s each")
    print(f"memory of the run and the fork server: {early:.0f} MB early, {late:.0f} MB at the end")
    print(f"highest memory of a report: {max(memory):.0f} MB (promise 350)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--notebook", default=NAME, help="a shipped notebook in place of the sample")
    parser.add_argument("--many", type=int, default=0, help="instead, so many reports in one run")
    asked = parser.parse_args()
    os.environ["CBS_ANALYSIS_WARM"] = "1"
    multiprocessing.set_forkserver_preload(["cbs_analysis.report.run.warm"])
    started = time.perf_counter()
    _all(multiprocessing.get_context("forkserver"), time.sleep, [(0,)])
    print(f"warm start of the fork server: {time.perf_counter() - started:.2f} s (promise 3)")
    with tempfile.TemporaryDirectory(prefix="cbs-bench-") as scratch:
        if asked.many:
            many(Path(scratch), asked.many)
        else:
            compare(Path(scratch), asked.notebook, asked.rounds)


if __name__ == "__main__":
    main()
