"""Semantic guidance module: predicts each character from its neighbours and the image (SVTRv2, SGM).

It exists only in training. It looks at the feature map F itself, so that what the neighbours tell about an
occluded character flows into the encoder; the exported network has no trace of it.
Shapes in comments: N batch, K questions a direction, C context, D width, S = H' W' positions of F.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from ocrapp.training.data.context_strings import Vocabulary
from ocrapp.training.networks.svtr import DropPath, init_weights


class CrossAttention(nn.Module):
    """Multi-head attention of queries N x Q x D over a memory N x S x D."""

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q = nn.Linear(dim, dim)
        self.kv = nn.Linear(dim, 2 * dim)
        self.proj = nn.Linear(dim, dim)

    def forward(self, queries: Tensor, memory: Tensor, mask: Tensor | None = None) -> Tensor:
        """``mask`` is True where a query may look, broadcast to N x heads x Q x S."""
        N, Q, D = queries.shape
        q = self.q(queries).reshape(N, Q, self.heads, D // self.heads).transpose(1, 2)
        kv = self.kv(memory).reshape(N, -1, 2, self.heads, D // self.heads).permute(2, 0, 3, 1, 4)
        out = fn.scaled_dot_product_attention(q, kv[0], kv[1], attn_mask=mask)
        return self.proj(out.transpose(1, 2).reshape(N, Q, D))


class SemanticGuidance(nn.Module):
    """Context strings and feature map to characters.

    Args:
        dim: Width D of the feature map.
        vocabulary: Numbers of the tokens.
        context: Characters in a context string.
        drop_path: Stochastic depth of the residual attention over the context.
    """

    def __init__(self, dim: int, vocabulary: Vocabulary, context: int = 5, drop_path: float = 0.0) -> None:
        super().__init__()
        self.vocabulary = vocabulary
        self.embedding = nn.Embedding(vocabulary.embeddings, dim)
        # Index 0 looks for the next character, 1 for the previous one. Slot 0 of a prompt holds no character.
        self.prompts = nn.Parameter(torch.empty(2, 1 + context, dim))
        self.queries = nn.Parameter(torch.empty(2, 1, dim))
        self.norm_query = nn.LayerNorm(dim)
        self.norm_prompt = nn.LayerNorm(dim)
        self.read_context = CrossAttention(dim, dim // 32)
        self.drop_path = DropPath(drop_path)
        self.norm_asked = nn.LayerNorm(dim)
        self.norm_features = nn.LayerNorm(dim)
        self.read_image = CrossAttention(dim, 2)
        self.norm = nn.LayerNorm(dim)
        self.fc = nn.Linear(dim, vocabulary.outputs)
        self.apply(init_weights)
        nn.init.normal_(self.embedding.weight, std=dim**-0.5)
        nn.init.trunc_normal_(self.prompts, std=0.02)
        nn.init.trunc_normal_(self.queries, std=0.02)

    def forward(self, features: Tensor, windows: Tensor) -> Tensor:
        """Answers to all questions at once.

        Args:
            features: F, N x D x H' x W'.
            windows: int64 N x 2 x K x C (``ContextItems.windows``).

        Returns:
            Logits, N x 2 x K x ``vocabulary.outputs``.
        """
        N, _, K, C = windows.shape
        D = features.shape[1]
        characters = self.embedding(windows) * D**0.5 + self.prompts[:, None, 1:]
        first = self.prompts[:, None, :1].expand(N, 2, K, 1, D)
        prompt = torch.cat((first, characters), 3).reshape(N * 2 * K, 1 + C, D)
        visible = (windows != self.vocabulary.left_filler) & (windows != self.vocabulary.right_filler)
        visible = fn.pad(visible, (1, 0), value=True).reshape(N * 2 * K, 1, 1, 1 + C)

        query = self.queries.expand(N, 2, K, D).reshape(N * 2 * K, 1, D)
        query = query + self.drop_path(
            self.read_context(self.norm_query(query), self.norm_prompt(prompt), visible)
        )
        image = self.norm_features(features.flatten(2).transpose(1, 2))
        answer = self.read_image(
            self.norm_asked(query).reshape(N, 2 * K, D), image
        )  # no residual: last layer
        return self.fc(self.norm(answer)).reshape(N, 2, K, -1)
