"""Tab and Shift+Tab help: what a notebook asks its kernel, asked of a real one."""

import inspect

import pytest
from jupyter_client.manager import start_new_kernel

import cbs_analysis as cbs
from cbs_analysis import models, series
from cbs_analysis import report as pages


@pytest.fixture(scope="module")
def kernel(root):
    """A kernel in which the package is imported."""
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(root / "notebooks"))
    client.execute_interactive("import cbs_analysis as cbs\nfrom cbs_analysis import models", timeout=60)
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def asked(client, code):
    return client.complete(code, reply=True, timeout=60)["content"]["matches"]


@pytest.mark.slow
def test_tab_lists_the_public_names_and_nothing_else(kernel):
    found = {m.removeprefix("cbs.") for m in asked(kernel, "cbs.")}
    assert found >= set(cbs.__all__) - {"__version__"}
    assert {name for name in found if not name.startswith("_")} <= set(cbs.__all__)
    assert "fit_okun" in {m.removeprefix("models.") for m in asked(kernel, "models.fit_o")}


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["evaluate", "load_observations", "fit_synchrony", "read_table", "open_report", "plot"]
)
def test_shift_tab_shows_the_signature_and_the_docstring(kernel, name):
    content = kernel.inspect(f"cbs.{name}", detail_level=0, reply=True, timeout=60)["content"]
    shown = content["data"]["text/plain"]
    assert content["found"]
    assert "Signature" in shown
    assert getattr(cbs, name).__doc__.splitlines()[0] in shown


@pytest.mark.parametrize("module", [cbs, models, series, pages], ids=lambda m: m.__name__)
def test_every_public_function_has_a_docstring_and_types(module):
    for name in module.__all__:
        thing = getattr(module, name)
        if inspect.isfunction(thing):
            assert thing.__doc__, name
            signature = inspect.signature(thing)
            assert signature.return_annotation is not inspect.Signature.empty, name
            bare = [p.name for p in signature.parameters.values() if p.annotation is inspect.Parameter.empty]
            assert bare == [], name
