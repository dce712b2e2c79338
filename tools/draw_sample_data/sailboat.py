"""Sailing boats on open water."""

import numpy as np

import backgrounds
from paint import colour, mix, smoothstep


def draw(
    canvas,
    sky,
    boats,
    horizon=0.5,
    clouds=0.5,
    deep="#0f3550",
    shine="#9cc4dc",
    sun_x=None,
    coast=True,
    rough=1.0,
):
    """`boats`: (x, waterline, height, sail colours, hull colour, facing), x as a share of the
    width, far ones first."""
    backgrounds.sky(canvas, sky, horizon=horizon, clouds=clouds)
    glare = None
    if sun_x is not None:
        glare = sun_x * canvas.aspect
        backgrounds.sun_disc(canvas, glare, horizon - 0.13, colour("#ffd890"))
    if coast:
        far_coast(canvas, horizon)
    backgrounds.sea(canvas, horizon, deep, shine, glare, rough=rough)
    canvas.blur(0.0016)
    for x, waterline, height, sails, hull, facing in boats:
        boat(
            canvas,
            x * canvas.aspect,
            waterline,
            height,
            [colour(c) for c in sails],
            colour(hull),
            facing,
        )


def far_coast(canvas, horizon):
    ridge = horizon - 0.05 * np.clip(
        0.35 + canvas.noise.fractal(canvas.x[0] * 2.3, np.float32(2), 5), 0, 1
    )
    cover = canvas.inside(np.maximum(ridge[None, :] - canvas.y, canvas.y - horizon))
    grain = canvas.noise.fractal(canvas.x * 20, canvas.y * 60, 4)
    canvas.paint(cover * 0.8, colour("#6d8296") * (1 + 0.2 * grain)[..., None])


def curve(start, end, bulge, count=24):
    """Points from start to end, bent sideways by `bulge` of the length."""
    start, end = np.array(start, float), np.array(end, float)
    t = np.linspace(0, 1, count)[:, None]
    along = end - start
    aside = np.array([-along[1], along[0]])
    return start + along * t + aside * bulge * 4 * t * (1 - t)


def boat(canvas, x, waterline, height, sails, hull, facing):
    pad = height * 1.15
    part = canvas.crop(x - pad * 0.75, waterline - pad, x + pad * 0.75, waterline + height * 0.75)
    before = part.rgb.copy()
    sailing(part, x, waterline, height, sails, hull, facing)
    reflection(part, before, waterline, height)
    wake(part, x, waterline, height, facing)


def sailing(part, x, waterline, height, sails, hull, facing):
    def at(across, up):
        # The boat heels a little to leeward.
        return (x + facing * (across + 0.06 * up) * height, waterline - up * height)

    length = 0.34
    deck = curve(at(-length, 0.105), at(length * 1.12, 0.155), -0.02 * facing)
    keel = curve(at(length * 0.86, -0.012), at(-length * 0.88, -0.012), 0.0)
    body = part.polygon(np.concatenate([deck, keel]))
    up = (waterline - part.y) / height
    along = (part.x - x) / height * facing
    tone = 0.62 + 2.6 * np.clip(up, 0, 0.16) + 0.25 * along
    paint = hull * tone[..., None]
    paint = mix(
        paint, colour("#f4f1e8") * tone[..., None], smoothstep(0.085, 0.09, up - along * 0.06)
    )
    paint = mix(paint, colour("#7d1f1a") * tone[..., None], smoothstep(0.018, 0.014, up))
    part.paint(body, paint)
    cabin = [at(-0.16, 0.11), at(-0.13, 0.175), at(0.09, 0.185), at(0.14, 0.13)]
    part.paint(
        part.polygon(cabin),
        colour("#e9e2d2") * (0.75 + 0.5 * np.clip(along + 0.2, 0, 1))[..., None],
    )
    for place in (-0.08, 0.0):
        part.paint(
            part.polygon(
                [
                    at(place, 0.142),
                    at(place, 0.162),
                    at(place + 0.05, 0.164),
                    at(place + 0.05, 0.144),
                ]
            ),
            colour("#1e2a33"),
        )
    mast = [at(0.03, 0.1), at(0.03, 1.0)]
    main = np.concatenate(
        [
            curve(at(0.015, 0.2), at(0.025, 0.985), 0.0),
            curve(at(0.02, 0.985), at(-0.33, 0.235), 0.055 * facing),
            curve(at(-0.33, 0.235), at(0.015, 0.2), -0.02 * facing),
        ]
    )
    jib = np.concatenate(
        [
            curve(at(0.05, 0.9), at(0.37, 0.165), -0.012 * facing),
            curve(at(0.37, 0.165), at(0.03, 0.2), -0.05 * facing),
            curve(at(0.03, 0.2), at(0.05, 0.9), -0.07 * facing),
        ]
    )
    # The jib stands in front of the mast, the mainsail behind it.
    for outline, tone, front, numbered in (
        (main, sails[0], False, True),
        (jib, sails[-1], True, False),
    ):
        sail(part, outline, tone, up, along, front, numbered and len(sails) > 1, sails)
    part.paint(part.stroke(mast, 0.011 * height), colour("#4b3a2a"))
    part.paint(part.stroke([at(0.03, 0.205), at(-0.33, 0.228)], 0.012 * height), colour("#5a4632"))
    part.paint(part.stroke([at(0.03, 0.995), at(0.385, 0.155)], 0.003), colour("#30302e"))
    part.paint(part.stroke([at(0.03, 0.995), at(-0.335, 0.11)], 0.002), colour("#30302e"))
    flag = [at(0.035, 1.0), at(0.035, 1.045), at(-0.07, 1.02)]
    part.paint(part.polygon(flag), colour("#c8202a"))


