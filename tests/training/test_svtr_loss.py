import pytest
import torch
from torch.nn import functional as fn

from ocrapp.training.corpus import CHARSET
from ocrapp.training.data.batches import IGNORE, Batch
from ocrapp.training.data.context_strings import Vocabulary, context_items
from ocrapp.training.svtr_loss import ctc_losses, frame_loss, guidance_loss
from tests.training.drawn import batch


def test_a_label_longer_than_the_canvas_gives_no_infinite_loss():
    b = batch()
    long = Batch(b.images[:1], torch.full((40,), 5), torch.tensor([40]), b.frames[:1])
    assert ctc_losses(torch.randn(1, 32, len(CHARSET) + 1), long).tolist() == [0.0]


def test_ctc_is_summed_over_a_crop_and_computed_in_full_precision():
    torch.manual_seed(0)
    b = batch(("go", "noon"))
    logits = torch.randn(2, 32, len(CHARSET) + 1)
    losses = ctc_losses(logits, b)
    mean = fn.ctc_loss(logits.log_softmax(-1).transpose(0, 1), b.targets, torch.tensor([32, 32]), b.lengths)
    assert (losses / b.lengths).mean() == pytest.approx(mean.item())
    assert ctc_losses(logits.bfloat16(), b).dtype == torch.float32


def test_unknown_positions_do_not_count():
    b = batch()
    logits = torch.zeros(2, 32, len(CHARSET) + 1)
    assert frame_loss(logits, torch.full_like(b.frames, IGNORE)) == 0.0
    assert frame_loss(logits, b.frames) == pytest.approx(torch.tensor(len(CHARSET) + 1.0).log().item())


def test_the_guidance_loss_is_a_mean_over_the_questions_that_count():
    vocabulary = Vocabulary(9)
    items = context_items(torch.tensor([1, 2, 3, 4]), torch.tensor([1, 3]), vocabulary)
    assert int((items.targets != vocabulary.padding).sum()) == 2 * (2 + 4)
    logits = torch.zeros(*items.targets.shape, vocabulary.outputs)
    logits[0, 0, 2:] = 99.0  # padding
    loss = guidance_loss(logits, items, vocabulary.padding)
    assert loss.item() == pytest.approx(torch.tensor(11.0).log().item())
