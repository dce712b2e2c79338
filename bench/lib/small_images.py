"""CIFAR-size PNGs drawn without any library, for machines without the real ones."""

import math
import random
import struct
import zlib

SIDE = 32
CLASSES = 10


def _pixel(x, y, centre, colour, noise):
    near = math.exp(-((x - centre[0]) ** 2 + (y - centre[1]) ** 2) / 40)
    return bytes(
        min(255, max(0, int(40 + 3 * y + near * part + noise.gauss(0, 8)))) for part in colour
    )


def _chunk(kind, data):
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def draw_png(seed):
    """A bright spot on a shaded, noisy ground: about 2.5 KB, as a PNG of CIFAR."""
    noise = random.Random(seed)
    centre = noise.uniform(4, SIDE - 4), noise.uniform(4, SIDE - 4)
    colour = [noise.uniform(40, 180) for _ in range(3)]
    rows = b"".join(
        b"\0" + b"".join(_pixel(x, y, centre, colour, noise) for x in range(SIDE))
        for y in range(SIDE)
    )
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(rows, 9))
        + _chunk(b"IEND", b"")
    )


def draw_folder(folder, count):
    """`count` different images in ten class folders."""
    for i in range(count):
        home = folder / f"class_{i % CLASSES}"
        home.mkdir(parents=True, exist_ok=True)
        (home / f"{i:05}.png").write_bytes(draw_png(i))
