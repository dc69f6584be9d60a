"""Context strings of the semantic guidance module: each character's neighbours, from the label (SVTRv2, SGM)."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Numbers of the tokens: end of text 0, the characters from 1, then the marks that follow them.

    Attributes:
        characters: Size of the charset; the classes 1 to ``characters`` are those of CTC.
    """

    characters: int
    end = 0

    @property
    def begin(self) -> int:
        """Reserved by the published classifier, never a target."""
        return self.characters + 1

    @property
    def left_filler(self) -> int:
        """Stands where a left context reaches beyond the beginning of the text."""
        return self.characters + 2

    @property
    def right_filler(self) -> int:
        """Stands where a right context reaches beyond the end of the text."""
        return self.characters + 3

    @property
    def padding(self) -> int:
        """Target of items that do not count; they fill up the batch."""
        return self.characters + 4

    @property
    def embeddings(self) -> int:
        """Tokens that a context string may hold."""
        return self.characters + 5

    @property
    def outputs(self) -> int:
        """Classes to predict: end, characters, begin."""
        return self.characters + 2


@dataclass(frozen=True, slots=True)
class ContextItems:
    """Questions to the guidance module, K in each direction: "what stands after (before) these characters?".

    Attributes:
        windows: int64 N x 2 x K x context; index 0 of the second axis holds left contexts, 1 right contexts.
        targets: int64 N x 2 x K; ``Vocabulary.padding`` where the question does not count.
    """

    windows: Tensor
    targets: Tensor

    def to(self, device: torch.device) -> "ContextItems":
        """The same on another device."""
        return ContextItems(self.windows.to(device), self.targets.to(device))


def context_items(
    targets: Tensor, lengths: Tensor, vocabulary: Vocabulary, context: int = 5, vary: bool = True
) -> ContextItems:
    """Left and right contexts of every character and of the end, padded to the longest label of the batch.

    A left context holds the ``context`` characters before the target, a right context those after it, both in
    reading order and filled up outside the text. The questions of the right side go from the last character to
    the first; both sides finish with the one whose answer is the end.

    Args:
        targets: int64, classes of all labels one after the other.
        lengths: int64 N, characters of each label.
        vocabulary: Numbers of the tokens.
        context: Characters in a context string.
        vary: In every context without fillers one random character becomes another, and a copy with another
            such change is appended: the branch then cannot look up exact strings. Uses torch's random state.
    """
    labels = targets.split(lengths.tolist())
    left = _one_way(list(labels), lengths, vocabulary, vocabulary.left_filler, context)
    right = _one_way([c.flip(0) for c in labels], lengths, vocabulary, vocabulary.right_filler, context)
    windows = torch.stack((left[0], right[0].flip(-1)), 1)
    answers = torch.stack((left[1], right[1]), 1)
    if vary and windows.shape[2] > context:
        full = windows[
            :, :, context:
        ].clone()  # the first full context is the one after ``context`` characters
        copies = _changed(full, vocabulary)
        new = (copies != full).any(-1)
        extra = torch.where(new, answers[:, :, context:], vocabulary.padding)
        windows = torch.cat((windows[:, :, :context], _changed(full, vocabulary), copies), 2)
        answers = torch.cat((answers, extra), 2)
    return ContextItems(windows, answers)


def _one_way(
    labels: list[Tensor], lengths: Tensor, vocabulary: Vocabulary, filler: int, context: int
) -> tuple[Tensor, Tensor]:
    """Windows N x (L + 1) x context of the characters before each one, and targets N x (L + 1)."""
    padded = pad_sequence(labels, batch_first=True, padding_value=vocabulary.padding)
    fillers = padded.new_full((len(labels), context), filler)
    windows = torch.cat((fillers, padded), 1).unfold(1, context, 1)
    answers = torch.cat((padded, padded.new_full((len(labels), 1), vocabulary.padding)), 1)
    answers[torch.arange(len(labels)), lengths] = vocabulary.end
    return windows, answers


def _changed(windows: Tensor, vocabulary: Vocabulary) -> Tensor:
    """A copy in which one random position of every window holds a random character."""
    at = torch.randint(windows.shape[-1], (*windows.shape[:-1], 1))
    characters = torch.randint(1, vocabulary.characters + 1, at.shape)
    return windows.scatter(-1, at, characters)
