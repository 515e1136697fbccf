"""The parts of a zip package, each read within bounds, and what kind of package it is."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import Any

from ..errors import Fault
from .grid_base import FileDamaged, FileEncrypted, FileHostile, reading
from .grid_bytes import EXPORT, refuse_kind

__all__ = ["Package", "check_tags", "open_package", "parse_xml", "refuse_entities"]

MAX_PARTS = 10_000
MAX_UNPACKED = 512 * 1024 * 1024
# deflate reaches 1032; sheets as published stay below 50
MAX_RATIO = 300
RATIO_FROM = 1024 * 1024
# a sheet of MAX_CELLS has four tags a cell; the widest row in rich text stays below MAX_ROW_TAGS
MAX_TAGS = 25_000_000
MAX_ROW_TAGS = 1_500_000
# 65,490 cell formats are the most that a spreadsheet program writes
MAX_OTHER_TAGS = 1_000_000
CHUNK = 1024 * 1024
CONTENT_TYPES = "[Content_Types].xml"
_MAIN = re.compile(r"(spreadsheetml|ms-excel)\.(sheet|template|addin)(\.macroEnabled)?\.main\+xml$")
_OTHERS = (
    ("sheet.binary", "an xlsb workbook", "open it in a spreadsheet program and save it as xlsx"),
    ("wordprocessingml", "a Word document (docx)", EXPORT),
    ("ms-word", "a Word document (docm)", EXPORT),
    ("presentationml", "a presentation (pptx)", EXPORT),
)


class Package:
    """The parts of an xlsx file by name; reading one never takes more memory than it declares."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        with reading(name, "zipfile"):
            self._zip = zipfile.ZipFile(BytesIO(data))
        # some Java programs write the separators of Windows
        names = ((i.filename.replace("\\", "/"), i) for i in self._zip.infolist())
        self._infos = {name: i for name, i in names if name and not name.endswith("/")}
        self._read: dict[str, bytes] = {}
        _check_sizes(self._zip.infolist(), name)

    @property
    def names(self) -> list[str]:
        """Names of the parts, in archive order."""
        return list(self._infos)

    def part(self, part: str) -> bytes:
        """The bytes of a part; XML is refused where it declares entities."""
        if part not in self._read:
            if part not in self._infos:
                raise damaged(self.name, f"part {part} is missing", "every part that the workbook names")
            info = self._infos[part]
            chunks, left = [], info.file_size
            with reading(f"{self.name}, part {part}", "zipfile"), self._zip.open(info) as stream:
                while left > 0 and (chunk := stream.read(min(CHUNK, left))):
                    chunks.append(chunk)
                    left -= len(chunk)
                stream.read(1)  # the end of the part: its check sum is compared here
            self._read[part] = b"".join(chunks)
            if left:
                raise damaged(self.name, f"part {part} is cut off", f"{info.file_size} bytes")
            if not part.lower().startswith("xl/media/"):
                refuse_entities(self._read[part], f"{self.name}, part {part}")
        return self._read[part]


def open_package(data: bytes, name: str) -> tuple[Package, str]:
    """Open a zip file and find its workbook part; other packages are refused by what they are."""
    package = Package(data, name)
    if CONTENT_TYPES not in package.names:
        raise _other_zip(package)
    types = parse_xml(package.part(CONTENT_TYPES), f"{name}, part {CONTENT_TYPES}")
    kinds = [
        (e.get("ContentType") or "", e.get("PartName") or "") for e in types.iter("{*}Override", "{*}Default")
    ]
    for kind, part in kinds:
        if _MAIN.search(kind):
            main = part.lstrip("/") or "xl/workbook.xml"
            if main not in package.names:
                raise damaged(name, f"part {main} is missing", "the workbook part")
            return package, main
    for mark, what, next_step in _OTHERS:
        if any(mark in kind for kind, _ in kinds):
            raise refuse_kind(name, what, next_step)
    raise refuse_kind(name, "an Office package without a workbook", EXPORT)


