"""A standard as files for other programs: TSV of its requirements, JSON and Excel of everything."""

from standards.export.document import as_json, errata_json
from standards.export.files import FORMATS, Format, file_name, render
from standards.export.lines import in_document_order, tsv_lines
from standards.export.workbook import write_xlsx

__all__ = [
    "FORMATS",
    "Format",
    "as_json",
    "errata_json",
    "file_name",
    "in_document_order",
    "render",
    "tsv_lines",
    "write_xlsx",
]
