"""Where a file may say how it is to be turned: each place, each type of number, in each format, by
the rules of Pillow's exif_transpose (whose older releases do not look at XMP but in PNG)."""

import io
import struct
import zlib

import numpy
from PIL import Image, PngImagePlugin

import program
from program import manifest_of, pixels

SIZE = (48, 32)
MOST_DIFFERENCE = {"jpg": 24}  # the other formats lose nothing


def turned(image, orientation):
    return {1: image, 2: image[:, ::-1], 3: image[::-1, ::-1], 4: image[::-1],
            5: image.transpose(1, 0, 2), 6: image[::-1].transpose(1, 0, 2),
            7: image[::-1, ::-1].transpose(1, 0, 2), 8: image[:, ::-1].transpose(1, 0, 2)}[orientation]


def exif(tags):
    """`tags`: (tag, type, count, value of up to 4 bytes, or 8 to stand behind the directory)."""
    data = struct.pack("<2sHIH", b"II", 42, 8, len(tags))
    behind = b""
    for tag, kind, count, value in tags:
        if len(value) > 4:
            place = 10 + 12 * len(tags) + 4 + len(behind)
            behind += value
            value = struct.pack("<I", place)
        data += struct.pack("<HHI", tag, kind, count) + value.ljust(4, b"\0")
    return data + bytes(4) + behind


def number(kind, value, count=1):
    return exif([(274, kind, count, value)])


# Name -> (EXIF data, orientation that counts)
NUMBERS = {
    "short": (number(3, struct.pack("<H", 6)), 6),
    "short-twice": (number(3, struct.pack("<HH", 8, 1), 2), 8),
    "long": (number(4, struct.pack("<I", 6)), 6),
    "signed-byte": (number(6, struct.pack("<b", 5)), 5),
    "signed-short": (number(8, struct.pack("<h", 7)), 7),
    "signed-long": (number(9, struct.pack("<i", 8)), 8),
    "rational": (number(5, struct.pack("<II", 12, 2)), 6),
    "float": (number(11, struct.pack("<f", 3)), 3),
    "double": (number(12, struct.pack("<d", 6)), 6),
    "ifd": (number(13, struct.pack("<I", 6)), 6),
    "byte": (number(1, b"\6"), 1),
    "undefined": (number(7, b"\6"), 1),
    "text": (number(2, b"6\0", 2), 1),
    "unknown-type": (number(99, b"\6"), 1),
    "zero": (number(3, b"\0"), 1),
    "nine": (number(3, b"\x09"), 1),
    "negative": (number(8, struct.pack("<h", -6)), 1),
    "no-value": (number(3, b"\6", 0), 1),
    "half": (number(5, struct.pack("<II", 13, 2)), 1),
    "by-zero": (number(5, struct.pack("<II", 6, 0)), 1),
    "other-tag-lies-outside": (exif([(271, 2, 99999, b"\xff\xff\xff\x7f"), (274, 3, 1, b"\6")]), 6),
}
PACKET = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:Description %s</rdf:Description></x:xmpmeta>"
XMP = {
    "attribute": (PACKET % b'tiff:Orientation="6">', 6),
    "element": (PACKET % b"><tiff:Orientation>8</tiff:Orientation>", 8),
    "nine": (PACKET % b'tiff:Orientation="9">', 1),
    "single-quotes": (PACKET % b"tiff:Orientation='6'>", 1),
    "second-counts": (PACKET % b'tiff:Orientation=6 tiff:Orientation="3">', 3),
    "broken-off": (b'tiff:Orientation="', 1),
}


def segment(marker, data):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data


def chunk(kind, data):
    return (struct.pack(">I", len(data)) + kind + data +
            struct.pack(">I", zlib.crc32(kind + data)))


def raw_profile(data):
    digits = data.hex()
    lines = "\n".join(digits[i:i + 72] for i in range(0, len(digits), 72))
    return f"\nexif\n{len(data):8}\n{lines}\n".encode()


