"""Filming of a rally: court and surroundings once, then the ball, shadows and players in every frame."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

from glass.data.core.clip import Clip
from glass.data.tennis.broadcast import Pixels, Transmission, draw_signal, to_floats
from glass.data.tennis.camera import SUPERSAMPLING, BroadcastCamera, Floats, place_camera
from glass.data.tennis.court import CourtLook, draw_court, draw_net, paint_ground, shadow_of
from glass.data.tennis.player import PlayerLook, clothe, draw_player, racket_outline, raster
from glass.data.tennis.rally import Moment, PlayerMotion, ball_flight
from glass.data.tennis.skeleton import Joints, find_joints
from glass.data.tennis.strokes import ACTIONS
from glass.data.tennis.surroundings import draw_surroundings

_BALL = np.array([0.85, 0.95, 0.35], np.float32)

MIDDLE = 0.9
"""Height in metres, of a person 1.8 m tall, of the spot of the body that is a player's position."""

_FINE = 3
"""Pixels of a player's drawing along a pixel of the frame."""

_SHUTTER = 0.012
"""Seconds in which a frame is exposed; of all things only rackets are fast enough to blur in it."""


@dataclass(frozen=True)
class Match:
    """What clips of one look share: two players, near and far, and a court."""

    near: PlayerLook
    far: PlayerLook
    court: CourtLook


def draw_match(rng: np.random.Generator) -> Match:
    """Make up a match."""
    near, far = draw_player(rng), draw_player(rng)
    return Match(near, far, draw_court(rng))


@dataclass(frozen=True)
class SeenPlayer:
    """A player at one time, as filmed."""

    look: PlayerLook
    joints: Joints
    before: Joints
    """A moment earlier, for the racket's blur."""
    middle: Floats
    """(3,): the spot that is the player's position."""


def film_rally(
    rng: np.random.Generator, match: Match, length: int, frame_size: tuple[int, int], rate: float, name: str
) -> Clip:
    """Film `length` frames of a rally, `rate` a second, with a camera of its own; the agent is the near player."""
    camera = place_camera(rng, frame_size)
    light = (*match.court.light, 0.55 if match.court.sun else 0.72)
    stage = CourtScene(rng, match.court, camera)
    pace = float(rng.uniform(0.85, 1.2))
    near = PlayerMotion(rng, match.near.style, match.near.left_handed, _fits(camera, match.near.size), pace)
    far = PlayerMotion(rng, match.far.style, match.far.left_handed, lambda _: True, pace)
    players = [_perform(near, match.near, length, rate, False), _perform(far, match.far, length, rate, True)]
    moments = [moment for moment, _ in players[0]]
    for motion in (near, far):
        motion.advance(1.2)
    for hit in far.hits:
        hit.place[:2] *= -1
    ball = ball_flight(near.hits, far.hits, rng)
    pans = _pans(rng, camera, np.stack([seen.middle for _, seen in players[0]]))
    transmission = Transmission(rng, draw_signal(rng), frame_size, min(camera.focal[1] / camera.focal[0], 1.0))
    frames, masks = [], []
    for tick in range(length):
        flying = [ball(tick / rate - late) for late in (0.0, _SHUTTER)]
        picture, mask = stage.shoot(
            pans[tick],
            (players[1][tick][1], players[0][tick][1]),
            flying,
            np.array(light),
            1 - transmission.captions[..., 3],
        )
        frames.append(transmission.send(picture))
        masks.append(mask)
    positions = np.concatenate([camera.in_frame(seen.middle) for _, seen in players[0]]) + pans
    places = np.stack([moment.place for moment in moments])
    return Clip(
        name=name,
        character=name,
        frames=np.stack(frames),
        masks=np.stack(masks),
        actions=np.array([moment.action for moment in moments]),
        action_names=ACTIONS,
        foreground_shifts=np.diff(positions, axis=0),
        background_shifts=np.diff(pans, axis=0),
        positions=positions,
        measures={"court_x": places[:, 0], "court_y": places[:, 1]},
    )


def _fits(camera: BroadcastCamera, size: float) -> Callable[[Floats], bool]:
    """Give a test whether a player at a place is seen whole."""
    width, height = camera.frame_size

    def fits(place: Floats) -> bool:
        corners = camera.in_frame(np.array([(*place, 0.0), (*place, 1.9 * size)]))
        (x, low), (_, high) = corners
        return bool(0.07 * width < x < 0.93 * width and low < height * 1.01 and high > 0.06 * height)

    return fits


def _perform(
    motion: PlayerMotion, look: PlayerLook, length: int, rate: float, turned: bool
) -> list[tuple[Moment, SeenPlayer]]:
    """Let a player play, and give each frame's moment."""
    made = []
    gaze = 0.0
    for tick in range(length):
        shutter = motion.advance(1 / rate - _SHUTTER if tick else 1e-3)
        moment = motion.advance(_SHUTTER)
        joints = []
        for one in (shutter, moment):
            body = one.pose
            gaze = float(np.clip(0.5 * (body[3] + body[4]), -0.9, 0.9))
            place = np.array([*one.place, 0.0]) * ([-1.0, -1.0, 1.0] if turned else [1.0, 1.0, 1.0])
            joints.append(find_joints(body, place, look.size, gaze, look.left_handed, turned))
        middle = place + np.array([0.0, 0.0, MIDDLE * look.size])
        made.append((moment, SeenPlayer(look, joints[1], joints[0], middle)))
    return made


