"""What is shipped of an exported recogniser: decided on words drawn here, with the shipped models."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from PIL import Image, ImageDraw, ImageFont

from ocrapp.errors import ModelUnusableError
from ocrapp.runtime import load_catalog
from ocrapp.training import shipping
from ocrapp.training.card import write_card
from ocrapp.training.catalog import add_scores, read_models
from ocrapp.training.evaluate import save
from ocrapp.training.evaluation import Evaluation
from ocrapp.training.metrics import WordResult
from ocrapp.training.ours import Ocrapp, preferring
from ocrapp.training.readers import ModelFile, ReaderInfo
from ocrapp.training.scores import SPEED
from ocrapp.training.shipping import Measured, Recogniser, decide, ship

MODELS = Path(__file__).resolve().parents[2] / "models"
FONT = ImageFont.load_default(32)
ROLES = {"svtr-encoder": "svtrv2-nano-encoder.onnx", "svtr-ctc": "svtrv2-nano-ctc.onnx"}
RECOGNISER = Recogniser("svtrv2-nano", "nano", 12, "latin.charset", "7 crops", "CC0-1.0", 1.5e-6)
WORDS = ("Harbour", "Station", "Museum", "Garden", "Library", "Kitchen")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with one word set; these numbers make names that are held out."""
    folder = tmp_path / "data" / "words_ic15_train"
    (folder / "images").mkdir(parents=True)
    rows = []
    for number, word in zip((3, 7, 10, 12, 18, 24), WORDS, strict=True):
        image = Image.new("RGB", (round(FONT.getlength(word)) + 8, 44), "white")
        ImageDraw.Draw(image).text((4, 4), word, "black", FONT)
        name = f"images/held_{number}.png"
        (folder / name).write_bytes(cv2.imencode(".png", np.asarray(image))[1].tobytes())
        rows.append(json.dumps({"image": name, "text": word}))
    (folder / "labels.jsonl").write_text("\n".join(rows), encoding="utf-8")
    return tmp_path / "data"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    shutil.copy(MODELS / "latin.charset", folder)
    return folder


def graphs() -> dict[str, Path]:
    return {role: MODELS / file for role, file in ROLES.items()}


def test_smaller_files_that_read_as_well_are_shipped(data: Path, folder: Path) -> None:
    decisions = ship(graphs(), RECOGNISER, folder, default="fp16", root=data, kinds=["fp16"], rounds=1)
    assert decisions["fp16"].startswith("shipped: ")
    assert "words_ic15_train" in decisions["fp16"]
    catalog = load_catalog(folder)
    assert {entry.id for entry in catalog} == {
        "svtrv2-nano-encoder", "svtrv2-nano-ctc", "svtrv2-nano-encoder-fp16", "svtrv2-nano-ctc-fp16",
    }  # fmt: skip
    for entry in catalog:
        entry.verify(fresh=True)
        assert entry.default == entry.id.endswith("-fp16")
    head = catalog.entry("svtrv2-nano-ctc-fp16")
    assert head.scores["all words accuracy"] > 0
    assert head.scores[SPEED] > 0
    assert head.path.stat().st_size < 0.6 * catalog.entry("svtrv2-nano-ctc").path.stat().st_size

    card = write_card(folder, "svtrv2-nano").read_text(encoding="utf-8")
    assert f"| all words accuracy | {100 * head.scores['all words accuracy']:.1f} |" in card
    assert "| largest difference of a logit | 1.5e-06 | – |" in card
    assert "Smaller files: fp16 shipped: " in card
    assert "blocks LL / LLGG / GG" in card


def test_a_smaller_file_that_reads_worse_is_not_shipped(
    data: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ship(graphs(), RECOGNISER, folder, root=data, kinds=["fp16"], rounds=1)
    assert (folder / "svtrv2-nano-ctc-fp16.onnx").exists()

    def spoilt(source: Path, target: Path) -> None:
        """A file that reads nothing: the weights of its products are zero."""
        model = onnx.load(source)
        for weight in model.graph.initializer:
            values = numpy_helper.to_array(weight)
            if values.dtype == np.float32 and values.ndim == 2:
                weight.CopyFrom(numpy_helper.from_array(values * 0, weight.name))
        onnx.save(model, target)

    worse: dict[str, Callable[[Path, Path], None]] = {"fp16": spoilt}
    monkeypatch.setattr(shipping, "SMALLER", worse)
    decisions = ship(graphs(), RECOGNISER, folder, default="fp16", root=data, kinds=["fp16"], rounds=1)
    assert decisions["fp16"].startswith("not shipped: 0.00 %")
    assert [entry.id for entry in load_catalog(folder)] == ["svtrv2-nano-ctc", "svtrv2-nano-encoder"]
    assert all(entry.default for entry in load_catalog(folder))
    assert not (folder / "svtrv2-nano-ctc-fp16.onnx").exists()


def test_the_limit_is_three_tenths_of_a_point() -> None:
    measured = {
        kind: Measured(accuracy, {SPEED: 5.0})
        for kind, accuracy in (("fp32", 0.9), ("fp16", 0.897), ("int8", 0.8969))
    }
    decisions = decide(measured, ["words_svt_train"])
    assert decisions["fp16"].startswith("shipped: 89.70 %")
    assert decisions["int8"].startswith(
        "not shipped: 89.69 % of the words of words_svt_train against 90.00 %"
    )


def test_models_can_be_preferred_to_the_defaults() -> None:
    catalog = load_catalog(MODELS)
    same = preferring(catalog, ["svtrv2-nano-ctc"])
    assert [entry.default for entry in same] == [entry.default for entry in catalog]
    with pytest.raises(ModelUnusableError, match="no model 'other'"):
        Ocrapp("cpu", MODELS, ["other"])


def evaluation(name: str, models: tuple[ModelFile, ...] = ()) -> Evaluation:
    words = [WordResult("ab", "ab", 0.9), WordResult("cd", "cx", 0.9), WordResult("ef", "ef", 0.9)]
    return Evaluation(ReaderInfo(name, "9.9", "CPU", 1, "", models), {"words_svt_train": words})


def test_scores_are_saved_in_catalog_and_card(folder: Path) -> None:
    for role, file in ROLES.items():
        shutil.copy(MODELS / file, folder)
        kept = shipping.entry(RECOGNISER, role, "fp32", default=True)
        shipping.upsert_model(folder, kept)
    add_scores(folder, "svtrv2-nano-ctc", {"pages_unlv CER": 0.5, "words_svt_train accuracy": 0.1})
    used = tuple(ModelFile(model["id"], model["sha256"]) for model in read_models(folder))
    save(folder, [evaluation("ocrapp", used), evaluation("tesseract")])
    scores = load_catalog(folder).entry("svtrv2-nano-ctc").scores
    assert scores["words_svt_train accuracy"] == pytest.approx(0.6667)
    assert scores["pages_unlv CER"] == 0.5
    assert scores["all words ECE"] == pytest.approx(0.2333)
    assert scores["tesseract 9.9: all words 1-NED"] == pytest.approx(0.8333)
    card = (folder / "svtrv2-nano.md").read_text(encoding="utf-8")
    assert "| measure | fp32 | tesseract 9.9 |" in card
    assert "| words_svt_train accuracy | 66.7 | 66.7 |" in card
    assert "| pages_unlv CER | 50.0 | – |" in card
    with pytest.raises(ModelUnusableError, match="No model of ocrapp"):
        save(folder, [evaluation("tesseract")])
    with pytest.raises(ModelUnusableError, match="lists no model 'x'"):
        add_scores(folder, "x", {})
