"""Flowers in a meadow, near, with everything behind them out of focus."""

import numpy as np

import backgrounds
from paint import colour, hump, mix, smoothstep

# Kind: (petals in each ring, length and width of a petal, radius of the middle).
KINDS = {
    "daisy": ((19, 17), 1.0, 0.30, 0.30),
    "sunflower": ((21, 20), 1.0, 0.34, 0.46),
    "poppy": ((3, 3), 1.0, 1.35, 0.20),
    "cosmos": ((8,), 1.0, 0.62, 0.17),
    "gerbera": ((24, 22, 18), 1.0, 0.25, 0.22),
    "aster": ((26, 22), 1.0, 0.17, 0.22),
}


def draw(
    canvas,
    flowers,
    meadow=("#16290d", "#3f6a22", "#a9bf62"),
    sky="#b9d6ea",
    horizon=0.25,
    lights=("#f4f2c0", "#cfe39a"),
    far=(),
    count=22,
):
    """`flowers`: (x, y, radius, kind, petal colours, middle colours, tilt, turn), x as a share of
    the width. `far`: colours of blurred flowers behind."""
    backgrounds.meadow(canvas, *meadow, sky_code=sky, horizon=horizon)
    for code in far:
        for _ in range(5):
            x, y = canvas.random.uniform(0, canvas.aspect), canvas.random.uniform(0.35, 1.0)
            size = canvas.random.uniform(0.03, 0.075)
            cover = ((canvas.x - x) / size) ** 2 + ((canvas.y - y) / size / 0.6) ** 2
            canvas.paint(smoothstep(1.2, 0.7, cover) * 0.9, colour(code))
    blades(canvas)
    canvas.blur(0.016)
    backgrounds.bokeh(canvas, lights, count, (0.015, 0.06), 0.0, 0.85, 0.35)
    canvas.blur(0.003)
    for x, y, radius, kind, petals, middle, tilt, turn in flowers:
        stalk(canvas, x * canvas.aspect, y, radius, turn)
        blossom(
            canvas,
            x * canvas.aspect,
            y,
            radius,
            kind,
            [colour(c) for c in petals],
            [colour(c) for c in middle],
            tilt,
            turn,
        )


def blades(canvas):
    for _ in range(60):
        x = canvas.random.uniform(0, canvas.aspect)
        foot, tall = canvas.random.uniform(0.8, 1.2), canvas.random.uniform(0.25, 0.7)
        t = np.linspace(0, 1, 8)
        line = np.stack([x + canvas.random.normal(0, 0.12) * t**2, foot - tall * t], 1)
        tone = colour("#6f9a38") * canvas.random.uniform(0.35, 1.35)
        canvas.paint(canvas.stroke(line, 0.02 * (1 - t) + 0.003) * 0.7, tone)


def stalk(canvas, x, y, radius, turn):
    t = np.linspace(0, 1, 20)
    bend = 0.16 * np.sin(turn * 3 + 1)
    line = np.stack([x + bend * t**1.7, y + (1.08 - y) * t], 1)
    thick = max(0.010, radius * 0.075)
    cover = canvas.stroke(line, thick * (0.8 + 0.5 * t))
    middle = x + bend * np.clip((canvas.y - y) / (1.08 - y), 0, 1) ** 1.7
    across = np.clip((canvas.x - middle) / thick, -1, 1)
    canvas.paint(cover, colour("#57802c") * (0.75 - 0.7 * across)[..., None])
    for place, side in ((0.45, 1), (0.68, -1)):
        at = line[int(place * 19)]
        leaf(canvas, at[0], at[1], radius * 0.95, side)


def leaf(canvas, x, y, size, side):
    part = canvas.around(x, y, size * 1.7)
    u, v = part.local(x, y, size, -0.6 if side > 0 else np.pi + 0.6)
    v = v - 0.22 * u * u * side
    width = 0.26 * hump(u / 1.4, 0.8)
    vein = np.exp(-np.abs(v) * 42) + 0.35 * np.exp(-np.abs((u * 7 - np.abs(v) * 9) % 1 - 0.5) * 14)
    light = (
        0.75
        + 0.3 * np.sign(v) * side * -1
        + 0.25 * vein
        + 0.1 * part.noise.fractal(u * 6, v * 9, 3)
    )
    part.paint(
        part.inside(np.maximum(np.abs(v) - width, -u) * size), colour("#4a7426") * light[..., None]
    )


