import hashlib
from dataclasses import replace
from pathlib import Path

from playground.bundles.bundle import Bundle, open_bundle
from playground.bundles.credits import read_credits

CARD = "# hero\n\n## Limits\n\nNone.\n\n## Licences\n\nWeights: CC0.\nIts authors:\nA, B.\n\nStarts.\n\n## More\n\nNo."


def test_credits_are_the_cards_paragraphs_on_licences(own_bundle: Path) -> None:
    (own_bundle / "CARD.md").write_text(CARD, encoding="utf-8")
    manifest = open_bundle(own_bundle).manifest
    files = {**manifest.files, "CARD.md": hashlib.sha256(CARD.encode()).hexdigest()}
    credits = read_credits(Bundle(own_bundle, replace(manifest, files=files)))
    assert credits.notes == ("Weights: CC0. Its authors: A, B.", "Starts.")
    assert (credits.model, credits.licence, credits.training_data) == ("painted", "CC0-1.0", ("nothing",))


def test_a_bundle_without_a_card_has_its_licence_alone(own_bundle: Path) -> None:
    manifest = open_bundle(own_bundle).manifest
    files = {name: sha for name, sha in manifest.files.items() if name != "CARD.md"}
    assert read_credits(Bundle(own_bundle, replace(manifest, files=files))).notes == ()
