"""Monthly reports as an Airflow DAG: a PapermillOperator task for each listed notebook, the site comes last.

Put this file into the folder of DAGs, and the folder of the project into the variable `cbs_analysis_project`.
The environment of the workers needs cbs_analysis and apache-airflow-providers-papermill. The tasks show each
notebook by itself, with the retries and the log of Airflow, and keep it executed below `archive/`; `site`
makes the pages, which appear whole or not at all, and the digest.
"""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

from airflow import DAG
from airflow.models import Variable
from airflow.operators.bash import BashOperator
from airflow.providers.papermill.operators.papermill import PapermillOperator

PROJECT = Path(Variable.get("cbs_analysis_project", default_var="/srv/cbs_analysis"))
os.environ.setdefault("CBS_ANALYSIS_ROOT", str(PROJECT))  # kernels of the tasks start in a folder of Airflow
# written by `cbs-analysis run --list --json > deploy/reports.json`: one object a report
LISTED = Path(__file__).with_name("reports.json")
QUIET = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONUTF8": "1"}


def jobs() -> list[dict[str, object]]:
    """The reports of the list; reading a file is all that happens while Airflow parses this one."""
    return [json.loads(line) for line in LISTED.read_text(encoding="utf-8").splitlines() if line.strip()]


with DAG(
    dag_id="cbs_analysis_monthly",
    schedule="0 3 5 * *",
    start_date=datetime(2024, 1, 1),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 1, "retry_delay": timedelta(minutes=10)},
    tags=["cbs_analysis"],
) as dag:
    build = BashOperator(
        task_id="build", bash_command="cbs-analysis build", cwd=str(PROJECT), env=QUIET, append_env=True
    )
    site = BashOperator(
        task_id="site",
        bash_command="cbs-analysis run --wait 3600 --digest reports/digest.md",
        cwd=str(PROJECT),
        env=QUIET,
        append_env=True,
        trigger_rule="all_done",  # a notebook that failed fails its page alone
    )
    for job in jobs():
        name = f"{job['notebook']}.{job['area']}.{job['as_of']}.{job['lang']}"
        parameters = {key: value for key, value in job.items() if key != "notebook"}
        task = PapermillOperator(
            task_id=name,
            input_nb=str(PROJECT / "notebooks" / f"{job['notebook']}.ipynb"),
            output_nb=str(PROJECT / "archive" / f"{name}.ipynb"),
            parameters=parameters,
            kernel_name="python3",
            pool="default_pool",
        )
        build >> task >> site