class Orientation(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.picture = Image.fromarray(pixels(SIZE, 8))
        self.expected = {}

    def add(self, name, data, orientation):
        path = self.folder / "in" / "a" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.expected["a/" + name] = orientation

    def encoded(self, kind, **save):
        file = io.BytesIO()
        self.picture.save(file, kind, **save)
        return file.getvalue()

    def check(self):
        self.augment("in", "-o", "out", "-m", "none", "--format", "png", "--size", "48", "--fit",
                     "contain")
        samples = manifest_of(self.folder / "out")["samples"]
        self.assertEqual(len(samples), len(self.expected))
        for sample in samples:
            name = sample["sources"][0]
            whole = numpy.zeros((48, 48, 3), numpy.uint8)
            upright = turned(numpy.asarray(self.picture), self.expected[name])
            top, left = ((48 - side) // 2 for side in upright.shape[:2])
            whole[top:top + upright.shape[0], left:left + upright.shape[1]] = upright
            with Image.open(self.folder / "out" / sample["file_name"]) as image:
                difference = numpy.abs(numpy.asarray(image).astype(int) - whole).max()
            self.assertLessEqual(difference, MOST_DIFFERENCE.get(name.split(".")[1], 0), name)

    def jpeg(self, *segments):
        data = self.encoded("JPEG", quality=95, subsampling=0)
        return data[:2] + b"".join(segments) + data[2:]

    def png(self, *chunks, behind=()):
        data = self.encoded("PNG")
        return data[:33] + b"".join(chunks) + data[33:-12] + b"".join(behind) + data[-12:]

    def webp(self, **data):
        return self.encoded("WEBP", lossless=True, **data)

    def tiff(self, *tags):
        """An uncompressed TIFF with more tags, as in exif()."""
        width, height = SIZE
        body = numpy.asarray(self.picture).tobytes()
        fields = [(256, 3, 1, struct.pack("<H", width)), (257, 3, 1, struct.pack("<H", height)),
                  (258, 3, 3, b"\x08\0\x08\0\x08\0" + bytes(2)), (262, 3, 1, b"\2"),
                  (273, 4, 1, b"\0\0\0\0"), (277, 3, 1, b"\3"),
                  (279, 4, 1, struct.pack("<I", len(body))), *tags]
        place = len(exif(fields))
        fields[4] = (273, 4, 1, struct.pack("<I", place))
        return exif(sorted(fields)) + body

    def test_numbers(self):
        for name, (data, orientation) in NUMBERS.items():
            self.add(name + ".jpg", self.jpeg(segment(0xE1, b"Exif\0\0" + data)), orientation)
            self.add(name + ".png", self.png(chunk(b"eXIf", data)), orientation)
            self.add(name + ".webp", self.webp(exif=data), orientation)
        big = struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, 274, 3, 1, 6, 0, 0)
        self.add("big-endian.jpg", self.jpeg(segment(0xE1, b"Exif\0\0" + big)), 6)
        self.add("twice-marked.jpg", self.jpeg(segment(0xE1, b"Exif\0\0Exif\0\0" + big)), 6)
        self.check()

    def test_numbers_in_a_tiff(self):
        for name, (data, orientation) in NUMBERS.items():
            if name in ("unknown-type", "no-value", "other-tag-lies-outside"):
                continue  # in the image's own directory these are damage
            kind, count = struct.unpack("<HI", data[12:18])
            value = data[26:] if len(data) > 26 else data[18:22]
            self.add(name + ".tif", self.tiff((274, kind, count, value)), orientation)
        self.check()

    def test_xmp(self):
        mark = b"http://ns.adobe.com/xap/1.0/\0"
        for name, (packet, orientation) in XMP.items():
            self.add(name + ".jpg", self.jpeg(segment(0xE1, mark + packet)), orientation)
            text = b"XML:com.adobe.xmp\0\0\0\0\0" + packet
            self.add(name + ".png", self.png(chunk(b"iTXt", text)), orientation)
            self.add(name + ".webp", self.webp(xmp=packet), orientation)
            # At least 9 bytes, so that the value stands behind the directory.
            self.add(name + ".tif", self.tiff((700, 1, len(packet), packet)), orientation)
        self.check()

    def test_exif_counts_before_xmp(self):
        packet = XMP["attribute"][0]
        segments = [segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet)]
        for name, data, orientation in (("exif", NUMBERS["signed-byte"][0], 5),
                                        ("senseless", NUMBERS["byte"][0], 1),
                                        ("without", exif([(271, 2, 2, b"x\0")]), 6)):
            mark = segment(0xE1, b"Exif\0\0" + data)
            self.add(name + ".jpg", self.jpeg(*segments, mark), orientation)
            self.add(name + ".webp", self.webp(xmp=packet, exif=data), orientation)
            text = chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet)
            self.add(name + ".png", self.png(chunk(b"eXIf", data), text), orientation)
        self.add("own.tif", self.tiff((274, 3, 1, b"\5"), (700, 1, len(packet), packet)), 5)
        self.check()

    def test_places_in_a_png(self):
        key = b"Raw profile type exif\0"
        profile = raw_profile(b"Exif\0\0" + NUMBERS["long"][0])
        packet = XMP["element"][0]
        xmp = b"XML:com.adobe.xmp\0\1\0en\0key\0" + zlib.compress(packet)
        self.add("text.png", self.png(chunk(b"tEXt", key + profile)), 6)
        self.add("packed.png", self.png(chunk(b"zTXt", key + b"\0" + zlib.compress(profile))), 6)
        self.add("international.png", self.png(chunk(b"iTXt", key + b"\0\0\0\0" + profile)), 6)
        self.add("behind.png", self.png(behind=[chunk(b"tEXt", key + profile)]), 6)
        self.add("exif-first.png", self.png(chunk(b"tEXt", key + profile),
                                            chunk(b"eXIf", NUMBERS["signed-long"][0])), 8)
        later = raw_profile(b"Exif\0\0" + NUMBERS["signed-long"][0])
        self.add("last-counts.png", self.png(chunk(b"tEXt", key + profile),
                                             chunk(b"tEXt", key + later)), 8)
        self.add("packed-xmp.png", self.png(chunk(b"iTXt", xmp)), 8)
        for number, data in enumerate((b"", profile[:-1] + b"x", b"\nexif\n", profile[:20])):
            self.add(f"senseless{number}.png", self.png(chunk(b"tEXt", key + data)), 1)
        self.add("not-packed.png", self.png(chunk(b"zTXt", key + b"\0" + profile)), 1)
        bomb = zlib.compress(profile + bytes(100_000_000))
        self.add("bomb.png", self.png(chunk(b"zTXt", key + b"\0" + bomb)), 1)
        info = PngImagePlugin.PngInfo()
        info.add_itxt("XML:com.adobe.xmp", packet.decode())
        self.add("by-pillow.png", self.encoded("PNG", pnginfo=info), 8)
        self.check()


if __name__ == "__main__":
    program.main()
