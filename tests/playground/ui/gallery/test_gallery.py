import shutil
import time
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pygame
import pytest
from PIL import Image
from pygame import Surface
from pygame.event import Event

from glass.core.errors import GlassError
from playground.bundles.bundle import open_bundle
from playground.commands.play import main
from playground.ui.gallery.entries import GalleryEntry, load_starts
from playground.ui.gallery.gallery import Gallery, choose
from playground.ui.gallery.selection import GalleryChoice
from playground.world.prepared_game import PreparedGame
from tests.playground.keys import mouse_down, press, tap

pytestmark = pytest.mark.usefixtures("dummy_display")
WINDOW = (640, 480)


@pytest.fixture
def starts(painted_bundle: Path) -> tuple[GalleryEntry, ...]:
    return load_starts([open_bundle(painted_bundle)])


def many(starts: tuple[GalleryEntry, ...], count: int) -> tuple[GalleryEntry, ...]:
    return tuple(starts[index % len(starts)] for index in range(count))


def type_in(gallery: Gallery, text: str) -> None:
    for letter in text:
        press(gallery, ord(letter.lower()), unicode=letter)


def draw(gallery: Gallery, size: tuple[int, int] = WINDOW) -> Surface:
    surface = Surface(size)
    gallery.draw(surface)
    while gallery.reading:
        time.sleep(0.005)
    gallery.draw(surface)
    return surface


def places(gallery: Gallery) -> dict[int, tuple[int, int]]:
    """A point on each card that is seen, found by pointing everywhere."""
    found: dict[int, tuple[int, int]] = {}
    for y in range(0, WINDOW[1], 4):
        for x in range(0, WINDOW[0], 4):
            index = gallery._grid.index_at((x, y), gallery._scroll)
            if index is not None:
                found.setdefault(index, (x, y))
    return found


def test_all_start_frames_of_all_bundles_are_shown(painted_bundle: Path, own_bundle: Path) -> None:
    starts = load_starts([open_bundle(painted_bundle), open_bundle(own_bundle)])
    places = [folder / "starts" / name for folder in (painted_bundle, own_bundle) for name in ("0.png", "1.png")]
    assert [start.path for start in starts] == places


def test_a_damaged_start_frame_is_left_out(own_bundle: Path) -> None:
    (own_bundle / "starts" / "0.png").write_bytes(b"broken")
    assert [start.name for start in load_starts([open_bundle(own_bundle)])] == ["1"]


def test_nothing_to_show_is_one_sentence(own_bundle: Path) -> None:
    with pytest.raises(GlassError, match="give a picture"):
        load_starts([])
    bundle = open_bundle(own_bundle)
    shutil.rmtree(own_bundle / "starts")
    with pytest.raises(GlassError, match="missing"):
        load_starts([bundle])


def test_arrows_mark_and_enter_chooses(starts: tuple[GalleryEntry, ...]) -> None:
    gallery = Gallery(starts)
    draw(gallery)
    tap(gallery, pygame.K_LEFT)
    assert gallery.marked is starts[0]
    tap(gallery, pygame.K_RIGHT, pygame.K_RIGHT, pygame.K_RIGHT, pygame.K_LEFT)
    assert gallery.marked is starts[1]
    assert gallery.running
    tap(gallery, pygame.K_RETURN)
    assert gallery.chosen == GalleryChoice((starts[1].path,), starts[1].bundle.folder)
    assert not gallery.running


def test_down_goes_one_row_and_home_and_end_to_the_ends(starts: tuple[GalleryEntry, ...]) -> None:
    cards = many(starts, 60)
    gallery = Gallery(cards)
    draw(gallery)
    columns = gallery._grid.columns
    tap(gallery, pygame.K_DOWN)
    assert gallery.selection.index == columns > 1
    tap(gallery, pygame.K_UP)
    assert gallery.selection.index == 0
    tap(gallery, pygame.K_END)
    assert gallery.selection.index == 60 and gallery.marked is not None and gallery.marked.path is None
    tap(gallery, pygame.K_HOME)
    assert gallery.selection.index == 0


def test_the_marked_card_is_always_seen_whole(starts: tuple[GalleryEntry, ...]) -> None:
    gallery = Gallery(many(starts, 200))
    draw(gallery)
    for key in [pygame.K_DOWN] * 30 + [pygame.K_UP] * 12 + [pygame.K_END]:
        tap(gallery, key)
        draw(gallery)
        assert gallery._grid.room.contains(gallery._grid.box(gallery.selection.index, gallery._scroll))


def test_the_marked_card_stays_in_sight_when_the_window_shrinks(starts: tuple[GalleryEntry, ...]) -> None:
    gallery = Gallery(many(starts, 60))
    draw(gallery, (1280, 960))
    tap(gallery, pygame.K_END)
    draw(gallery, (400, 300))
    assert gallery._grid.room.contains(gallery._grid.box(60, gallery._scroll))


