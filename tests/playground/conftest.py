"""Bundles for the tests: the tiny real one, and one written by hand whose behaviour is known exactly."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import onnx
import pygame
import pytest
from numpy.typing import NDArray
from onnx import parser
from PIL import Image

from glass.core.directions import DIRECTIONS
from playground.bundles.manifest import GRAPHS, LocalAction, Manifest, MaskSize, Transitions

# Frames are 32x24, the window is 16, and there are 4 local actions. What is red is the agent. A local action k shows
# the first frame's agent with its red divided by 1 + k / 4; each tick also adds 0.02 to its blue.
SEGMENT = """
segment (float[N,3,24,32] frame) => (float[N,1,24,32] mask) {
    channel = Constant<value = int64 {1}>()
    red, green, blue = Split<axis = 1, num_outputs = 3>(frame)
    other = Max(green, blue)
    redness = Sub(red, other)
    quarter = Constant<value = float {0.25}>()
    over = Sub(redness, quarter)
    steep = Constant<value = float {8.0}>()
    level = Mul(over, steep)
    zero = Constant<value = float {0.0}>()
    one = Constant<value = float {1.0}>()
    mask = Clip(level, zero, one)
}
"""
LOCATE = """
locate (float[N,3,24,32] frame, float[N,1,24,32] mask) => (float[N,2] position) {
    axes = Constant<value = int64[3] {1, 2, 3}>()
    total = ReduceSum<keepdims = 0>(mask, axes)
    columns = Constant<value = int64[1,1,1,32] {%COLUMNS%}>()
    rows = Constant<value = int64[1,1,24,1] {%ROWS%}>()
    xs = Cast<to = 1>(columns)
    ys = Cast<to = 1>(rows)
    mask_x = Mul(mask, xs)
    mask_y = Mul(mask, ys)
    sum_x = ReduceSum<keepdims = 0>(mask_x, axes)
    sum_y = ReduceSum<keepdims = 0>(mask_y, axes)
    x = Div(sum_x, total)
    y = Div(sum_y, total)
    pair_shape = Constant<value = int64[2] {-1, 1}>()
    x_cell = Reshape(x, pair_shape)
    y_cell = Reshape(y, pair_shape)
    position = Concat<axis = 1>(x_cell, y_cell)
}
"""
START = """
start (float[1,3,24,32] frame, float[1,1,24,32] mask)
    => (float[1,4,16,16] crop, float[1,2] position, float[1,3,24,32] inpainted_background,
        float[1,1] state, float[1,4,16,16] appearance_0, float[1,3] appearance_1) {
    total = ReduceSum<keepdims = 0>(mask)
    columns = Constant<value = int64[1,1,1,32] {%COLUMNS%}>()
    rows = Constant<value = int64[1,1,24,1] {%ROWS%}>()
    xs = Cast<to = 1>(columns)
    ys = Cast<to = 1>(rows)
    mask_x = Mul(mask, xs)
    mask_y = Mul(mask, ys)
    sum_x = ReduceSum<keepdims = 0>(mask_x)
    sum_y = ReduceSum<keepdims = 0>(mask_y)
    x = Div(sum_x, total)
    y = Div(sum_y, total)
    pair_shape = Constant<value = int64[2] {1, 1}>()
    x_cell = Reshape(x, pair_shape)
    y_cell = Reshape(y, pair_shape)
    position = Concat<axis = 1>(x_cell, y_cell)
    half = Constant<value = float {7.5}>()
    corner = Sub(position, half)
    corner_floor = Floor(corner)
    corner_int = Cast<to = 7>(corner_floor)
    margin = Constant<value = int64 {16}>()
    padded_corner = Add(corner_int, margin)
    left, top = Split<axis = 1, num_outputs = 2>(padded_corner)
    flat = Constant<value = int64[1] {-1}>()
    left_1 = Reshape(left, flat)
    top_1 = Reshape(top, flat)
    right_1 = Add(left_1, margin)
    bottom_1 = Add(top_1, margin)
    colour = Mul(frame, mask)
    layer = Concat<axis = 1>(colour, mask)
    pads = Constant<value = int64[8] {0, 0, 16, 16, 0, 0, 16, 16}>()
    padded = Pad(layer, pads)
    starts = Concat<axis = 0>(top_1, left_1)
    ends = Concat<axis = 0>(bottom_1, right_1)
    axes = Constant<value = int64[2] {2, 3}>()
    crop = Slice(padded, starts, ends, axes)
    appearance_0 = Identity(crop)
    one = Constant<value = float {1.0}>()
    hole = Sub(one, mask)
    kept = Mul(frame, hole)
    green = Constant<value = float[1,3,1,1] {0.2, 0.6, 0.2}>()
    filled = Mul(green, mask)
    inpainted_background = Add(kept, filled)
    state = Constant<value = float[1,1] {0.0}>()
    appearance_1 = Constant<value = float[1,3] {0.0, 0.0, 0.02}>()
}
"""
STEP = """
step (float[1,1] state, float[1,4,16,16] appearance_0, float[1,3] appearance_1, int64[1] local_action, float[1,2] shift)
    => (float[1,4,16,16] crop, float[1,1] next_state) {
    one = Constant<value = float {1.0}>()
    unmoved = Constant<value = float {0.0}>()
    still = Mul(shift, unmoved)
    ignored = ReduceSum<keepdims = 0>(still)
    count = Add(state, one)
    next_state = Add(count, ignored)
    quarter = Constant<value = float {0.25}>()
    code = Cast<to = 1>(local_action)
    share = Mul(code, quarter)
    divisor = Add(share, one)
    red, green, blue, alpha = Split<axis = 1, num_outputs = 4>(appearance_0)
    dim = Div(red, divisor)
    tint = Mul(appearance_1, next_state)
    none_r, none_g, step_blue = Split<axis = 1, num_outputs = 3>(tint)
    cell = Constant<value = int64[4] {1, 1, 1, 1}>()
    blue_cell = Reshape(step_blue, cell)
    blue_share = Mul(blue_cell, alpha)
    bluer = Add(blue, blue_share)
    crop = Concat<axis = 1>(dim, green, bluer, alpha)
}
"""
MOVING_STEP = """
step (float[1,1] state, float[1,4,16,16] appearance_0, float[1,3] appearance_1, int64[1] local_action, float[1,2] shift)
    => (float[1,4,16,16] crop, float[1,1] next_state, float[1,1] mirrored, float[1,1,2,4,4] fields,
        float[1,1,16,16] weights, float[1,4,16,16] paint) {
    crop = Identity(appearance_0)
    nought = Constant<value = float {0.0}>()
    silent = Mul(appearance_1, nought)
    still = Mul(shift, nought)
    first = ReduceSum<keepdims = 0>(silent)
    second = ReduceSum<keepdims = 0>(still)
    ignored = Add(first, second)
    next_state = Add(state, ignored)
    pair = Constant<value = int64[2] {1, 1}>()
    three = Constant<value = int64 {3}>()
    above = Greater(local_action, three)
    turned = Cast<to = 1>(above)
    mirrored = Reshape(turned, pair)
    code = Cast<to = 1>(local_action)
    one = Constant<value = float {1.0}>()
    standing = Sub(one, turned)
    distance = Mul(code, standing)
    cell = Constant<value = int64[5] {1, 1, 1, 1, 1}>()
    right = Reshape(distance, cell)
    none = Mul(right, nought)
    both = Concat<axis = 2>(right, none)
    shape = Constant<value = int64[5] {1, 1, 2, 4, 4}>()
    fields = Expand(both, shape)
    full = Constant<value = int64[4] {1, 1, 16, 16}>()
    weights = Expand(one, full)
    paint = Mul(appearance_0, nought)
}
"""
"""Moves the agent's pixels k pixels to the left for local action k of 1 to 3; 4 mirrors them."""
OBSERVE = """
observe (float[N,4,16,16] crop, float[N,4,16,16] next_crop) => (int64[N] local_action) {
    red, green, blue, alpha = Split<axis = 1, num_outputs = 4>(next_crop)
    axes = Constant<value = int64[3] {1, 2, 3}>()
    brightest = ReduceMax<keepdims = 0>(red, axes)
    one = Constant<value = float {1.0}>()
    least = Constant<value = float {0.2}>()
    safe = Max(brightest, least)
    divisor = Div(one, safe)
    over = Sub(divisor, one)
    four = Constant<value = float {4.0}>()
    exact = Mul(over, four)
    rounded = Round(exact)
    clipped = Clip(rounded, one, four)
    local_action = Cast<to = 7>(clipped)
}
"""


