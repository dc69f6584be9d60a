import csv
from io import BytesIO

import numpy as np
import torch
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from ocrapp.training.data.batches import DataConfig
from ocrapp.training.metrics import score_words
from ocrapp.training.svtr_held_out import Check, HeldOut, read_batch
from ocrapp.training.svtr_log import CHECK_COLUMNS, COLUMNS, CampaignLog
from ocrapp.training.svtr_recipe import Recipe, TrainConfig
from tests.training.drawn import batch

RECIPE = Recipe("tiny-test", "nano", DataConfig(), TrainConfig(400, 1e-3, 100))
CPU = torch.device("cpu")


class Constant(torch.nn.Module):
    """Reads "go" in every crop."""

    def forward(self, images):
        logits = torch.zeros(len(images), 32, len(RECIPE.network().head.fc.bias))
        targets = batch(("go",)).targets
        logits[:, :, 0] = 1.0
        logits[:, 5, targets[0]] = logits[:, 9, targets[1]] = 9.0
        return logits


def test_readings_stand_beside_their_labels():
    results = read_batch(Constant(), batch(("go", "noon")), CPU)
    assert [(r.label, r.reading) for r in results] == [("go", "go"), ("noon", "go")]
    assert results[0].name != results[1].name


def test_a_check_scores_and_shows_what_was_misread():
    check = HeldOut([batch(("go", "noon")), batch(("go", "on"))]).check(Constant(), CPU)
    assert (check.scores.count, check.scores.accuracy) == (4, 0.5)
    sheet = np.asarray(Image.open(BytesIO(check.sheet)))
    assert sheet.shape[2] == 3 and (sheet != 255).any()
    assert HeldOut([batch(("go",))]).check(Constant(), CPU).sheet == b""


def test_held_out_crops_are_drawn_once(tmp_path):
    kept = batch(("go", "noon"))
    torch.save([(kept.images, kept.targets, kept.lengths, kept.frames)], tmp_path / "held_out.pt")
    (again,) = HeldOut.of_run(tmp_path, RECIPE.data, 999).batches
    assert torch.equal(again.images, kept.images)
    assert torch.equal(again.targets, kept.targets)


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_the_log_goes_on_and_tensorboard_shows_the_same(tmp_path):
    (tmp_path / "log.csv").write_text(
        "50,1300,12,0.001,1.5,2.5,3.5\n", encoding="utf-8"
    )  # the first engine's
    values = {
        "lr": 1e-3,
        "ctc": torch.tensor(2.0),
        "grad": torch.tensor(0.5),
        "encoder_grad": torch.tensor(0.25),
    }
    check = HeldOut([batch(("go", "noon"))]).check(Constant(), CPU)
    for seen in (64, 128):
        with CampaignLog(tmp_path, seen) as log:
            log.add(values)
            shown = log.write(seen // 32, seen, 1.4)
            log.check(seen, check)
    assert shown["ctc"] == "2"
    expected = [list(COLUMNS)] + [
        [s, n, "1", "0.001", "2", "", "", "0.5", "0.25"] for s, n in (("2", "64"), ("4", "128"))
    ]
    assert rows(tmp_path / "log.csv") == expected
    assert rows(tmp_path / "log.old.csv")[0][1] == "1300"
    assert rows(tmp_path / "checks.csv")[:2] == [
        list(CHECK_COLUMNS),
        ["64", "2", "0.5000", "0.5000", "0.5000"],
    ]
    assert sorted(p.name for p in (tmp_path / "errors").iterdir()) == ["000000064.png", "000000128.png"]
    board = EventAccumulator(str(tmp_path / "tensorboard"))
    board.Reload()
    assert [(e.step, e.value) for e in board.Scalars("train/encoder_grad")] == [(64, 0.25), (128, 0.25)]
    assert [e.step for e in board.Images("held_out/misread")] == [64, 128]


def test_values_are_smoothed_and_forgotten_when_they_end(tmp_path):
    with CampaignLog(tmp_path, 0) as log:
        log.add({"ctc": 1.0, "frame": 1.0})
        log.add({"ctc": 2.0})
        assert log.write(1, 1, 0.0) == {"ctc": "1.05"}


def test_an_empty_sheet_is_not_written(tmp_path):
    with CampaignLog(tmp_path, 0) as log:
        log.check(1, Check(score_words(read_batch(Constant(), batch(("go",)), CPU)), b""))
    assert not (tmp_path / "errors").exists()
    assert rows(tmp_path / "checks.csv")[1][2] == "1.0000"
