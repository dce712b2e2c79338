"""Lighthouses on rocks above the sea."""

import numpy as np

import backgrounds
from paint import colour, mix, smoothstep


def draw(
    canvas,
    sky,
    x,
    foot,
    height,
    bands=("#f3efe6", "#b8232a"),
    roof="#8f2020",
    clouds=0.5,
    horizon=0.7,
    deep="#123a52",
    shine="#9fc0d2",
    lamp=0.25,
    sun_x=None,
    ground="rock",
    starry=False,
    house=False,
    light=(-0.7, 1.0),
):
    """`x` as a share of the width, `foot` and `height` in picture heights, `light`: side from which
    the sun shines and how strong it is."""
    backgrounds.sky(canvas, sky, horizon=horizon, clouds=clouds)
    if starry:
        backgrounds.stars(canvas)
    glare = None
    if sun_x is not None:
        glare = sun_x * canvas.aspect
        backgrounds.sun_disc(canvas, glare, horizon - 0.1, colour("#ffd890"))
    backgrounds.sea(canvas, horizon, deep, shine, glare)
    canvas.blur(0.0018)
    middle = x * canvas.aspect
    if starry:
        beams(canvas, middle, foot - height * 0.9, height)
    headland(canvas, middle, foot, ground, light)
    if house:
        keepers_house(canvas, middle - 0.3 * height, foot + 0.01, 0.2 * height, light)
    tower(canvas, middle, foot, height, [colour(b) for b in bands], colour(roof), lamp, light)
    if ground != "rock":
        backgrounds.grass(
            canvas,
            240,
            min(foot + 0.1, 0.93),
            0.085,
            ("#7d8a45", "#a89b58", "#596b31"),
            top_light=1.3,
        )


def headland(canvas, middle, foot, ground, light):
    n = canvas.noise
    away = np.abs(canvas.x[0] - middle)
    rough = n.fractal(canvas.x[0] * 3.1, np.float32(4), 6)
    edge = (
        foot
        + 0.5 * np.maximum(away - 0.13, 0) ** 1.25
        + 0.035 * rough * smoothstep(0.05, 0.3, away)
    )
    side = np.where(canvas.x[0] > middle, 1.0, 0.72)
    edge = foot + (edge - foot) * side
    cover = canvas.inside(edge[None, :] - canvas.y)
    if ground == "sand":
        backgrounds.sand(canvas, edge[None, :], "#a98a5c", "#ead6a6", cover=cover)
        return
    down = np.clip(canvas.y - edge[None, :], 0, 1)
    x, y = canvas.x * 5, canvas.y * 7 + n.fractal(canvas.x * 3, canvas.y * 3, 3)
    here = 1 - 2 * np.abs(n.fractal(x, y, 6, 0.58))
    lit = here - (1 - 2 * np.abs(n.fractal(x + 0.13 * np.sign(light[0]), y - 0.13, 6, 0.58)))
    tone = np.clip(0.52 + 0.5 * lit + 0.14 * here - 0.2 * down, 0.05, 1.2)
    rock = mix(colour("#2b2723"), colour("#b7a48c"), np.clip(tone, 0, 1))
    if ground == "grass":
        turf = n.fractal(canvas.x * 22, canvas.y * 40, 5, 0.7)
        green = mix(colour("#33481f"), colour("#8fa14c"), np.clip(0.5 + 0.5 * turf, 0, 1))
        rock = mix(rock, green, smoothstep(0.16, 0.05, down + 0.06 * here))
    canvas.paint(cover, rock * light[1])
    surf = n.fractal(canvas.x * 13, canvas.y * 26, 5)
    spray = smoothstep(0.15, 0.7, surf + 0.5) * np.exp(
        -(((canvas.y - edge[None, :] + 0.02) / 0.018) ** 2)
    )
    canvas.paint(spray * smoothstep(0.3, 0.55, away)[None, :] * 0.8, colour("#eef4f4") * light[1])


def tower(canvas, x, foot, height, bands, roof, lamp, light):
    part = canvas.crop(x - height * 0.4, foot - height * 1.35, x + height * 0.4, foot + 0.08)
    low, high = 0.125 * height, 0.078 * height  # half widths
    top = foot - height * 0.8
    up = (foot - part.y) / (height * 0.8)
    half = low + (high - low) * np.clip(up, 0, 1) ** 0.8
    across = np.clip((part.x - x) / half, -1, 1)
    round_ = np.sqrt(1 - across**2)
    # Rings seen from below sink toward the sides.
    ring = up + 0.035 * round_
    cover = part.inside(
        np.maximum(
            np.maximum(np.abs(part.x - x) - half, top - part.y), part.y - foot - 0.02 * round_
        )
    )
    sun = np.array([light[0], 0.72])
    direct = np.clip(across * sun[0] + round_ * sun[1], 0, None)
    plaster = part.noise.fractal(part.x * 40, part.y * 46, 4)
    streaks = part.noise.fractal(part.x * 50, part.y * 3, 3)
    tone = (0.30 + 0.85 * direct) * (1 + 0.06 * plaster + 0.07 * streaks) * light[1]
    index = np.floor(np.clip(ring, 0, 0.999) * 5).astype(int)
    paint = np.stack(bands)[index % len(bands)] * tone[..., None]
    soft_shadow = part.soft(cover, 0.012)
    part.shade(
        np.clip(soft_shadow - cover, 0, 1) * smoothstep(foot - 0.03, foot + 0.02, part.y) * 0.7
    )
    part.paint(cover, paint)
    part.shade(cover * smoothstep(0.93, 1.0, up) * 0.45)
    for share, place in ((0.2, 0.15), (0.47, -0.1), (0.7, 0.1)):
        window(part, x + place * low, foot - share * height * 0.8, 0.028 * height, lamp)
    door(part, x - 0.15 * low, foot + 0.012, 0.05 * height)
    lantern(part, x, top, height, high, roof, lamp, light)