def parse_xml(data: bytes, where: str) -> Any:
    """Parse a small XML part; the network and entities are off."""
    from lxml import etree

    check_tags(data, where, most=MAX_OTHER_TAGS)
    with reading(where, f"lxml {etree.__version__}"):
        parser = etree.XMLParser(
            no_network=True, resolve_entities=False, huge_tree=False, remove_comments=True
        )
        return etree.fromstring(data, parser)


def damaged(name: str, got: str, expected: str) -> FileDamaged:
    """A workbook that contradicts itself."""
    return FileDamaged(
        Fault(
            "file is damaged",
            where=name,
            got=got,
            expected=expected,
            next_step="fetch the file again, or open it in a spreadsheet program and save it anew as xlsx",
        )
    )


def _check_sizes(infos: list[zipfile.ZipInfo], name: str) -> None:
    total = sum(i.file_size for i in infos)
    worst = max(
        ((i.file_size / max(i.compress_size, 1), i.filename) for i in infos if i.file_size > RATIO_FROM),
        default=(0.0, ""),
    )
    for wrong, got, expected in (
        (len(infos) > MAX_PARTS, f"{len(infos):,} parts", f"at most {MAX_PARTS:,}"),
        (total > MAX_UNPACKED, f"{total:,} bytes when unpacked", f"at most {MAX_UNPACKED:,}"),
        (
            worst[0] > MAX_RATIO,
            f"{worst[1]} unpacks to {worst[0]:.0f} times its size",
            f"at most {MAX_RATIO} times",
        ),
    ):
        if wrong:
            raise FileHostile(
                Fault(
                    "zip file unpacks to more than any table needs",
                    where=name,
                    got=got,
                    expected=expected,
                    next_step="fetch the file from its publisher; do not open this one",
                )
            )
    if any(i.flag_bits & 0x1 for i in infos):
        raise FileEncrypted(
            Fault("zip file has a password", where=name, next_step="unpack it with its password first")
        )


def refuse_entities(data: bytes, where: str) -> None:
    """Refuse XML that declares entities: a few bytes of them unfold into gigabytes."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:4]:
        data = data.replace(b"\0", b"")  # UTF-16: the names looked for are ASCII
    for mark in (b"<!DOCTYPE", b"<!ENTITY"):
        if mark in data:
            raise FileHostile(
                Fault(
                    "XML declares a document type or entities",
                    where=where,
                    got=mark.decode("ascii"),
                    expected="none: no spreadsheet program writes one",
                    next_step="fetch the file from its publisher; do not open this one",
                )
            )


def check_tags(markup: str | bytes, where: str, row: str = "", most: int = MAX_TAGS) -> None:
    """Refuse markup with more elements, in all or from one row to the next, than a table needs."""
    text = markup.decode("latin-1") if isinstance(markup, bytes) else markup
    found, what = text.count("<"), "elements"
    if row and MAX_ROW_TAGS < found <= most:
        found, what, most = (
            max(part.count("<") for part in text.split(row)),
            "elements in a row",
            MAX_ROW_TAGS,
        )
    if found > most:
        raise FileHostile(
            Fault(
                "markup holds more than any table needs",
                where=where,
                got=f"{found:,} {what}",
                expected=f"at most {most:,}",
                next_step="export the table alone",
            )
        )


def _other_zip(package: Package) -> Exception:
    kind = ""
    if "mimetype" in package.names:
        kind = package.part("mimetype")[:100].decode("latin-1").strip()
    if "opendocument.spreadsheet" in kind:
        return refuse_kind(
            package.name,
            "an OpenDocument spreadsheet (ods)",
            "open it in a spreadsheet program and save it as xlsx",
        )
    if kind:
        return refuse_kind(package.name, f"a package of type {kind}", EXPORT)
    shown = ", ".join(package.names[:3]) or "nothing"
    return refuse_kind(
        package.name,
        f"a zip archive of {len(package.names)} files ({shown})",
        "unpack it and read the files inside",
    )
