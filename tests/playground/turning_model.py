"""A bundle written by hand whose model moves pixels, turns, and can be told which side a picture faces."""

from pathlib import Path

from PIL import Image

from tests.playground.conftest import MOVING_STEP, START, make_graph, write_manifest, write_painted_bundle

TOLD = """
    seen = Constant<value = float[1,1] {%SEEN%}>()
    nothing = Constant<value = float[1,1] {0.0}>()
    right = Constant<value = float[1,1] {1.0}>()
    size = Abs(faces)
    is_side = Equal(size, right)
    told = Where(is_side, faces, nothing)
    silent = Equal(faces, nothing)
    side = Where(silent, seen, told)
    unknown = Equal(side, nothing)
    facing = Where(unknown, right, side)
    state = Concat<axis = 1>(side, facing)
"""
TURNED = """
    side, facing = Split<axis = 1, num_outputs = 2>(state)
    x, y = Split<axis = 1, num_outputs = 2>(shift)
    way = Sign(x)
    sure = Abs(side)
    along = Mul(way, sure)
    stays = Equal(along, still_x)
    faced = Where(stays, facing, along)
    next_state = Concat<axis = 1>(side, faced)
    product = Mul(faced, side)
    other = Less(product, still_x)
    mirrored = Cast<to = 1>(other)
    zero = Constant<value = float[1,1,1,1,1] {0.0}>()
"""
"""It never turns where the side is 0, is not moved but turned, and remembers which way it faces."""


def write_turning_bundle(folder: Path, seen: int = 1) -> Path:
    """Write the bundle into `folder`, which it makes; by itself it sees every picture face a side, 0 is unsure."""
    write_painted_bundle(folder)
    start = START.replace("mask)\n", "mask, float[1,1] faces)\n", 1).replace("float[1,1] state", "float[1,2] state")
    start = start.replace("float[1,3] appearance_1)", "float[1,3] appearance_1, float[1,1] side)")
    start = start.replace("    state = Constant<value = float[1,1] {0.0}>()\n", TOLD.replace("%SEEN%", f"{seen}.0"))
    numbers = {"COLUMNS": ", ".join(map(str, range(32))), "ROWS": ", ".join(map(str, range(24)))}
    for key, value in numbers.items():
        start = start.replace(f"%{key}%", value)
    (folder / "start.onnx").write_bytes(make_graph(start))
    head, body = MOVING_STEP.replace("float[1,1] state", "float[1,2] state").split(") {\n")
    body = body.split("    full =")[1]
    step = f"""{head.replace("float[1,1] next_state", "float[1,2] next_state")}) {{
    crop = Identity(appearance_0)
    nought = Constant<value = float {{0.0}}>()
    one = Constant<value = float {{1.0}}>()
    still_x = Constant<value = float[1,1] {{0.0}}>()
{TURNED}
    tint = Mul(appearance_1, nought)
    ignored_tint = ReduceSum<keepdims = 0>(tint)
    code = Cast<to = 1>(local_action)
    ignored_code = Mul(code, nought)
    ignored = Add(ignored_tint, ignored_code)
    base = Add(zero, ignored)
    shape = Constant<value = int64[5] {{1, 1, 2, 4, 4}}>()
    fields = Expand(base, shape)
    full ={body}"""
    (folder / "step.onnx").write_bytes(make_graph(step))
    write_manifest(folder)
    return folder


def two_coloured(side: int = 100) -> Image.Image:
    """Return a cut-out that is red at its left, where it looks, and blue at its right."""
    image = Image.new("RGBA", (side, side))
    image.paste((200, 30, 30, 255), (side // 4, side // 8, side // 2, side - side // 8))
    image.paste((20, 40, 220, 255), (side // 2, side // 8, 3 * side // 4, side - side // 8))
    image.putpixel((side // 2, side // 8 + 1), (20, 41, 220, 255))  # so that it is not taken for enlarged pixels
    return image
