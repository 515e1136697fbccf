"""Run the cells of a JSON file in our own engine and write their outputs: a process of its own for tests."""

import json
import os
import sys
from pathlib import Path


def main(source: str, target: str) -> None:
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    sys.path.insert(0, "")
    from cbs_analysis.report.run.capture import new_shell

    done = []
    with new_shell(Path(target).parent) as shell:
        for cell in json.loads(Path(source).read_text(encoding="utf-8")):
            outputs, error, number = shell.run(cell)
            done.append((outputs, type(error).__name__ if error is not None else None, number))
        # outputs of earlier cells may have changed since
        Path(target).write_text(json.dumps(done), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
