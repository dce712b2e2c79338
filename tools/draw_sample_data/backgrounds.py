"""Skies, land, water and blurred greenery: what stands behind the objects."""

import numpy as np

from paint import colour, mix, smoothstep

# Name: colour at the top, in the middle, at the horizon, of the sun's light, of a cloud's shadow.
SKIES = {
    "noon": ("#2f6fc4", "#6fa8e4", "#c9e2f2", "#fffaf0", "#a9b8cc"),
    "morning": ("#5d8fce", "#a7c6e6", "#f7e3c8", "#fff0d8", "#b7b3c4"),
    "evening": ("#3b4f8f", "#c98a8f", "#ffc27a", "#ffd9a0", "#8d6f8c"),
    "dusk": ("#141d42", "#41407a", "#d08a7c", "#ffb9a0", "#3a3560"),
    "grey": ("#74828f", "#9aa6ae", "#c6cdd0", "#eef0f0", "#7c878f"),
    "storm": ("#333d4a", "#5a6672", "#a3aaa6", "#dfe0d6", "#3b434d"),
}


def sky(canvas, name, horizon=1.0, clouds=0.5, scale=1.6):
    """Fills the whole canvas. `clouds` from 0 (clear) to 1 (closed)."""
    top, middle, low, light, shadow = (colour(code) for code in SKIES[name])
    height = np.clip(canvas.y / horizon, 0, 1)
    paint = mix(top, middle, smoothstep(0, 0.62, height))
    paint = mix(paint, low, smoothstep(0.35, 1.02, height))
    canvas.rgb[...] = paint
    if clouds <= 0:
        return
    # Clouds lie flatter toward the horizon.
    depth = 1.25 - height
    x, y = canvas.x * scale / (0.45 + depth), height * scale * 1.75
    warp = canvas.noise.fractal(x * 0.7 + 31, y * 0.7 + 11, 3) * 0.35
    here = canvas.noise.fractal(x + warp, y + warp * 0.6, 6, 0.55)
    sunward = canvas.noise.fractal(x + warp - 0.16, y + warp * 0.6 - 0.22, 4, 0.55)
    body = smoothstep(0.42 - clouds * 0.75, 0.95 - clouds * 0.75, here)
    lit = np.clip(0.62 + (here - sunward) * 0.9, 0, 1)
    body = body * (0.35 + 0.65 * smoothstep(0.0, 0.25, 1.05 - height))
    canvas.paint(body * 0.93, mix(shadow, light, lit))


def sun_disc(canvas, x, y, light, size=0.03):
    """A low sun with its halo."""
    distance = np.hypot(canvas.x - x, canvas.y - y)
    canvas.glow(np.exp(-distance / (size * 5)) * 0.55, light)
    canvas.glow(canvas.inside(distance - size) * 1.2, light)


def stars(canvas, count=90):
    for _ in range(count):
        x, y = canvas.random.uniform(0, canvas.aspect), canvas.random.uniform(0, 0.6) ** 1.3
        strength = canvas.random.uniform(0.15, 0.9)
        part = canvas.around(x, y, 0.012)
        distance = np.hypot(part.x - x, part.y - y)
        part.glow(np.exp(-((distance / 0.0028) ** 2)) * strength, colour("#fff6e8"))


def hills(canvas, base, amplitude, near, far, layers=4, rough=2.2):
    """Ridges one behind the other, the far ones fading into the haze."""
    for layer in range(layers):
        t = (layer + 1) / layers
        ridge = (
            base
            + (1 - base) * 0.55 * t**1.6
            - amplitude
            * (0.6 + 0.4 * t)
            * (
                0.5
                + 0.7
                * canvas.noise.fractal(
                    canvas.x[0] * rough * (1.3 - 0.5 * t) + 41 * layer, np.float32(layer * 7.7), 6
                )
            )
        )
        below = canvas.inside(ridge[None, :] - canvas.y)
        down = np.clip((canvas.y - ridge[None, :]) / 0.35, 0, 1)
        grain = canvas.noise.fractal(
            canvas.x * (14 - 5 * t), canvas.y * (34 - 12 * t) + 9 * layer, 5, 0.65
        )
        patches = canvas.noise.fractal(canvas.x * 3.1, canvas.y * 9 + layer * 3, 3)
        ground = mix(colour(far), colour(near), np.full_like(canvas.x, t**1.4))
        ground = ground * (0.86 + 0.34 * grain * t + 0.30 * patches * t - 0.22 * down)[..., None]
        canvas.paint(below, np.clip(ground, 0, 1))


def sea(canvas, horizon, deep, shine, sun_x=None, light="#fff2d0", rough=1.0):
    """Water in perspective from `horizon` down, mirroring the colour `shine` of the low sky."""
    part = canvas.crop(0, horizon, canvas.aspect, 1)
    down = np.maximum(part.y - horizon, 0.0008)
    depth = 0.11 / (down + 0.012)
    x, z = (part.x - canvas.aspect / 2) * depth * 3.2, depth * 11
    swell = part.noise.fractal(x * 0.55, z * 0.9, 3) * 0.6
    ripple = part.noise.fractal(x * 1.5 + swell, z * 2.4, 5, 0.6)
    wave = (swell * 0.6 + ripple) * rough
    fresnel = np.clip(0.78 - down * 1.25 + wave * 0.34, 0.04, 1)
    water = mix(colour(deep), colour(shine), fresnel)
    water = water * (1 - 0.25 * np.clip(-wave, 0, 1))[..., None]
    part.rgb[...] = water
    foam = smoothstep(0.62, 0.95, wave) * smoothstep(0.02, 0.2, down)
    part.paint(foam * 0.55, colour("#f2f6f6"))
    if sun_x is not None:
        path = np.exp(-(((part.x - sun_x) / (0.06 + down * 0.42)) ** 2))
        sparkle = smoothstep(0.1, 0.75, wave + 0.3 * path) * path
        part.glow(sparkle * 1.15, colour(light))


