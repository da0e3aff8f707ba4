from pathlib import Path

import pygame
import pytest
from PIL import Image
from pygame import Surface
from pygame.event import Event

from playground.bundles.bundle import open_bundle
from playground.ui.pickers.choice_screen import ChoiceScreen
from playground.ui.pickers.file_picker import FilePicker
from playground.ui.pickers.model_picker import ModelPicker
from tests.playground.keys import mouse_down, press

WINDOW = (960, 720)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("PICTURES", "DESKTOP", "DOWNLOAD"):
        monkeypatch.setenv(f"XDG_{name}_DIR", str(home / "none"))
    return home


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "my pictures"
    (folder / "inside").mkdir(parents=True)
    for name in ("10.png", "9.png", "game.glass", "clip.mp4", "notes.txt", ".hidden.png"):
        (folder / name).write_bytes(b"nothing")
    Image.new("RGB", (40, 30), (250, 0, 0)).save(folder / "9.png")
    Image.new("RGB", (8, 8)).save(folder / "inside" / "deep.png")
    return folder


@pytest.fixture
def picker(folder: Path) -> FilePicker:
    picker = FilePicker(folder, [folder / "inside" / "deep.png", folder / "gone.png"], folder)
    draw(picker)
    return picker


def draw(screen: ChoiceScreen, size: tuple[int, int] = WINDOW) -> Surface:
    surface = Surface(size)
    screen.draw(surface)
    return surface


def index_of(screen: ChoiceScreen, text: str) -> int:
    return [row.text for row in screen.rows].index(text)


def click(screen: ChoiceScreen, text: str) -> None:
    mouse_down(screen, screen.box(index_of(screen, text)).center)
    if screen.running:
        draw(screen)


def test_folders_come_first_and_only_files_that_can_be_opened(picker: FilePicker) -> None:
    texts = [row.text for row in picker.rows]
    assert texts[-5:] == ["inside", "clip.mp4", "game.glass", "9.png", "10.png"]
    assert texts[0] == "what was opened last"


def test_a_file_is_found_and_taken_by_mouse(picker: FilePicker, folder: Path) -> None:
    click(picker, "inside")
    mouse_down(picker, picker.button("up").center)
    draw(picker)
    assert picker.rows[picker.marked].text == "inside"
    click(picker, "9.png")
    assert picker.chosen == (folder / "9.png",) and not picker.running


def test_a_file_is_found_and_taken_by_keyboard(picker: FilePicker, folder: Path) -> None:
    press(picker, pygame.K_BACKSPACE)
    press(picker, pygame.K_RETURN)  # the folder it came from is marked
    press(picker, pygame.K_END, pygame.K_UP, pygame.K_UP, pygame.K_UP, pygame.K_RETURN)
    assert picker.chosen == (folder / "clip.mp4",)


def test_what_was_opened_last_is_one_click_away(picker: FilePicker, folder: Path) -> None:
    click(picker, "what was opened last")
    assert [row.text for row in picker.rows] == ["deep.png"]
    click(picker, "deep.png")
    assert picker.chosen == (folder / "inside" / "deep.png",)


def test_going_back_chooses_nothing(picker: FilePicker) -> None:
    mouse_down(picker, picker.button("back").center)
    assert picker.chosen == () and not picker.running
    again = FilePicker(Path("/no/such/folder"), [], Path("/"))
    press(again, pygame.K_ESCAPE)
    assert again.chosen == () and not again.running


def test_files_dropped_onto_the_list_are_chosen(picker: FilePicker) -> None:
    picker.handle(Event(pygame.DROPFILE, file="/tmp/me.png"))
    assert picker.chosen == (Path("/tmp/me.png"),)


def test_recordings_go_where_the_button_is_pressed(picker: FilePicker, folder: Path) -> None:
    click(picker, "inside")
    mouse_down(picker, picker.button("keep").center)
    assert picker.folder == folder / "inside" and str(folder / "inside") in picker.message.text
    draw(picker)
    with pytest.raises(KeyError):
        picker.button("keep")


def test_the_marked_picture_is_seen_and_a_damaged_one_is_no_trouble(picker: FilePicker) -> None:
    picker.marked = index_of(picker, "9.png")
    red = (pygame.surfarray.array3d(draw(picker)) == (250, 0, 0)).all(2)
    assert red.sum() > 10_000
    picker.marked = index_of(picker, "10.png")
    draw(picker)


def test_a_folder_that_cannot_be_read_is_told(picker: FilePicker, folder: Path) -> None:
    picker.enter(folder / "9.png")
    assert picker.message.notice.error and "9.png: cannot be read" in picker.message.text
    assert picker.running


@pytest.mark.parametrize("size", [(300, 200), (640, 480), (1920, 1080)])
def test_a_long_list_scrolls(folder: Path, size: tuple[int, int]) -> None:
    for number in range(200):
        (folder / f"x{number}.png").touch()
    picker = FilePicker(folder, [], folder, text_size=1.5)
    draw(picker, size)
    press(picker, pygame.K_END)
    draw(picker, size)
    assert Surface(size).get_rect().contains(picker.box(picker.marked))
    picker.handle(Event(pygame.MOUSEWHEEL, x=0, y=500))
    draw(picker, size)
    assert Surface(size).get_rect().contains(picker.box(0))


def test_a_model_is_chosen(painted_bundle: Path, own_bundle: Path) -> None:
    bundles = [open_bundle(painted_bundle), open_bundle(own_bundle)]
    picker = ModelPicker(bundles, "painted")
    draw(picker)
    mouse_down(picker, picker.box(1).center)
    assert picker.chosen == bundles[1] and not picker.running
