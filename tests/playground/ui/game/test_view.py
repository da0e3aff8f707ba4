import dataclasses

import numpy as np
import pygame
import pytest
from numpy.typing import NDArray
from pygame import Surface

from playground.gameplay.scene import Card, GameScene, Notice, StatusMark
from playground.input.controls import Command
from playground.input.keymap import DEFAULT_KEYMAP
from playground.ui.game.view import GameView
from playground.ui.toolkit import theme
from playground.ui.toolkit.layout import arrange, key_caps
from playground.world.layers import Layers

FRAME_SIZE = (32, 24)
LABELS = ("walk", "jump", "wave", "rest")
WINDOW = (640, 520)
REC = StatusMark("REC 0:03.2", "disc", recording=True)


@pytest.fixture
def view() -> GameView:
    return GameView(FRAME_SIZE, DEFAULT_KEYMAP.for_game([len(LABELS)]))


@pytest.fixture
def scene() -> GameScene:
    frame = np.random.default_rng(0).integers(0, 256, (24, 32, 3), np.uint8)
    cards = tuple(Card(number, str(number), label) for number, label in enumerate(LABELS, start=1))
    return GameScene(moment(frame), model="painted", picture="a.png", figures="CPU   60 fps", cards=cards)


def moment(frame: NDArray[np.uint8], *lost: tuple[float, float]) -> Layers:
    return Layers(frame, frame, (0.0, 0.0), (), (), lost)


def with_card(scene: GameScene, number: int, **changes: bool) -> GameScene:
    cards = tuple(dataclasses.replace(card, **changes) if card.number == number else card for card in scene.cards)
    return dataclasses.replace(scene, cards=cards)


def pixels(view: GameView, scene: GameScene, size: tuple[int, int] = WINDOW) -> NDArray[np.uint8]:
    surface = Surface(size)
    view.draw(surface, scene)
    return pygame.surfarray.array3d(surface).transpose(1, 0, 2)


def difference(view: GameView, scene: GameScene, **changes: object) -> NDArray[np.bool_]:
    changed = dataclasses.replace(scene, **changes)  # type: ignore[arg-type]
    different: NDArray[np.bool_] = (pixels(view, scene) != pixels(view, changed)).any(axis=2)
    return different


def inside(mask: NDArray[np.bool_], box: pygame.Rect) -> NDArray[np.bool_]:
    return mask[box.top : box.bottom, box.left : box.right]


def test_every_pixel_of_the_frame_becomes_a_square(view: GameView, scene: GameScene) -> None:
    layout = arrange(WINDOW, FRAME_SIZE, len(LABELS))
    shown = pixels(view, scene)[layout.world.top : layout.world.bottom, layout.world.left : layout.world.right]
    enlarged = scene.now.frame.repeat(layout.scale, axis=0).repeat(layout.scale, axis=1)
    np.testing.assert_array_equal(shown, enlarged)


def test_the_same_scene_gives_the_same_pixels(view: GameView, scene: GameScene) -> None:
    first = pixels(view, scene)
    pixels(view, dataclasses.replace(scene, help=True, now=moment(scene.now.frame[::-1].copy())))
    np.testing.assert_array_equal(pixels(view, scene), first)


def test_a_resized_window_is_laid_out_anew(view: GameView, scene: GameScene) -> None:
    pixels(view, scene)
    large = (1280, 960)
    world = arrange(large, FRAME_SIZE, len(LABELS)).world
    np.testing.assert_array_equal(pixels(view, scene, large)[world.top, world.left], scene.now.frame[0, 0])


def test_a_pressed_number_fills_its_card_and_no_other(view: GameView, scene: GameScene) -> None:
    cards = arrange(WINDOW, FRAME_SIZE, len(LABELS)).cards
    changed = difference(view, scene, cards=with_card(scene, 2, pressed=True).cards)
    assert [bool(inside(changed, card).any()) for card in cards] == [False, True, False, False]
    shown = pixels(view, with_card(scene, 2, pressed=True))
    assert tuple(shown[cards[1].bottom - 5, cards[1].centerx]) == theme.PRESSED


def test_the_acting_card_is_outlined(view: GameView, scene: GameScene) -> None:
    cards = arrange(WINDOW, FRAME_SIZE, len(LABELS)).cards
    shown = pixels(view, with_card(scene, 3, acting=True))
    assert tuple(shown[cards[2].centery, cards[2].left + 1]) == theme.ACTING
    assert tuple(shown[cards[1].centery, cards[1].left + 1]) != theme.ACTING


@pytest.mark.parametrize("command", [Command.LEFT, Command.RIGHT, Command.UP, Command.DOWN])
def test_a_pressed_direction_lights_its_cap(view: GameView, scene: GameScene, command: Command) -> None:
    caps = key_caps(arrange(WINDOW, FRAME_SIZE, len(LABELS)).arrows[0])
    changed = difference(view, scene, pressed=(frozenset({command}),))
    assert {name for name, cap in caps.items() if inside(changed, cap).any()} == {command.value}


