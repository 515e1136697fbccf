#!/bin/sh
# One monthly run that nobody watches: read the raw files, make the reports, write a digest.
# It needs nothing of its surroundings: no PATH, no HOME, no locale, any working folder.
# Arguments are passed on to `cbs-analysis run`, such as --reports /srv/reports or --hook 'mail -s digest x@example.org'.
set -eu
cd "${0%/*}/.."
export PYTHONUTF8=1                 # Chinese in logs whatever the locale says
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 NUMEXPR_NUM_THREADS=1
tool="${CBS_ANALYSIS:-.venv/bin/cbs-analysis}"
if [ -z "${CBS_SKIP_BUILD:-}" ]; then   # where the project folder is read-only the data are built elsewhere
  "$tool" build                     # a wrong raw file ends here: the old data and the old pages stay
fi
exec "$tool" run --wait 3600 "$@"