def bokeh(canvas, codes, count, sizes, top=0.0, bottom=1.0, strength=0.5):
    """Blurred points of light with the lens's disc."""
    for _ in range(count):
        x = canvas.random.uniform(-0.05, canvas.aspect + 0.05)
        y = canvas.random.uniform(top, bottom)
        size = canvas.random.uniform(*sizes)
        light = colour(codes[canvas.random.randint(len(codes))])
        power = canvas.random.uniform(0.25, 1) * strength
        part = canvas.around(x, y, size * 1.3)
        distance = np.hypot(part.x - x, part.y - y) / size
        # A real lens's disc is a little brighter at its border.
        disc = smoothstep(1.08, 0.92, distance) * (0.72 + 0.28 * smoothstep(0.5, 0.95, distance))
        part.paint(disc * power * 0.75, light)


def meadow(canvas, dark, middle, light, sky_code=None, horizon=0.3):
    """Grass far out of focus, perhaps with a bright sky above it."""
    n = canvas.noise
    broad = n.fractal(canvas.x * 1.7, canvas.y * 2.1, 4)
    streaks = n.fractal(canvas.x * 7 + broad, canvas.y * 2.2, 4)
    tone = np.clip(0.5 + 0.42 * broad + 0.24 * streaks - 0.35 * (canvas.y - 0.5), 0, 1)
    paint = mix(colour(dark), colour(middle), smoothstep(0.0, 0.6, tone))
    canvas.rgb[...] = mix(paint, colour(light), smoothstep(0.55, 1.0, tone))
    if sky_code:
        fade = smoothstep(horizon + 0.16, horizon - 0.12, canvas.y + broad * 0.12)
        canvas.paint(fade * 0.95, colour(sky_code))


def grass(canvas, count, base, height, codes, lean=0.35, top_light=1.5):
    """Blades in front, from `base` down to the lower border, the near ones last."""
    feet = np.sort(canvas.random.uniform(base, 1.12, count))
    for y in feet:
        x = canvas.random.uniform(-0.05, canvas.aspect + 0.05)
        near = 0.45 + 0.75 * (y - base) / max(1.12 - base, 0.01)
        tall = height * near * canvas.random.uniform(0.5, 1.25)
        bend = canvas.random.normal(0, lean) * tall
        t = np.linspace(0, 1, 9)
        line = np.stack([x + bend * t**2, y - tall * t], 1)
        width = 0.011 * near * (1 - t) ** 0.7 + 0.0006
        part = canvas.crop(
            line[:, 0].min() - 0.02, y - tall - 0.02, line[:, 0].max() + 0.02, y + 0.01
        )
        tone = colour(codes[canvas.random.randint(len(codes))])
        tone = tone * canvas.random.uniform(0.65, 1.15)
        up = np.clip((y - part.y) / tall, 0, 1)
        part.paint(part.stroke(line, width), tone * (0.45 + (top_light - 0.45) * up)[..., None])


def sand(canvas, base, dark, light, ripples=26, cover=None):
    """Rippled sand below `base` (a number or one for each column); `cover` limits it."""
    n = canvas.noise
    down = np.maximum(canvas.y - base, 0)
    stretch = 1 / (0.35 + down * 1.4)
    warp = n.fractal(canvas.x * 2.2, canvas.y * 4, 3)
    wave = np.sin((canvas.y * ripples * stretch) + warp * 5 + canvas.x * 3)
    grain = n.fractal(canvas.x * 60, canvas.y * 80, 3, 0.8)
    tone = np.clip(0.55 + 0.2 * wave * np.clip(down * 5, 0, 1) + 0.22 * warp + 0.18 * grain, 0, 1)
    coverage = canvas.inside(base - canvas.y) if cover is None else cover
    canvas.paint(coverage, mix(colour(dark), colour(light), tone))


def underwater(canvas, surface, middle, deep, shafts=5):
    """The blue behind a fish: light from above in shafts, plankton."""
    n = canvas.noise
    down = np.clip(canvas.y + 0.1 * n.fractal(canvas.x * 1.1, canvas.y * 1.3, 3), 0, 1)
    paint = mix(colour(surface), colour(middle), smoothstep(-0.05, 0.5, down))
    canvas.rgb[...] = mix(paint, colour(deep), smoothstep(0.4, 1.0, down))
    source = canvas.aspect * canvas.random.uniform(0.25, 0.75)
    angle = (canvas.x - source) / (canvas.y + 0.75)
    beams = smoothstep(0.05, 0.8, n.fractal(angle * shafts * 1.7, np.float32(3.3) + 0 * angle, 3))
    canvas.glow(beams * np.exp(-canvas.y * 2.2) * 0.45, colour("#cdeeff"))
    canvas.rgb *= (1 + 0.10 * n.fractal(canvas.x * 4, canvas.y * 5, 4))[..., None]


def caustics(canvas, strength):
    """The net of light on the ground of shallow water; one value for each pixel."""
    n = canvas.noise
    x, y = canvas.x * 7, canvas.y * 16
    first = np.abs(n(x + n(x * 0.6, y * 0.6), y))
    second = np.abs(n(x * 1.4 + 9, y * 1.4 + n(x, y + 5)))
    return strength * (np.exp(-first * 9) + 0.7 * np.exp(-second * 11))
