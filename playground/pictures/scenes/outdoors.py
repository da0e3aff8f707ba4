"""Scenes under the sky by day: a meadow, a beach, snow, a road, and clouds."""

from playground.pictures.scenes.canvas import HEIGHT, WIDTH, Colour, SceneCanvas

_HORIZON = 430


def draw_meadow(canvas: SceneCanvas) -> None:
    """Green hills, trees far away, flowers in the grass."""
    canvas.gradient(0, 520, (96, 178, 235), (196, 230, 246))
    canvas.disc(1040, 130, 62, (255, 240, 176))
    canvas.clouds(((210, 150, 260), (620, 90, 180), (900, 250, 220)), (250, 252, 255))
    canvas.hills(390, 40, 700, (140, 190, 178), 1.0)
    canvas.hills(430, 34, 520, (116, 184, 122), 2.6)
    for x in (70.0, 180, 330, 860, 1010, 1160, 1220):
        _tree(canvas, x, 470 + (x * 37) % 40, 60 + (x * 13) % 30)
    canvas.gradient(500, HEIGHT, (126, 200, 92), (84, 164, 70))
    canvas.hills(520, 14, 460, (126, 200, 92), 0.4)
    canvas.gradient(560, HEIGHT, (124, 198, 90), (80, 158, 68))
    for x, y, near in canvas.scatter(90, 560, HEIGHT + 10):
        _tuft(canvas, x, y, 8 + 16 * near, (66, 142, 60) if near < 0.5 else (62, 134, 58))
    petals: tuple[Colour, ...] = ((255, 236, 120), (250, 250, 250), (240, 130, 160))
    for number, (x, y, near) in enumerate(canvas.scatter(36, 580, HEIGHT)):
        canvas.disc(x, y, 4 + 6 * near, petals[number % 3])
        canvas.disc(x, y, 1.5 + 2.5 * near, (230, 160, 50))


def draw_beach(canvas: SceneCanvas) -> None:
    """Sand before the sea, a palm, shells."""
    canvas.gradient(0, _HORIZON, (72, 166, 230), (206, 236, 248))
    canvas.clouds(((300, 140, 240), (960, 110, 280)), (250, 253, 255))
    canvas.shape([(760, _HORIZON), (880, 360), (1000, 344), (1140, 372), (1230, _HORIZON)], (116, 168, 150))
    canvas.gradient(_HORIZON, 600, (40, 128, 190), (88, 202, 214))
    for x, y, near in canvas.scatter(26, _HORIZON + 12, 560):
        canvas.line([(x - 30 - 40 * near, y), (x + 30 + 40 * near, y)], (126, 208, 226), 3 + 3 * near)
    canvas.hills(566, 14, 640, (232, 250, 250), 0.5)
    canvas.hills(580, 14, 640, (206, 178, 124), 0.5)
    canvas.hills(600, 14, 640, (238, 214, 160), 0.5)
    canvas.gradient(640, HEIGHT, (238, 214, 160), (226, 194, 134))
    for x, y, near in canvas.scatter(120, 640, HEIGHT):
        canvas.disc(x, y, 2 + 3 * near, (212, 180, 122), 0.5)
    for x, y, near in canvas.scatter(9, 680, HEIGHT):
        canvas.disc(x, y, 8 + 6 * near, (250, 232, 214), 0.8)
        canvas.line([(x, y + 6), (x, y - 6)], (222, 160, 140), 2)
    canvas.line([(120, 700), (136, 560), (170, 420), (220, 300)], (142, 100, 62), 30)
    for dx, dy in ((-190, 10), (-150, -80), (-30, -120), (110, -100), (180, -10), (150, 70), (-120, 90)):
        _leaf(canvas, (220, 296), (220 + dx, 296 + dy), (64, 150, 76))
    canvas.disc(214, 306, 15, (110, 72, 44))
    canvas.disc(238, 310, 15, (124, 82, 50))


def draw_snow(canvas: SceneCanvas) -> None:
    """A clearing in a winter wood."""
    canvas.gradient(0, 520, (150, 186, 224), (232, 226, 236))
    canvas.shape([(0, 440), (240, 170), (380, 320), (560, 130), (820, 440)], (174, 192, 220))
    canvas.shape([(560, 130), (504, 196), (546, 222), (584, 194), (616, 206)], (246, 250, 255))
    canvas.shape([(240, 170), (196, 222), (230, 244), (262, 220), (282, 214)], (246, 250, 255))
    canvas.hills(440, 24, 620, (206, 220, 238), 0.3)
    for x, y, near in canvas.scatter(26, 410, 500):
        _fir(canvas, x, y + 30, 70 + 70 * near)
    canvas.hills(506, 16, 760, (236, 243, 252), 1.2)
    canvas.gradient(560, HEIGHT, (236, 243, 252), (208, 222, 242))
    _fir(canvas, 110, 620, 250)
    _fir(canvas, 1190, 650, 280)
    for x, y, near in canvas.scatter(16, 600, HEIGHT):
        canvas.disc(x, y, 40 + 70 * near, (222, 233, 248), 0.16)
    for x, y, near in canvas.scatter(70, 20, HEIGHT):
        canvas.disc(x, y, 3 + 3 * near, (255, 255, 255))


