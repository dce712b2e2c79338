"""Small files that unpack to many pixels, of each format. Pillow writes most of them; the others,
which it does not write, are laid out here."""

import io
import struct
import zlib

from PIL import Image


def pillow(mode, kind, **options):
    def write(width, height):
        file = io.BytesIO()
        Image.new(mode, (width, height)).save(file, kind, **options)
        return file.getvalue()
    return write


def png(bits, colour, channels, interlaced):
    """Black, of zeros only: each line is its filter's number and its samples."""
    steps = ((8, 8), (8, 8), (4, 8), (4, 4), (2, 4), (2, 2), (1, 2))  # of columns, of rows
    starts = ((0, 0), (4, 0), (0, 4), (2, 0), (0, 2), (1, 0), (0, 1))

    def lines(width, height):
        return height * (1 + (width * channels * bits + 7) // 8) if width else 0

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    def write(width, height):
        size = lines(width, height)
        if interlaced:
            size = sum(lines(-(-(width - x) // column), -(-(height - y) // row))
                       for (x, y), (column, row) in zip(starts, steps))
        header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlaced)
        palette = chunk(b"PLTE", bytes(3)) if colour == 3 else b""
        return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + palette +
                chunk(b"IDAT", zlib.compress(bytes(size), 9)) + chunk(b"IEND", b""))
    return write


def tiff(tile):
    """RGB, deflated, in tiles of this side or, with 0, in one strip."""
    def write(width, height):
        columns, rows = (tile, tile) if tile else (width, height)
        count = -(-width // columns) * -(-height // rows)
        piece = zlib.compress(bytes(3 * columns * rows), 9)
        places = 8  # all pieces are the same bytes
        bits = places + len(piece)
        lists = bits + 6
        layout = [(322, 4, 1, columns), (323, 4, 1, rows)] if tile else [(278, 4, 1, rows)]
        offsets, lengths = (324, 325) if tile else (273, 279)

        def numbers(value, at):
            return value if count == 1 else at
        tags = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 3, bits), (259, 3, 1, 8),
                (262, 3, 1, 2), (277, 3, 1, 3), *layout,
                (offsets, 4, count, numbers(places, lists)),
                (lengths, 4, count, numbers(len(piece), lists + 4 * count))]
        directory = lists + 8 * count
        return (struct.pack("<2sHI", b"II", 42, directory) + piece + struct.pack("<3H", 8, 8, 8) +
                struct.pack(f"<{count}I", *[places] * count) +
                struct.pack(f"<{count}I", *[len(piece)] * count) +
                struct.pack("<H", len(tags)) +
                b"".join(struct.pack("<HHII", *tag) for tag in sorted(tags)) + bytes(4))
    return write


def bmp_rle(width, height):
    """Of 8 bits, in runs of up to 255 pixels."""
    line = bytes([255, 0]) * (width // 255) + bytes([width % 255, 0]) * (width % 255 > 0) + bytes(2)
    data = line * height + bytes([0, 1])
    palette = bytes(4 * 256)
    start = 14 + 40 + len(palette)
    return (struct.pack("<2sIHHI", b"BM", start + len(data), 0, 0, start) +
            struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(data), 0, 0, 256, 0) +
            palette + data)


def pbm(width, height):
    return b"P4\n%d %d\n" % (width, height) + bytes(-(-width // 8) * height)


# Name of the file -> what makes it of a width and a height.
BOMBS = {
    "baseline.jpg": pillow("RGB", "JPEG"),
    "grey.jpg": pillow("L", "JPEG"),
    "progressive.jpg": pillow("RGB", "JPEG", progressive=True),
    "cmyk.jpg": pillow("CMYK", "JPEG", progressive=True),
    "rgb.png": png(8, 2, 3, 0),
    "rgba16.png": png(16, 6, 4, 0),
    "palette1.png": png(1, 3, 1, 0),
    "interlaced16.png": png(16, 2, 3, 1),
    "lossy.webp": pillow("RGB", "WEBP"),
    "lossless.webp": pillow("RGBA", "WEBP", lossless=True),
    "raw.tif": pillow("L", "TIFF"),
    "lzw.tif": pillow("RGB", "TIFF", compression="tiff_lzw"),
    "bits.tif": pillow("1", "TIFF", compression="group4"),
    "strip.tif": tiff(0),
    "tiles.tif": tiff(256),
    "one-tile.tif": tiff(4096),
    "plain.bmp": pillow("P", "BMP"),
    "bits.bmp": pillow("1", "BMP"),
    "runs.bmp": bmp_rle,
    "bits.pbm": pbm,
    "plain.ppm": pillow("RGB", "PPM"),
}
