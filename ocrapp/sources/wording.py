"""How errors speak of files."""

from pathlib import Path

DAMAGED_HINT = "Open it in the program that made it and save it again."
TRUNCATED_HINT = "Copy, download or scan it again."


def printable(source: str | Path) -> str:
    """A path as it can be shown in one line, whatever bytes its name is made of."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape", "surrogatepass").decode("ascii")
        for char in str(source)
    )


def page_of(who: str, number: int, count: int | None) -> str:
    """``letter.pdf`` or ``page 3 of letter.pdf``: one page as the beginning of a sentence."""
    return who if count == 1 else f"Page {number} of {who}"
