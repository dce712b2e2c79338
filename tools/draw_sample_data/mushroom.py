"""Mushrooms on the floor of a wood."""

import numpy as np

import backgrounds
from paint import colour, glint, lambert, mix, smoothstep

SUN = (-0.45, -0.75, 0.6)


def draw(
    canvas,
    mushrooms,
    wood=("#0d1508", "#2f4218", "#8c9a4a"),
    lights=("#e8e6a0", "#b9cf7a"),
    moss=("#2e4a14", "#6f8f2a", "#4a6a1e"),
    leaves=True,
    count=26,
):
    """`mushrooms`: (x, foot, height, cap width, cap colours, kind, lean), x as a share of the
    width, far ones first."""
    backgrounds.meadow(canvas, *wood)
    trunks(canvas)
    canvas.blur(0.02)
    backgrounds.bokeh(canvas, lights, count, (0.02, 0.075), 0.0, 0.5, 0.45)
    canvas.blur(0.004)
    floor(canvas, moss)
    for x, foot, height, width, codes, kind, lean in mushrooms:
        mushroom(
            canvas, x * canvas.aspect, foot, height, width, [colour(c) for c in codes], kind, lean
        )
    if leaves:
        for _ in range(7):
            fallen_leaf(canvas)
    base = min(max(m[1] for m in mushrooms) - 0.015, 0.94)
    backgrounds.grass(canvas, 210, base, 0.075, moss + ("#8fa648",), lean=0.5)


def trunks(canvas):
    for _ in range(5):
        x, half = canvas.random.uniform(0, canvas.aspect), canvas.random.uniform(0.02, 0.07)
        bark = 1 + 0.5 * canvas.noise.fractal(canvas.x * 16, canvas.y * 3, 3)
        side = np.clip(1 - (canvas.x - x) / half * 0.5, 0.2, 2)
        canvas.paint(
            canvas.inside(np.abs(canvas.x - x) - half) * 0.8,
            colour("#2b2216") * (bark * side)[..., None],
        )


def floor(canvas, moss):
    """Moss, sharper toward the viewer."""
    n = canvas.noise
    edge = 0.68 + 0.05 * n.fractal(canvas.x * 1.8, np.float32(0.4) + 0 * canvas.x, 4)
    coarse = n.fractal(canvas.x * 9, canvas.y * 14, 4)
    fine = n.fractal(canvas.x * 42, canvas.y * 56, 4, 0.75)
    tone = np.clip(0.42 + 0.34 * coarse + 0.30 * fine, 0, 1)
    paint = mix(colour(moss[0]) * 0.35, colour(moss[1]), tone)
    depth = smoothstep(-0.05, 0.10, canvas.y - edge)
    canvas.paint(depth, paint * (0.65 + 0.6 * np.clip(canvas.y - edge, 0, 0.5))[..., None])


def mushroom(canvas, x, foot, height, width, tones, kind, lean):
    half = width / 2
    top = foot - height
    reach = max(half * 1.3, height * 0.5)
    part = canvas.crop(x - reach, top - 0.05, x + reach + abs(lean), foot + 0.1)
    shadow = ((part.x - x - 0.04) / (half * 1.05)) ** 2 + ((part.y - foot) / 0.05) ** 2
    part.shade(np.exp(-shadow) * 0.75)
    dome = half * (1.05 if kind == "tall" else 0.78 if kind == "spotted" else 0.6)
    brim = top + dome
    stem(part, x, foot, brim, half, lean, tones[1], kind)
    cap(part, x + lean, brim, half, dome, tones, kind)


def stem(part, x, foot, brim, half, lean, tone, kind):
    tall = foot - brim
    up = np.clip((foot - part.y) / tall, -0.2, 1.2)
    thick = half * (0.22 + 0.13 * np.exp(-np.clip(up, 0, 1) * 5) + 0.03 * up)
    if kind == "bolete":
        thick = half * (0.30 + 0.20 * np.exp(-(((up - 0.15) / 0.35) ** 2)))
    middle = x + lean * np.clip(up, 0, 1.2) ** 1.5
    across = np.clip((part.x - middle) / thick, -1, 1)
    cover = part.inside(
        np.maximum(
            np.abs(part.x - middle) - thick, np.maximum(brim - 0.02 - part.y, part.y - foot - 0.012)
        )
    )
    normal = (across, 0 * across, np.sqrt(1 - across**2))
    fibres = part.noise.fractal(part.x * 90 + up * 3, part.y * 9, 4)
    light = lambert(normal, SUN, 0.4) * (1 + 0.16 * fibres)
    # Under the cap it is dark.
    light = light * (1.1 - 0.75 * smoothstep(0.6, 1.02, up)) * (0.75 + 0.35 * np.clip(up * 3, 0, 1))
    part.paint(cover, tone * light[..., None] * 1.25)
    if kind == "spotted":
        ring(part, x + lean * 0.55, foot - tall * 0.68, half * 0.40, tone)


