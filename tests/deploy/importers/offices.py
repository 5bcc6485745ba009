"""Spreadsheets as small as their formats allow, to be read as an office's own."""

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

Rows = Sequence[Sequence[str | float]]
PACKAGE, RELATIONS = "http://schemas.openxmlformats.org/package/2006", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OASIS = "urn:oasis:names:tc:opendocument:xmlns"
ODS = "application/vnd.oasis.opendocument.spreadsheet"


def excel(path: Path, *sheets: Rows) -> Path:
    """An Excel workbook of these sheets: text as inline strings, numbers as numbers."""
    numbers = range(1, len(sheets) + 1)
    parts = {f"xl/worksheets/sheet{n}.xml": _excel_sheet(rows) for n, rows in zip(numbers, sheets, strict=True)}
    kinds = "".join(f'<Override PartName="/{name}" ContentType="{_of_excel("worksheet")}"/>' for name in parts)
    kinds += f'<Override PartName="/xl/workbook.xml" ContentType="{_of_excel("sheet.main")}"/>'
    named = "".join(f'<sheet name="Sheet {n}" sheetId="{n}" r:id="r{n}"/>' for n in numbers)
    links = "".join(f'<Relationship Id="r{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers)
    parts |= {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
        f'"application/vnd.openxmlformats-package.relationships+xml"/>{kinds}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{RELATIONS}/officeDocument" '
        f'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{named}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
    }
    return _zipped(path, parts)


def opendocument(path: Path, rows: Rows) -> Path:
    """An OpenDocument spreadsheet of one sheet."""
    content = "".join("<table:table-row>" + "".join(map(_ods_cell, cells)) + "</table:table-row>" for cells in rows)
    body = f'<table:table table:name="Sheet">{content}</table:table>'
    spaces = f'xmlns:office="{OASIS}:office:1.0" xmlns:table="{OASIS}:table:1.0" xmlns:text="{OASIS}:text:1.0"'
    document = f"<office:document-content {spaces}><office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
    manifest = f'<m:manifest xmlns:m="{OASIS}:manifest:1.0"><m:file-entry m:full-path="/" m:media-type="{ODS}"/></m:manifest>'
    return _zipped(path, {"mimetype": ODS, "content.xml": document + "</office:document-content>", "META-INF/manifest.xml": manifest})


def far(path: Path) -> Path:
    """The same workbook, with one more cell in the last corner of its first sheet: small, and the size of a sheet when it is laid out."""
    far_cell = _ods_cell(1.0).replace("<table:table-cell", '<table:table-cell table:number-columns-repeated="90"')
    far_row = f'<table:table-row table:number-rows-repeated="1048000">{far_cell}</table:table-row>'
    corners = {
        "xl/worksheets/sheet1.xml": ("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'),
        "content.xml": ("</table:table>", f"{far_row}</table:table>"),
    }
    with ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    return _zipped(path, {name: text.replace(*corners[name]) if name in corners else text for name, text in parts.items()})


def _zipped(path: Path, parts: dict[str, str]) -> Path:
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def _of_excel(what: str) -> str:
    return f"application/vnd.openxmlformats-officedocument.spreadsheetml.{what}+xml"


def _excel_sheet(rows: Rows) -> str:
    lines = "".join(f'<row r="{n}">{"".join(map(_excel_cell, cells))}</row>' for n, cells in enumerate(rows, 1))
    return f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>'


def _excel_cell(value: str | float) -> str:
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f"<c><v>{value}</v></c>"


def _ods_cell(value: str | float) -> str:
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