def draw_road(canvas: SceneCanvas) -> None:
    """A country road, with a fence and fields behind."""
    canvas.gradient(0, 500, (252, 190, 130), (255, 232, 190))
    canvas.disc(360, 330, 90, (255, 246, 214))
    canvas.clouds(((760, 150, 300), (1080, 230, 200), (150, 120, 200)), (255, 216, 178))
    canvas.hills(390, 44, 760, (196, 138, 122), 0.8)
    canvas.hills(440, 26, 560, (178, 152, 92), 2.2)
    canvas.gradient(470, 600, (206, 176, 88), (178, 158, 76))
    for left in range(-40, WIDTH + 60, 92):
        canvas.box(left, 486, 14, 82, (120, 82, 58), 4)
    for top in (506, 536):
        canvas.box(0, top, WIDTH, 10, (138, 96, 68))
    canvas.gradient(566, 600, (122, 140, 66), (106, 126, 60))
    canvas.gradient(600, 860, (98, 98, 108), (84, 84, 94))
    canvas.box(0, 600, WIDTH, 8, (226, 222, 206))
    canvas.box(0, 846, WIDTH, 10, (226, 222, 206))
    for left in range(20, WIDTH, 214):
        canvas.shape([(left, 718), (left + 120, 718), (left + 112, 732), (left - 8, 732)], (240, 214, 120))
    canvas.gradient(860, HEIGHT, (122, 140, 66), (98, 120, 56))
    for x, y, near in canvas.scatter(40, 870, HEIGHT + 10):
        _tuft(canvas, x, y, 14 + 8 * near, (80, 102, 46))


def draw_sky(canvas: SceneCanvas) -> None:
    """High up, among clouds."""
    canvas.gradient(0, HEIGHT, (58, 130, 214), (128, 190, 240), (214, 236, 250))
    canvas.disc(1070, 160, 78, (255, 244, 196))
    far = [(x, y, 150 + 160 * near) for x, y, near in canvas.scatter(7, 170, 520)]
    canvas.clouds(far, (224, 240, 252))
    canvas.clouds(((150, 470, 330), (1120, 560, 380), (520, 880, 420), (900, 180, 260)), (250, 253, 255))
    canvas.hills(900, 40, 420, (234, 245, 253), 0.7)
    canvas.hills(940, 30, 300, (250, 253, 255), 2.0)


def _tree(canvas: SceneCanvas, x: float, y: float, size: float) -> None:
    canvas.box(x - 0.1 * size, y - 0.5 * size, 0.2 * size, 0.9 * size, (120, 88, 62))
    for dx, dy, radius, colour in (
        (0.0, -1.0, 0.56, (72, 146, 78)),
        (-0.34, -0.64, 0.4, (64, 134, 72)),
        (0.34, -0.66, 0.42, (82, 158, 84)),
    ):
        canvas.disc(x + dx * size, y + dy * size, radius * size, colour)


def _fir(canvas: SceneCanvas, x: float, y: float, size: float) -> None:
    canvas.box(x - 0.05 * size, y - 0.12 * size, 0.1 * size, 0.14 * size, (104, 82, 74))
    for foot, width, tip in ((0.1, 0.34, 0.55), (0.34, 0.27, 0.78), (0.58, 0.2, 1.0)):
        canvas.shape(
            [(x - width * size, y - foot * size), (x, y - tip * size), (x + width * size, y - foot * size)],
            (70, 112, 110),
        )
        snow = 0.55 * width
        top = foot + (tip - foot) * 0.45
        canvas.shape(
            [(x - snow * size, y - top * size), (x, y - tip * size), (x + snow * size, y - top * size)],
            (240, 246, 253),
        )


def _tuft(canvas: SceneCanvas, x: float, y: float, size: float, colour: Colour) -> None:
    for lean in (-0.5, 0.0, 0.5):
        canvas.shape([(x - 0.18 * size, y), (x + lean * size, y - size), (x + 0.18 * size, y)], colour)


def _leaf(canvas: SceneCanvas, start: tuple[float, float], tip: tuple[float, float], colour: Colour) -> None:
    (x, y), (to_x, to_y) = start, tip
    middle = ((x + to_x) / 2, (y + to_y) / 2 - 50)
    canvas.shape([start, middle, tip, (middle[0] * 0.9 + to_x * 0.1, middle[1] + 44)], colour)
