"""Fish over a sandy bottom."""

import numpy as np

import backgrounds
from paint import colour, glint, hump, lambert, mix, smoothstep

WATERS = {
    "lagoon": ("#8fe3ea", "#2aa3c4", "#0b5a82"),
    "blue": ("#6fc0ee", "#1a6fb4", "#0a2c5c"),
    "green": ("#b8dca0", "#3f8f6a", "#123c34"),
    "deep": ("#3c7fb8", "#123f72", "#050f26"),
}


def draw(
    canvas, water, fishes, bottom=0.8, stones=4, weeds=3, bubbles=14, ground=("#6f6a4a", "#d9cf9c")
):
    """`fishes`: (x, y, length, kind, facing, tilt), x as a share of the width, far ones first."""
    backgrounds.underwater(canvas, *WATERS[water])
    haze = colour(WATERS[water][1])
    sea_floor(canvas, bottom, ground, haze)
    for _ in range(stones):
        stone(canvas, bottom, haze)
    for _ in range(weeds):
        weed(canvas, bottom, haze)
    canvas.blur(0.006)
    for x, y, length, kind, facing, tilt in fishes:
        fish(canvas, x * canvas.aspect, y, length, KINDS[kind], facing, tilt)
    for _ in range(bubbles):
        bubble(canvas)


def sea_floor(canvas, bottom, ground, haze):
    edge = bottom + 0.05 * canvas.noise.fractal(canvas.x * 1.3, 0 * canvas.x + 0.7, 4)
    cover = canvas.inside(edge - canvas.y)
    backgrounds.sand(canvas, edge, *ground, ripples=34, cover=cover)
    canvas.glow(cover * backgrounds.caustics(canvas, 0.22), colour("#dff6ff"))
    # Water swallows what is far.
    canvas.paint(cover * (0.35 + 0.55 * smoothstep(0.16, 0.0, canvas.y - edge)), haze)


def stone(canvas, bottom, haze):
    x, size = canvas.random.uniform(0, canvas.aspect), canvas.random.uniform(0.06, 0.17)
    y = bottom + canvas.random.uniform(0.03, 0.16)
    part = canvas.around(x, y, size * 1.5)
    u, v = part.local(x, y, size)
    v = v * 1.5
    rough = part.noise.fractal(u * 2 + x * 9, v * 2, 5)
    far = np.hypot(u, v) + 0.22 * rough
    z = np.sqrt(np.clip(1 - far**2, 0, 1))
    light = lambert((u + rough * 0.5, v + rough * 0.4, z), (-0.2, -1, 0.4), 0.25)
    tone = colour(("#8a7a6a", "#a35f6d", "#7f8a5a", "#b08a5a")[part.random.randint(4)])
    part.shade(np.exp(-(u**2 + ((v - 0.9) / 0.4) ** 2)) * 0.4)
    part.paint(
        part.inside((far - 1) * size * 0.7),
        mix(tone * light[..., None] * 1.2, haze, np.full_like(u, 0.3)),
    )


def weed(canvas, bottom, haze):
    x0, foot = canvas.random.uniform(0, canvas.aspect), bottom + canvas.random.uniform(0.05, 0.2)
    tone = colour(("#3f7a3a", "#7a8f2f", "#9a4f5f", "#2f6a5a")[canvas.random.randint(4)])
    for _ in range(9):
        tall, sway = canvas.random.uniform(0.18, 0.5), canvas.random.uniform(-0.5, 0.5)
        t = np.linspace(0, 1, 22)
        x = x0 + canvas.random.normal(0, 0.03)
        line = np.stack([x + sway * 0.2 * t + 0.025 * np.sin(t * 9 + sway * 8), foot - tall * t], 1)
        shade = canvas.random.uniform(0.5, 1.3)
        cover = canvas.stroke(line, 0.02 * np.sin(np.pi * (0.12 + 0.86 * t)) + 0.002)
        canvas.paint(cover, mix(tone * shade, haze, np.float32(0.25)))


def bubble(canvas):
    x, y = canvas.random.uniform(0, canvas.aspect), canvas.random.uniform(0.02, 0.75)
    size = canvas.random.uniform(0.004, 0.016)
    part = canvas.around(x, y, size * 1.5)
    u, v = part.local(x, y, size)
    far = np.hypot(u, v)
    part.glow(np.exp(-(((far - 0.88) / 0.13) ** 2)) * 0.35, colour("#d8f4ff"))
    part.glow(np.exp(-((u + 0.35) ** 2 + (v + 0.4) ** 2) / 0.04) * 0.8, colour("#ffffff"))


