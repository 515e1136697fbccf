"""`python -m cbs_analysis` is the same as `cbs-analysis`."""

from .cli import main

main()
