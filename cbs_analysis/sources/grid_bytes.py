"""What a file is, by its bytes and never by its extension, and how its text is encoded."""

from __future__ import annotations

import codecs
import re
from typing import Literal, NamedTuple

from ..errors import Fault
from .grid_base import EncodingUnknown, FileEmpty, FileKindUnknown

__all__ = ["OLE2", "ZIP", "Text", "binary_kind", "decode", "strip_blanks", "text_kind"]

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK"
BLANKS = b" \t\r\n\x0b\x0c\x00"
EXPORT = "export the table to xlsx or csv"
UNPACK = "unpack it and read the files inside"
PICTURE = "read the publisher's table file: a picture holds no figures"
_FOREIGN: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "a PDF document", EXPORT),
    (b"{\\rtf", "an RTF document", EXPORT),
    (b"\x89PNG", "a PNG image", PICTURE),
    (b"\xff\xd8\xff", "a JPEG image", PICTURE),
    (b"GIF87a", "a GIF image", PICTURE),
    (b"GIF89a", "a GIF image", PICTURE),
    (b"II*\x00", "a TIFF image", PICTURE),
    (b"MM\x00*", "a TIFF image", PICTURE),
    (b"Rar!\x1a", "a RAR archive", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", UNPACK),
    (b"\x1f\x8b", "a gzip archive", UNPACK),
    (b"\xfd7zXZ", "an xz archive", UNPACK),
    (b"SQLite format 3", "an SQLite database", EXPORT),
)
# two letters may begin a text too: these need a second mark, at an offset
_LONGER: tuple[tuple[bytes, int, bytes, str, str], ...] = (
    (b"BM", 6, b"\0\0\0\0", "a BMP image", PICTURE),
    (b"RIFF", 8, b"WEBP", "a WebP image", PICTURE),
    (b"BZh", 4, b"1AY&SY", "a bzip2 archive", UNPACK),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# what a page may declare while its bytes are GB18030; anything else declared is taken at its word
_LOOSE = ("utf8", "ascii", "iso88591", "latin1", "windows1252", "cp1252", "unicode", "utf16")
_CONTROL = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f]")
_HTML_WORDS = (
    "html head body table tbody thead tr td th div p meta center font span style script title link br h1 h2 "
    "h3 h4 h5 h6 form section article main b strong a ul ol pre caption base"
)
_HTML_TAGS = frozenset(_HTML_WORDS.split())
_TAG = re.compile(r"<([A-Za-z][\w:.-]*)")
_NOT_BLANK = re.compile(r"\S")
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.I)


