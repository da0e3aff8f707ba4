"""What the gallery shows: start frames of models, and the player's own pictures, each in a section of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from glass.core.errors import GlassError
from glass.core.images import open_image
from playground.bundles.bundle import Bundle

_TITLES = {"puppets": "Puppets", "sprites": "Characters", "tennis": "Tennis", "robot": "Robot arms"}
"""What the sections of the shipped models are called; others are called as their model is."""
_OWN = "Your pictures"
_CLEAR_MODES = ("RGBA", "LA", "PA", "La", "RGBa")


@dataclass(frozen=True, eq=False)
class GalleryEntry:
    """Somebody to choose: a start frame of a model, a picture of the player's own, or any other, to be looked for."""

    path: Path | None
    """The picture's file; None to look for one."""
    bundle: Bundle | None = None
    """The model whose start frame it is; None for a picture of the player's own."""
    cut_out: bool = False
    """Whether it is transparent around the agent."""

    @property
    def name(self) -> str:
        """What people call it."""
        if self.path is None:
            return "open a picture"
        return self.path.name if self.bundle is None else self.path.stem.replace("_", " ")

    def fits(self, words: str) -> bool:
        """Say whether every one of `words` is found in its name, its model's name or its licence."""
        about = [self.name]
        if self.bundle is not None:
            manifest = self.bundle.manifest
            about += [manifest.name, _title(self.bundle), manifest.licence]
        text = " ".join(about).casefold()
        return all(word in text for word in words.casefold().split())


@dataclass(frozen=True)
class GallerySection:
    """Entries under a heading."""

    title: str
    about: str
    """Model and licence; empty for the player's own pictures."""
    entries: tuple[GalleryEntry, ...]

    def filtered(self, fits: Callable[[GalleryEntry], bool]) -> "GallerySection":
        """Return it with those entries only that fit."""
        return GallerySection(self.title, self.about, tuple(entry for entry in self.entries if fits(entry)))


def load_starts(bundles: Sequence[Bundle]) -> tuple[GalleryEntry, ...]:
    """Find the start frames of all bundles, in order; a damaged one is left out.

    Raises:
        GlassError: there is none that can be shown.
    """
    starts = []
    problem = "no model has a start frame; give a picture"
    for bundle in bundles:
        for name in bundle.manifest.starts:
            try:
                bundle.read(name)
                with open_image(bundle.folder / name) as image:
                    starts.append(GalleryEntry(bundle.folder / name, bundle, image.mode in _CLEAR_MODES))
            except GlassError as error:
                problem = str(error)
    if not starts:
        raise GlassError(problem)
    return tuple(starts)


def own_entries(recent: Sequence[str]) -> tuple[GalleryEntry, ...]:
    """Return the player's own pictures among the files that were opened last."""
    return tuple(GalleryEntry(path) for path in map(Path, recent) if _is_picture(path))


def gallery_sections(starts: Sequence[GalleryEntry], own: Sequence[GalleryEntry]) -> tuple[GallerySection, ...]:
    """Arrange entries: first models of cut-outs and of characters, then the player's own, arms last."""
    sections = []
    for bundle, entries in groupby(sorted(starts, key=_rank), key=lambda entry: entry.bundle):
        if bundle is not None:
            licence = bundle.manifest.licence.partition(" (")[0].partition(";")[0]
            sections.append(GallerySection(_title(bundle), f"{bundle.manifest.name}, {licence}", tuple(entries)))
    arms = sum(
        section.entries[0].bundle.manifest.enters is not None for section in sections if section.entries[0].bundle
    )
    mine = GallerySection(_OWN, "", (*own, GalleryEntry(None)))
    return (*sections[: len(sections) - arms], mine, *sections[len(sections) - arms :])


def _rank(entry: GalleryEntry) -> tuple[bool, bool, bool, str]:
    """Sort by model: arms last; cut-outs first; shipped ones before others."""
    assert entry.bundle is not None
    manifest = entry.bundle.manifest
    return manifest.enters is not None, not entry.cut_out, manifest.name not in _TITLES, manifest.name


def _title(bundle: Bundle) -> str:
    name = bundle.manifest.name
    return _TITLES.get(name, name[:1].upper() + name[1:])


def _is_picture(path: Path) -> bool:
    try:
        with open_image(path):
            return True
    except GlassError:
        return False
