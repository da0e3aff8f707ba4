import pytest

from playground.ui.toolkit.layout import arrange, default_scale, key_caps, window_size

SPRITES = (128, 96)


@pytest.mark.parametrize("frame_size", [(32, 24), SPRITES, (96, 128), (320, 240)])
@pytest.mark.parametrize("scale", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("cards", [1, 4, 9, 16])
def test_a_window_for_a_scale_shows_that_scale_with_all_bars(
    frame_size: tuple[int, int], scale: int, cards: int
) -> None:
    layout = arrange(window_size(frame_size, cards, scale), frame_size, cards)
    assert layout.scale >= scale
    assert layout.world.size == (frame_size[0] * layout.scale, frame_size[1] * layout.scale)
    assert len(layout.cards) == cards


@pytest.mark.parametrize("size", [(480, 400), (640, 480), (800, 1200), (1280, 720), (2560, 1440)])
@pytest.mark.parametrize("cards", [1, 7, 12])
@pytest.mark.parametrize("players", [1, 2])
def test_parts_stay_inside_the_window_and_apart(size: tuple[int, int], cards: int, players: int) -> None:
    layout = arrange(size, SPRITES, cards, players=players)
    parts = [layout.top, layout.world, *layout.arrows, *layout.cards]
    assert len(layout.arrows) == players
    for index, part in enumerate(parts):
        assert part.left >= 0 and part.top >= 0 and part.right <= size[0] and part.bottom <= size[1]
        assert part.collidelist(parts[:index]) == -1
    assert abs(layout.world.centerx - size[0] // 2) <= 1


@pytest.mark.parametrize("size", [(640, 480), (960, 720), (1920, 1080)])
@pytest.mark.parametrize("cards", [4, 10, 16])
def test_large_text_costs_neither_cards_nor_most_of_the_picture(size: tuple[int, int], cards: int) -> None:
    usual, large = (arrange(size, SPRITES, cards, text_size) for text_size in (1.0, 2.0))
    assert len(large.cards) == cards
    assert usual.unit < large.unit <= 2 * usual.unit
    assert 2 * large.scale >= usual.scale


@pytest.mark.parametrize("size", [(200, 150), (128, 96), (140, 400)])
def test_a_window_too_small_for_bars_shows_the_picture_alone(size: tuple[int, int]) -> None:
    layout = arrange(size, SPRITES, 9)
    assert layout.cards == ()
    assert layout.top.height == 0
    assert layout.world.size == SPRITES


def test_a_window_too_small_for_the_picture_shrinks_it() -> None:
    layout = arrange((64, 64), SPRITES, 9)
    assert layout.scale == 0
    assert layout.world.size == (64, 48)


@pytest.mark.parametrize("desktop", [(1024, 768), (1366, 768), (1920, 1080), (3840, 2160)])
def test_the_default_window_fits_the_desktop(desktop: tuple[int, int]) -> None:
    width, height = window_size(SPRITES, 9, default_scale(SPRITES, 9, desktop))
    assert width <= 0.8 * desktop[0] and height <= 0.8 * desktop[1]


def test_the_default_window_of_a_large_frame_is_its_own_size() -> None:
    assert default_scale((1600, 1200), 4, (1024, 768)) == 1


def test_key_caps_stand_as_on_a_keyboard() -> None:
    caps = key_caps(arrange((800, 700), SPRITES, 4).arrows[0])
    assert caps["up"].centerx == caps["down"].centerx
    assert caps["left"].right < caps["down"].left and caps["down"].right < caps["right"].left
    assert caps["up"].bottom < caps["down"].top
