"""Writes a finished picture (height x width x 3, 0 to 1) in each kind of file that people have."""

import struct
import zlib

import numpy as np
from PIL import Image

ORIENTATION = 0x0112


def _eight_bit(picture):
    return Image.fromarray(np.round(picture * 255).astype(np.uint8), "RGB")


def jpeg(picture, path):
    _eight_bit(picture).save(path, "JPEG", quality=88, subsampling="4:2:0")


def jpeg_444(picture, path):
    _eight_bit(picture).save(path, "JPEG", quality=90, subsampling="4:4:4")


def jpeg_progressive(picture, path):
    _eight_bit(picture).save(path, "JPEG", quality=88, progressive=True, optimize=True)


def jpeg_grey(picture, path):
    _eight_bit(picture).convert("L").save(path, "JPEG", quality=90)


def jpeg_rotated(picture, path):
    """Stored lying on its side, as a phone does; EXIF orientation 6 turns it upright."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    _eight_bit(picture).transpose(Image.Transpose.ROTATE_90).save(
        path, "JPEG", quality=88, exif=exif
    )


def png(picture, path):
    _eight_bit(picture).save(path, "PNG", optimize=True)


def png_grey(picture, path):
    _eight_bit(picture).convert("L").save(path, "PNG", optimize=True)


def png_palette(picture, path):
    _eight_bit(picture).quantize(128, Image.Quantize.MEDIANCUT).save(path, "PNG", optimize=True)


def png_alpha(picture, path):
    """Transparent toward the corners; the colours below stay."""
    height, width, _ = picture.shape
    y, x = np.mgrid[0:height, 0:width]
    off = np.hypot(x / width - 0.5, y / height - 0.5)
    alpha = np.clip((0.68 - off) * 8, 0, 1)
    image = _eight_bit(picture)
    image.putalpha(Image.fromarray(np.round(alpha * 255).astype(np.uint8), "L"))
    image.save(path, "PNG", optimize=True)


def png_16bit(picture, path):
    """16 bits a channel, which Pillow cannot write. Each row is stored as differences to the row
    above (filter 2)."""
    values = np.round(picture * 65535).astype(">u2")
    height, width, _ = values.shape
    rows = values.view(np.uint8).reshape(height, width * 6)
    above = np.vstack([np.zeros((1, width * 6), np.uint8), rows[:-1]])
    lines = np.hstack([np.full((height, 1), 2, np.uint8), rows - above])

    def chunk(name, data):
        check = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    with open(path, "wb") as file:
        file.write(
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", header)
            + chunk(b"IDAT", zlib.compress(lines.tobytes(), 9))
            + chunk(b"IEND", b"")
        )


def webp(picture, path):
    _eight_bit(picture).save(path, "WEBP", quality=86, method=6)


def webp_lossless(picture, path):
    _eight_bit(picture).save(path, "WEBP", lossless=True, quality=100, method=6)
