"""Scenes by night, indoors and below the sea: a dungeon, a town, a reef, another planet."""

from playground.pictures.scenes.canvas import HEIGHT, WIDTH, Colour, SceneCanvas


def draw_dungeon(canvas: SceneCanvas) -> None:
    """A vault of stone, with torches and a door."""
    canvas.gradient(0, 520, (40, 38, 56), (66, 62, 84))
    for row in range(9):
        for column in range(-1, 10):
            shade = int(canvas.random.integers(-7, 8))
            grey: Colour = (74 + shade, 70 + shade, 94 + shade)
            canvas.box(column * 140 + 70 * (row % 2) + 3, row * 58 + 3, 134, 52, grey, 7)
    canvas.box(540, 190, 200, 340, (34, 30, 44), 100)
    canvas.box(540, 300, 200, 230, (34, 30, 44))
    canvas.box(556, 210, 168, 330, (96, 66, 48), 84)
    canvas.box(556, 310, 168, 230, (96, 66, 48))
    for x in (596.0, 636, 676):
        canvas.line([(x, 214 if x == 636 else 230), (x, 530)], (74, 50, 38), 6)
    canvas.disc(700, 400, 9, (214, 178, 92))
    for x in (250.0, 1030):
        for radius, glow in ((150, (92, 78, 84)), (104, (122, 92, 76)), (62, (168, 116, 70))):
            canvas.disc(x, 240, radius, glow)
        canvas.box(x - 9, 260, 18, 90, (88, 62, 46), 4)
        canvas.shape([(x - 26, 262), (x, 180), (x + 26, 262)], (246, 150, 46))
        canvas.shape([(x - 14, 262), (x, 214), (x + 14, 262)], (255, 226, 130))
    canvas.gradient(520, HEIGHT, (70, 66, 82), (98, 92, 108))
    for row in range(7):
        top = 520 + 440 * (row / 7) ** 1.4
        low = 520 + 440 * ((row + 1) / 7) ** 1.4
        canvas.line([(0, top), (WIDTH, top)], (50, 47, 62), 3 + row)
        for column in range(-8, 10):
            x = 640 + (column + 0.5 * (row % 2)) * 200
            near, far = (0.45 + 1.1 * (at - 520) / 440 for at in (low, top))
            canvas.line([(640 + (x - 640) * far, top), (640 + (x - 640) * near, low)], (50, 47, 62), 2 + row)


def draw_town(canvas: SceneCanvas) -> None:
    """A street by night: lit windows, lamps, the moon."""
    canvas.gradient(0, 560, (18, 24, 58), (62, 58, 108), (122, 92, 128))
    for x, y, near in canvas.scatter(80, 10, 380):
        canvas.disc(x, y, 1.5 + 2.5 * (1 - near), (226, 228, 250))
    canvas.disc(980, 140, 66, (250, 244, 214))
    canvas.disc(952, 124, 58, (36, 40, 80))
    for left, width, height in ((0, 210, 240), (190, 150, 330), (430, 240, 210), (700, 170, 310), (1010, 280, 270)):
        canvas.box(left, 560 - height, width, height, (46, 46, 86))
    houses = ((-30, 250, 300), (240, 200, 230), (460, 230, 330), (720, 250, 250), (990, 310, 350))
    for number, (left, width, height) in enumerate(houses):
        _house(canvas, left, width, height, number)
    canvas.gradient(560, 640, (86, 84, 112), (74, 72, 100))
    canvas.box(0, 630, WIDTH, 14, (112, 108, 136))
    canvas.gradient(644, HEIGHT, (58, 58, 84), (46, 46, 70))
    for x in (200.0, 700, 1200):
        canvas.disc(x, 700, 170, (76, 72, 92), 0.2)
        canvas.disc(x, 700, 100, (96, 86, 96), 0.2)
        canvas.box(x - 6, 420, 12, 270, (30, 32, 54))
        canvas.disc(x, 404, 44, (120, 104, 110))
        canvas.disc(x, 404, 24, (255, 226, 150))
    for left in range(40, WIDTH, 240):
        canvas.shape([(left, 830), (left + 130, 830), (left + 118, 846), (left - 12, 846)], (150, 146, 158))