def test_the_mouse_marks_and_chooses(starts: tuple[GalleryEntry, ...]) -> None:
    gallery = Gallery(starts)
    draw(gallery)
    point = places(gallery)[1]
    gallery.handle(Event(pygame.MOUSEMOTION, pos=point, rel=(0, 0), buttons=(0, 0, 0)))
    assert gallery.marked is starts[1]
    mouse_down(gallery, (0, 0))
    assert gallery.running
    mouse_down(gallery, point)
    assert gallery.chosen == GalleryChoice((starts[1].path,), starts[1].bundle.folder)


def test_the_wheel_scrolls_within_bounds(starts: tuple[GalleryEntry, ...]) -> None:
    gallery = Gallery(many(starts, 200))
    draw(gallery)
    gallery.handle(Event(pygame.MOUSEWHEEL, x=0, y=5))
    assert min(places(gallery)) == 0
    gallery.handle(Event(pygame.MOUSEWHEEL, x=0, y=-1000))
    assert max(places(gallery)) == 200


@pytest.mark.parametrize("event", [Event(pygame.QUIT), Event(pygame.KEYDOWN, key=pygame.K_ESCAPE)])
def test_leaving_chooses_nothing(starts: tuple[GalleryEntry, ...], event: Event) -> None:
    gallery = Gallery(starts)
    gallery.handle(event)
    assert not gallery.running
    assert gallery.chosen is None


def test_the_pictures_are_shown_in_whole_pixels(starts: tuple[GalleryEntry, ...], painted_bundle: Path) -> None:
    gallery = Gallery(starts)
    surface = draw(gallery)
    scale = gallery._grid.scale
    box = gallery._grid.box(1, 0)
    shown = pygame.surfarray.array3d(surface).transpose(1, 0, 2)
    left = box.centerx - 32 * scale // 2
    with Image.open(painted_bundle / "starts" / "1.png") as frame:
        enlarged = np.asarray(frame.convert("RGB")).repeat(scale, axis=0).repeat(scale, axis=1)
    top = box.top + gallery._grid.unit // 4
    np.testing.assert_array_equal(shown[top : top + 24 * scale, left : left + 32 * scale], enlarged)


@pytest.mark.parametrize("size", [(1, 1), (60, 400), (400, 60), (2000, 100)])
def test_any_window_can_be_drawn_on(starts: tuple[GalleryEntry, ...], size: tuple[int, int]) -> None:
    gallery = Gallery(many(starts, 7))
    draw(gallery, size)
    tap(gallery, pygame.K_END)
    draw(gallery, size)


def seen(gallery: Gallery) -> list[str]:
    return [entry.path.name for entry in gallery.selection.entries if entry.path is not None]


def test_typing_leaves_what_fits_and_escape_shows_all_again(starts: tuple[GalleryEntry, ...]) -> None:
    names = ["hero_one.png", "villain.png", "hero_two.png"]
    gallery = Gallery([replace(starts[0], path=Path(name)) for name in names])
    draw(gallery)
    type_in(gallery, "HERO paint")
    assert seen(gallery) == ["hero_one.png", "hero_two.png"]
    draw(gallery)
    tap(gallery, pygame.K_RIGHT)
    assert gallery.marked is not None and gallery.marked.name == "hero two"
    type_in(gallery, "x")
    assert gallery.marked is None
    draw(gallery)
    tap(gallery, pygame.K_RETURN)
    assert gallery.running
    tap(gallery, pygame.K_BACKSPACE)
    assert seen(gallery) == ["hero_one.png", "hero_two.png"]
    tap(gallery, pygame.K_ESCAPE)
    assert seen(gallery) == names and gallery.running
    tap(gallery, pygame.K_ESCAPE)
    assert not gallery.running


def test_the_licence_is_found_too(starts: tuple[GalleryEntry, ...]) -> None:
    gallery = Gallery(starts)
    type_in(gallery, "cc0")
    assert gallery.selection.entries == starts


def test_a_dropped_picture_is_chosen(starts: tuple[GalleryEntry, ...]) -> None:
    gallery = Gallery(starts)
    gallery.handle(Event(pygame.DROPFILE, file="/tmp/me.png"))
    assert gallery.chosen == GalleryChoice((Path("/tmp/me.png"),))
    gallery.again()
    assert gallery.running and gallery.chosen is None


