"""Options and page selections."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocrapp.errors import ExitCode, UsageError
from ocrapp.sources import OpenOptions
from ocrapp.sources.model import PageSelection


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ("4", [4]),
        ("1-3,7", [1, 2, 3, 7]),
        ("8-", [8, 9]),
        (" 7 , 1-2 ", [1, 2, 7]),
        ("2,2-3,3", [2, 3]),
    ],
)
def test_selection(text: str | None, expected: list[int]) -> None:
    selection = PageSelection.parse(text)
    assert [number for number in range(1, 10) if number in selection] == expected


@pytest.mark.parametrize("text", ["", "0", "3-1", "a", "1,,2", "-3", "1-2-3", "1.5", "٣-", "1" * 30, "0-2"])
def test_nonsense_is_refused_when_options_are_made(text: str) -> None:
    if text == "٣-":  # other digits are digits
        assert 3 in PageSelection.parse(text)
        return
    with pytest.raises(UsageError, match="names no pages") as caught:
        OpenOptions(pages=text)
    assert caught.value.exit_code == ExitCode.USAGE


@pytest.mark.parametrize("options", [{"dpi": 0}, {"dpi": 100_000}, {"max_pixels": 0}, {"max_pixels": 10**9}])
def test_senseless_numbers_are_refused(options: dict[str, int]) -> None:
    with pytest.raises(UsageError, match="not usable"):
        OpenOptions(**options)


def test_range_may_end_behind_the_last_page_but_not_begin_there() -> None:
    PageSelection.parse("2-100").check(3, "letter.pdf")
    with pytest.raises(UsageError, match=r"letter.pdf has 3 pages, there is no page 4"):
        PageSelection.parse("1,4-9").check(3, "letter.pdf")


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 9)), min_size=1, max_size=4))
def test_is_past_agrees_with_membership(ranges: list[tuple[int, int]]) -> None:
    selection = PageSelection.parse(",".join(f"{first}-{first + more}" for first, more in ranges))
    selected = [number for number in range(1, 100) if number in selection]
    assert selection.is_past(selected[-1] + 1)
    assert not selection.is_past(selected[-1])
