"""The file of a Word document: settings, fonts and properties, and the same bytes for the same report."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

from .docx_styles import font_table
from .docx_xml import element

__all__ = ["document_bytes", "new_document"]

_DAY_OF_ZIP = (1980, 1, 1, 0, 0, 0)  # the first that the format knows: the clock is no part of a report
_UNUSED = ("thumbnail", "customXml", "stylesWithEffects")
_LANGUAGE = {"zh": "zh-CN", "en": "en-US"}


def new_document(lang: str) -> Any:
    """An empty document with our settings; pages differ left and right, as the page numbers of 公文 do."""
    from docx import Document

    document = Document()
    for owner in (document.part.package, document.part):
        for key, relation in list(owner.rels.items()):
            if any(word in relation.reltype for word in _UNUSED):
                del owner.rels[key]
    for relation in document.part.rels.values():
        if relation.reltype.endswith("/fontTable"):
            relation.target_part._blob = font_table()
    _settings(document.settings.element, lang)
    return document


def _settings(root: Any, lang: str) -> None:
    for child in list(root):
        root.remove(child)
    modern = element(
        "w:compatSetting", name="compatibilityMode", uri="http://schemas.microsoft.com/office/word", val=15
    )
    children = [
        element("w:zoom", percent=100),
        *([element("w:evenAndOddHeaders")] if lang == "zh" else []),
        element("w:defaultTabStop", val=420),
        element("w:characterSpacingControl", val="compressPunctuation"),
        element("w:compat", children=[element("w:useFELayout"), modern]),
        element("w:themeFontLang", val="en-US", eastAsia="zh-CN"),
        element("w:decimalSymbol", val="."),
        element("w:listSeparator", val=","),
    ]
    for child in children:
        root.append(child)


def document_bytes(
    document: Any, *, title: str, subject: str, lang: str, as_of: str, keywords: str = ""
) -> bytes:
    """The document as a file. Its days are the day of the report, and its parts have no time."""
    properties = document.core_properties
    day = datetime.fromisoformat(as_of)
    properties.title, properties.subject = title, subject
    properties.author, properties.last_modified_by = "cbs_analysis", "cbs_analysis"
    properties.comments, properties.keywords, properties.language = "", keywords, _LANGUAGE[lang]
    properties.created = properties.modified = day
    properties.revision = 1
    raw = io.BytesIO()
    document.save(raw)
    whole = io.BytesIO()
    with (
        zipfile.ZipFile(raw) as source,
        zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target,
    ):
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, date_time=_DAY_OF_ZIP)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            target.writestr(entry, source.read(name))
    return whole.getvalue()
