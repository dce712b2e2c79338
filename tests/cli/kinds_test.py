"""Files that are no image of a known format, or a kind of image that is not handled: called what
they are. And kinds that are handled though they are rare."""

import io
import struct

import numpy
from PIL import Image

import program
from program import OK, REJECTS, json_lines, make_classes, manifest_of, pixels

CONTENT = {
    "a GIF image": b"GIF89a\x01\0\x01\0\0\0\0;",
    "an HEIC image": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    "an AVIF image": b"\0\0\0\x20ftypavif\0\0\0\0avifmif1",
    "a JPEG XL image": b"\xff\x0a\xfa\x1f\x01\x90\x08",
    "a JPEG 2000 image": b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 ",
    "a web page (HTML)": b"\n <!DOCTYPE html>\n<HTML><body>404</body></HTML>",
    "an SVG drawing": b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>",
    "a PDF document": b"%PDF-1.4\n",
    "a Git LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
    "a video (MP4 or QuickTime)": b"\0\0\0\x18ftypisom\0\0\0\0isommp41",
    "only zero bytes": bytes(4096),
    "a Photoshop document": b"8BPS\0\1" + bytes(20),
    "a zip archive": b"PK\3\4" + bytes(26),
    "an XML document": b"\xef\xbb\xbf<?xml version='1.0'?><rss/>",
    "JSON": b'{"error": "not found"}',
    "the content is not a JPEG": b"Dear diary\n",
}


def tiff(width, height, tags, data):
    """`tags`: number -> (type, values)."""
    sizes = {1: "B", 3: "H", 4: "I"}
    tags = {256: (3, [width]), 257: (3, [height]), 273: (4, [8]), 279: (4, [len(data)])} | tags
    fields, behind = b"", b""
    place = 8 + len(data) + 2 + 12 * len(tags) + 4
    for tag, (kind, values) in sorted(tags.items()):
        packed = struct.pack(f"<{len(values)}{sizes[kind]}", *values)
        if len(packed) > 4:
            packed, behind = struct.pack("<I", place + len(behind)), behind + packed
        fields += struct.pack("<HHI", tag, kind, len(values)) + packed.ljust(4, b"\0")
    return (struct.pack("<2sHI", b"II", 42, 8 + len(data)) + data + struct.pack("<H", len(tags)) +
            fields + bytes(4) + behind)


class Refused(program.ProgramTest):
    def check(self, files, code="unsupported"):
        """`files`: words of the message -> content."""
        make_classes(self.folder / "in", each=1)
        words_of = {}
        for number, (words, content) in enumerate(files.items()):
            name = f"{number}.jpg"
            (self.folder / "in" / "ant" / name).write_bytes(content)
            words_of["ant/" + name] = words
        result = self.augment("in", "-o", "out", "--size", "32", code=REJECTS)
        self.assert_own_lines(result.err)
        rejects = {r["path"]: r for r in json_lines(self.folder / "out" / "rejects.jsonl")}
        self.assertEqual(set(rejects), set(words_of))
        for path, reject in rejects.items():
            self.assertEqual(reject["code"], code, reject)
            self.assertIn(words_of[path], reject["message"])

    def test_other_content(self):
        self.check(CONTENT)

    def test_tiffs(self):
        rgb = {258: (3, [8, 8, 8]), 262: (3, [2]), 277: (3, [3])}
        self.check({
            "32-bit samples": tiff(4, 4, {258: (3, [32]), 262: (3, [1])}, bytes(64)),
            "16-bit CMYK": tiff(4, 4, {258: (3, [16] * 4), 262: (3, [5]), 277: (3, [4])},
                                bytes(128)),
            "floating-point": tiff(4, 4, {258: (3, [32]), 262: (3, [1]), 339: (3, [3])}, bytes(64)),
            "signed integers": tiff(4, 4, {258: (3, [8]), 262: (3, [1]), 339: (3, [2])}, bytes(16)),
            "JPEG 2000": tiff(4, 4, rgb | {259: (3, [34712])}, bytes(48)),
            "JPEG XL": tiff(4, 4, rgb | {259: (3, [50002])}, bytes(48)),
            "an unsupported kind of TIFF": tiff(4, 4, {258: (3, [8]), 262: (3, [9])}, bytes(48)),
        })

    def test_apple_png(self):
        self.check({"CgBI": b"\x89PNG\r\n\x1a\n\0\0\0\4CgBI" + bytes(40)})

    def test_images_larger_than_their_bytes(self):
        """A few bytes that stand for 80 megapixels: honest files of these formats cannot."""
        def bmp(codes):
            return struct.pack("<2sIHHIIiiHHIIiiII", b"BM", 54 + 1024 + len(codes), 0, 0, 1078, 40,
                               9000, 9000, 1, 8, 1, len(codes), 0, 0, 256, 0) + bytes(1024) + codes
        def png(kind, data):
            return struct.pack(">I", len(data)) + kind + data + bytes(4)
        header = struct.pack(">IIBBBBB", 9000, 9000, 8, 2, 0, 0, 0)
        self.check({"BMP": bmp(b"\0\1"), "PNG": b"\x89PNG\r\n\x1a\n" + png(b"IHDR", header) +
                    png(b"IDAT", bytes(50)) + png(b"IEND", b"")}, "truncated")

    def test_huge_tiles(self):
        tags = {258: (3, [8]), 262: (3, [1]), 322: (4, [32000]), 323: (4, [32000]), 324: (4, [8]),
                325: (4, [16])}
        self.check({"tiles": tiff(4, 4, tags, bytes(16))}, "too-large")