def blossom(canvas, x, y, radius, kind, tones, middle, tilt, turn):
    rings, length, width, heart = KINDS[kind]
    part = canvas.around(x, y, radius * 1.25)
    for ring, count in enumerate(rings):
        reach = length * (1 - 0.17 * ring)
        order = np.arange(count)
        # Every second petal lies under its neighbours.
        for i in np.concatenate([order[::2], order[1::2]]):
            angle = turn + (i + 0.5 * ring) * 2 * np.pi / count + part.random.normal(0, 0.05)
            size = reach * part.random.uniform(0.93, 1.05)
            petal(part, x, y, radius, angle, size, width, heart, tones, tilt, kind)
    disc(part, x, y, radius, heart, middle, tilt, kind)


def petal(whole, x, y, radius, angle, length, width, heart, tones, tilt, kind):
    end = np.array([np.cos(angle), np.sin(angle) * tilt]) * radius * length * 0.55
    part = whole.around(x + end[0], y + end[1], radius * (0.62 + 0.4 * width) * length)
    u, v = part.local(x, y, radius)
    v = v / tilt
    along = (u * np.cos(angle) + v * np.sin(angle)) / length
    aside = (-u * np.sin(angle) + v * np.cos(angle)) / length
    t = np.clip(along, 0, 1)
    if kind in ("poppy", "cosmos"):
        ruffle = 0.05 * part.noise(np.arctan2(v, u) * 6 + angle * 3, np.float32(angle))
        shape = hump(np.clip(t - ruffle, 0, 1) ** 0.78 * 0.94, 0.6)
    else:
        shape = hump(t**0.72, 0.55)
    half = width / 2 * shape
    distance = (
        np.maximum(np.abs(aside) - half, np.maximum(-along, along - 1)) * radius * min(tilt, 1)
    )
    cover = part.inside(distance)
    part.shade(np.clip(part.soft(cover, 0.012 * radius / 0.2) - cover * 0.2, 0, 1) * 0.5)
    s = aside / np.maximum(half, 1e-3)
    streak = part.noise.fractal(s * 3.5 + angle * 7, along * 1.3, 4)
    curl = 0.82 + 0.22 * t - 0.30 * smoothstep(0.8, 1.0, t) * 0.5 - 0.16 * s * np.cos(angle + 0.8)
    ridge = 0.08 * np.cos(s * 7)
    # Light comes from the upper left.
    facing = 1 + 0.13 * (-np.cos(angle) * 0.6 - np.sin(angle) * 0.8)
    light = (curl + ridge + 0.10 * streak) * facing
    paint = mix(tones[-1], tones[0], smoothstep(heart * 0.6, heart + 0.45, t + 0.05 * streak))
    if kind == "poppy":
        light = light + 0.30 * smoothstep(0.78, 0.97, t) + 0.10 * streak
        paint = mix(colour("#1a0710"), paint, smoothstep(0.16, 0.34, t + 0.06 * streak))
    part.paint(cover, paint * light[..., None])


def disc(part, x, y, radius, heart, tones, tilt, kind):
    u, v = part.local(x, y - radius * 0.03, radius * heart)
    v = v / tilt
    far = np.hypot(u, v)
    part.shade(np.exp(-((np.maximum(far - 0.85, 0) / 0.28) ** 2)) * (far > 0.6) * 0.45)
    height = np.sqrt(np.clip(1.05 - far**2, 0, 1))
    light = 0.55 + 0.5 * np.clip(height * 0.6 - 0.45 * u - 0.55 * v, -0.3, 1)
    paint = mix(tones[0], tones[-1], smoothstep(0.25, 0.95, far))
    part.paint(part.inside((far - 1) * radius * heart * tilt), paint * light[..., None])
    count = 260 if kind == "sunflower" else 120
    # Florets on the golden angle, from the inside out.
    for i in range(count):
        r, a = np.sqrt((i + 0.5) / count) * 0.98, i * 2.399963
        fx, fy = (
            x + r * np.cos(a) * radius * heart,
            y - radius * 0.03 + r * np.sin(a) * radius * heart * tilt,
        )
        size = radius * heart * (0.05 if count > 200 else 0.075)
        spot = part.around(fx, fy, size * 2)
        d = np.hypot(spot.x - fx, (spot.y - fy) / tilt) / size
        tone = mix(tones[0], tones[-1], smoothstep(0.35, 0.9, np.float32(r)))
        lit = 1.25 - 0.5 * (r * (np.cos(a) * 0.5 + np.sin(a) * 0.7))
        spot.shade(smoothstep(1.9, 0.7, d) * 0.28)
        spot.paint(smoothstep(1.1, 0.6, d), tone * lit)
