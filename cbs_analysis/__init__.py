"""Mid-term evaluation of the social chapter of a five-year plan, from raw tables to sourced verdicts.

>>> import cbs_analysis as cbs
>>> cbs.load_registry().area("220000").name("en")
'Jilin'
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# name -> module; imported on first use, so that `import cbs_analysis` costs nothing
_LAZY = {
    "CbsError": "errors",
    "build": "sources",
    "evaluate": "plan",
    "fit_synchrony": "models",
    "load_documents": "sources",
    "load_observations": "sources",
    "load_projects": "sources",
    "load_registry": "registry",
    "open_report": "report",
    "plot": "report",
    "read_table": "sources",
    "read_tables": "sources",
    "run_report": "report",
    "wide": "sources",
}
__all__ = ["__version__", *_LAZY]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)


if "IPython" in sys.modules:  # in a notebook results show themselves, and errors say what to do
    from .report.lab_setup import set_up_notebook

    set_up_notebook()
