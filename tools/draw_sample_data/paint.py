"""What all pictures are painted with: a canvas in linear light, noise, shapes and film.

Lengths are in picture heights: y runs from 0 (top) to 1 (bottom), x from 0 to the aspect ratio.
Colours are triples in linear light. Nothing here knows what is painted.
"""

import numpy as np
from PIL import Image, ImageDraw

SUPERSAMPLE = 3


def colour(code):
    """Linear light of an sRGB colour such as "#ffcc00"."""
    values = np.array([int(code[i : i + 2], 16) for i in (1, 3, 5)], np.float32) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def smoothstep(low, high, value):
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def hump(t, power):
    """Rises from 0 at t = 0 and falls to 0 at t = 1; the smaller the power, the blunter."""
    return np.maximum(np.sin(np.pi * np.clip(t, 0, 1)), 0) ** power


def mix(first, second, weight):
    """Between two colours, or two pictures, with one weight for each pixel."""
    weight = np.asarray(weight, np.float32)
    return first + (second - first) * weight[..., None]


def lambert(normal, sun, ambient=0.35):
    """Light on a surface: `normal` is three arrays, `sun` points to the light (x right, y down,
    z to the viewer)."""
    nx, ny, nz = normal
    length = np.sqrt(nx * nx + ny * ny + nz * nz) + 1e-6
    sun = np.asarray(sun, np.float32) / np.linalg.norm(sun)
    direct = np.clip((nx * sun[0] + ny * sun[1] + nz * sun[2]) / length, 0, None)
    # The sky lights what faces up more than what faces down.
    sky = 0.75 - 0.25 * ny / length
    return ambient * sky + (1 - ambient) * direct


def glint(normal, sun, sharpness):
    """The highlight of a glossy surface, seen from the front."""
    nx, ny, nz = normal
    length = np.sqrt(nx * nx + ny * ny + nz * nz) + 1e-6
    half = np.asarray(sun, np.float32) / np.linalg.norm(sun) + np.array([0, 0, 1], np.float32)
    half /= np.linalg.norm(half)
    return np.clip((nx * half[0] + ny * half[1] + nz * half[2]) / length, 0, 1) ** sharpness


class Noise:
    """Gradient noise on a lattice that repeats every 256 cells."""

    def __init__(self, random):
        angle = random.uniform(0, 2 * np.pi, (256, 256))
        self._gx = np.cos(angle).astype(np.float32)
        self._gy = np.sin(angle).astype(np.float32)

    def __call__(self, x, y):
        """About -1 to 1."""
        x, y = np.broadcast_arrays(np.asarray(x, np.float32), np.asarray(y, np.float32))
        column, row = np.floor(x), np.floor(y)
        fx, fy = x - column, y - row
        left, top = column.astype(np.int32) & 255, row.astype(np.int32) & 255
        right, bottom = (left + 1) & 255, (top + 1) & 255

        def corner(i, j, dx, dy):
            return self._gx[i, j] * dx + self._gy[i, j] * dy

        wx = fx * fx * fx * (fx * (fx * 6 - 15) + 10)
        wy = fy * fy * fy * (fy * (fy * 6 - 15) + 10)
        upper = corner(top, left, fx, fy)
        upper = upper + wx * (corner(top, right, fx - 1, fy) - upper)
        lower = corner(bottom, left, fx, fy - 1)
        lower = lower + wx * (corner(bottom, right, fx - 1, fy - 1) - lower)
        return (upper + wy * (lower - upper)) * 1.5

    def fractal(self, x, y, octaves=5, gain=0.5):
        """A sum of octaves, about -1 to 1."""
        total, weight, scale, sum_of_weights = 0, 1.0, 1.0, 0.0
        for octave in range(octaves):
            total = total + weight * self(x * scale + 17.3 * octave, y * scale + 5.9 * octave)
            sum_of_weights += weight
            weight *= gain
            scale *= 2.03
        return total / sum_of_weights * 1.6