class Text(NamedTuple):
    """Decoded text, the encoding that fitted, and what is worth telling."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def strip_blanks(data: bytes, name: str) -> bytes:
    """Refuse bytes that are all blank; cut a BOM or blanks that stand before the magic of a binary file."""
    body = data.removeprefix(codecs.BOM_UTF8).lstrip(BLANKS)
    if not body or data.strip(BLANKS) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise FileEmpty(
            Fault(
                "file is empty" if not data else "file holds nothing but blanks",
                where=name,
                got=f"{len(data)} bytes",
                next_step="fetch the file again",
            )
        )
    binary = body.startswith((OLE2, ZIP + b"\x03\x04", *(magic for magic, _, _ in _FOREIGN)))
    return body if binary else data


def binary_kind(data: bytes, name: str) -> str:
    """ "ole2", "zip", "biff" or "" for text; a named refusal for what holds no table."""
    if data.startswith(OLE2):
        return "ole2"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    # a bare stream without its container: record BOF, then its length
    if (
        data[:1] == b"\x09"
        and data[1:2] in b"\x00\x02\x04\x08"
        and data[2:4] in (b"\x04\0", b"\x06\0", b"\x08\0", b"\x10\0")
    ):
        return "biff"
    for magic, what, next_step in _FOREIGN:
        if data.startswith(magic):
            raise refuse_kind(name, what, next_step)
    for magic, at, more, what, next_step in _LONGER:
        if data.startswith(magic) and data.startswith(more, at):
            raise refuse_kind(name, what, next_step)
    return ""


def refuse_kind(name: str, what: str, next_step: str) -> FileKindUnknown:
    """The refusal of content that is not read here."""
    return FileKindUnknown(
        Fault(
            "file is not a table that can be read",
            where=name,
            got=what,
            expected="xlsx, xls, an HTML page, SpreadsheetML, or delimited text",
            next_step=next_step,
        )
    )


def text_kind(text: str, name: str) -> Literal["html", "spreadsheetml", "text"]:
    """ "html", "spreadsheetml" or "text", by the first element."""
    head = text[:65_536].lstrip("\ufeff")
    if re.match(r"\s*(MIME-Version:|From: <Saved by)", head, re.I):
        raise refuse_kind(
            name, "a web archive (MHTML)", "open it in a spreadsheet program and save it as xlsx"
        )
    tag = root_tag(head)
    if tag.lower() in _HTML_TAGS or re.match(r"\s*<!DOCTYPE\s+html", head, re.I):
        return "html"
    if tag.split(":")[-1] == "Workbook" and "urn:schemas-microsoft-com:office:spreadsheet" in head:
        return "spreadsheetml"
    if re.search(r"<(html|table)\b[^<>]*>", head, re.I) and re.search(r"<t[rdh]\b", text, re.I):
        return "html"
    if head.lstrip().startswith("<?xml") or re.match(r"\s*<!(DOCTYPE|--|\[)", head):
        what = f"XML with the root element <{tag}>" if tag else "XML without a root element"
        raise refuse_kind(name, what, EXPORT)
    return "text"


def root_tag(text: str) -> str:
    """The first element of a text, behind declarations and comments; "" where there is none.

    >>> root_tag('<?xml version="1.0"?> <!-- made by hand --> <ss:Workbook>'), root_tag("<5岁,12")
    ('ss:Workbook', '')
    """
    at = 0
    while True:
        at = _find_from(_NOT_BLANK, text, at)
        for opening, closing in (("<?", "?>"), ("<!--", "-->"), ("<!", ">")):
            if text.startswith(opening, at):
                subset = opening == "<!" and "[" in text[at : text.find(">", at) + 1]
                at = text.find("]" if subset else closing, at)
                at = text.find(">", at) if at >= 0 else at
                break
        else:
            found = _TAG.match(text, at)
            return found.group(1) if found else ""
        if at < 0:
            return ""
        at += 1


def _find_from(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.search(text, at)
    return found.start() if found else len(text)


def decode(data: bytes, name: str) -> Text:
    """Decode strictly: BOM, then UTF-8, then GB18030; a declared GB set goes before UTF-8."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return Text(_no_controls(_strict(data, encoding, name), name), encoding)
    label = _declared(data)
    plain_label = re.sub(r"[^a-z0-9]", "", label.lower())
    gb = plain_label.startswith(("gb", "csgb", "xgbk", "cp936", "ms936"))
    failed = []
    for encoding in ("gb18030", "utf-8") if gb else ("utf-8", "gb18030"):
        if encoding == "gb18030" and not gb and plain_label and plain_label not in _LOOSE:
            raise _undecodable(name, f"the page declares {label}, and its bytes are not UTF-8")
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as exc:
            failed.append(f"not {encoding} at byte {exc.start} (0x{data[exc.start]:02x})")
            continue
        differs = plain_label and gb != (encoding == "gb18030") and (gb or encoding == "gb18030")
        notes = (f"declared {label}, decoded as {encoding}",) if differs else ()
        return Text(_no_controls(text, name), encoding, notes)
    raise _undecodable(name, "; ".join(failed))


def _declared(data: bytes) -> str:
    head = data[:16_384]
    if b"<" not in head:
        return ""
    for found in _DECLARED.finditer(head):
        tag = head[head.rfind(b"<", 0, found.start()) : found.start()].lower()
        if tag.startswith((b"<meta", b"<?xml")):
            return found.group(1).decode("ascii")
    return ""


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as exc:
        raise _undecodable(name, f"starts as {encoding}, but not so at byte {exc.start}") from None


def _undecodable(name: str, got: str) -> EncodingUnknown:
    return EncodingUnknown(
        Fault(
            "text cannot be decoded",
            where=name,
            got=got,
            expected="UTF-8, GB18030 (GBK, GB2312), or UTF-16 with a byte order mark",
            next_step="fetch the file again, or save it as UTF-8",
        )
    )


def _no_controls(text: str, name: str) -> str:
    found = _CONTROL.search(text)
    if found:
        raise refuse_kind(
            name,
            f"binary content of an unknown kind (control character U+{ord(found.group()):04X})",
            EXPORT,
        )
    return text
