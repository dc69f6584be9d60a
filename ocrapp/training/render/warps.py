"""How a flat word comes to lie in a crop: curved, slanted, seen from the side, turned."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from ocrapp.training.render.glyphs import Letters
from ocrapp.training.render.labels import Points


@dataclass(frozen=True, slots=True)
class Pose:
    """How a word lies.

    Attributes:
        angle: Degrees clockwise.
        stretch: Width over height, 1 as the font has it.
        shear: Slant to the right as a share of the height.
        perspective: Farthest that a corner moves, in heights.
        arc: Opening angle in radians of the circle along which it is bent, 0 for straight, negative for upwards.
        wave: Amplitude of a wave of the baseline, in heights.
    """

    angle: float = 0.0
    stretch: float = 1.0
    shear: float = 0.0
    perspective: float = 0.0
    arc: float = 0.0
    wave: float = 0.0

    @classmethod
    def sample(cls, rng: np.random.Generator, calm: bool, turned: float) -> "Pose":
        """As segmenters and people cut: nearly straight; with probability ``turned`` far from it.

        Args:
            rng: Source of randomness.
            calm: As in documents.
            turned: Share of words at any angle, standing upright, bent or seen strongly from the side.
        """
        stretch = float(np.exp(rng.normal(0, 0.18)))
        if calm:
            return cls(float(rng.normal(0, 0.8)), stretch, float(rng.normal(0, 0.03)))
        shear = float(rng.normal(0, 0.13))
        if rng.random() < turned:
            kind = rng.random()
            if kind < 0.4:
                return cls(float(rng.uniform(-90, 90)), stretch, shear, 0.1)
            if kind < 0.6:
                return cls(float(rng.choice((-90.0, 90.0)) + rng.normal(0, 2.5)), stretch, 0.0, 0.05)
            if kind < 0.8:
                return cls(float(rng.normal(0, 8)), stretch, shear, float(rng.uniform(0.3, 0.55)))
            return cls(
                float(rng.normal(0, 8)),
                stretch,
                shear,
                0.05,
                float(rng.choice((-1, 1)) * rng.uniform(1.0, 2.6)),
            )
        angle = float(rng.normal(0, 3.0) if rng.random() < 0.75 else rng.normal(0, 11.0))
        perspective = float(rng.uniform(0.02, 0.2)) if rng.random() < 0.5 else 0.0
        bend = rng.random()
        arc = float(rng.uniform(-1.0, 1.0)) if bend < 0.1 else 0.0
        wave = float(rng.uniform(-0.4, 0.4)) if 0.1 <= bend < 0.13 else 0.0
        return cls(angle, stretch, shear, perspective, arc, wave)


def laid(rng: np.random.Generator, letters: Letters, pose: Pose) -> Letters:
    """The letters in their pose."""
    if pose.arc:
        letters = _on_arc(letters, pose.arc)
    elif pose.wave:
        letters = _waved(rng, letters, pose.wave)
    return _projected(rng, letters, pose)


def _on_arc(letters: Letters, opening: float) -> Letters:
    """Bends the mask along a circle: upwards where ``opening`` is positive."""
    height, width = letters.mask.shape
    sign = 1.0 if opening > 0 else -1.0
    opening = min(abs(opening), 1.6 * width / height)
    radius = width / opening
    half = opening / 2
    out_width = int(2 * (radius + height / 2) * np.sin(min(half, np.pi / 2))) + 4
    sag = (radius + height / 2) - (radius - height / 2) * np.cos(half)
    out_height = int(sag) + 4
    # The circle's centre, for a word that bulges upwards; the other way round it is mirrored.
    centre_x, centre_y = out_width / 2, radius + height / 2 + 2
    y, x = np.mgrid[0:out_height, 0:out_width].astype(np.float32)
    if sign < 0:
        y = out_height - 1 - y
    dx, dy = x - np.float32(centre_x), np.float32(centre_y) - y
    map_x = np.float32(width / 2) + np.arctan2(dx, dy) * np.float32(radius)
    map_y = np.float32(height / 2) + np.float32(sign) * (np.float32(radius) - np.hypot(dx, dy))
    mask = cv2.remap(letters.mask, map_x, map_y, cv2.INTER_LINEAR)

    def bent(points: Points) -> Points:
        turn = (points[:, 0] - width / 2) / radius
        reach = radius - sign * (points[:, 1] - height / 2)
        down = centre_y - reach * np.cos(turn)
        return np.stack(
            [centre_x + reach * np.sin(turn), down if sign > 0 else out_height - 1 - down], axis=1
        ).astype(np.float32)

    return Letters(np.asarray(mask), bent(letters.centres), bent(letters.box))


def _waved(rng: np.random.Generator, letters: Letters, amplitude: float) -> Letters:
    height, width = letters.mask.shape
    amplitude *= height * min(1.0, width / height / 3)
    phase = rng.uniform(0, np.pi)
    pad = int(abs(amplitude)) + 1

    def shift(x: Points) -> Points:
        return (amplitude * np.sin(x / width * np.pi + phase)).astype(np.float32)

    x = np.arange(width, dtype=np.float32)
    ys = np.arange(height + 2 * pad, dtype=np.float32)[:, None] - pad - shift(x)[None, :]
    mask = cv2.remap(letters.mask, np.broadcast_to(x, ys.shape).copy(), ys, cv2.INTER_LINEAR)

    def bent(points: Points) -> Points:
        return np.stack([points[:, 0], points[:, 1] + pad + shift(points[:, 0])], axis=1)

    return Letters(np.asarray(mask), bent(letters.centres), bent(letters.box))


def _projected(rng: np.random.Generator, letters: Letters, pose: Pose) -> Letters:
    """Stretch, slant, rotation and perspective in one warp."""
    height, width = letters.mask.shape
    angle = math.radians(pose.angle)
    cos, sin = math.cos(angle), math.sin(angle)
    turn = np.array(
        [[cos * pose.stretch, sin * pose.stretch], [cos * pose.shear - sin, sin * pose.shear + cos]]
    )
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners @ turn
    if pose.perspective:
        reach = pose.perspective * height
        moved += rng.uniform(-reach, reach, (4, 2)) * (min(2.0, width / height), 1.0)
    moved -= moved.min(0)
    right, bottom = (int(edge) + 2 for edge in moved.max(0))
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    mask = cv2.warpPerspective(letters.mask, matrix, (right, bottom), flags=cv2.INTER_LINEAR)
    points = np.concatenate((letters.centres, letters.box))[None]
    points = cv2.perspectiveTransform(points, matrix)[0]
    return Letters(np.asarray(mask), points[: len(letters.centres)], points[len(letters.centres) :])
