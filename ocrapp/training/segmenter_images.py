"""The kinds of images that the segmenter is trained on, rendered or read from the data folder."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from ocrapp.training.data.lines import labelled_scene
from ocrapp.training.data.real import SceneSample, data_folder, read_scenes
from ocrapp.training.material import Material
from ocrapp.training.mine_segmenter import alarmed_scene, read_alarms
from ocrapp.training.render.documents import DocumentOptions, render_document
from ocrapp.training.render.grounds import Photos, halftone, texture
from ocrapp.training.render.labels import Rendered
from ocrapp.training.render.scenes import SceneOptions, add_text, render_scene
from ocrapp.training.render.screens import ScreenOptions, render_screen

Maker = Callable[[np.random.Generator], Rendered]
"""Makes one image."""


def build_makers(root: Path | None = None, mined: Path | None = None) -> dict[str, Maker]:
    """The kinds of training images; kinds whose real data is missing are left out.

    Args:
        root: Data folder, ``data_folder()`` if None.
        mined: False alarms found by `ocrapp.training.mine_segmenter`; none if the file is missing.
    """
    root = root or data_folder()
    material = Material.of(root)
    fonts, texts, grounds = material.fonts, material.corpus, Photos(material.photos)
    sets = ("scenes_ic15_train", "scenes_ic03_train", "scenes_mlt17_boxes")
    photos = [sample for name in sets for sample in read_scenes(name, "train", root=root, missing="empty")]
    receipts = read_scenes("docs_sroie", "train", root=root, missing="empty")

    def pick(rng: np.random.Generator, samples: list[SceneSample]) -> Rendered:
        return labelled_scene(samples[int(rng.integers(len(samples)))])

    def scene(rng: np.random.Generator) -> Rendered:
        wide = int(rng.integers(480, 900))
        options = SceneOptions(wide, int(wide * rng.uniform(0.6, 1.1)), blocks=int(rng.integers(3, 14)))
        return render_scene(rng, fonts, texts, grounds, options)

    def document(rng: np.random.Generator) -> Rendered:
        return render_document(
            rng, fonts, texts, grounds, DocumentOptions(*rng.integers(560, 900, 2).tolist())
        )

    def screen(rng: np.random.Generator) -> Rendered:
        return render_screen(rng, fonts, texts, grounds, ScreenOptions(*rng.integers(480, 820, 2).tolist()))

    def mixed(rng: np.random.Generator) -> Rendered:
        real = pick(rng, photos)
        options = SceneOptions(blocks=6, largest=120.0)
        return add_text(rng, real.image, fonts, texts, options, real.lines, real.complete)

    def negative(rng: np.random.Generator) -> Rendered:
        draw = rng.random()
        if draw < 0.4:
            return Rendered(texture(rng, 480, 480), ())
        photo = grounds.sample(rng, 480, 480)
        return Rendered(halftone(rng, photo) if draw < 0.6 else photo, ())

    makers: dict[str, Maker] = {
        "scenes": scene,
        "documents": document,
        "screens": screen,
        "negatives": negative,
    }
    if photos:
        makers |= {"photos": lambda rng: pick(rng, photos), "mixed": mixed}
    if receipts:
        makers["receipts"] = lambda rng: pick(rng, receipts)
    alarms = read_alarms(mined, root) if mined is not None and mined.exists() else []
    if alarms:
        labelled = {sample.path: sample for sample in photos}

        def alarm(rng: np.random.Generator) -> Rendered:
            one = alarms[int(rng.integers(len(alarms)))]
            return alarmed_scene(one, labelled.get(one.path))

        makers["alarms"] = alarm
    return makers
