import dataclasses
import subprocess
import sys

import pytest

import ocrapp
from ocrapp.page import Block, Line, Page, Word

BOX = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))


def line(text):
    return Line(tuple(Word(word, BOX, 0.5, "reader") for word in text.split()), BOX, 0.5)


PAGE = Page(
    source="a.png",
    number=1,
    width=10,
    height=10,
    blocks=(Block((line("EXIT 7"), line("Gate"))), Block((line("café"),))),
    provider="CPUExecutionProvider",
    models=("reader",),
    seconds=0.1,
)


def test_text_in_reading_order():
    assert PAGE.text == "EXIT 7\nGate\n\ncafé"
    assert [item.text for item in PAGE.lines] == ["EXIT 7", "Gate", "café"]
    assert [word.text for word in PAGE.words] == ["EXIT", "7", "Gate", "café"]


def test_a_page_without_text():
    page = dataclasses.replace(PAGE, blocks=())
    assert (page.text, list(page.lines), list(page.words)) == ("", [], [])


def test_results_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        PAGE.number = 2


def test_importing_ocrapp_loads_nothing_heavy():
    code = (
        "import sys, ocrapp; assert ocrapp.__version__\n"
        "heavy = {'numpy', 'onnxruntime', 'torch', 'PySide6', 'cv2', 'PIL', 'typer'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="Writer"):
        ocrapp.Writer  # noqa: B018