class Rare(program.ProgramTest):
    def copies(self, files):
        """`files`: name -> content. Name -> pixels as they came out."""
        for name, content in files.items():
            (self.folder / "in" / "a").mkdir(parents=True, exist_ok=True)
            (self.folder / "in" / "a" / name).write_bytes(content)
        self.augment("in", "-o", "out", "-m", "none", "--format", "png", code=OK)
        samples = manifest_of(self.folder / "out")["samples"]
        self.assertEqual(len(samples), len(files))
        found = {}
        for sample in samples:
            with Image.open(self.folder / "out" / sample["file_name"]) as image:
                found[sample["sources"][0][2:]] = numpy.asarray(image).astype(int)
        return found

    def test_bmp_of_16_bits_with_each_header(self):
        width, height = 30, 20
        rgb = pixels((width, height), 3).astype(numpy.uint16)[::-1]
        files, expected = {}, {}
        for bits, masks in ((565, (0xF800, 0x7E0, 0x1F)), (555, (0x7C00, 0x3E0, 0x1F))):
            green = 6 if bits == 565 else 5
            r, g, b = rgb[..., 0] >> 3, rgb[..., 1] >> (8 - green), rgb[..., 2] >> 3
            data = (r << (5 + green) | g << 5 | b).astype("<u2").tobytes()
            for size in (40, 52, 56, 108, 124):
                rest = struct.pack("<III", *masks)
                rest = rest if size == 40 else rest.ljust(size - 40, b"\0")
                start = 14 + 40 + len(rest)
                name = f"{bits}-{size}.bmp"
                files[name] = struct.pack("<2sIHHIIiiHHIIiiII", b"BM", start + len(data), 0, 0,
                                          start, size, width, height, 1, 16, 3, len(data), 0, 0,
                                          0, 0) + rest + data
                levels = [channel.astype(int) * 255 // top
                          for channel, top in ((r, 31), (g, 2**green - 1), (b, 31))]
                expected[name] = numpy.stack(levels, axis=-1)[::-1]
        for name, image in self.copies(files).items():
            self.assertEqual(numpy.abs(image - expected[name]).max(), 0, name)

    def test_tiff_of_multiplied_alpha(self):
        rgb = pixels((30, 20), 3).astype(int)
        alpha = numpy.tile(numpy.linspace(40, 255, 30).astype(int), (20, 1))[..., None]
        multiplied = rgb * alpha // 255
        data = numpy.concatenate([multiplied, alpha], axis=-1).astype(numpy.uint8)
        tags = {258: (3, [8] * 4), 262: (3, [2]), 277: (3, [4])}
        files = {"multiplied.tif": tiff(30, 20, tags | {338: (3, [1])}, data.tobytes()),
                 "apart.tif": tiff(30, 20, tags | {338: (3, [2])}, data.tobytes()),
                 "unknown.tif": tiff(30, 20, tags | {338: (3, [0])}, data.tobytes())}
        for name, image in self.copies(files).items():
            expected = multiplied
            if name == "multiplied.tif":
                expected = numpy.minimum(255, multiplied * 255 // alpha)
            self.assertEqual(numpy.abs(image - expected).max(), 0, name)

    def test_tiff_of_cielab(self):
        """Colours that Pillow gave for these numbers, in and out of what sRGB has."""
        lab = [(0, 0, 0), (255, 0, 0), (128, 0, 0), (135, 80, 67), (224, -79, 81), (82, 68, -112),
               (200, 127, 127), (100, -128, -128), (70, 10, -6), (250, -20, 90)]
        rgb = [(1, 0, 1), (254, 255, 254), (119, 119, 119), (249, 3, 10), (13, 254, 14),
               (32, 14, 255), (255, 0, 0), (0, 133, 255), (76, 59, 74), (245, 255, 29)]
        data = numpy.array(lab).astype(numpy.int8).tobytes()
        tags = {258: (3, [8] * 3), 262: (3, [8]), 277: (3, [3])}
        images = self.copies({"a.tif": tiff(10, 1, tags, data), "b.tif": tiff(10, 1, tags, data)})
        self.assertLessEqual(numpy.abs(images["a.tif"][0] - rgb).max(), 1)

    def test_tiff_that_states_too_long_strips(self):
        data = pixels((30, 20), 3)
        tags = {258: (3, [8] * 3), 262: (3, [2]), 277: (3, [3]), 279: (4, [99999])}
        good = tiff(30, 20, tags | {279: (4, [1800])}, data.tobytes())
        images = self.copies({"long.tif": tiff(30, 20, tags, data.tobytes()), "good.tif": good})
        for name, image in images.items():
            self.assertEqual(numpy.abs(image - data).max(), 0, name)


if __name__ == "__main__":
    program.main()