# Half height of the body against its length; tail; and a function from (t along the body from the
# nose, s across from -1 at the back to 1 at the belly, noise) to colours.


def clown(t, s, n):
    paint = mix(colour("#f07818"), colour("#d94a0a"), smoothstep(0.2, -1, s))
    for place, width in ((0.27, 0.055), (0.56, 0.06), (0.88, 0.03)):
        off = np.abs(t - place - 0.03 * (1 - s * s) + 0.008 * n)
        paint = mix(paint, colour("#160d0a"), smoothstep(width + 0.022, width + 0.012, off))
        paint = mix(paint, colour("#f7f4ec"), smoothstep(width + 0.004, width - 0.004, off))
    return paint


def tang(t, s, n):
    paint = mix(colour("#2f63e0"), colour("#1a3fc0"), smoothstep(0.3, -1, s))
    palette = np.exp(-(((s + 0.35 - 0.9 * (t - 0.3) ** 2 * 3) / 0.28) ** 2)) * smoothstep(
        0.24, 0.34, t
    )
    paint = mix(paint, colour("#0a0d22"), np.clip(palette * 1.3, 0, 1))
    return mix(paint, colour("#f6c81e"), smoothstep(0.86, 0.9, t))


def butterfly(t, s, n):
    paint = mix(colour("#f8d62c"), colour("#f6ecc0"), smoothstep(0.0, 1.0, s))
    lines = np.abs(((t + s * 0.16) * 11 + 0.3 * n) % 1 - 0.5)
    paint = mix(
        paint, colour("#5a4a2a"), smoothstep(0.12, 0.05, lines) * smoothstep(0.3, 0.4, t) * 0.7
    )
    return mix(paint, colour("#14120f"), smoothstep(0.045, 0.03, np.abs(t - 0.15)))


def gold(t, s, n):
    paint = mix(colour("#ffb030"), colour("#e2500c"), smoothstep(0.5, -0.9, s))
    return mix(paint, colour("#ffe2a8"), smoothstep(0.4, 1.0, s) * 0.8)


def angel(t, s, n):
    paint = mix(colour("#e9e6da"), colour("#c2c6c4"), smoothstep(0.2, -1, s))
    for place in (0.17, 0.47, 0.76):
        paint = mix(paint, colour("#1a1a1e"), smoothstep(0.06, 0.035, np.abs(t - place + 0.01 * n)))
    return mix(paint, colour("#e0b040"), smoothstep(-0.5, -1.0, s) * 0.6)


def parrot(t, s, n):
    paint = mix(colour("#1fb5a0"), colour("#2a7fd0"), smoothstep(-0.2, 0.8, s))
    paint = mix(
        paint, colour("#e86aa0"), np.exp(-(((s - 0.25 * np.sin(t * 9)) / 0.22) ** 2)) * 0.75
    )
    return mix(paint, colour("#f4c83a"), smoothstep(0.2, 0.06, t) * 0.8)


KINDS = {
    # name: (pattern, half height, fins' colour, height of the back fin)
    "clown": (clown, 0.22, "#e8690f", 0.35),
    "tang": (tang, 0.25, "#16329a", 0.28),
    "butterfly": (butterfly, 0.34, "#f0cc2a", 0.32),
    "gold": (gold, 0.21, "#ff8a2a", 0.6),
    "angel": (angel, 0.36, "#9a9a92", 1.25),
    "parrot": (parrot, 0.20, "#2a9ac0", 0.3),
}


def outline(t):
    """Height of the body along its length, 0 at the nose, largest before the middle."""
    t = np.clip(t, 0, 1)
    return hump(t**0.62, 0.75) * (1 - 0.22 * t) + 0.17 * smoothstep(0.6, 1.0, t)


