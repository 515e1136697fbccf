"""Take the workbook of an office into `data/raw`: bytes unchanged, in the sidecar what is not taken in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from ..registry.load import Registry
from .intake import Intake, take_in
from .office_workbook import OfficeHead, OfficeReturn, read_head, read_office_workbook
from .sidecar import Sidecar, sha256_of

__all__ = ["OfficeIntake", "prepare", "put", "read_again"]

STEM_OF_PROJECTS = "projects"


@dataclass(frozen=True, kw_only=True)
class OfficeIntake:
    """A workbook read and not yet taken in: what it says, and what its sidecar will say."""

    returned: OfficeReturn
    sidecar: Sidecar
    name: str

    @property
    def folder(self) -> str:
        """Folder below `data/raw`."""
        return f"{self.sidecar.publisher}/{self.sidecar.published.isoformat()}"


def usual_publisher(head: OfficeHead, registry: Registry) -> str:
    """Who hands the figures in: the zone's committee, or the demonstration for the demonstration zone."""
    return "demo" if registry.areas[head.area].synthetic else "cbs_committee"


def prepare(
    file: Path, raw: Path, registry: Registry, *, published: date, about: Mapping[str, str] | None = None
) -> OfficeIntake:
    """Read a workbook as `build` will read it once it is taken in.

    Parameters
    ----------
    file : pathlib.Path
    raw : pathlib.Path
        The raw folder: a second workbook of an office on one day gets a name and an edition of its own.
    registry : Registry
    published : datetime.date
        The day on which the workbook was received.
    about : mapping, optional
        Keys of the sidecar that a person gave: publisher, title, accessed, read_at, licence, note.

    Raises
    ------
    RawTableError
        If the file as a whole cannot be read.
    """
    given = {k: v for k, v in (about or {}).items() if v}
    head = read_head(file, registry)
    plan = registry.plans[head.plan]
    office = plan.offices[head.office].zh if head.office else "项目单位"
    publisher = given.pop("publisher", "") or usual_publisher(head, registry)
    stem = f"{head.plan}_{head.office or STEM_OF_PROJECTS}"
    folder = raw / publisher / published.isoformat()
    before = len(list(folder.glob(f"{stem}.xlsx"))) + len(list(folder.glob(f"{stem}_[0-9]*.xlsx")))
    name = f"{stem}_{before + 1}.xlsx" if before else f"{stem}.xlsx"
    sidecar = Sidecar(
        publisher=publisher,
        published=published,
        published_precision="day",
        certainty="synthetic" if registry.areas[head.area].synthetic else "official",
        sha256=sha256_of(file),
        layout="office_workbook",
        edition=before,
        **{  # type: ignore[arg-type]
            "title": f"{office}数据填报表（{head.plan}，数据截至{head.as_of}）{head.mark}",
            "accessed": published.isoformat(),
            "read_at": f"{office}报送",
            "licence": "returned by an office to the evaluation team",
        }
        | given,
    )
    where = f"{publisher}/{published.isoformat()}/{name}"
    return OfficeIntake(
        returned=read_office_workbook(file, where, sidecar, registry), sidecar=sidecar, name=name
    )


def put(file: Path, raw: Path, taken: OfficeIntake, registry: Registry) -> Path:
    """Put a workbook and its sidecar into the raw folder; rows that are not taken in stand in the sidecar.

    Returns
    -------
    pathlib.Path
        The raw file in its place.
    """
    side = taken.sidecar
    intake = Intake(
        publisher=side.publisher, title=side.title, published=side.published,
        published_precision=side.published_precision, accessed=side.accessed, read_at=side.read_at,
        certainty=side.certainty, licence=side.licence, status="", name=taken.name, note=side.note,
    )  # fmt: skip
    return take_in(file, raw, intake, _sidecar_text(taken), registry)


def _sidecar_text(taken: OfficeIntake) -> str:
    side = taken.sidecar
    rejected = {r.address: "；".join(t.fault.zh for t in r.troubles) for r in taken.returned.rejected}
    keys = {
        "publisher": side.publisher, "title": side.title, "published": side.published,
        "published_precision": side.published_precision, "accessed": side.accessed, "read_at": side.read_at,
        "certainty": side.certainty, "licence": side.licence, "note": side.note, "sha256": side.sha256,
        "layout": side.layout, "edition": side.edition, "rejected": rejected,
    }  # fmt: skip
    return yaml.safe_dump(
        {k: v for k, v in keys.items() if v not in ("", 0, {})},
        allow_unicode=True,
        sort_keys=False,
        width=10**9,
    )


def read_again(place: Path, raw: Path, sidecar: Sidecar, registry: Registry) -> OfficeReturn:
    """A workbook that was taken in before, read again for its receipt."""
    return read_office_workbook(place, place.relative_to(raw).as_posix(), sidecar, registry)