def _pans(rng: np.random.Generator, camera: BroadcastCamera, middles: Floats) -> Floats:
    """Give how far the picture has moved at each frame, (T, 2) in pixels; it follows a player a little."""
    width, height = camera.frame_size
    follow = rng.choice([0.0, rng.uniform(0.01, 0.08), rng.uniform(0.08, 0.2)], p=[0.45, 0.4, 0.15])
    shake = rng.uniform(0.05, 0.3) if rng.random() < 0.2 else 0.0
    seen = camera.in_frame(middles)
    wanted = follow * (np.array([width / 2, height * 0.6]) - seen) * (1.0, 0.3)
    pans = [wanted[0]]
    velocity = np.zeros(2)
    for target in wanted[1:]:
        velocity = 0.6 * velocity + 0.14 * (target - pans[-1])
        pans.append(pans[-1] + velocity)
    moved = np.stack(pans) + shake * rng.standard_normal((len(pans), 2))
    most = np.array(camera.margins) - 0.5
    return np.asarray(moved.clip(-most, most))


class CourtScene:
    """A court and its surroundings, drawn once, on which players are filmed."""

    def __init__(self, rng: np.random.Generator, court: CourtLook, camera: BroadcastCamera) -> None:
        """Draw all that stands still."""
        self._rng, self._camera, self._court = rng, camera, court
        canvas = paint_ground(rng, court, camera)
        around = draw_surroundings(rng, camera, canvas)
        draw_net(rng, court, camera, canvas)
        self._canvas = canvas
        self.people = [(person, np.zeros(2)) for person in around.fidgets]
        """Who fidgets, and how far they have swayed."""
        self._shade = rng.uniform(0.45, 0.7) if court.sun else rng.uniform(0.7, 0.88)
        self._shaded = canvas.point(lambda value: value * self._shade)
        self._front = None if around.front is None else to_floats(around.front)

    def shoot(
        self,
        pan: Floats,
        players: tuple[SeenPlayer, SeenPlayer],
        ball: list[Floats | None],
        light: Floats,
        uncovered: Pixels,
    ) -> tuple[Pixels, npt.NDArray[np.bool_]]:
        """Film a moment.

        Args:
            pan: (2,) how far the picture has moved, in pixels of the frame.
            players: the far and the near one.
            ball: where it is at the shutter's two ends.
            light: (4,), see `raster`.
            uncovered: (H, W) in 0..1, what no caption covers.

        Returns:
            RGB (H, W, 3) in 0..1 and where the near player is seen, (H, W).
        """
        canvas = self._canvas.copy()
        self._draw_shadows(canvas, players, light)
        self._draw_fidgets(canvas)
        width, height = self._camera.frame_size
        left, top = (float(margin - moved) for margin, moved in zip(self._camera.margins, pan, strict=True))
        fine = SUPERSAMPLING
        box = (fine * left, fine * top, fine * (left + width), fine * (top + height))
        small = canvas.resize((width, height), Image.Resampling.HAMMING, box=box)
        frame = to_floats(small)
        alpha = np.zeros((height, width), np.float32)
        for number, seen in enumerate(players):
            self._draw_ball(frame, ball, (left, top), number == 0)
            alpha = self._draw_one(frame, seen, light, (left, top))
        if self._front is not None:
            x, y = round(left), round(top)
            front = self._front[y : y + height, x : x + width]
            frame += front[..., 3:] * (front[..., :3] - frame)
            alpha = alpha * (1 - front[..., 3])
        return frame, alpha * uncovered > 0.5

    def _draw_one(self, frame: Pixels, seen: SeenPlayer, light: Floats, origin: tuple[float, float]) -> Pixels:
        """Draw a player onto a frame; give the coverage (H, W)."""
        height, width = frame.shape[:2]
        joints = seen.joints
        points = np.stack([*joints.shoulders, *joints.hands, *joints.toes, *joints.elbows, joints.head])
        around = self._camera.in_frame(points) + np.array(self._camera.margins) - origin
        reach = self._camera.focal[0] / SUPERSAMPLING / float(self._camera.project(joints.pelvis)[0, 2]) * 0.85
        low = np.floor(around.min(axis=0) - reach).astype(int).clip(0)
        high = np.minimum(np.ceil(around.max(axis=0) + reach).astype(int), (width, height))
        coverage = np.zeros((height, width), np.float32)
        size = high - low
        if size.min() < 1:
            return coverage
        scale = _FINE / SUPERSAMPLING
        left, top = (origin[axis] * _FINE + float(low[axis]) * _FINE for axis in (0, 1))
        drawn, depths = raster(
            clothe(seen.look, joints), self._camera, (scale, left, top), light, (size[1] * _FINE, size[0] * _FINE)
        )
        colour, alpha = self._racket(seen, (scale, left, top), (int(size[0]) * _FINE, int(size[1]) * _FINE))
        held = np.mean(racket_outline(seen.look, joints)[1], axis=0)
        alpha = alpha * (depths > self._camera.project(held)[0, 2])
        drawn += alpha[..., None] * (np.array([*colour, 1.0], np.float32) - drawn)
        fine = drawn.reshape(size[1], _FINE, size[0], _FINE, 4).mean(axis=(1, 3))
        part = frame[low[1] : high[1], low[0] : high[0]]
        part *= 1 - fine[..., 3:]
        part += fine[..., :3]
        coverage[low[1] : high[1], low[0] : high[0]] = fine[..., 3]
        return coverage

    def _racket(
        self, seen: SeenPlayer, to_pixels: tuple[float, float, float], size: tuple[int, int]
    ) -> tuple[tuple[float, float, float], Pixels]:
        """Draw the racket, blurred along its way; give its colour and coverage (H, W)."""
        scale, left, top = to_pixels
        total = np.zeros(size[::-1], np.float32)
        wide = max(
            1, round(0.03 * self._camera.focal[0] * scale / float(self._camera.project(seen.joints.pelvis)[0, 2]))
        )
        ends = [racket_outline(seen.look, joints) for joints in (seen.before, seen.joints)]
        travel = float(np.linalg.norm(ends[1][1][0] - ends[0][1][0]))
        shares = (1.0,) if travel < 0.06 else (0.0, 0.34, 0.67, 1.0)
        for share in shares:
            mask = Image.new("L", size)
            draw = ImageDraw.Draw(mask)
            shaft, rim = (ends[0][part] + share * (ends[1][part] - ends[0][part]) for part in (0, 1))
            rim_seen, shaft_seen = (
                [(float(u), float(v)) for u, v in self._camera.project(one)[:, :2] * scale - (left, top)]
                for one in (rim, shaft)
            )
            draw.polygon(rim_seen, fill=70)
            draw.line([*rim_seen, rim_seen[0]], fill=235, width=wide)
            draw.line(shaft_seen, fill=235, width=wide)
            total += np.asarray(mask).astype(np.float32)
        return seen.look.racket, total * np.float32(1 / (255 * len(shares)))

    def _draw_ball(self, frame: Pixels, ball: list[Floats | None], origin: tuple[float, float], far: bool) -> None:
        """Draw the ball, drawn long by its speed, if it is on the far side of the net (or the near one)."""
        if ball[0] is None or ball[1] is None or (ball[0][1] > 0) is not far:
            return
        seen = self._camera.project(np.stack([ball[0], ball[1]]))
        radius = max(0.045 * self._camera.focal[0] / float(seen[0, 2]) / SUPERSAMPLING, 0.45)
        height, width = frame.shape[:2]
        ends = [place[:2] / SUPERSAMPLING - origin for place in seen]
        middle = (ends[0] + ends[1]) / 2
        x0, y0 = (int(part) - 4 for part in middle)
        if x0 < 0 or y0 < 0 or x0 + 9 > width or y0 + 9 > height:
            return
        y, x = np.mgrid[y0 : y0 + 9, x0 : x0 + 9] + 0.5
        alpha = np.zeros((9, 9))
        for share in (0.0, 0.5, 1.0):
            at = ends[0] + share * (ends[1] - ends[0])
            alpha += (radius + 0.5 - np.hypot(x - at[0], y - at[1])).clip(0, 1) / 3
        part = frame[y0 : y0 + 9, x0 : x0 + 9]
        part += (min(1.0, (2 * radius) ** 2) * alpha[..., None]).astype(np.float32) * (_BALL - part)

    def _draw_shadows(self, canvas: Image.Image, players: tuple[SeenPlayer, SeenPlayer], light: Floats) -> None:
        mask = Image.new("L", canvas.size)
        draw = ImageDraw.Draw(mask)
        direction = (float(light[0]), float(light[1]), float(light[2]))
        for seen in players:
            body = clothe(seen.look, seen.joints)
            starts, ends = (self._camera.project(shadow_of(points, direction)) for points in (body.starts, body.ends))
            focal = self._camera.focal[0]
            for start, end, radius in zip(starts, ends, body.radii.mean(axis=1), strict=True):
                wide = 1.7 * radius * focal / start[2] * (1.0 if self._court.sun else 1.5)
                draw.line([start[0], start[1], end[0], end[1]], fill=255, width=max(1, round(wide)))
                for u, v, _ in (start, end):
                    draw.ellipse((u - wide / 2, v - wide / 4, u + wide / 2, v + wide / 4), fill=255)
        mask = mask.filter(ImageFilter.BoxBlur(0.6 if self._court.sun else 2.5))
        canvas.paste(self._shaded, mask=mask)

    def _draw_fidgets(self, canvas: Image.Image) -> None:
        draw = ImageDraw.Draw(canvas)
        for person, sway in self.people:
            if self._rng.random() < 0.15 * person.fidget:
                sway[:] = self._rng.normal(0, 0.08, 2)
            person.draw(draw, sway)
