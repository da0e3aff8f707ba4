"""Credits of a bundle: its licence, what it learned from and what its model card says of licences."""

from dataclasses import dataclass

from playground.bundles.bundle import Bundle

_CARD = "CARD.md"


@dataclass(frozen=True)
class Credits:
    """Who is to be named where pictures of a model are used."""

    model: str
    """Name of the model."""
    licence: str
    """Licence of its weights and start frames."""
    training_data: tuple[str, ...]
    """What it learned from."""
    notes: tuple[str, ...]
    """Paragraphs of the model card about licences: authors, sources."""


def read_credits(bundle: Bundle) -> Credits:
    """Return the credits of a bundle; one without a model card has no notes.

    Raises:
        GlassError: the card is missing or damaged.
    """
    manifest = bundle.manifest
    card = bundle.read(_CARD).decode("utf-8", errors="replace") if _CARD in manifest.files else ""
    return Credits(manifest.name, manifest.licence, manifest.training_data, _paragraphs_on_licences(card))


def _paragraphs_on_licences(card: str) -> tuple[str, ...]:
    """Return the paragraphs, each on one line, below headings that begin with "Licence"."""
    sections = [part.partition("\n") for part in ("\n" + card).split("\n## ")[1:]]
    texts = [text for heading, _, text in sections if heading.startswith("Licence")]
    paragraphs = [" ".join(block.split()) for text in texts for block in text.split("\n\n")]
    return tuple(paragraph for paragraph in paragraphs if paragraph)
