"""What a notebook talks to: parameters checked, data loaded as of a day, results shown with care."""

from __future__ import annotations

import base64
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from ..errors import CbsError, Fault, ParameterError
from ..plan.book import Book
from ..plan.evaluation import Evaluation, evaluate
from ..plan.evidence_numbers import evidence_numbers
from ..plan.record import record_digest
from ..registry.load import load_registry
from ..registry.records import Area, Plan
from ..sources.store import areas_read, find_root, latest, load_manifest, load_observations, revisions
from .certificate import certificate, extra_parameters, provenance_rows
from .chart_text import missing_note
from .evidence_links import source_href
from .figures import Chart, publishers_of, source_names
from .lab_display import LAB_STYLE
from .lab_setup import set_up_notebook
from .messages import message
from .notices import Notice, banner, held_files, notices_of, owed_by_office
from .parameter_cells import misspelt_parameters, sources_run
from .parameters import check_parameters
from .style import figure_png
from .synthetic import install_marks, mark_html, remove_marks
from .tables import Cell, Table

__all__ = ["RECORD_MIME", "Refusal", "ReportContext", "open_report"]

RECORD_MIME = "application/vnd.cbs-analysis.record+json"


@dataclass(frozen=True)
class Refusal:
    """A calculation that was refused; it shows its reason and the next step."""

    error: CbsError
    lang: str

    def _repr_html_(self) -> str:
        rows = [self._said(fault) for fault in self.error.faults]
        head = message("refused", self.lang)
        return f'<div class="refusal"><strong>{head}</strong><br>{"<br>".join(rows)}</div>'

    def _said(self, fault: Fault) -> str:
        if self.lang == "zh" and fault.zh:
            return escape(fault.zh)
        text = escape(fault.what) + (f" ({escape(fault.got)})" if fault.got else "")
        if fault.next_step:
            step = message("refused_next", self.lang) + message("colon", self.lang)
            text += f"<br>{step}{escape(fault.next_step)}"
        return text


@dataclass(frozen=True)
class Html:
    """HTML made by this package, shown as such."""

    html: str = field(repr=False)  # its plain text is not the HTML once more: that doubles a notebook

    def _repr_html_(self) -> str:
        return self.html


def open_report(
    slug: str,
    *,
    area: str,
    as_of: str,
    plan: str,
    lang: str = "zh",
    alpha: float = 0.1,
    seed: int = 20230630,
    root: str | Path | None = None,
) -> ReportContext:
    """Open a report in a notebook: check parameters, seed randomness, mark synthetic data.

    Parameters
    ----------
    slug : str
        Name of the notebook without its ending, such as ``"11_income_growth"``.
    area : str
        Code or name.
    as_of : str
        ISO date; nothing published later is used.
    plan : str
        Id of a plan.
    lang : {"zh", "en"}
    alpha : float
        1 - coverage of intervals.
    seed : int
        Seeds `ctx.rng` and numpy's global state.
    root : path, optional
        Project folder; found from the working folder by default.

    Raises
    ------
    ParameterError
        With every wrong parameter.
    """
    set_up_notebook(lang)
    misspelt = misspelt_parameters(sources_run())
    if misspelt:
        raise ParameterError(misspelt)
    project = Path(root) if root else None
    place, day, chosen = check_parameters(
        area=area, as_of=as_of, plan=plan, lang=lang, alpha=alpha, seed=seed, root=project
    )
    np.random.seed(seed % 2**32)  # noqa: NPY002 - seaborn's bootstrap reads the global state
    context = ReportContext(
        slug=slug, area=place, as_of=day, plan=chosen, lang=lang, alpha=float(alpha), seed=seed,
        root=project or find_root(), extra=extra_parameters(sources_run()),
    )  # fmt: skip
    if place.synthetic:
        install_marks()
        set_up_notebook(lang, synthetic=True)
    else:
        remove_marks()
    return context