def ring(part, x, y, half, tone):
    """The torn skirt on the stem."""
    across = (part.x - x) / half
    fringe = part.noise.fractal(part.x * 55, 0 * part.y, 3) * 0.1
    down = (part.y - y) / half
    inside = np.maximum(
        np.abs(across) - 1 + 0.3 * np.clip(1 - down, 0, 1),
        np.abs(down - 0.28) - 0.36 + 0.14 * across**2 + fringe,
    )
    folds = 0.9 + 0.2 * np.sin(across * 22)
    light = (0.95 - 0.35 * across) * folds * (0.75 + 0.25 * np.clip(down, 0, 1))
    part.paint(part.inside(inside * half), tone * light[..., None])


def cap(part, x, brim, half, dome, tones, kind):
    u, v = part.local(x, brim, half)
    flat = 0.2
    # The underside first: gills that meet at the stem.
    under = u**2 + (v / flat) ** 2
    rays = np.sin(np.arctan2(v / flat, u) * 70 + 2 * part.noise(u * 9, v * 9))
    gills = tones[1] * (0.42 + 0.16 * rays + 0.1 * v / flat)[..., None]
    part.paint(part.inside((np.sqrt(under) - 1) * half * 0.3), gills)
    high = dome / half
    wavy = 0.03 * part.noise.fractal(u * 2.2, np.float32(1.5) + 0 * u, 3)
    body = u**2 + (v / high) ** 2
    # The brim is the near half of the ellipse of the underside.
    lower = v - 0.55 * flat * np.sqrt(np.clip(1 - u**2, 0, 1)) - wavy
    upper = (np.sqrt(body) - 1) * min(high, 1)
    distance = np.maximum(np.where(v < 0, upper, np.abs(u) - 1), lower)
    z = np.sqrt(np.clip(1 - np.minimum(body, 1), 0, 1))
    bumps = part.noise.fractal(u * 5, v * 5, 4)
    normal = (u, v / high * 1.1 - 0.12, z * 0.9 + 0.15)
    light = lambert(normal, SUN, 0.30)
    skin = tones[0] * (1 + 0.10 * bumps)[..., None]
    skin = mix(skin, tones[0] * 0.45, smoothstep(0.72, 1.02, body) * 0.55)
    if len(tones) > 2:
        skin = mix(skin, tones[2], smoothstep(-0.1, -0.95, v / high) * 0.7)
    radial = part.noise.fractal(np.arctan2(v - 0.3, u) * 9, np.hypot(u, v) * 1.5, 3)
    skin = skin * (1 + 0.07 * radial)[..., None]
    paint = skin * light[..., None] * 1.3
    if kind == "spotted":
        paint = warts(part, paint, u, v / high, z, light)
    paint = paint + glint(normal, SUN, 30)[..., None] * (0.16 if kind == "spotted" else 0.07)
    part.paint(part.inside(distance * half), paint)
    edge = np.exp(-((lower / 0.02) ** 2)) * (np.abs(u) < 0.98) * part.inside(distance * half)
    part.glow(edge * 0.10, tones[1])


def warts(part, paint, u, v, z, light):
    """White warts: places on the dome, so that those near its border look narrow."""
    for _ in range(34):
        longitude = part.random.uniform(-1.5, 1.5)
        latitude = part.random.uniform(-0.05, 1.45)
        at = np.array(
            [
                np.sin(longitude) * np.cos(latitude),
                -np.sin(latitude),
                np.cos(longitude) * np.cos(latitude),
            ]
        )
        size = part.random.uniform(0.05, 0.13)
        ragged = 0.35 * part.noise(u * 14 + longitude * 5, v * 14)
        far = np.sqrt((u - at[0]) ** 2 + (v - at[1]) ** 2 + (z - at[2]) ** 2) / size + ragged
        cover = smoothstep(1.06, 0.9, far)
        shadow = smoothstep(1.35, 0.8, far) * 0.25
        raised = np.clip(light + 0.25 * ((u - at[0]) * -0.5 + (v - at[1]) * -0.9) / size, 0.12, 1.3)
        paint = paint * (1 - shadow)[..., None]
        paint = mix(paint, colour("#f3ead6") * raised[..., None] * 1.15, cover)
    return paint


def fallen_leaf(canvas):
    x, y = canvas.random.uniform(0, canvas.aspect), canvas.random.uniform(0.84, 0.99)
    size, angle = canvas.random.uniform(0.03, 0.06), canvas.random.uniform(-1, 1)
    tone = colour(("#a8602a", "#8a4a1c", "#c08a3a", "#6d3b18")[canvas.random.randint(4)])
    part = canvas.around(x, y, size * 1.5)
    u, v = part.local(x, y, size, angle)
    v = v * 2.2
    width = 0.62 * np.clip(1 - u**2, 0, 1) ** 0.8
    vein = np.minimum(np.abs(v), np.abs((u * 5 + np.abs(v) * 2) % 1 - 0.5) + 0.08)
    light = 0.7 + 0.35 * np.sign(v) * 0.5 - 0.3 * np.exp(-vein * 26)
    part.shade(part.soft(part.inside((np.abs(v) - width) * size * 0.4), 0.006) * 0.4)
    part.paint(part.inside((np.abs(v) - width) * size * 0.4), tone * light[..., None] * 1.1)
