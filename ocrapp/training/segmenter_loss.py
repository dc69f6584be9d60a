"""Loss of the segmenter: BCE with hard negatives plus Dice, on regions and kernels, under a loss mask."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True, slots=True)
class LossOptions:
    """Weights of the loss.

    Attributes:
        kernel_weight: Weight of the kernel channel; the region has weight 1.
        dice_weight: Weight of Dice against BCE.
        negative_ratio: Negative cells that count in BCE, per positive cell; the hardest are taken.
        negative_floor: Share of a batch's cells that count as negatives even where it shows no text.
        doubt: In images with missing labels, negatives above this probability are left out.
    """

    kernel_weight: float = 2.0
    dice_weight: float = 1.0
    negative_ratio: float = 3.0
    negative_floor: float = 0.02
    doubt: float = 0.7


def segmenter_loss(
    logits: Tensor, targets: Tensor, complete: Tensor, options: LossOptions
) -> tuple[Tensor, Tensor]:
    """Loss of a batch.

    Args:
        logits: (N, 2, h, w).
        targets: (N, 4, h, w) of 0 and 1: region, kernel, mask of the region, mask of the kernel.
        complete: (N,) bool, False where text may lack a label.
        options: Weights.

    Returns:
        The scalar loss, and the Dice scores (2,) of region and kernel (detached) for the log.
    """
    logits = logits.float()
    truth, mask = targets[:, :2].float(), targets[:, 2:].float()
    probability = torch.sigmoid(logits)
    doubtful = (probability.detach() > options.doubt) & (truth < 0.5) & ~complete[:, None, None, None]
    mask = mask * (~doubtful).float()
    losses, dices = [], []
    for channel in range(2):
        entropy = _balanced_bce(logits[:, channel], truth[:, channel], mask[:, channel], options)
        dice = _dice(probability[:, channel], truth[:, channel], mask[:, channel])
        losses.append(entropy + options.dice_weight * (1 - dice))
        dices.append(dice.detach())
    return losses[0] + options.kernel_weight * losses[1], torch.stack(dices)


def _balanced_bce(logits: Tensor, truth: Tensor, mask: Tensor, options: LossOptions) -> Tensor:
    """Mean over the positives and the hardest negatives (the balance of DB and PSENet)."""
    entropy = functional.binary_cross_entropy_with_logits(logits, truth, reduction="none") * mask
    positive = truth * mask
    negative = (1 - truth) * mask
    positives = float(positive.sum())
    wanted = max(options.negative_ratio * positives, options.negative_floor * truth.numel())
    count = int(min(wanted, float(negative.sum())))
    hardest = (entropy * negative).flatten().topk(count).values.sum() if count else entropy.sum() * 0
    return ((entropy * positive).sum() + hardest) / (positives + count + 1.0)


def _dice(probability: Tensor, truth: Tensor, mask: Tensor) -> Tensor:
    overlap = (probability * truth * mask).sum()
    return (2 * overlap + 1) / ((probability * mask).sum() + (truth * mask).sum() + 1)
