"""What crops and pages are rendered with: fonts, texts and photos of a data folder."""

from dataclasses import dataclass
from pathlib import Path

from ocrapp.training.corpus import CHARSET, Corpus
from ocrapp.training.data.real import Split, load_pixels, read_backgrounds
from ocrapp.training.fonts import FontLibrary
from ocrapp.training.render.crops import Maker
from ocrapp.training.render.grounds import Photos
from ocrapp.training.render.kinds import page_makers
from ocrapp.training.render.words import WordRenderer


@dataclass(frozen=True, slots=True)
class Material:
    """Fonts of this machine, and prose and photos of a data folder, which may be missing.

    Attributes:
        fonts: With all characters of ``CHARSET`` in mind.
        corpus: What is written.
        photos: Files of photos without text.
    """

    fonts: FontLibrary
    corpus: Corpus
    photos: tuple[Path, ...]

    @classmethod
    def of(cls, root: Path, split: Split = "train") -> "Material":
        """What there is on this machine; ``root`` is the data folder, ``split`` the part of its photos."""
        return cls(
            FontLibrary.find(CHARSET, described=root / "fonts" / "debian_fonts.csv"),
            Corpus.from_file(root / "text" / "en_prose.txt"),
            tuple(read_backgrounds(split, root=root, missing="empty")),
        )

    def words(self, line_share: float = 0.25, turned_share: float = 0.06) -> WordRenderer:
        """Draws words; arguments as for `WordRenderer`."""
        photos = [load_pixels(path) for path in self.photos]
        return WordRenderer(self.corpus, self.fonts, photos, line_share, turned_share)

    def pages(self) -> dict[str, Maker]:
        """A function for each kind of page."""
        return page_makers(self.fonts, self.corpus, Photos(self.photos))
