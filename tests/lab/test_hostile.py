"""The notebook that a run leaves is opened by somebody else: hostile outputs do nothing, trusted or not."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from cbs_analysis.report.safe_notebook import safe_notebook

from ..report.hostile import SHOWN

pytestmark = pytest.mark.slow
TRUST = "() => { window.jupyterapp.commands.execute('notebook:trust'); }"
ACTS = """() => [window.PWNED ?? null, document.title === 'PWNED', Array.from(document.querySelectorAll(
    '.jp-OutputArea-output :is(script, iframe, object, embed, form, video, audio, base, link)')).length]"""


def shown(html):
    return new_output("display_data", data={"text/html": html, "text/plain": "x"})


def test_a_notebook_of_a_run_does_nothing_in_jupyterlab_trusted_or_not(lab):
    outputs = [shown(html.replace("{n}", str(n))) for n, html in enumerate(SHOWN)]
    outputs.append(new_output("display_data", data={"application/javascript": "window.PWNED = 1"}))
    outputs.append(new_output("display_data", data={"text/markdown": SHOWN[0] + " [a](javascript:1)"}))
    made = new_notebook(cells=[new_code_cell("print(1)", outputs=outputs, execution_count=1)])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(safe_notebook(made), lab.server.root / "sent.ipynb")
    lab.asked.clear()
    lab.open("sent.ipynb")
    lab.page.get_by_text("after the end").wait_for()
    assert lab.page.evaluate(ACTS) == [None, False, 0]
    lab.page.evaluate(TRUST)
    lab.page.get_by_role("button", name="Confirm Trusting this notebook").click()
    lab.page.get_by_text("after the end").wait_for()
    assert lab.page.evaluate(ACTS) == [None, False, 0]
    assert [address for address in lab.asked if "evil.test" in address] == []