def window(part, x, y, size, lamp):
    frame = [
        (x - size * 0.6, y + size),
        (x - size * 0.6, y - size),
        (x + size * 0.6, y - size),
        (x + size * 0.6, y + size),
    ]
    part.paint(part.polygon(frame), colour("#d9d2c2") * (1 - lamp * 0.6))
    inner = [(x + (px - x) * 0.7, y + (py - y) * 0.8) for px, py in frame]
    part.paint(part.polygon(inner), mix(colour("#1a242c"), colour("#ffd27a"), lamp * 0.8))


def door(part, x, y, size):
    t = np.linspace(np.pi, 0, 12)
    arch = [(x + size * 0.45 * np.cos(a), y - size - size * 0.45 * np.sin(a)) for a in t]
    part.paint(
        part.polygon([(x - size * 0.45, y)] + arch + [(x + size * 0.45, y)]), colour("#3c2617")
    )


def lantern(part, x, top, height, half, roof, lamp, light):
    def box(left, upper, right, lower, paint):
        part.paint(
            part.polygon([(left, upper), (right, upper), (right, lower), (left, lower)]), paint
        )

    across = np.clip((part.x - x) / (half * 1.5), -1, 1)
    tone = (0.35 + 0.8 * np.clip(across * light[0] + np.sqrt(1 - across**2) * 0.7, 0, 1)) * light[1]
    wide, room = half * 1.5, half * 0.74
    floor, ceiling = top - 0.01 * height, top - 0.105 * height
    box(
        x - wide,
        floor - 0.012 * height,
        x + wide,
        top + 0.014 * height,
        colour("#3a3a3c") * tone[..., None],
    )
    glass = mix(colour("#7fa1b4"), colour("#fff0b0"), np.full_like(part.x, lamp))
    shine = 1 + 0.5 * np.clip(-across * 1.4, -0.5, 0.6)
    box(
        x - room,
        ceiling,
        x + room,
        floor - 0.01 * height,
        glass * shine[..., None] * (0.6 + 0.6 * max(lamp, light[1] - 0.4)),
    )
    core = np.exp(
        -(((part.x - x) / (0.02 * height)) ** 2)
        - ((part.y - (top - 0.06 * height)) / (0.028 * height)) ** 2
    )
    part.glow(core * (0.35 + 1.6 * lamp), colour("#ffe9a8"))
    for step in np.linspace(-1, 1, 5):
        post = [(x + step * room, ceiling), (x + step * room, floor)]
        part.paint(part.stroke(post, 0.006 * height), colour("#26292c") * light[1])
    for step in np.linspace(-0.97, 0.97, 9):
        rail = [(x + step * wide, floor - 0.055 * height), (x + step * wide, floor)]
        part.paint(part.stroke(rail, 0.0045 * height), colour("#2b2b2d") * light[1])
    part.paint(
        part.stroke(
            [(x - wide, floor - 0.055 * height), (x + wide, floor - 0.055 * height)], 0.006 * height
        ),
        colour("#2b2b2d") * light[1],
    )
    t = np.linspace(np.pi, 0, 24)
    dome = [(x + room * 1.25 * np.cos(a), ceiling - 0.085 * height * np.sin(a) ** 0.8) for a in t]
    part.paint(part.polygon(dome), roof * tone[..., None] * 1.2)
    part.paint(
        part.stroke([(x, ceiling - 0.08 * height), (x, ceiling - 0.14 * height)], 0.008 * height),
        roof * 0.6 * light[1],
    )
    if lamp > 0.5:
        far = np.hypot(part.x - x, part.y - (top - 0.06 * height)) / height
        part.glow(np.exp(-far * 16) * 0.9 * lamp, colour("#ffdf90"))


def beams(canvas, x, y, height):
    """Two beams through the night's haze."""
    dx, dy = canvas.x - x, canvas.y - y
    far = np.hypot(dx, dy) + 1e-4
    for angle in (-0.16, np.pi - 0.1):
        off = (dx * -np.sin(angle) + dy * np.cos(angle)) / far
        ahead = dx * np.cos(angle) + dy * np.sin(angle) > 0
        haze = 1 + 0.3 * canvas.noise.fractal(canvas.x * 3, canvas.y * 3, 3)
        canvas.glow(
            np.exp(-((off / 0.075) ** 2)) * ahead * np.exp(-far * 1.3) * 0.55 * haze,
            colour("#ffe7ae"),
        )


def keepers_house(canvas, x, foot, size, light):
    part = canvas.around(x, foot - size * 0.4, size * 1.6)
    wall = [
        (x - size * 0.7, foot),
        (x - size * 0.7, foot - size * 0.5),
        (x + size * 0.7, foot - size * 0.5),
        (x + size * 0.7, foot),
    ]
    plaster = 0.85 + 0.08 * part.noise.fractal(part.x * 40, part.y * 40, 3)
    part.paint(part.polygon(wall), colour("#ece5d6") * plaster[..., None] * light[1])
    tiles = (
        1
        + 0.18 * np.sin((part.y - foot) / size * 60)
        + 0.1 * part.noise.fractal(part.x * 60, part.y * 60, 2)
    )
    ridge = [
        (x - size * 0.8, foot - size * 0.47),
        (x - size * 0.5, foot - size * 0.9),
        (x + size * 0.5, foot - size * 0.9),
        (x + size * 0.8, foot - size * 0.47),
    ]
    part.paint(part.polygon(ridge), colour("#a2492f") * tiles[..., None] * light[1])
    for place in (-0.4, 0.05, 0.45):
        window(part, x + place * size, foot - size * 0.25, size * 0.11, 0.1)
