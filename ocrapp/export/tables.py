"""The tables of pages alone: as CSV, one after the other, or as an Excel workbook with a sheet each."""

import csv
import re
from collections.abc import Sequence
from io import BytesIO, StringIO

import xlsxwriter
from xlsxwriter.format import Format as CellFormat
from xlsxwriter.worksheet import Worksheet

from ocrapp.export.base import BinaryFormat, TextFormat
from ocrapp.export.xml import clean
from ocrapp.geometry import Cell, Table, find_tables
from ocrapp.page import Page

_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:[.,](?P<decimals>\d{1,2}))?")
"""What is a number in any country. ``1.234`` is not: it may be a thousand or hardly more than one."""
_LONGEST_TEXT = 32_767
"""Characters that a cell of a workbook may have."""


def render(page: Page) -> str:
    """The tables of a page from the top down, each followed by an empty row."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for table in find_tables(page):
        writer.writerows(table.texts())
        text.write("\n")
    return text.getvalue()


def build(pages: Sequence[Page]) -> bytes:
    """A workbook with one sheet a table; with the text in one sheet if there are no tables.

    Cells that cover several places are merged. Numbers are numbers and keep their decimals; everything else
    is text, so that nothing that was read is taken for a formula or a date.
    """
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        patterns = {"text_wrap": True}, {"num_format": "0"}, {"num_format": "0.0"}, {"num_format": "0.00"}
        formats = [workbook.add_format({"valign": "top", **pattern}) for pattern in patterns]
        count = 0
        for page in pages:
            for table in find_tables(page):
                count += 1
                sheet = workbook.add_worksheet(f"Table {count}, page {page.number}")
                _fill(sheet, table, formats)
        if count == 0:
            _fill_with_text(workbook.add_worksheet("Text"), pages)
    return file.getvalue()


def _fill(sheet: Worksheet, table: Table, formats: Sequence[CellFormat]) -> None:
    for cell in table.cells:
        if cell.rows > 1 or cell.columns > 1:
            last = cell.row + cell.rows - 1, cell.column + cell.columns - 1
            sheet.merge_range(cell.row, cell.column, *last, "", formats[0])
        _write(sheet, cell, formats)
    sheet.autofit()


def _write(sheet: Worksheet, cell: Cell, formats: Sequence[CellFormat]) -> None:
    number = _NUMBER.fullmatch(cell.text)
    if number:
        decimals = len(number["decimals"] or "")
        sheet.write_number(cell.row, cell.column, float(cell.text.replace(",", ".")), formats[1 + decimals])
    else:
        sheet.write_string(cell.row, cell.column, clean(cell.text)[:_LONGEST_TEXT], formats[0])


def _fill_with_text(sheet: Worksheet, pages: Sequence[Page]) -> None:
    row = 0
    for page in pages:
        for line in page.lines:
            sheet.write_string(row, 0, clean(line.text)[:_LONGEST_TEXT])
            row += 1
    sheet.autofit()


TABLES = TextFormat("tables", ".tables.csv", render)
XLSX = BinaryFormat("xlsx", ".xlsx", build)
