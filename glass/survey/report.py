"""Report of the survey: lines to print, and a picture of what was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from glass.core.atomic_files import atomic_file
from glass.footage.cache import Footage
from glass.footage.fit import point_before_fitting
from glass.survey.advice import Survey
from glass.survey.agent import AgentDetections
from glass.survey.follow import grown
from glass.survey.movers import Mover

WIDTH, MARGIN, GAP = 960, 16, 8
FRAMES_SHOWN, COLUMNS = 5, 3
NUMBER_SIZE = 13
Colour = tuple[int, int, int]
INK, SOFT, MARK, PAPER, WARNING = (38, 42, 48), (120, 126, 134), (228, 60, 60), (250, 250, 247), (176, 70, 20)
OTHERS = (40, 110, 220)


def report_lines(footage: Footage, survey: Survey) -> list[str]:
    """Say what was found, a line a subject."""
    camera, suggestion = survey.camera, survey.suggestion
    width, height = footage.frame_size
    takes = f"{len(footage.takes)} takes" if len(footage.takes) > 1 else "one take"
    seen = float(survey.detections.seen.mean())
    sizes = survey.detections.sizes[survey.detections.seen]
    moves = {
        "static": "stands still",
        "panning": f"pans by {camera.speed:.1f} pixels a frame",
        "zooming": f"zooms by {camera.zoom:.1%} a frame",
        "parallax": f"moves in parts, {camera.disagreement:.1f} pixels apart",
    }
    agent = (
        f"about {survey.extent:.0f} pixels large, {np.median(sizes):.1%} of the picture, seen in {seen:.0%} of it"
        if len(sizes)
        else "none seen"
    )
    travels = f"travels {survey.speed:.0f} pixels a second" if survey.speed else "hardly travels"
    read = f"read as {width}x{height} at {footage.rate:.4g} frames a second"
    return [
        f"material     {footage.seconds:.0f} seconds in {takes}, {read}",
        f"background   {moves[camera.motion]}",
        f"agent        1: {agent}; {travels}" if len(sizes) else "agent        none seen",
        *(
            f"also moves   {number}: {_described(mover, footage)}"
            for number, mover in enumerate(survey.detections.movers, 2)
        ),
        f"suggested    mask size {suggestion.mask_size:g}, window {suggestion.window}, "
        f"{footage.rate / suggestion.stride:.3g} ticks a second, {suggestion.local_actions} local actions",
    ]


@dataclass(frozen=True)
class ReportView:
    """A frame that the report's picture shows."""

    box: tuple[int, int, int, int]
    """Left, top, width and height in pixels of the picture."""
    part: tuple[float, float, float, float]
    """Left, top, width and height in pixels of the clip of what is seen of it."""
    seconds: float
    """When it comes, from the beginning."""


def report_views(footage: Footage, detections: AgentDetections) -> tuple[ReportView, ...]:
    """Say which frames the report's picture shows, and where."""
    size = footage.frame_size
    left, top = point_before_fitting((0, 0), footage.clip_size, size)
    right, bottom = point_before_fitting(size, footage.clip_size, size)
    part = (left, top, right - left, bottom - top)
    wide, tall = _tile(footage)
    return tuple(
        ReportView((*_corner(footage, number), wide, tall), part, float(detections.places[index]) / footage.rate)
        for number, index in enumerate(_frames_shown(detections))
    )


def _frames_shown(detections: AgentDetections) -> list[int]:
    """Return which of the frames that were looked at are shown, spread over those in which the agent is seen."""
    ranked = np.flatnonzero(detections.seen).tolist() or list(range(len(detections.places)))
    return [ranked[round(i)] for i in np.linspace(0, len(ranked) - 1, FRAMES_SHOWN)]


def _tile(footage: Footage) -> tuple[int, int]:
    """Return width and height of a frame in the report's picture."""
    wide = (WIDTH - 2 * MARGIN - (COLUMNS - 1) * GAP) // COLUMNS
    return wide, round(wide * footage.frame_size[1] / footage.frame_size[0])


def _corner(footage: Footage, number: int) -> tuple[int, int]:
    """Return the left top of a frame in the report's picture."""
    wide, tall = _tile(footage)
    return MARGIN + number % COLUMNS * (wide + GAP), MARGIN + number // COLUMNS * (tall + GAP)


def _described(mover: Mover, footage: Footage) -> str:
    """Say what a mover is told from the agent by: size, place and steadiness."""
    kind = "stays in its place, as a crowd, a judge or a scoreboard does" if mover.stays else "another mover"
    where = mover.whereabouts(footage.frame_size)
    return f"about {mover.extent:.0f} pixels large, {where}, seen in {mover.seen:.0%}; {kind}"


