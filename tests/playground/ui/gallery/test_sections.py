"""Who stands where in the gallery."""

import os
from dataclasses import replace
from pathlib import Path

import pygame
import pytest
from PIL import Image
from pygame import Surface

from playground.bundles.bundle import Bundle, open_bundle, sha256
from playground.bundles.manifest import MANIFEST_FILE
from playground.input.controls import Command
from playground.ui.gallery.entries import gallery_sections, load_starts, own_entries
from playground.ui.gallery.gallery import Gallery
from playground.ui.gallery.selection import GalleryChoice
from tests.playground.conftest import write_painted_bundle
from tests.playground.keys import press

pytestmark = pytest.mark.usefixtures("dummy_display")


@pytest.fixture
def cut_out_bundle(own_bundle: Path) -> Bundle:
    """A model whose only start frame is a cut-out fish."""
    bundle = open_bundle(own_bundle)
    fish = Image.new("RGBA", (32, 24))
    fish.paste((250, 20, 20, 255), (12, 6, 18, 14))
    fish.save(own_bundle / "starts" / "Wim_the_fish.png")
    files = {name: sha for name, sha in bundle.manifest.files.items() if not name.startswith("starts/")}
    files["starts/Wim_the_fish.png"] = sha256((own_bundle / "starts" / "Wim_the_fish.png").read_bytes())
    manifest = replace(bundle.manifest, name="zoo", files=files)
    (own_bundle / MANIFEST_FILE).write_text(manifest.to_json())
    return open_bundle(own_bundle)


def settle(gallery: Gallery, surface: Surface) -> None:
    """Draw until every picture is there."""
    gallery.draw(surface)
    while gallery.reading:
        gallery.update(0.01)
    gallery.draw(surface)


def named(folder: Path, name: str, enters: str | None = None) -> Bundle:
    bundle = open_bundle(write_painted_bundle(folder / name))
    return replace(bundle, manifest=replace(bundle.manifest, name=name, enters=enters))


def test_cut_outs_come_first_then_characters_then_own_pictures_and_arms_last(
    cut_out_bundle: Bundle, tmp_path: Path
) -> None:
    bundles = [named(tmp_path, "arm", "top"), named(tmp_path, "mine"), named(tmp_path, "sprites"), cut_out_bundle]
    sections = gallery_sections(load_starts(bundles), ())
    assert [section.title for section in sections] == ["Zoo", "Characters", "Mine", "Your pictures", "Arm"]
    assert sections[0].entries[0].name == "Wim the fish"
    assert sections[1].about == "sprites, CC0-1.0"


def test_own_pictures_are_those_that_are_still_there(tmp_path: Path) -> None:
    Image.new("RGB", (20, 10)).save(tmp_path / "me.png")
    (tmp_path / "game.glass").write_bytes(b"PK")
    files = [str(tmp_path / name) for name in ("gone.png", "game.glass", "me.png")]
    assert [entry.name for entry in own_entries([*files, str(tmp_path)])] == ["me.png"]


def test_an_own_picture_is_played_again_without_a_model(painted_bundle: Path, tmp_path: Path) -> None:
    gallery = Gallery(load_starts([open_bundle(painted_bundle)]))
    Image.new("RGB", (300, 200), (255, 0, 255)).save(tmp_path / "me.png")
    gallery.again([str(tmp_path / "me.png")])
    surface = Surface((640, 480))
    gallery.draw(surface)
    press(gallery, pygame.K_RIGHT, pygame.K_RIGHT)
    settle(gallery, surface)
    shown = pygame.surfarray.array3d(surface).astype(int)
    assert (abs(shown - (255, 0, 255)) < 4).all(2).sum() > 10_000
    press(gallery, pygame.K_RETURN)
    assert gallery.chosen == GalleryChoice((tmp_path / "me.png",))


def test_the_last_card_looks_for_a_picture(painted_bundle: Path) -> None:
    gallery = Gallery(load_starts([open_bundle(painted_bundle)]))
    press(gallery, pygame.K_END, pygame.K_TAB, pygame.K_RETURN)
    assert gallery.chosen == GalleryChoice((), command=Command.OPEN)


def test_a_cut_out_start_frame_is_played_in_its_scene(cut_out_bundle: Bundle) -> None:
    gallery = Gallery(load_starts([cut_out_bundle]))
    press(gallery, pygame.K_RETURN)
    assert gallery.chosen is not None and gallery.chosen.background == "reef"


def test_up_and_down_go_from_section_to_section(painted_bundle: Path, own_bundle: Path) -> None:
    gallery = Gallery(load_starts([open_bundle(painted_bundle), open_bundle(own_bundle)]))
    places = []
    for key in (pygame.K_RIGHT, pygame.K_DOWN, pygame.K_DOWN, pygame.K_DOWN, pygame.K_UP):
        press(gallery, key)
        places.append(gallery.selection.index)
    assert places == [1, 3, 4, 4, 2]  # the last section holds one card only


def test_a_picture_that_cannot_be_read_leaves_its_card_empty(painted_bundle: Path, tmp_path: Path) -> None:
    gallery = Gallery(load_starts([open_bundle(painted_bundle)]))
    Image.effect_noise((400, 300), 50).save(tmp_path / "me.png")
    os.truncate(tmp_path / "me.png", 2000)
    gallery.again([str(tmp_path / "me.png")])
    settle(gallery, Surface((640, 480)))
    assert gallery.running
