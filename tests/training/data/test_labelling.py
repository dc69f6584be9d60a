"""The label command with the real teacher on rendered sets."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocrapp.errors import UsageError
from ocrapp.training.data.labelling import FROM_PHOTOS, RECIPES, main
from ocrapp.training.data.pseudo import read_folder
from ocrapp.training.data.real import is_validation

needs_teacher = pytest.mark.skipif(find_spec("rapidocr") is None, reason="rapidocr is not installed")
LINES = ("Harbour Office", "Total: 27.50", "Thank you")


def name(prefix: str) -> str:
    return next(f"{prefix}{n}.png" for n in range(100) if not is_validation(f"{prefix}{n}.png"))


def write(root: Path, dataset: str, row: dict[str, object], image: str = "") -> None:
    """A set of one image with three rendered lines, at y = 20, 90 and 160."""
    folder = root / dataset
    (folder / "images").mkdir(parents=True)
    if image:
        drawn = Image.new("RGB", (480, 240), "white")
        for number, line in enumerate(LINES):
            ImageDraw.Draw(drawn).text(
                (30, 20 + 70 * number), line, "black", ImageFont.load_default(36), anchor="la"
            )
        data = cv2.imencode(".png", np.asarray(drawn))[1].tobytes()
        (folder / "images" / image).write_bytes(data)
        row = {"image": f"images/{image}", "size": [480, 240], **row}
    (folder / "labels.jsonl").write_text(json.dumps(row) + "\n" if row else "", encoding="utf-8")


def regions(labels: tuple[str | None, ...]) -> dict[str, object]:
    return {
        "regions": [
            {
                "polygon": [[24, y], [300, y], [300, y + 50], [24, y + 50]],
                "text": label,
                "ignore": False,
            }
            for y, label in zip((12, 82, 152), labels, strict=True)
        ]
    }


def test_an_unknown_recipe_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="receipts"):
        main("recipes", tmp_path)
    assert {rule.name for rule in (recipe.rule for recipe in RECIPES.values())} == {
        "case",
        "matched",
        "pseudo",
        "punctuation",
    }


def test_the_command_says_errors_without_a_traceback(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ocrapp.training", "label", "recipes", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("There is no recipe 'recipes'. Choose among: receipts, ")
    assert len(done.stderr.splitlines()) == 1


@needs_teacher
def test_receipts_get_the_case_of_the_print(tmp_path: Path) -> None:
    image = name("receipt")
    write(tmp_path, "docs_sroie", regions(("HARBOUR OFFICE", "TOTAL: 27.50", "SOMETHING ELSE")), image)
    main("receipts", tmp_path / "out", data=tmp_path)
    assert [sample.text for sample in read_folder(tmp_path / "out")] == list(LINES[:2])


@needs_teacher
@pytest.mark.parametrize("recipe", ["pages", "pieces"])
def test_lines_of_pages_get_the_true_text(recipe: str, tmp_path: Path) -> None:
    write(tmp_path, "pages_unlv", {"page_text": "Harbour  Office\nTotal: 27.50\n~hank you\n"}, name("page"))
    main(recipe, tmp_path / "out", data=tmp_path)
    texts = [sample.text for sample in read_folder(tmp_path / "out")]
    assert "".join(texts).replace(" ", "") == "HarbourOfficeTotal:27.50" + ("you" if "you" in texts else "")


@needs_teacher
def test_photos_of_the_word_sets_are_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    image = name("photo")
    write(tmp_path, "scenes_mlt17_boxes", regions(("Harbour Office", None, "No")), image)
    for dataset in FROM_PHOTOS:
        write(tmp_path, dataset, {})
    main("photos", tmp_path / "first", data=tmp_path)
    assert [sample.text for sample in read_folder(tmp_path / "first")] == ["Harbour Office", "No"]
    main("unread", tmp_path / "unread", data=tmp_path)
    assert [sample.text for sample in read_folder(tmp_path / "unread")] == ["Total: 27.50"]
    (tmp_path / FROM_PHOTOS[0]).rename(tmp_path / "gone")
    write(tmp_path, FROM_PHOTOS[0], regions((None, None, None)), image)
    main("photos", tmp_path / "second", data=tmp_path)
    assert read_folder(tmp_path / "second") == []
    assert f"{image} is {image}" in capsys.readouterr().err
