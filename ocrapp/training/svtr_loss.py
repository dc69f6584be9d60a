"""Losses of the recogniser: CTC, cross-entropy on known character positions, semantic guidance. All in fp32."""

import torch
from torch import Tensor
from torch.nn import functional as fn

from ocrapp.training.data.batches import IGNORE, Batch
from ocrapp.training.data.context_strings import ContextItems


def ctc_losses(logits: Tensor, batch: Batch) -> Tensor:
    """CTC loss of each crop, summed over its characters; 0 where the label does not fit the steps.

    Args:
        logits: N x T x classes.
        batch: Targets of the same N crops.
    """
    steps = torch.full_like(batch.lengths, logits.shape[1])
    probabilities = logits.float().log_softmax(-1).transpose(0, 1)
    return fn.ctc_loss(
        probabilities, batch.targets, steps, batch.lengths, reduction="none", zero_infinity=True
    )


def frame_loss(logits: Tensor, frames: Tensor) -> Tensor:
    """Mean cross-entropy over the steps whose character the renderer knows; 0 where it knows none.

    Args:
        logits: N x T x classes.
        frames: int64 N x T, ``IGNORE`` where unknown.
    """
    known = (frames != IGNORE).sum().clamp(min=1)
    logits = logits.float().flatten(0, 1)
    return fn.cross_entropy(logits, frames.flatten(), ignore_index=IGNORE, reduction="sum") / known


def guidance_loss(logits: Tensor, items: ContextItems, padding: int) -> Tensor:
    """Mean cross-entropy over all questions of both sides; ``padding`` is the target that does not count.

    Args:
        logits: N x 2 x K x classes.
        items: The questions.
        padding: ``Vocabulary.padding``.
    """
    return fn.cross_entropy(logits.float().flatten(0, 2), items.targets.flatten(), ignore_index=padding)
