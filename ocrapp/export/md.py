"""Markdown (CommonMark with GitHub's tables): headings by size, lists by their signs, tables by geometry."""

import re
from collections.abc import Iterator, Sequence
from statistics import median

from ocrapp.export.base import TextFormat
from ocrapp.export.outlines import line_outline
from ocrapp.geometry import Table, extent, find_tables
from ocrapp.page import Block, Line, Page

_HEADINGS = ((2.2, "#"), (1.7, "##"), (1.4, "###"))
"""From how many heights of the page's ordinary lines on a line is a heading, and of which level."""
_LONGEST_HEADING = 120
"""Characters."""
_BULLETS = "•·‣▪◦●○■□–—*-"
_CERTAIN = "•‣▪◦●■"
"""Signs that start an item even if there is only one."""
_MARK = re.compile(rf"(?:(?P<bullet>[{_BULLETS}])|(?P<number>\d{{1,3}})[.)])\s+(?=\S)")
_INDENT = 1.0
"""In ordinary heights: items that begin further to the right belong to the one above."""
_SPECIAL = re.compile(r"([\\`*_\[\]<>&])")
_AT_START = re.compile(r"^(#{1,6}(?=\s|$)|[-+=~](?=\s|$|[-=~])|\d+(?=[.)](?:\s|$)))")


def render(page: Page) -> str:
    """A page as Markdown, ended by a line break; nothing for a page without text."""
    return "\n".join(f"{part}\n" for part in _Writer(page).parts())


class _Writer:
    """Paragraphs, headings, lists and tables of a page, in reading order."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._tables = {id(word): table for table in find_tables(page) for word in table.words}
        heights = [_height(line) for line in page.lines for _ in line.text]
        self._ordinary = median(height for height in heights if height) if any(heights) else 0.0
        marks = [mark for line in page.lines if (mark := _MARK.match(line.text))]
        self._has_lists = len(marks) > 1

    def parts(self) -> Iterator[str]:
        """What stands with an empty line in between."""
        written: list[Table] = []
        items = _Items(self._ordinary)
        for block in self._page.blocks:
            rest: list[Line] = []
            for line in block.lines:
                tables = {id(table): table for table in map(self._table_of, line.words) if table}
                for table in tables.values():
                    if not any(table is other for other in written):
                        yield from items.flush()
                        yield from self._text(rest, items)
                        rest = []
                        yield from items.flush()
                        written.append(table)
                        yield _table(table)
                words = tuple(word for word in line.words if id(word) not in self._tables)
                if words:
                    rest.append(line if len(words) == len(line.words) else Line(words, (), line.confidence))
            yield from self._text(rest, items)
        yield from items.flush()

    def _table_of(self, word: object) -> Table | None:
        return self._tables.get(id(word))

    def _text(self, lines: Sequence[Line], items: "_Items") -> Iterator[str]:
        """Lines of a block: a heading, items of a list, or a paragraph."""
        if not lines:
            return
        level = self._heading(Block(tuple(lines)))
        if level:
            yield from items.flush()
            yield f"{level} {escaped(' '.join(line.text for line in lines))}"
            return
        paragraph: list[str] = []
        for line in lines:
            mark = _MARK.match(line.text)
            if mark and (self._has_lists or mark[0][0] in _CERTAIN):
                yield from _paragraph(paragraph)
                paragraph = []
                items.start(mark, line)
            elif items.goes_on(line):
                items.add(line)
            else:
                yield from items.flush()
                paragraph.append(_line(line.text))
        yield from _paragraph(paragraph)

    def _heading(self, block: Block) -> str:
        if not self._ordinary or len(block.text) > _LONGEST_HEADING or not re.search(r"\w\w", block.text):
            return ""
        ratio = min(map(_height, block.lines)) / self._ordinary
        return next((level for least, level in _HEADINGS if ratio >= least), "")


class _Items:
    """The list that is being written."""

    def __init__(self, ordinary: float) -> None:
        self._ordinary = ordinary
        self._rows: list[str] = []
        self._lefts: list[float] = []
        self._indents: list[str] = []
        self._bottom = self._left = 0.0

    def start(self, mark: re.Match[str], line: Line) -> None:
        """A line that begins an item."""
        left = _left(line)
        while self._lefts and left < self._lefts[-1] - _INDENT * self._ordinary / 2:
            self._lefts.pop()
            self._indents.pop()
        sign = f"{mark['number']}. " if mark["number"] else "- "
        if not self._lefts:
            self._lefts, self._indents = [left], [" " * len(sign)]
        elif left > self._lefts[-1] + _INDENT * self._ordinary:
            self._lefts.append(left)
            self._indents.append(self._indents[-1] + " " * len(sign))
        else:
            self._indents[-1] = (self._indents[-2] if len(self._indents) > 1 else "") + " " * len(sign)
        before = self._indents[-1][: -len(sign)]
        self._rows.append(f"{before}{sign}{_line(line.text[mark.end() :])}")
        self._remember(line)

    def goes_on(self, line: Line) -> bool:
        """Whether a line continues the item: close below its first line, and not further to the left."""
        if not self._rows or not line.polygon:
            return False
        top = min(y for _, y in line.polygon)
        right_of_mark = _left(line) > self._lefts[-1] + 0.4 * self._ordinary
        return right_of_mark and -0.5 * self._ordinary < top - self._bottom < 0.9 * self._ordinary

    def add(self, line: Line) -> None:
        """A line that continues the item."""
        self._rows.append(self._indents[-1] + _line(line.text))
        self._remember(line)

    def flush(self) -> Iterator[str]:
        """The list that ends here, if there is one."""
        if self._rows:
            yield "\n".join(self._rows)
        self._rows, self._lefts, self._indents = [], [], []

    def _remember(self, line: Line) -> None:
        self._bottom = max((y for _, y in line.polygon), default=0.0)


def escaped(text: str) -> str:
    """Text without meaning to Markdown."""
    return _SPECIAL.sub(r"\\\1", text)


def _line(text: str) -> str:
    """A row of its own, whose first sign shall not start a heading or a list either."""
    text = escaped(text)
    start = _AT_START.match(text)
    if start is None:
        return text
    if start[0].isdigit():
        return f"{start[0]}\\{text[start.end() :]}"
    return f"\\{text}"


def _paragraph(rows: Sequence[str]) -> Iterator[str]:
    if rows:
        yield "\n".join(rows)


def _table(table: Table) -> str:
    """A table; its first row is the head, as Markdown wants one."""
    rows = [
        "| " + " | ".join(escaped(text).replace("|", "\\|").replace("\n", "<br>") for text in row) + " |"
        for row in table.texts()
    ]
    return "\n".join([rows[0], "|" + " --- |" * table.columns, *rows[1:]])


def _height(line: Line) -> float:
    outline = line_outline(line)
    return extent(outline)[1] if len(outline) >= 4 else 0.0


def _left(line: Line) -> float:
    return min((x for x, _ in line.polygon), default=0.0)


MD = TextFormat("md", ".md", render, separator="\n---\n\n")