def fish(canvas, x, y, length, kind, facing, tilt):
    pattern, tall, fin_code, back = kind
    part = canvas.around(x, y, length * 0.95)
    u, v = part.local(x, y, length, tilt * facing)
    t = 0.5 - u * facing  # the nose at 0, the root of the tail at 1
    v = v - 0.03 * np.sin(t * 3.4)
    fins = colour(fin_code)
    tail(part, t, v, length, tall, fins)
    back_and_belly(part, t, v, length, tall, fins, back)
    half = np.maximum(tall * outline(t), 1e-3)
    s = np.clip(v / half, -1, 1)
    distance = np.maximum(np.abs(v) - half, np.maximum(-t, t - 1.0))
    z = np.sqrt(np.clip(1 - s**2, 0, 1))
    n = part.noise.fractal(t * 6, s * 3, 3)
    paint = pattern(t, s, n)
    # Scales: shifted rows of half moons.
    rows = s * 15 * tall / 0.22
    columns = t * 34 + 0.5 * (np.floor(rows) % 2)
    cell = np.hypot(columns - np.floor(columns) - 0.2, rows - np.floor(rows) - 0.5)
    scale = smoothstep(0.38, 0.62, cell) * smoothstep(0.24, 0.34, t) * 0.16
    normal = (0.35 * (t - 0.4) * -facing, s, z + 0.2)
    light = lambert(normal, (-0.25, -0.95, 0.6), 0.36) * (1 - scale) * (1 + 0.06 * n)
    light = light + backgrounds.caustics(part, 0.16) * smoothstep(0.2, -0.9, s)
    body = paint * light[..., None] * 1.3 + glint(normal, (-0.25, -0.95, 0.6), 26)[..., None] * 0.28
    part.paint(part.inside(distance * length * 0.8), body)
    gill = np.exp(-(((np.hypot((t - 0.2) * 1.0, v * 0.75) - 0.085) / 0.006) ** 2)) * (t > 0.2)
    part.shade(gill * 0.4 * (np.abs(s) < 0.7))
    side_fin(part, t, v, length, tall, fins)
    eye(part, t, v, length, tall)


def rays(part, along, strength=0.22):
    return 1 - strength * smoothstep(0.25, 0.5, np.abs(along % 1 - 0.5))


def tail(part, t, v, length, tall, fins):
    out = np.clip((t - 0.93) / 0.3, 0, 1)
    spread = tall * (0.2 + 0.85 * out**0.8)
    notch = 1.0 - 0.34 * np.clip(1 - np.abs(v) / (tall * 0.8), 0, 1)
    distance = np.maximum(np.abs(v) - spread, np.maximum(0.92 - t, (t - 0.93) / 0.3 - notch))
    light = (0.75 + 0.35 * out) * rays(part, v / np.maximum(spread, 0.02) * 6)
    part.paint(part.inside(distance * length) * 0.93, fins * light[..., None])


def back_and_belly(part, t, v, length, tall, fins, back):
    for side, first, last, rise in ((-1, 0.28, 0.97, back), (1, 0.52, 0.95, back * 0.75)):
        p = np.clip((t - first) / (last - first), 0, 1)
        root = tall * outline(t - 0.05 * p) * 0.85
        crest = tall * outline(t) + tall * rise * hump(p**0.7, 0.7)
        spikes = 0.05 * tall * np.abs((p * 11) % 1 - 0.5)
        out = v * side
        distance = np.maximum(
            np.maximum(root - out, out - crest - spikes), np.maximum(first - t, t - last)
        )
        light = (0.9 - 0.25 * side) * rays(part, p * 13 + out * 3)
        part.paint(part.inside(distance * length) * 0.92, fins * light[..., None] * 0.95)


def side_fin(part, t, v, length, tall, fins):
    along, aside = (t - 0.33) / 0.17, (v - tall * 0.22 - (t - 0.33) * 0.55) / 0.065
    far = np.maximum(
        np.abs(aside) - np.sqrt(np.clip(along, 0, 1)) * 0.95 * np.clip(1.25 - along, 0, 1),
        np.maximum(-along, along - 1),
    )
    cover = part.inside(far * length * 0.07)
    part.shade(part.soft(cover, 0.006) * 0.25)
    part.paint(
        cover * 0.9,
        fins * (0.95 * rays(part, aside * 2.4 / np.maximum(along, 0.1) * 0.6))[..., None],
    )


def eye(part, t, v, length, tall):
    far = np.hypot(t - 0.115, v + tall * 0.16) / 0.033
    part.paint(smoothstep(1.25, 1.1, far), colour("#1c1a18"))
    part.paint(smoothstep(1.1, 0.95, far), colour("#e8d8a0"))
    part.paint(smoothstep(0.72, 0.6, far), colour("#08080a"))
    spark = np.hypot(t - 0.107, v + tall * 0.16 + 0.01) / 0.033
    part.paint(smoothstep(0.3, 0.18, spark), colour("#ffffff"))
    mouth = (
        np.exp(-((((v - tall * 0.08 - (t - 0.01) * 0.35)) / 0.005) ** 2))
        * (t > 0)
        * smoothstep(0.07, 0.05, t)
    )
    part.shade(mouth * 0.6)