def make_graph(text: str) -> bytes:
    """Return the ONNX file of a graph in onnx's text format."""
    model = parser.parse_model(f'<ir_version: 9, opset_import: ["" : 18]>{text}')
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())


def write_painted_bundle(folder: Path) -> Path:
    """Write the hand-made bundle into `folder`, which it makes, and return it."""
    (folder / "starts").mkdir(parents=True)
    numbers = {"COLUMNS": ", ".join(map(str, range(32))), "ROWS": ", ".join(map(str, range(24)))}
    for name, text in zip(GRAPHS, (SEGMENT, LOCATE, START, STEP, OBSERVE), strict=True):
        for key, value in numbers.items():
            text = text.replace(f"%{key}%", value)
        (folder / name).write_bytes(make_graph(text))
    (folder / "weights.safetensors").write_bytes(bytes(8))
    (folder / "CARD.md").write_text("A bundle written by hand.\n", encoding="utf-8")
    for index, corner in enumerate(((12, 8), (4, 10))):
        Image.fromarray(painted_frame(corner)).save(folder / "starts" / f"{index}.png")
    write_manifest(folder)
    return folder


def write_manifest(folder: Path) -> None:
    """Write the manifest that fits the files of a painted bundle."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    defaults = {"right": 1, "left": 2, "up": 3, "down": 4, "stay": 4}
    manifest = Manifest(
        name=folder.name,
        frame_size=(32, 24),
        window=16,
        tick_rate=12.5,
        speed=2,
        max_shift=(4, 4),
        local_actions=tuple(LocalAction(f"shade {k}", k) for k in (1, 2, 3, 4)),
        default_local_actions=defaults,
        files={path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
        training_data=("nothing",),
        licence="CC0-1.0",
        mask_size=MaskSize(0.01, 0.3),
        transitions=Transitions(
            directions={way: tuple(36 if way == after else 1 for after in DIRECTIONS) for way in DIRECTIONS},
            local_actions={way: ((*(int(code == k) for k in (1, 2, 3, 4)),),) * 4 for way, code in defaults.items()}
            | {"stay": ((0, 1, 1, 1), (1, 3, 1, 1), (1, 1, 6, 1), (1, 1, 1, 9))},
        ),
    )
    (folder / "manifest.json").write_text(manifest.to_json(), encoding="utf-8")


def painted_frame(corner: tuple[int, int] | None = (12, 8), red: int = 255) -> NDArray[np.uint8]:
    """Return a 24x32 frame: a calm pattern, and a red agent 6 wide and 8 high whose left top is `corner`."""
    y, x = np.mgrid[:24, :32]
    frame = np.stack([40 + 2 * x, 90 + 3 * y, 60 + 2 * ((x * 5 + y * 3) % 16)], axis=2).astype(np.uint8)
    if corner is not None:
        frame[corner[1] : corner[1] + 8, corner[0] : corner[0] + 6] = (red, 0, 0)
    return frame


@pytest.fixture
def moving_bundle(tmp_path: Path) -> Path:
    """The folder of a bundle written by hand that moves the picture's own pixels."""
    return write_moving_bundle(tmp_path / "models" / "moving")


def write_moving_bundle(folder: Path) -> Path:
    """Write a bundle that moves the picture's own pixels; returns its folder."""
    write_painted_bundle(folder)
    (folder / "step.onnx").write_bytes(make_graph(MOVING_STEP))
    write_manifest(folder)
    return folder


@pytest.fixture(scope="session")
def painted_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the bundle written by hand; not to be changed."""
    return write_painted_bundle(tmp_path_factory.mktemp("models") / "painted")


@pytest.fixture
def own_bundle(tmp_path: Path) -> Path:
    """A bundle written by hand that the test may change."""
    return write_painted_bundle(tmp_path / "models" / "painted")


@pytest.fixture(scope="session")
def paint() -> Callable[..., NDArray[np.uint8]]:
    """The function that paints a frame for the bundle written by hand."""
    return painted_frame


@pytest.fixture
def dummy_display(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A display that shows nothing."""
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    pygame.display.init()
    yield
    pygame.display.quit()
