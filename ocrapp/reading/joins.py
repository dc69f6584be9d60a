"""Pieces of one line that a wide space has split are joined, unless the space is a gap between columns.

Typewritten pages set two spaces after a sentence, justified ones stretch all of them: a space may then be as
wide as the gap between the columns of a narrow table. Neighbouring rows tell them apart: text that runs across
the gap above or below speaks for a space, a second row that starts where the right piece does for a column.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocrapp.geometry import order_quad, to_array
from ocrapp.reading.maps import TextLine

Array = NDArray[np.float64]

_OFFSET = 0.3
"""Largest distance of the pieces' centre lines where they meet, in heights."""
_HEIGHT_RATIO = 0.6
_SLOPE = 0.12
"""Largest difference of direction, as a sine; pieces hardly longer than high follow the other's direction."""
_OVERLAP = 0.35
"""How far pieces may overlap, in heights."""
_SURE = 0.4
"""Gaps up to so many heights are spaces, whatever the neighbours say."""
_ROWS = 2.6
"""Rows up to so many heights above and below are neighbours."""
_ALIGNED = 0.35
"""Starts that differ by less, in heights, are aligned."""


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Straight pieces: centre (n, 2), unit vector along each (n, 2), half length and height (n,)."""

    centre: Array
    along: Array
    half: Array
    height: Array

    @classmethod
    def of(cls, quads: Array) -> "_Pieces":
        """Measure quads (n, 4, 2) in reading order."""
        start, end = (quads[:, 0] + quads[:, 3]) / 2, (quads[:, 1] + quads[:, 2]) / 2
        run = end - start
        length = np.maximum(np.hypot(*run.T), 1e-6)
        height = np.hypot(*(quads[:, 3] - quads[:, 0] + quads[:, 2] - quads[:, 1]).T) / 2
        return cls((start + end) / 2, run / length[:, None], length / 2, np.maximum(height, 1e-6))


def join_pieces(lines: Sequence[TextLine], widest: float) -> list[TextLine]:
    """Join neighbours on one baseline.

    Args:
        lines: Found lines; those that bend stay as they are.
        widest: Largest gap that may be a space, in heights of the taller piece; 0 joins nothing.

    Returns:
        The lines, joined ones with the mean score of their pieces by area.
    """
    straight = [line for line in lines if len(line.polygon) == 4]
    others = [line for line in lines if len(line.polygon) != 4]
    if widest <= 0 or len(straight) < 2:
        return list(lines)
    quads = np.array([to_array(line.polygon) for line in straight])
    pieces = _Pieces.of(quads)
    following = _links(pieces, widest)
    preceded = set(following.values())
    joined = []
    for first in range(len(straight)):
        if first in preceded:
            continue
        chain = [first]
        while chain[-1] in following:
            chain.append(following[chain[-1]])
        joined.append(straight[first] if len(chain) == 1 else _joined(straight, quads, pieces, chain))
    return joined + others


def _links(pieces: _Pieces, widest: float) -> dict[int, int]:
    """For every piece that goes on, the piece that follows it."""
    centre, half, height = pieces.centre, pieces.half, pieces.height
    tall = np.maximum(height[:, None], height[None])
    # The longer piece knows the direction better.
    first_leads = half[:, None] >= half[None]
    lead = np.where(first_leads[..., None], pieces.along[:, None], pieces.along[None])
    step = centre[None] - centre[:, None]
    gap = (step * lead).sum(axis=-1) - half[:, None] - half[None]
    offset = np.abs(step[..., 0] * lead[..., 1] - step[..., 1] * lead[..., 0])
    sine = np.abs(
        pieces.along[:, None, 0] * pieces.along[None, :, 1]
        - pieces.along[:, None, 1] * pieces.along[None, :, 0]
    )
    alike = (pieces.along[:, None] * pieces.along[None]).sum(axis=-1) > 0
    short = half < 0.8 * height
    parallel = (alike & (sine < _SLOPE)) | short[:, None] | short[None]
    even = np.minimum(height[:, None], height[None]) > _HEIGHT_RATIO * tall
    fits = (gap > -_OVERLAP * tall) & (gap < widest * tall) & (offset < _OFFSET * tall) & parallel & even
    np.fill_diagonal(fits, val=False)
    following: dict[int, int] = {}
    taken: set[int] = set()
    found = np.argwhere(fits)
    for first, second in found[np.argsort((gap / tall)[fits], kind="stable")].tolist():
        if first in following or second in taken or _leads_back(second, first, following):
            continue
        if gap[first, second] < _SURE * tall[first, second] or _is_space(pieces, first, second):
            following[first] = second
            taken.add(second)
    return following


def _is_space(pieces: _Pieces, first: int, second: int) -> bool:
    """Whether the rows around let the gap between two pieces be a space of one line."""
    along = pieces.along[first if pieces.half[first] >= pieces.half[second] else second]
    height = max(float(pieces.height[first]), float(pieces.height[second]))
    step = pieces.centre - pieces.centre[second]
    x, y = step @ along, step @ np.array([-along[1], along[0]])
    near = (np.abs(y) > 0.5 * height) & (np.abs(y) < _ROWS * height)
    start = -float(pieces.half[second])
    stop = float(x[first] + pieces.half[first])
    left, right = x - pieces.half, x + pieces.half
    crossing = near & (left < stop - height) & (right > start + height)
    aligned = near & (np.abs(left - start) < _ALIGNED * height)
    if not near.any():
        return True
    return bool(crossing.sum() > aligned.sum())


def _leads_back(start: int, goal: int, following: dict[int, int]) -> bool:
    while start in following:
        start = following[start]
        if start == goal:
            return True
    return False


def _joined(lines: Sequence[TextLine], quads: Array, pieces: _Pieces, chain: list[int]) -> TextLine:
    """One rectangle along the longest piece's direction, or along the chain where it is long."""
    corners = quads[chain].reshape(-1, 2)
    weights = 2 * pieces.half[chain] * pieces.height[chain]
    run = pieces.centre[chain[-1]] - pieces.centre[chain[0]]
    along = run / max(float(np.hypot(*run)), 1e-6)
    longest = chain[int(np.argmax(pieces.half[chain]))]
    if pieces.half[longest] > 0.3 * float(np.hypot(*run)):
        along = pieces.along[longest]
    across = np.array([-along[1], along[0]])
    u, v = corners @ along, corners @ across
    box = [(u.min(), v.min()), (u.max(), v.min()), (u.max(), v.max()), (u.min(), v.max())]
    quad = order_quad(np.array([a * along + b * across for a, b in box]))
    score = float(np.average([lines[index].score for index in chain], weights=weights))
    return TextLine(quad, quad, score)