def test_choose_returns_the_bundle_and_the_picture_and_keeps_the_window(painted_bundle: Path) -> None:
    for key in (pygame.K_RIGHT, pygame.K_RETURN):
        pygame.event.post(Event(pygame.KEYDOWN, key=key, unicode="", scancode=0))
    gallery = Gallery(load_starts([open_bundle(painted_bundle)]))
    assert choose(gallery) == GalleryChoice((painted_bundle / "starts" / "1.png",), painted_bundle)
    assert pygame.display.get_surface() is not None


def test_choose_returns_none_when_the_player_leaves(starts: tuple[GalleryEntry, ...]) -> None:
    pygame.event.post(Event(pygame.QUIT))
    assert choose(Gallery(starts)) is None


def test_tab_invites_a_second_player(starts: tuple[GalleryEntry, ...]) -> None:
    gallery = Gallery(starts)
    plain = pygame.image.tobytes(draw(gallery), "RGB")
    press(gallery, pygame.K_TAB)
    assert pygame.image.tobytes(draw(gallery), "RGB") != plain
    press(gallery, pygame.K_RIGHT, pygame.K_RETURN)
    assert gallery.chosen == GalleryChoice((starts[0].path, starts[1].path), starts[0].bundle.folder)


@pytest.mark.parametrize("key", [pygame.K_TAB, pygame.K_ESCAPE])
def test_an_invitation_is_taken_back(starts: tuple[GalleryEntry, ...], key: int) -> None:
    gallery = Gallery(starts)
    press(gallery, pygame.K_TAB, key)
    assert gallery.running
    press(gallery, pygame.K_RETURN)
    assert gallery.chosen == GalleryChoice((starts[0].path,), starts[0].bundle.folder)


def test_players_need_one_model(painted_bundle: Path, own_bundle: Path) -> None:
    gallery = Gallery(load_starts([open_bundle(painted_bundle), open_bundle(own_bundle)]))
    press(gallery, pygame.K_TAB, pygame.K_RIGHT, pygame.K_RIGHT, pygame.K_RETURN)
    assert gallery.chosen is None and gallery.running
    press(gallery, pygame.K_HOME, pygame.K_RETURN)
    assert gallery.chosen is not None and len(set(gallery.chosen.files)) == 1 and len(gallery.chosen.files) == 2


def test_a_gallery_that_attracts_people_chooses_at_once_and_again_when_nobody_does(
    starts: tuple[GalleryEntry, ...],
) -> None:
    gallery = Gallery(many(starts, 9), attract=Random(1))
    gallery.update(0.02)
    assert gallery.chosen is not None and not gallery.running
    gallery.again()
    gallery.update(14)
    press(gallery, pygame.K_RIGHT)
    gallery.update(14)
    assert gallery.chosen is None and gallery.running
    gallery.update(2)
    assert gallery.chosen is not None and not gallery.running


def test_other_galleries_wait(starts: tuple[GalleryEntry, ...]) -> None:
    gallery = Gallery(starts)
    gallery.update(1000)
    assert gallery.chosen is None and gallery.running


def test_two_who_are_chosen_play_together(painted_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = [painted_bundle / "starts" / f"{number}.png" for number in (0, 1)]
    answers = [GalleryChoice((pictures[0], pictures[1]), painted_bundle), None]
    played: list[PreparedGame] = []
    monkeypatch.setattr("playground.ui.gallery.gallery.choose", lambda gallery, kept: answers.pop(0))

    def run(performance: PreparedGame, *others: object) -> bool:
        played.append(performance)
        return True

    monkeypatch.setattr("playground.ui.app.run", run)
    assert main(["--model", str(painted_bundle)]) == 0
    assert [performance.name for performance in played] == ["0.png and 1.png"]
    assert len(played[0].world.engines) == 2


def test_a_message_goes_by_itself_or_when_the_player_goes_on(starts: tuple[GalleryEntry, ...]) -> None:
    gallery = Gallery(starts)
    plain = pygame.image.tobytes(draw(gallery), "RGB")
    for event in (None, Event(pygame.KEYDOWN, key=pygame.K_UP, unicode=""), Event(pygame.MOUSEBUTTONDOWN, button=3)):
        gallery.tell("Sprites: is a folder; give a picture")
        gallery.update(1.0)
        assert pygame.image.tobytes(draw(gallery), "RGB") != plain
        if event is None:
            gallery.update(4.0)
        else:
            gallery.handle(event)
        assert pygame.image.tobytes(draw(gallery), "RGB") == plain


def test_a_gallery_in_which_nothing_is_found_says_so(starts: tuple[GalleryEntry, ...]) -> None:
    gallery = Gallery(starts)
    type_in(gallery, "xyzzy")
    middle = pygame.surfarray.array3d(draw(gallery))[WINDOW[0] // 4 : 3 * WINDOW[0] // 4, 200:280]
    assert (middle > 200).all(2).any()
    press(gallery, pygame.K_ESCAPE)
    assert gallery.marked is not None and gallery.running