def _outlined(footage: Footage, detections: AgentDetections, index: int, scale: int) -> Image.Image:
    """Draw a frame, enlarged by a whole number, with the agent's outline and others' boxes, each with its number."""
    frame = np.repeat(np.repeat(footage.frames[detections.places[index]], scale, 0), scale, 1)
    mask = np.repeat(np.repeat(detections.masks[index], scale, 0), scale, 1)
    frame[grown(mask, max(1, scale // 2)) & ~mask] = MARK
    picture = Image.fromarray(frame)
    draw = ImageDraw.Draw(picture)
    if mask.any():
        _number(draw, 1, detections.boxes[index].tolist(), scale, MARK)
    for number, mover in enumerate(detections.movers, 2):
        for part in (part for part in mover.parts if part.index == index):
            left, top, right, bottom = (scale * side for side in part.box)
            draw.rectangle((left - 1, top - 1, right, bottom), outline=OTHERS)
            _number(draw, number, part.box, scale, OTHERS)
    return picture


def _number(draw: ImageDraw.ImageDraw, number: int, box: Sequence[int], scale: int, colour: Colour) -> None:
    """Write a mover's number beside its box, above it where there is room."""
    x, y = scale * box[0], scale * box[1] - NUMBER_SIZE - 3
    if y < 0:
        y = scale * box[3] + 1
    draw.text((max(0, x), y), str(number), fill=colour, font=_font(NUMBER_SIZE), stroke_width=2, stroke_fill=PAPER)


def _heat(footage: Footage, detections: AgentDetections) -> Image.Image:
    """Show how often the agent was where, over one of the frames."""
    often = detections.masks.mean(0)
    share = (often / max(float(often.max()), 1e-6))[..., None] ** 0.5
    middle = footage.frames[detections.places[len(detections.places) // 2]]
    grey = middle.astype(np.float64).mean(-1, keepdims=True) * 0.6 + 80
    colours = share * np.array([235, 80, 40]) + (1 - share) * grey
    pixels: npt.NDArray[np.uint8] = colours.clip(0, 255).astype(np.uint8)
    return Image.fromarray(pixels)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _wrapped(draw: ImageDraw.ImageDraw, text: str, width: int, size: int) -> list[str]:
    """Break a text into lines that fit."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if draw.textlength(longer, _font(size)) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _timeline(draw: ImageDraw.ImageDraw, footage: Footage, survey: Survey, top: int, height: int) -> None:
    """Draw takes as a bar, and above it how much of the picture the agent covers over time."""
    across = (WIDTH - 2 * MARGIN) / len(footage.frames)
    for number, take in enumerate(footage.takes):
        left = MARGIN + take.start * across
        right = max(left + 1, MARGIN + (take.start + take.length) * across - 1)
        draw.rectangle((left, top + height - 8, right, top + height), fill=SOFT if number % 2 else INK)
    sizes = survey.detections.sizes
    highest = max(float(sizes.max()), 1e-6)
    for place, size in zip(survey.detections.places, sizes.tolist(), strict=True):
        x = MARGIN + place * across
        draw.line((x, top + height - 10, x, top + height - 10 - size / highest * (height - 12)), fill=MARK)


def draw_report(path: Path, footage: Footage, survey: Survey, lines: Sequence[str]) -> None:
    """Save a picture of what was seen: sampled frames with the agent outlined, where it was, takes, and the lines.

    Args:
        path: PNG to write.
        footage: what was looked at.
        survey: what was found.
        lines: text below the pictures; warnings follow.
    """
    detections = survey.detections
    scale = max(1, round(WIDTH / 3 / footage.frame_size[0]))
    pictures = [_outlined(footage, detections, i, scale) for i in _frames_shown(detections)]
    pictures.append(_heat(footage, detections))
    wide, tall = _tile(footage)
    probe = ImageDraw.Draw(Image.new("RGB", (1, 1)))
    text_lines = [(line, INK) for text in lines for line in _wrapped(probe, text, WIDTH - 2 * MARGIN, 16)]
    for text in (*survey.blocking, *survey.warnings):
        text_lines += [(line, WARNING) for line in _wrapped(probe, text, WIDTH - 2 * MARGIN, 16)]
    rows = -(-len(pictures) // COLUMNS)
    below = MARGIN + rows * (tall + GAP)
    canvas = Image.new("RGB", (WIDTH, below + 70 + 24 * len(text_lines) + MARGIN), PAPER)
    draw = ImageDraw.Draw(canvas)
    for number, picture in enumerate(pictures):
        canvas.paste(picture.resize((wide, tall), Image.Resampling.NEAREST), _corner(footage, number))
    _timeline(draw, footage, survey, below, 50)
    for number, (line, colour) in enumerate(text_lines):
        draw.text((MARGIN, below + 64 + 24 * number), line, fill=colour, font=_font(16))
    with atomic_file(path) as temporary:
        canvas.save(temporary, "PNG")