def draw_reef(canvas: SceneCanvas) -> None:
    """Below the sea: light from above, corals, bubbles."""
    canvas.gradient(0, HEIGHT, (74, 190, 214), (26, 118, 176), (16, 66, 122))
    for left, lean in ((140, -120), (420, -60), (700, 10), (960, 70)):
        canvas.shape([(left, 0), (left + 70, 0), (left + 190 + lean, 760), (left - 60 + lean, 760)], (60, 168, 204))
    canvas.hills(700, 60, 560, (22, 92, 146), 0.6)
    canvas.hills(780, 36, 420, (30, 108, 150), 2.4)
    for x in (60.0, 130, 1130, 1190, 1250):
        _weed(canvas, x, 860, 260 + (x * 7) % 120)
    canvas.hills(850, 24, 520, (214, 196, 146), 1.0)
    canvas.gradient(890, HEIGHT, (214, 196, 146), (190, 168, 122))
    corals: tuple[Colour, ...] = ((236, 108, 122), (246, 160, 86), (178, 112, 206))
    for number, x in enumerate((230.0, 360, 930, 1030)):
        _coral(canvas, x, 880, 120 + 26 * (number % 3), corals[number % 3])
    for x, y, near in canvas.scatter(14, 870, HEIGHT):
        canvas.disc(x, y, 14 + 20 * near, (150, 150, 146), 0.7)
    for x, y, near in canvas.scatter(26, 40, 760):
        canvas.disc(x, y, 6 + 10 * (1 - near), (150, 220, 236))
        canvas.disc(x, y, 4 + 8 * (1 - near), (64, 166, 206))


def draw_planet(canvas: SceneCanvas) -> None:
    """Another planet: two moons, craters, rocks."""
    canvas.gradient(0, 540, (22, 12, 44), (86, 36, 92), (226, 112, 104))
    for x, y, near in canvas.scatter(90, 10, 420):
        canvas.disc(x, y, 1.5 + 2.5 * (1 - near), (250, 232, 240))
    canvas.disc(940, 190, 120, (238, 190, 150))
    canvas.disc(940, 190, 176, (214, 150, 140), 0.1)
    canvas.disc(940, 172, 116, (238, 190, 150), 0.82)
    canvas.disc(240, 130, 44, (206, 196, 224))
    canvas.shape([(0, 540), (0, 400), (150, 330), (300, 440), (420, 390), (560, 540)], (112, 50, 92))
    canvas.shape([(700, 540), (840, 430), (960, 470), (1110, 340), (1280, 430), (1280, 540)], (126, 58, 92))
    canvas.hills(510, 20, 640, (176, 86, 92), 0.9)
    canvas.gradient(560, HEIGHT, (176, 86, 92), (130, 58, 80))
    for x, y, near in canvas.scatter(12, 590, HEIGHT):
        size = 36 + 74 * near
        canvas.disc(x, y, size, (206, 116, 106), 0.3)
        canvas.disc(x, y + 0.05 * size, 0.86 * size, (116, 50, 74), 0.27)
    for x, y, near in canvas.scatter(9, 570, 880):
        size = 18 + 26 * near
        canvas.shape(
            [(x - size, y), (x - 0.5 * size, y - size), (x + 0.4 * size, y - 0.8 * size), (x + size, y)], (96, 44, 72)
        )


def _house(canvas: SceneCanvas, left: float, width: float, height: float, number: int) -> None:
    walls: tuple[Colour, ...] = ((72, 62, 100), (88, 66, 94), (64, 70, 108))
    roofs: tuple[Colour, ...] = ((52, 40, 72), (60, 44, 66), (44, 48, 80))
    top = 570 - height
    canvas.box(left, top, width, height, walls[number % 3])
    canvas.shape(
        [(left - 16, top), (left + width * 0.5, top - 90), (left + width + 16, top)],
        roofs[number % 3],
    )
    lit, dark = (255, 214, 120), (48, 46, 78)
    rows, columns = int(height // 90), int(width // 78)
    for row in range(rows):
        for column in range(columns):
            x = left + width * (column + 0.5) / columns - 19
            canvas.box(x, top + 24 + row * 88, 38, 50, lit if canvas.random.random() < 0.55 else dark, 5)


def _weed(canvas: SceneCanvas, x: float, y: float, height: float) -> None:
    points = [(x + 18 * (-1) ** step * (step > 0), y - height * step / 6) for step in range(7)]
    canvas.line(points, (44, 146, 110), 18)


def _coral(canvas: SceneCanvas, x: float, y: float, size: float, colour: Colour) -> None:
    for way in ((-0.55, -0.75), (-0.2, -1.05), (0.2, -0.95), (0.55, -0.65)):
        tip = (x + way[0] * size, y + way[1] * size)
        canvas.line([(x, y), (x + 0.4 * way[0] * size, y + 0.5 * way[1] * size), tip], colour, 0.16 * size)
        canvas.disc(*tip, 0.1 * size, colour)
