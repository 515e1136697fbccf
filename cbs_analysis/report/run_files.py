"""The files beside an overall page: computed once more in the run, and the same as the page or not at all."""

from __future__ import annotations

from ..errors import Fault, ReportError
from ..plan.evaluation import evaluate
from ..plan.record import record_digest
from ..sources.store import load_manifest
from .evaluation_files import evaluation_files
from .jobs import RunSpec
from .parameters import check_parameters
from .run.records import Site

__all__ = ["files_of_run"]


def files_of_run(spec: RunSpec, site: Site, digest: str) -> dict[str, bytes]:
    """The files of the evaluation that a page showed, by name.

    The kernel hands over the digest of its evaluation, not the evaluation: a notebook stays small, and
    nothing that a notebook did to its own copy reaches a file.

    Parameters
    ----------
    spec : RunSpec
    site : Site
        Where the project and its pages are.
    digest : str
        Of the record that the page was made from.

    Raises
    ------
    ReportError
        If the same parameters now give another evaluation: the data changed under the run, or the notebook
        changed its verdicts.
    """
    place, day, plan = check_parameters(**spec.standard(), root=site.root)
    evaluation = evaluate(plan, area=place.code, as_of=day, root=site.root)
    manifest = load_manifest(site.root)
    found = record_digest(evaluation.to_dict(manifest=manifest))
    if found != digest:
        raise ReportError(
            Fault(
                "the page shows another evaluation than its parameters give",
                where=f"{spec.folder.as_posix()}/{spec.name}",
                got=digest[:16],
                expected=found[:16],
                next_step="run it again; if it stays, the notebook changes its verdicts",
            )
        )
    raw = "../" * len(spec.folder.parts) + site.raw
    return evaluation_files(evaluation, manifest=manifest, langs=[spec.lang], raw=raw)
