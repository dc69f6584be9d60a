"""Image files whose size is all that matters."""

from pathlib import Path

import numpy as np
from PIL import Image


def white_image(folder: Path, name: str, width: int = 8, height: int = 6, frames: int = 1) -> Path:
    """Makes an image file of a size; ``frames`` pages, each a pixel wider, if it is a TIFF."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    pages = [Image.fromarray(np.full((height, width + i, 3), 255, np.uint8)) for i in range(frames)]
    more = {"save_all": True, "append_images": pages[1:]} if frames > 1 else {}
    pages[0].save(path, **more)
    return path