@dataclass
class ReportContext:
    """The open report. Everything it shows is marked when the area is synthetic."""

    slug: str
    area: Area
    as_of: date
    plan: Plan
    lang: str
    alpha: float
    seed: int
    root: Path
    subtitle: str = ""
    warnings: list[str] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)  # those shown, in order
    extra: dict[str, Any] = field(default_factory=dict)  # parameters that only this notebook has
    _files: set[str] = field(default_factory=set)

    # --- data ------------------------------------------------------------------------------------

    @cached_property
    def rng(self) -> np.random.Generator:
        """A seeded random generator."""
        return np.random.default_rng(self.seed)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest of the store."""
        return load_manifest(self.root)

    @cached_property
    def _every(self) -> pd.DataFrame:
        """Every publication of the figures of the area."""
        return load_observations(area=self.area.code, as_of=self.as_of, vintages="all", root=self.root)

    @cached_property
    def _all(self) -> pd.DataFrame:
        return latest(self._every)

    def observations(self, indicators: Iterable[str] | None = None, *, prefix: str = "") -> pd.DataFrame:
        """Observations of the area as known on the day: some indicators, those of a prefix, or all."""
        rows = self._all
        if indicators is not None:
            registry = load_registry()
            rows = rows[rows["indicator"].isin([registry.indicator(i).id for i in indicators])]
        if prefix:
            rows = rows[rows["indicator"].str.startswith(prefix)]
        self._files |= set(rows["file"])
        return rows.reset_index(drop=True)

    @cached_property
    def book(self) -> Book:
        """Yearly series with their evidence."""
        return Book(self._all)

    def yearly(self, indicator: str, *, since: int | None = None) -> pd.Series:
        """A yearly series, published or derived; empty when there is none."""
        figures = self.book.yearly(load_registry().indicator(indicator).id)
        self._files |= {e.file for rows in figures.evidence.values() for e in rows}
        values = figures.values
        return values if since is None else values[values.index.year >= since]

    def within_year(self, indicator: str, freq: Literal["Q", "M"]) -> pd.Series:
        """Published quarterly or monthly figures of an indicator; empty when there are none."""
        rows = self.observations([indicator])
        rows = rows[rows["freq"] == freq].sort_values("period")
        index = pd.PeriodIndex(rows["period"].astype(str), freq=freq)
        return pd.Series(rows["value"].to_numpy(dtype=float), index=index, name=indicator)

    @cached_property
    def _provincial(self) -> dict[str, pd.DataFrame]:
        """Yearly figures of each province, all indicators: read once for a page."""
        codes = [a.code for a in load_registry().areas.values() if a.level == "province"]
        rows = {code: load_observations(area=code, as_of=self.as_of, root=self.root) for code in codes}
        return {code: x[x["freq"] == "A"] for code, x in rows.items()}

    def provinces(self, indicator: str) -> pd.DataFrame:
        """Yearly figures of the 31 provinces: rows = years, columns = codes; what one lacks is NaN."""
        columns = {}
        for code, held in self._provincial.items():
            rows = held[held["indicator"] == indicator]
            self._files |= set(rows["file"])
            years = pd.PeriodIndex(rows["period"].astype(str), freq="Y")
            columns[code] = pd.Series(rows["value"].to_numpy(dtype=float), index=years)
        return pd.DataFrame({code: x for code, x in columns.items() if len(x)}).sort_index()

    def places(self, codes: Iterable[str], indicator: str) -> pd.DataFrame:
        """Yearly observations of one indicator in other areas, as known on the day."""
        rows = load_observations(area=list(codes), indicators=[indicator], as_of=self.as_of, root=self.root)
        rows = rows[rows["freq"] == "A"].astype({"period": str, "area": str})
        self._files |= set(rows["file"])
        return rows.reset_index(drop=True)

    def derived_note(self, *indicators: str, since: int) -> Any:
        """Say which years of a series were computed from others instead of published; nothing if none."""
        lines = []
        for indicator in indicators:
            figures = self.book.yearly(indicator)
            years = [y for y in sorted(figures.derived) if int(y) >= since]
            if years:
                name = load_registry().indicator(indicator).name(self.lang)
                lines.append(self.t("derived_note", name=name, years=self.t("list_sep").join(years)))
        text = " ".join(lines)
        return Html(
            mark_html(f'<p class="note">{escape(text)}</p>' if text else "", self.synthetic, self.lang)
        )

    def vintages(self) -> pd.DataFrame:
        """Every publication of the figures of the area that were revised, as far as known on the day."""
        rows = self._every
        told = rows.groupby(["indicator", "period"], observed=True)["value"].transform("nunique")
        found = rows[told > 1].reset_index(drop=True)
        self._files |= set(found["file"])
        return found

    def revisions(self) -> pd.DataFrame:
        """Figures of the area that were revised, as far as known on the day."""
        found = revisions(self._every)
        self._files |= {*found["first_file"], *found["last_file"]}
        return found

    @cached_property
    def evaluation(self) -> Evaluation:
        """All verdicts of the plan for this area and day."""
        result = evaluate(self.plan, area=self.area.code, as_of=self.as_of, root=self.root)
        self._files |= {e.file for e in evidence_numbers(result).evidence}
        return result

    # --- doing and showing -----------------------------------------------------------------------

    def t(self, key: str, **values: object) -> str:
        """A message in the language of the report."""
        return message(key, self.lang, **values)

    def attempt(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call a fit function; a refusal comes back as a value that shows itself."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                return function(*args, **kwargs)
            except CbsError as exc:
                return Refusal(exc, self.lang)
            finally:
                self.warnings += [str(w.message) for w in caught]

    def show(self, what: Any, *args: Any, **kwargs: Any) -> Any:
        """Show a table, chart, sentence or refusal; `show(plot, result, ...)` calls `plot` first.

        A chart or table of a refusal is the refusal itself.
        """
        if callable(what):
            refused = next((a for a in args if isinstance(a, Refusal)), None)
            what = refused or what(*args, self.lang, **kwargs)
        if what is None:
            return Html(f'<p class="empty">{escape(self.t("no_reading"))}</p>')
        if isinstance(what, Chart):
            return self._chart(what)
        if isinstance(what, Table):
            return Html(mark_html(what.html(), self.synthetic, self.lang))
        if isinstance(what, str):
            return Html(mark_html(f'<p class="reading">{escape(what)}</p>', self.synthetic, self.lang))
        return what

    def display(self, *parts: Any) -> None:
        """Show several things under one cell, in order."""
        from IPython.display import display

        for part in parts:
            display(part)

    def _chart(self, chart: Chart) -> Html:
        self.charts.append(chart)
        missing: list[str] = []
        png = figure_png(chart.figure, synthetic=self.synthetic, missing=missing)
        alt = ("演示数据。" if self.synthetic else "") + chart.alt
        source = f"data:image/png;base64,{base64.b64encode(png).decode()}"
        image = f'<img alt="{escape(alt, quote=True)}" src="{source}">'
        note = missing_note(missing, self.lang)
        self.warnings += [note] if note else []
        under = f'<p class="note">{escape(note)}</p>' if note else ""
        return Html(mark_html(f'<figure class="cbs">{image}</figure>{under}', self.synthetic, self.lang))

    def finding(self, result: Any) -> Any:
        """The sentence of a result, or its refusal."""
        return result if isinstance(result, Refusal) else self.show(result.finding(self.lang))

    def sources(self, *indicators: str) -> str:
        """Publishers behind some yearly series, for the source line of a chart."""
        rows = [e for i in indicators for x in self.book.yearly(i).evidence.values() for e in x]
        return publishers_of(rows, self.lang)

    def sources_of(self, *frames: pd.DataFrame) -> str:
        """Publishers behind some observations."""
        registry = load_registry()
        names = [registry.publisher(s).name(self.lang) for f in frames for s in f["source"]]
        return source_names(names, self.lang)

    @property
    def synthetic(self) -> bool:
        """Whether the area is synthetic."""
        return self.area.synthetic

    def header(self) -> Html:
        """Area, day and plan at the head of the page, with the banners that must be seen."""
        soft = int(self._all["status"].isin(["preliminary", "estimated"]).sum())
        facts = [
            (self.t("area"), f"{self.area.name(self.lang)}（{self.area.code}）" if self.lang == "zh"
             else f"{self.area.en} ({self.area.code})"),
            (self.t("plan"), self.plan.name(self.lang)),
            *([(self.t("section"), self.subtitle)] if self.subtitle else []),
            (self.t("as_of"), self.as_of.isoformat()),
        ]  # fmt: skip
        lines = "".join(f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in facts)
        said = banner(self.notices, self.lang)
        if soft and not self.synthetic:
            said = f'<p class="banner soft">{escape(self.t("provisional_banner", n=soft))}</p>' + said
        html = mark_html(f'<dl class="facts">{lines}</dl>{said}', self.synthetic, self.lang)
        return Html(html + LAB_STYLE)

    @cached_property
    def notices(self) -> tuple[Notice, ...]:
        """What a reader should know of the data of the area on the day."""
        held = {"manifest": self.manifest, "observations": self._every}
        return notices_of(self.area.code, self.as_of, root=self.root, **held)

    # --- the end ---------------------------------------------------------------------------------

    def close(self) -> Any:
        """Provenance, and the record for machines as a second, hidden output."""
        return _Closing(self)

    @property
    def files(self) -> list[str]:
        """The raw files that this page used so far."""
        return sorted(self._files)

    @property
    def evaluated(self) -> bool:
        """Whether this page judged the plan."""
        return "evaluation" in self.__dict__

    @property
    def used_yearly(self) -> bool:
        """Whether this page used yearly series, which may be derived."""
        return "book" in self.__dict__ or self.evaluated

    def provenance(self, told: Mapping[str, Any] | None = None) -> Table:
        """Parameters, versions, commit, data version, warnings, and assumptions that the page rests on."""
        rows = tuple(provenance_rows(told or certificate(self), self.lang))
        return Table(self.t("provenance"), (self.t("item"), self.t("value")), rows, css="prov")

    def inputs(self) -> Table:
        """The raw files that this page used."""
        rows = tuple(
            (Cell(f'<a href="{escape(source_href(name), quote=True)}">{escape(name)}</a>'),
             self.manifest["inputs"][name]["title"], self.manifest["inputs"][name]["published"],
             self.manifest["inputs"][name]["sha256"][:16])
            for name in self.files
        )  # fmt: skip
        columns = (self.t("file"), self.t("title"), self.t("published"), self.t("hash"))
        return Table(self.t("prov_inputs"), columns, rows, folded=True, css="prov", empty=self.t("prov_none"))

    def record(self, told: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What the run keeps of this page for machines."""
        record: dict[str, Any] = {
            "slug": self.slug, "area": self.area.code, "as_of": self.as_of.isoformat(), "plan": self.plan.id,
            "lang": self.lang, "subtitle": self.subtitle, "synthetic": self.synthetic,
            "data_key": self.manifest["key"], "areas_read": sorted(areas_read), "files": self.files,
            "warnings": list(dict.fromkeys(self.warnings)),
            "notices": [n.to_dict() for n in self.notices], "certificate": told or certificate(self),
        }  # fmt: skip
        if self.evaluated:
            record["evaluation"] = record_digest(self.evaluation.to_dict(manifest=self.manifest))
            record |= {"owed": owed_by_office(self.evaluation), "held": held_files(self.evaluation)}
        return record


@dataclass(frozen=True)
class _Closing:
    context: ReportContext = field(repr=False)  # no path of a machine, no order of a set

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        ctx, told = self.context, certificate(self.context)
        html = ctx.provenance(told).html() + ctx.inputs().html()
        return {"text/html": mark_html(html, ctx.synthetic, ctx.lang), RECORD_MIME: ctx.record(told)}
