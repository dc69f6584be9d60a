"""The whole evaluation on a data folder made here, with a reader that knows some of the answers."""

import json
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from typer import Typer
from typer.testing import CliRunner

from ocrapp.errors import InputNotFoundError, ModelUnusableError, UsageError
from ocrapp.training import evaluate as command
from ocrapp.training.data.real import Pixels
from ocrapp.training.detection import Found
from ocrapp.training.evaluation import Evaluation, Plan, evaluate
from ocrapp.training.readers import Cache, CropKind, PageReading, ReaderInfo, Reading
from ocrapp.training.report import contact_sheet, markdown, to_json

WORDS = {"held_0": "EXIT", "held_1": "Open", "held_2": "Gate|7"}
LINE = ((10.0, 10.0), (90.0, 10.0), (90.0, 30.0), (10.0, 30.0))


class Grey:
    """Reads crops by their grey: 10 is "exit", 20 is "Open", 30 is "Gato|7"; an image has one line."""

    info = ReaderInfo("grey", "1", "CPU", 1, "none")

    def read_crops(self, crops: Sequence[Pixels], kind: CropKind) -> list[Reading]:
        texts = {10: "exit", 20: "Open", 30: "Gato|7", 40: "total 7.50"}
        return [Reading(texts[int(crop[0, 0, 0])], 0.9) for crop in crops]

    def read_image(self, pixels: Pixels, dpi: float | None = None, *, words: bool = False) -> PageReading:
        found = (Found(LINE, "Total 7.50"),)
        return PageReading("total 7.50", found, found)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    root = tmp_path / "data"
    rows = [{"image": f"images/{name}.png", "text": text} for name, text in WORDS.items()]
    write(root / "words_ic15_train", rows, [(10, 8, 32), (20, 8, 8), (30, 8, 48)])
    region = {"polygon": LINE, "text": "TOTAL 7.50", "ignore": False}
    scene = {"image": "images/held_0.png", "size": [100, 40], "regions": [region]}
    for name in ("docs_sroie", "scenes_ic15_train"):
        write(root / name, [scene], [(40, 40, 100)])
    write(root / "pages_unlv", [{"image": "images/held_0.png", "page_text": "Total~\n7.51"}], [(40, 40, 100)])
    return root


def write(folder: Path, rows: list[dict], images: list[tuple[int, int, int]]) -> None:
    (folder / "images").mkdir(parents=True)
    (folder / "labels.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    for row, (grey, height, width) in zip(rows, images, strict=True):
        pixels = np.full((height, width, 3), grey, np.uint8)
        (folder / row["image"]).write_bytes(cv2.imencode(".png", pixels)[1].tobytes())


@pytest.fixture
def evaluation(data: Path, tmp_path: Path) -> Evaluation:
    plan = Plan(split="all", root=data, cache=Cache(tmp_path / "cache"))
    sets = ["words_ic15_train", "receipts", "scenes_ic15_train", "pages"]
    first = evaluate(Grey(), sets, plan)
    again = evaluate(Grey(), sets, plan)  # all from the cache
    assert again == first
    return first


def test_every_set_is_measured(evaluation: Evaluation) -> None:
    (results,) = evaluation.words.values()
    assert [result.right for result in results] == [True, True, False]
    assert [result.right_exact for result in results] == [False, True, False]
    assert [result.aspect for result in results] == [4, 1, 6]
    assert evaluation.texts["docs_sroie lines"].cer == 0.0  # labels without case are compared without case
    assert evaluation.texts["docs_sroie whole"].right == 1.0
    page = evaluation.texts["pages_unlv"]  # "Total 7.51" and "total 7.50"
    assert (page.count, page.cer, page.wer) == (1, pytest.approx(0.2), 1.0)
    for scores in evaluation.scenes.values():
        assert scores.detection.hmean == scores.end_to_end.hmean == 1.0


def test_reports_hold_the_numbers(evaluation: Evaluation) -> None:
    text = markdown([evaluation], "all", ["other: not installed"])
    assert "| words_ic15_train | grey | 3 | 66.7 | 33.3 |" in text
    assert "e→o 1" in text
    assert "![The crops that grey read worst](worst-grey.png)" in text
    assert (
        "Expected calibration error: as it says 23.3." in text
    )  # 0.9 three times, right twice; too few for isotonic
    assert "Missing: other: not installed" in text
    assert "| docs_sroie lines | grey | 1 | 0.0 |" in text
    document = json.loads(to_json([evaluation], "all"))
    (reader,) = document["readers"]
    assert reader["words"]["words_ic15_train"]["accuracy"] == pytest.approx(2 / 3)
    assert sum(part["count"] for part in reader["by_aspect"].values()) == 3
    assert reader["scenes"]["docs_sroie"]["end_to_end"]["hmean"] == 1.0
    assert reader["reader"]["name"] == "grey"


def test_worst_crops_are_shown(evaluation: Evaluation, tmp_path: Path) -> None:
    (results,) = evaluation.words.values()
    path = tmp_path / "sheet.png"
    path.write_bytes(contact_sheet(results))
    with Image.open(path) as sheet:
        assert sheet.getpixel((10, 10)) == (30, 30, 30)  # the only wrong word
    assert contact_sheet(results[:2]) == b""


def test_unknown_and_absent_sets_are_told(data: Path) -> None:
    with pytest.raises(UsageError, match="words_ic15_train"):
        evaluate(Grey(), ["nonsense"], Plan(root=data))
    with pytest.raises(InputNotFoundError, match="words_svt_train"):
        evaluate(Grey(), ["words"], Plan(root=data / "words_svt_train"))


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ("--split x", UsageError),
        ("--reader x", UsageError),
        ("--save-scores --limit 3 --models m", UsageError),
    ],
)
def test_the_command_refuses_nonsense(arguments: str, error: type[Exception]) -> None:
    assert isinstance(run(*arguments.split()).exception, error)


def test_the_command_writes_a_report(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(command.PEERS, "tesseract", lambda threads: Grey())

    def missing(threads: int) -> Grey:
        raise ModelUnusableError("It is not installed.")

    monkeypatch.setitem(command.PEERS, "rapidocr", missing)
    out = tmp_path / "runs" / "evaluate"
    options = ["--set", "words_ic15_train", "--split", "all", "--data", str(data), "--out", str(out)]
    result = run("--reader", "tesseract", "--reader", "rapidocr", *options)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("# Evaluation on the all part")
    assert "Missing: rapidocr: It is not installed." in result.stdout
    assert sorted(path.name for path in out.iterdir()) == ["report.json", "report.md", "worst-grey.png"]
    assert (out.parent / "peers").is_dir()
    assert isinstance(run("--reader", "rapidocr", *options).exception, ModelUnusableError)


def run(*arguments: str):
    app = Typer()
    app.command()(command.main)
    return CliRunner().invoke(app, arguments)