def sail(part, outline, tone, up, along, front, striped, tones):
    """Cloth filled by the wind: bright in its belly, seams across, dark near the mast."""
    cover = part.polygon(outline)
    heeled = along - 0.06 * up
    if front:
        across = (heeled - 0.02) / np.maximum(0.37 * (0.96 - up) / 0.8, 0.02)
    else:
        across = -(heeled - 0.02) / np.maximum(0.36 * (1.02 - up) / 0.8, 0.02)
    across = np.clip(across, 0, 1)
    belly = 0.62 + 0.62 * np.sin(np.pi * (0.12 + 0.72 * across)) - 0.12 * across
    creases = part.noise.fractal(along * 9 + up * 4, up * 7 - along * 5, 4)
    seam = np.abs((up * 9 + across * 0.5) % 1 - 0.5)
    light = belly * (1 + 0.06 * creases) * (1 - 0.12 * smoothstep(0.46, 0.5, seam))
    if not front:
        light = light * (0.93 - 0.25 * np.exp(-across * 9))
    paint = np.broadcast_to(tone, part.rgb.shape)
    if striped:
        paint = mix(paint, tones[1], ((up > 0.62) & (up < 0.72)).astype(np.float32))
    part.paint(cover, paint * light[..., None])


def reflection(part, before, waterline, height):
    """The boat upside down in the water, broken by the waves."""
    changed = np.abs(part.rgb - before).max(2) > 0.004
    row = np.searchsorted(part.y[:, 0], waterline)
    rows = part.rgb.shape[0]
    below = np.arange(row, rows)
    down = (below - row) / part.unit
    source = np.clip(row - ((below - row) * 1.25).astype(int), 0, rows - 1)
    shift = part.noise.fractal(part.x[below] * 7, part.y[below] * 60, 3) * (
        0.006 + down[:, None] * 0.14
    )
    columns = np.clip(
        np.arange(part.rgb.shape[1])[None, :] + (shift * part.unit).astype(int),
        0,
        part.rgb.shape[1] - 1,
    )
    mirrored = part.rgb[source[:, None], columns].copy()
    cover = changed[source[:, None], columns].astype(np.float32)
    cover *= (0.62 * np.exp(-down / (0.35 * height)))[:, None]
    water = part.rgb[row:]
    water += part.soft(cover, 0.003)[..., None] * (mirrored * 0.75 - water)


def wake(part, x, waterline, height, facing):
    along = (part.x - x) / height * facing
    down = (part.y - waterline) / height
    lather = part.noise.fractal(part.x * 34, part.y * 90, 4)
    line = np.exp(-(((down - 0.012) / 0.018) ** 2)) * smoothstep(0.36, 0.27, np.abs(along))
    bow = np.exp(-(((along - 0.3) / 0.07) ** 2) - ((down - 0.01) / 0.03) ** 2)
    trail = (
        np.exp(-(((down - 0.03) / 0.035) ** 2))
        * smoothstep(-0.2, -0.3, along)
        * smoothstep(-0.75, -0.35, along)
        * 0.7
    )
    foam = np.clip(line + bow + trail, 0, 1) * smoothstep(-0.45, 0.3, lather)
    part.paint(foam * 0.9, colour("#f4f8f8"))
