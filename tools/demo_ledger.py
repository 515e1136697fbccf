"""Publish the safe tables of the demonstration zone's ledger, whose households are all invented.

The ledger lives in memory alone. Tables come out twice a year, as an office would publish them, each time
attacked together with all that came out before. The same bytes on every run.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import yaml

from cbs_analysis.ledger.publish import publish_tables
from cbs_analysis.ledger.synthetic import AREA, make_ledger
from cbs_analysis.registry.poverty_parameters import load_poverty_parameters

PUBLISHER = "demo_ledger"
OUT = Path(__file__).parents[1] / "data" / "raw" / PUBLISHER
DAYS = tuple(date(year, month, 20) for year in (2021, 2022, 2023, 2024) for month in (1, 7))[1:-1]


def publications(days: Sequence[date] = DAYS) -> Iterator[tuple[date, str]]:
    """Day and CSV of each publication, in order."""
    ledger, parameters = make_ledger(), load_poverty_parameters(AREA)
    published: list[str] = []
    for day in days:
        made = publish_tables(ledger, parameters=parameters, area=AREA, as_of=day, published=published)
        published.append(made.to_csv())
        yield day, published[-1]


def sidecar(content: bytes, day: date) -> bytes:
    """What the store must know of a file."""
    entry = {
        "publisher": PUBLISHER,
        "title": f"演示区防止返贫监测台账安全汇总表（{day.isoformat()}公布，合成）",
        "published": day,
        "published_precision": "day",
        "accessed": day.isoformat(),
        "read_at": "tools/demo_ledger.py",
        "certainty": "synthetic",
        "licence": "invented figures, free to use",
        "note": "Synthetic: made by tools/demo_ledger.py. No figure describes a real place or household.",
        "sha256": hashlib.sha256(content).hexdigest(),
        "layout": "ledger_tables",
    }
    return yaml.safe_dump(entry, allow_unicode=True, sort_keys=False).encode()


def files(days: Sequence[date] = DAYS) -> dict[str, bytes]:
    """All files by their place under the publisher's folder."""
    found = {}
    for day, text in publications(days):
        content = text.encode()
        found[f"{day.isoformat()}/ledger_tables.csv"] = content
        found[f"{day.isoformat()}/ledger_tables.csv.meta.yml"] = sidecar(content, day)
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=OUT, help="default: %(default)s")
    parser.add_argument("--check", action="store_true", help="exit 1 if the files on disk differ")
    args = parser.parse_args(argv)
    wrong = 0
    for name, content in files().items():
        path = args.out / name
        if args.check:
            differs = not path.exists() or path.read_bytes() != content
            wrong += differs
            print(f"{'differs' if differs else 'as made'}: {name}")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