@pytest.mark.parametrize("shape", ["disc", "bars", "triangle", "back", "wait"])
def test_what_goes_on_is_marked_in_the_top_line_only(view: GameView, scene: GameScene, shape: str) -> None:
    layout = arrange(WINDOW, FRAME_SIZE, len(LABELS))
    changed = difference(view, scene, marks=(StatusMark("something", shape),))
    assert inside(changed, layout.top).any()
    assert not changed[layout.top.bottom :].any()


def test_in_a_narrow_window_marks_are_not_written_over(view: GameView, scene: GameScene) -> None:
    size = (330, 260)
    recording = dataclasses.replace(scene, marks=(REC,), figures="")
    with_figures = dataclasses.replace(recording, figures="CPU   3.2 ms a tick   60 fps")
    np.testing.assert_array_equal(pixels(view, recording, size), pixels(view, with_figures, size))


def test_a_message_stands_on_the_picture(view: GameView, scene: GameScene) -> None:
    world = arrange(WINDOW, FRAME_SIZE, len(LABELS)).world
    changed = difference(view, scene, message=Notice("recording saved"))
    assert inside(changed, world).any()
    assert changed.sum() == inside(changed, world).sum()


def test_a_message_of_any_length_stays_in_the_window(view: GameView, scene: GameScene) -> None:
    changed = difference(view, scene, message=Notice("word " * 200))
    assert not changed[:, 0].any() and not changed[:, -1].any()


def test_a_long_message_takes_several_lines(view: GameView, scene: GameScene) -> None:
    heights = [
        np.flatnonzero(difference(view, scene, message=Notice("word " * words)).any(1)).size
        for words in (2, 30, 60, 1000)
    ]
    assert heights[0] < heights[1] < heights[2] < heights[3] <= WINDOW[1]


def test_help_darkens_the_window_around_its_table(view: GameView, scene: GameScene) -> None:
    world = arrange(WINDOW, FRAME_SIZE, len(LABELS)).world
    before, after = (pixels(view, dataclasses.replace(scene, help=shown)) for shown in (False, True))
    assert after[world.top : world.top + 20, world.left : world.right].mean() < 0.5 * before.mean()
    assert after[world.centery - 20 : world.centery + 20, world.left + 60 : world.right - 60].max() > 200


@pytest.mark.parametrize(
    ("lost", "edge"),
    [((-50.0, 12.0), "left"), ((90.0, 12.0), "right"), ((16.0, -50.0), "top"), ((16.0, 90.0), "bottom")],
)
def test_an_agent_out_of_sight_is_pointed_at(
    view: GameView, scene: GameScene, lost: tuple[float, float], edge: str
) -> None:
    world = arrange(WINDOW, FRAME_SIZE, len(LABELS)).world
    changed = difference(view, scene, now=moment(scene.now.frame, lost))
    rows, columns = np.nonzero(changed)
    box = pygame.Rect(columns.min(), rows.min(), columns.max() - columns.min() + 1, rows.max() - rows.min() + 1)
    assert world.contains(box)
    assert abs(getattr(box, edge) - getattr(world, edge)) <= 2


def test_cards_are_found_by_their_place(view: GameView, scene: GameScene) -> None:
    pixels(view, scene)
    cards = arrange(WINDOW, FRAME_SIZE, len(LABELS)).cards
    assert [view.card_at(card.center) for card in cards] == [0, 1, 2, 3]
    assert view.card_at((0, 0)) is None


@pytest.mark.parametrize("size", [(1, 1), (20, 300), (300, 20), (180, 140), (3000, 200)])
def test_any_window_can_be_drawn_on(view: GameView, scene: GameScene, size: tuple[int, int]) -> None:
    full = dataclasses.replace(
        scene, help=True, message=Notice("news"), now=moment(scene.now.frame, (-9.0, -9.0)), marks=(REC,), picture=""
    )
    assert pixels(view, full, size).shape == (size[1], size[0], 3)


def test_points_of_the_window_are_points_of_the_world(view: GameView, scene: GameScene) -> None:
    pixels(view, scene)
    world = arrange(WINDOW, FRAME_SIZE, len(LABELS)).world
    assert view.place_at(world.topleft) == (0, 0)
    assert view.place_at(world.bottomright) == FRAME_SIZE
    assert view.shows_world_at(world.center) and not view.shows_world_at((0, 0))


def test_larger_text_takes_more_room(view: GameView, scene: GameScene) -> None:
    sizes = [arrange(WINDOW, FRAME_SIZE, len(LABELS), size) for size in (1.0, 1.5)]
    assert sizes[1].unit == round(1.5 * sizes[0].unit)
    shown = pixels(view, dataclasses.replace(scene, text_size=1.5))
    world = sizes[1].world
    np.testing.assert_array_equal(shown[world.top, world.left], scene.now.frame[0, 0])
