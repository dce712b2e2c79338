"""Hot-air balloons over hills."""

import numpy as np

import backgrounds
from paint import colour, glint, hump, lambert, mix, smoothstep

MOUTH = 1.42  # where the envelope ends, in radii below its middle


def draw(canvas, sky, balloons, clouds=0.4, land=("#3f5a2c", "#8fa3b4"), base=0.74, glowing=False):
    """`balloons`: (x, y, radius, colours, pattern) x as a share of the width; far ones first."""
    backgrounds.sky(canvas, sky, horizon=base + 0.08, clouds=clouds)
    backgrounds.hills(canvas, base, 0.11, *land)
    canvas.blur(0.0022)
    for x, y, radius, codes, pattern in balloons:
        balloon(canvas, x * canvas.aspect, y, radius, [colour(c) for c in codes], pattern, glowing)


def profile(v):
    """Radius of the envelope at height v, and its slope: a half sphere above, a taper below."""
    above = np.sqrt(np.clip(1 - v * v, 0, 1))
    t = np.clip(v / MOUTH, 0, 1)
    below = 0.15 + 0.85 * hump(0.5 + t / 2, 0.92)
    radius = np.where(v < 0, above, below)
    slope = np.where(v < 0, -v / np.maximum(above, 0.05), -1.05 * np.sin(np.pi / 2 * t))
    return radius, np.clip(slope, -8, 8)


def cloth(pattern, gore, v, tones):
    """Which of the colours each point of the envelope has."""
    count = len(tones)
    zigzag = np.abs(gore % 2 - 1)
    if pattern == "stripes":
        index = np.floor(gore)
    elif pattern == "bands":
        index = np.floor((v + 1) * 3.4)
    elif pattern == "zigzag":
        index = np.floor((v + 1) * 3.0 + zigzag * 0.9)
    elif pattern == "chess":
        index = np.floor(gore) + np.floor((v + 1) * 3.2)
    else:  # "spiral"
        index = np.floor(gore * 0.5 + (v + 1) * 1.6)
    table = np.stack(tones)
    return table[(index.astype(np.int32) % count)]


def balloon(canvas, x, y, size, tones, pattern, glowing):
    part = canvas.crop(x - size * 1.1, y - size * 1.1, x + size * 1.1, y + size * 2.3)
    turn = part.random.uniform(0, 2)
    basket(part, x, y, size)
    u, v = part.local(x, y, size)
    radius, slope = profile(v)
    distance = np.maximum((np.abs(u) - radius) / np.sqrt(1 + np.minimum(slope**2, 9)), v - MOUTH)
    around = np.arcsin(np.clip(u / np.maximum(radius, 0.01), -1, 1))
    gore = (around / np.pi + 0.5) * 10 + turn
    across = gore - np.floor(gore) - 0.5
    # Each gore bulges between its seams.
    normal = (np.sin(around) + 0.45 * across, -slope, np.cos(around) + 0.05)
    sun = (-0.55, -0.6, 0.65)
    light = lambert(normal, sun, 0.38)
    folds = part.noise.fractal(gore * 1.3, v * 5, 3)
    light = light * (1 + 0.05 * folds) * (1 - 0.28 * smoothstep(0.41, 0.5, np.abs(across)))
    # The cloth lets light through: shadows stay warm.
    fabric = cloth(pattern, gore, v, tones)
    lit = fabric * light[..., None] * 1.25 + fabric**1.5 * 0.16
    lit = lit + glint(normal, sun, 18)[..., None] * 0.12
    if glowing:
        flame = np.exp(-(((v - 1.0) / 0.75) ** 2))
        lit = lit * 0.55 + fabric * colour("#ffb45a") * flame[..., None] * 1.7
    crown = smoothstep(-0.93, -0.97, v)
    lit = mix(lit, tones[0] * light[..., None] * 0.7, crown)
    part.paint(part.inside(distance * size), lit)
    # The dark opening, and the flame within.
    mouth = (u / 0.15) ** 2 + ((v - MOUTH) / 0.035) ** 2
    part.paint(smoothstep(1.1, 0.9, mouth), colour("#2a1c16"))
    if glowing:
        part.glow(np.exp(-((u / 0.05) ** 2) - ((v - 1.5) / 0.1) ** 2) * 1.6, colour("#ffcf7a"))


def basket(part, x, y, size):
    top, bottom, half = y + 1.8 * size, y + 2.05 * size, 0.13 * size
    for side in (-1, -0.35, 0.35, 1):
        rope = [(x + side * 0.14 * size, y + MOUTH * size), (x + side * half, top)]
        part.paint(part.stroke(rope, 0.0026), colour("#3a2f28"))
    corners = [
        (x - half, top),
        (x + half, top),
        (x + half * 0.86, bottom),
        (x - half * 0.86, bottom),
    ]
    weave = np.sin((part.x - x) / size * 190) * np.sin((part.y - y) / size * 150)
    side = np.clip(0.85 - (part.x - x) / half * 0.35, 0.3, 1.3) * (1 + 0.25 * weave)
    part.paint(part.polygon(corners), colour("#8a5a2c") * side[..., None])
    rim = [(x - half * 1.08, top), (x + half * 1.08, top)]
    part.paint(part.stroke(rim, 0.035 * size), colour("#4d2f17"))