class Canvas:
    """A picture in the making. A crop shares its pixels with the canvas that it was taken from."""

    def __init__(self, width, height, seed):
        # RandomState and not a Generator: its streams are frozen, so pictures stay the same.
        self.random = np.random.RandomState(seed)
        self.noise = Noise(self.random)
        self.aspect = width / height
        self.unit = height * SUPERSAMPLE
        rows, columns = height * SUPERSAMPLE, width * SUPERSAMPLE
        self.rgb = np.zeros((rows, columns, 3), np.float32)
        y = (np.arange(rows, dtype=np.float32) + 0.5) / self.unit
        x = (np.arange(columns, dtype=np.float32) + 0.5) / self.unit
        self.x, self.y = (np.ascontiguousarray(grid) for grid in np.meshgrid(x, y))
        self._left = self._top = 0

    def crop(self, left, top, right, bottom):
        """The part within these borders, at least one pixel, as a canvas of its own."""
        rows, columns = self.rgb.shape[:2]

        def pixels(low, high, start, count):
            first = min(max(int(np.floor(low * self.unit)) - start, 0), count - 1)
            last = min(max(int(np.ceil(high * self.unit)) - start, first + 1), count)
            return slice(first, last)

        ys = pixels(top, bottom, self._top, rows)
        xs = pixels(left, right, self._left, columns)
        part = object.__new__(Canvas)
        part.__dict__.update(self.__dict__)
        part.rgb, part.x, part.y = self.rgb[ys, xs], self.x[ys, xs], self.y[ys, xs]
        part._left, part._top = self._left + xs.start, self._top + ys.start
        return part

    def around(self, x, y, radius):
        return self.crop(x - radius, y - radius, x + radius, y + radius)

    def local(self, x, y, size, angle=0.0):
        """Coordinates with origin (x, y), unit `size`, turned clockwise by `angle`."""
        u, v = (self.x - x) / size, (self.y - y) / size
        cos, sin = np.cos(angle), np.sin(angle)
        return u * cos + v * sin, v * cos - u * sin

    def inside(self, distance):
        """Coverage of the pixels whose signed distance to a border (in heights) is negative."""
        return np.clip(0.5 - distance * self.unit / 1.5, 0, 1)

    def polygon(self, points):
        """Coverage of a polygon."""
        rows, columns = self.rgb.shape[:2]
        picture = Image.new("L", (columns * 2, rows * 2))
        origin = np.array([self._left, self._top])
        corners = [tuple((np.array(p) * self.unit - origin) * 2) for p in points]
        ImageDraw.Draw(picture).polygon(corners, fill=255)
        return np.asarray(picture.reduce(2), np.float32) / 255

    def stroke(self, points, width):
        """Coverage of a line through the points; `width` is one number or one for each point."""
        points = np.asarray(points, np.float64)
        width = np.broadcast_to(np.asarray(width, np.float64), len(points))
        along = np.gradient(points, axis=0)
        along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-9
        aside = np.stack([-along[:, 1], along[:, 0]], 1) * width[:, None] / 2
        return self.polygon(np.concatenate([points + aside, (points - aside)[::-1]]))

    def paint(self, coverage, paint):
        """Covers with a colour or with one colour for each pixel."""
        self.rgb += np.asarray(coverage, np.float32)[..., None] * (paint - self.rgb)

    def glow(self, strength, light):
        """Adds light."""
        self.rgb += np.asarray(strength, np.float32)[..., None] * light

    def shade(self, strength):
        """Takes light away: 0 nothing, 1 all."""
        self.rgb *= 1 - np.clip(strength, 0, 1)[..., None]

    def blur(self, radius):
        """Out of focus by about `radius` heights."""
        self.rgb[...] = blurred(self.rgb, radius * self.unit)

    def soft(self, coverage, radius):
        """A coverage with blurred borders: a shadow."""
        return blurred(coverage, radius * self.unit)

    def develop(self, exposure=1.0, vignette=0.25, grain=0.018):
        """The finished picture, height x width x 3, 0 to 1 in sRGB, with lens and film."""
        rows, columns, _ = self.rgb.shape
        small = self.rgb.reshape(
            rows // SUPERSAMPLE, SUPERSAMPLE, columns // SUPERSAMPLE, SUPERSAMPLE, 3
        ).mean((1, 3))
        height, width = small.shape[:2]
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        off_axis = ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2) * 2
        small *= (exposure * (1 - vignette * off_axis))[..., None]
        # A straight line to 0.6 and a shoulder above it, so that highlights keep their colour.
        over = np.maximum(small - 0.6, 0)
        small = np.minimum(small, 0.6) + 0.4 * (1 - np.exp(-over / 0.4))
        small = np.clip(small, 0, 1)
        display = np.where(small <= 0.0031308, small * 12.92, 1.055 * small ** (1 / 2.4) - 0.055)
        grey = self.random.normal(0, 1, (height, width)).astype(np.float32)
        tint = self.random.normal(0, 0.35, (height, width, 3)).astype(np.float32)
        noise = blurred(grey[..., None] + tint, 0.45)
        level = display.mean(2, keepdims=True)
        return np.clip(display + noise * grain * (1.25 - level) * 1.6, 0, 1)


def blurred(values, radius):
    """Three box filters in a row, which together come near a Gaussian. `radius` in pixels."""
    values = np.asarray(values, np.float32)
    for axis in (0, 1):
        for _ in range(3):
            values = _box(values, radius, axis)
    return values


def _box(values, radius, axis):
    """A box of 2 * radius + 1 with fractional ends; borders are repeated."""
    whole = int(radius)
    part = radius - whole
    reach = whole + 1
    pad = [(0, 0)] * values.ndim
    pad[axis] = (reach + 1, reach)
    sums = np.cumsum(np.pad(values, pad, mode="edge"), axis=axis, dtype=np.float64)
    count = values.shape[axis]

    def window(half):
        low = [slice(None)] * values.ndim
        high = list(low)
        low[axis] = slice(reach - half, reach - half + count)
        high[axis] = slice(reach + half + 1, reach + half + 1 + count)
        return sums[tuple(high)] - sums[tuple(low)]

    inner, outer = window(whole), window(reach)
    return ((inner + part * (outer - inner)) / (2 * radius + 1)).astype(np.float32)
