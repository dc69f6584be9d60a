import pytest
import torch

from ocrapp.training.data.context_strings import Vocabulary, context_items

LETTERS = "HELOABCDFG"
VOCABULARY = Vocabulary(len(LETTERS))


def items(*words, **keywords):
    targets = torch.tensor([LETTERS.index(c) + 1 for w in words for c in w])
    return context_items(targets, torch.tensor([len(w) for w in words]), VOCABULARY, **keywords)


def spelled(window):
    marks = {VOCABULARY.left_filler: "<", VOCABULARY.right_filler: ">", VOCABULARY.padding: "~"}
    return "".join(marks.get(t) or LETTERS[t - 1] for t in window.tolist())


def questions(found, row, side):
    """``context|answer`` of all questions that count."""
    answers = {VOCABULARY.end: "."} | {i + 1: c for i, c in enumerate(LETTERS)}
    pairs = zip(found.windows[row, side], found.targets[row, side].tolist(), strict=True)
    return [f"{spelled(w)}|{answers[t]}" for w, t in pairs if t != VOCABULARY.padding]


def test_both_sides_of_hello():
    found = items("HELLO", vary=False)
    assert questions(found, 0, 0) == ["<<<<<|H", "<<<<H|E", "<<<HE|L", "<<HEL|L", "<HELL|O", "HELLO|."]
    assert questions(found, 0, 1) == [">>>>>|O", "O>>>>|L", "LO>>>|L", "LLO>>|E", "ELLO>|H", "HELLO|."]


def test_a_short_label_is_padded_and_asks_only_about_itself():
    found = items("A", "HELLO", vary=False)
    assert questions(found, 0, 0) == ["<<<<<|A", "<<<<A|."]
    assert questions(found, 0, 1) == [">>>>>|A", "A>>>>|."]
    assert found.targets.shape == (2, 2, 6)
    assert (found.targets[0, :, 2:] == VOCABULARY.padding).all()


def test_a_long_label_asks_with_its_nearest_characters():
    found = items("HELLOABC", vary=False)
    assert questions(found, 0, 0)[-2:] == ["LLOAB|C", "LOABC|."]
    assert questions(found, 0, 1)[-2:] == ["ELLOA|H", "HELLO|."]


@pytest.mark.parametrize("context", [2, 5])
def test_full_contexts_are_varied_and_doubled(context):
    torch.manual_seed(3)
    word = "HELLOABC"
    plain, varied = items(word, vary=False, context=context), items(word, context=context)
    whole = len(word) + 1 - context
    assert varied.windows.shape == (1, 2, len(word) + 1 + whole, context)
    assert torch.equal(varied.windows[:, :, :context], plain.windows[:, :, :context])
    assert torch.equal(varied.targets[:, :, : len(word) + 1], plain.targets)
    original = plain.windows[:, :, context:]
    replaced, copied = varied.windows[:, :, context:].split(whole, 2)
    for changed in (replaced, copied):
        differences = (changed != original).sum(-1)
        assert differences.max() == 1
        assert differences.float().mean() > 0.5  # a random character may be the same
        assert ((changed >= 1) & (changed <= VOCABULARY.characters)).all()
    same = (copied == original).all(-1)
    assert torch.equal(varied.targets[:, :, len(word) + 1 :] == VOCABULARY.padding, same)


def test_the_same_random_state_gives_the_same_questions():
    torch.manual_seed(1)
    first = items("HELLOABC", "ABCDFGH")
    torch.manual_seed(1)
    second = items("HELLOABC", "ABCDFGH")
    assert torch.equal(first.windows, second.windows)
    assert torch.equal(first.targets, second.targets)
