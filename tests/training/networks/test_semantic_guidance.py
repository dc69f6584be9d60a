import pytest
import torch

from ocrapp.training.data.context_strings import Vocabulary, context_items
from ocrapp.training.networks.semantic_guidance import SemanticGuidance
from ocrapp.training.networks.svtr import VARIANTS, Svtr

VOCABULARY = Vocabulary(94)


def asked(vocabulary=VOCABULARY):
    return context_items(torch.arange(1, 11), torch.tensor([3, 7]), vocabulary, vary=False)


@pytest.mark.parametrize(("variant", "millions"), [("tiny", 0.58), ("small", 1.27), ("base", 1.27)])
def test_parameter_counts_reproduce_the_paper(variant, millions):
    module = SemanticGuidance(VARIANTS[variant].dims[-1], VOCABULARY)
    assert round(sum(p.numel() for p in module.parameters()) / 1e6, 2) == millions
    assert (module.embedding.num_embeddings, module.fc.out_features) == (99, 96)


def test_answers_have_one_row_a_question():
    module = SemanticGuidance(64, VOCABULARY)
    items = asked()
    assert module(torch.randn(2, 64, 4, 12), items.windows).shape == (*items.targets.shape, 96)


def test_what_stands_outside_the_text_is_not_looked_at():
    torch.manual_seed(0)
    module = SemanticGuidance(64, VOCABULARY).eval()
    features, windows = torch.randn(2, 64, 4, 12), asked().windows
    before = module(features, windows)
    with torch.no_grad():
        module.embedding.weight[[VOCABULARY.left_filler, VOCABULARY.right_filler]] += 9.0
    torch.testing.assert_close(module(features, windows), before)
    with torch.no_grad():
        module.embedding.weight[1] += 9.0
    assert not torch.allclose(module(features, windows)[0], before[0])


def test_the_sides_have_their_own_questions():
    torch.manual_seed(0)
    module = SemanticGuidance(64, VOCABULARY).eval()
    windows = torch.ones(1, 2, 1, 5, dtype=torch.long)
    answers = module(torch.randn(1, 64, 4, 12), windows)
    assert not torch.allclose(answers[0, 0], answers[0, 1])


def test_its_gradient_reaches_the_encoder_and_not_the_head():
    torch.manual_seed(0)
    network, module = Svtr(VARIANTS["nano"], 95), SemanticGuidance(128, VOCABULARY)
    module(network.encoder(torch.randn(2, 3, 32, 64)), asked().windows).logsumexp(-1).sum().backward()
    assert all(
        p.grad is not None and p.grad.abs().sum() > 0 for p in network.encoder.patch_embed.parameters()
    )
    assert all(p.grad is None for p in network.head.parameters())
    assert all(p.grad is not None for p in module.parameters())
