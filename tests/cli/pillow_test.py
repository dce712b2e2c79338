"""Files of every kind that Pillow can write, decoded here and by Pillow: the same pixels, but for the
differences of the table DIFFERENCES, which are meant."""

import io

import numpy
from PIL import Image, ImageOps

import program
from program import OK, REJECTS, json_lines, manifest_of, pixels

SIZE = (61, 43)

# Beginning of a file's name -> (largest, mean difference), or a code with which it is rejected.
# Everything else is equal.
DIFFERENCES = {
    # Pillow's libjpeg may be another release, with other rounding in its transforms.
    "jpg": (3, 0.3),
    "tif-jpeg": (3, 0.3),
    "webp-lossy": (3, 0.3),
    # 16 bits are scaled, also those of grey, of which Pillow cuts off what is over 255.
    "png-I;16": "scaled",
    "png-I": "scaled",
    "tif-I;16": "scaled",
    # Values with sign, and of 32 bits, have no range that could be scaled to 8 bits.
    "tif-I": "unsupported",
    "tif-F": "unsupported",
    # Little CMS, which Pillow asks, is not used here.
    "tif-LAB": (1, 0.1),
    # The ink's share is rounded in another place.
    "tif-CMYK": (1, 0.5),
}


def pictures():
    """Mode -> image."""
    rgb = Image.fromarray(pixels(SIZE, 4))
    alpha = Image.linear_gradient("L").resize(SIZE)
    rgba = rgb.copy()
    rgba.putalpha(alpha)
    grey = rgb.convert("L")
    grey_alpha = grey.copy()
    grey_alpha.putalpha(alpha)
    wide = numpy.asarray(grey).astype(numpy.uint16) * 257
    return {"1": rgb.convert("1"), "L": grey, "LA": grey_alpha, "P": rgb.quantize(77),
            "P2": rgb.quantize(2), "P13": rgb.quantize(13), "PA": transparent(rgb.quantize(9)),
            "RGB": rgb, "RGBA": rgba, "CMYK": rgb.convert("CMYK"), "YCbCr": rgb.convert("YCbCr"),
            "LAB": Image.frombytes("LAB", SIZE, rgb.tobytes()), "I;16": Image.fromarray(wide),
            "I": Image.fromarray(wide.astype(numpy.int32)),
            "F": Image.fromarray(wide.astype(numpy.float32))}


def transparent(image):
    image.info["transparency"] = 3
    return image


JPEG_OPTIONS = {
    "": {}, "-444": {"subsampling": 0}, "-422": {"subsampling": 1}, "-420": {"subsampling": 2},
    "-progressive": {"progressive": True}, "-optimised": {"optimize": True},
    "-worst": {"quality": 1}, "-best": {"quality": 100, "subsampling": 0},
    "-restarts": {"restart_marker_rows": 1}, "-progressive-444": {"progressive": True,
                                                                    "subsampling": 0},
}
TIFF_COMPRESSIONS = (None, "tiff_lzw", "tiff_adobe_deflate", "packbits", "tiff_deflate")
MODES = {
    "jpg": ("1", "L", "RGB", "CMYK", "YCbCr"),
    "png": ("1", "L", "LA", "P", "P2", "P13", "PA", "RGB", "RGBA", "I;16", "I"),
    "webp": ("L", "P", "RGB", "RGBA", "CMYK", "PA"),
    "tif": ("1", "L", "LA", "P", "P2", "RGB", "RGBA", "CMYK", "LAB", "I;16", "I", "F"),
    "bmp": ("1", "L", "P", "P2", "P13", "RGB", "RGBA"),
    "ppm": ("1", "L", "RGB"),
}
FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "tif": "TIFF", "bmp": "BMP", "ppm": "PPM"}


def variants():
    """(file name, image, arguments of save)."""
    images = pictures()
    for suffix, modes in MODES.items():
        for mode in modes:
            yield f"{suffix}-{mode}.{suffix}", images[mode], {}
    for name, options in JPEG_OPTIONS.items():
        for mode in ("L", "RGB", "CMYK"):
            yield f"jpg-{mode}{name}.jpg", images[mode], options
    for compression in TIFF_COMPRESSIONS:
        for mode in MODES["tif"]:
            yield f"tif-{mode}-{compression}.tif", images[mode], {"compression": compression}
    for name in ("group3", "group4"):
        yield f"tif-1-{name}.tif", images["1"], {"compression": name}
    for mode in ("L", "RGB"):
        yield f"tif-jpeg-{mode}.tif", images[mode], {"compression": "jpeg"}
        yield f"png-{mode}-stored.png", images[mode], {"compress_level": 0}
    for mode in ("RGB", "RGBA"):
        yield f"webp-lossless-{mode}.webp", images[mode], {"lossless": True, "exact": True}
        yield f"webp-lossy-{mode}.webp", images[mode], {"quality": 60}
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        for suffix, options in (("jpg", {}), ("png", {}), ("webp", {"lossless": True}),
                                ("tif", {})):
            yield f"{suffix}-turned{orientation}.{suffix}", images["RGB"], options | {"exif": exif}


class Pillow(program.ProgramTest):
    def test_every_kind_of_file(self):
        expected = {}
        (self.folder / "in" / "a").mkdir(parents=True)
        for name, image, options in variants():
            path = self.folder / "in" / "a" / name.replace(";", "_")
            try:
                image.save(path, FORMATS[name.split(".")[1]], **options)
            except (OSError, ValueError, KeyError):
                path.unlink(missing_ok=True)  # this release of Pillow or its libraries cannot
                continue
            expected[path.name] = (name, path)
        self.assertGreater(len(expected), 150)
        # Both ways to lie: the larger frame holds all of them.
        self.augment("in", "-o", "out", "-m", "none", "--format", "png", "--size", "61",
                     "--fit", "contain", code=REJECTS)
        rejected = {r["path"][2:]: r for r in json_lines(self.folder / "out" / "rejects.jsonl")}
        found = {s["sources"][0][2:]: s["file_name"]
                 for s in manifest_of(self.folder / "out")["samples"]}
        for file, (name, path) in expected.items():
            rule = self.rule(name)
            if isinstance(rule, str) and rule != "scaled":
                self.assertEqual(rejected.get(file, {}).get("code"), rule, file)
                continue
            self.assertIn(file, found, rejected.get(file))
            with Image.open(self.folder / "out" / found[file]) as image:
                self.compare(numpy.asarray(image).astype(int), self.by_pillow(path, rule), rule,
                             name)

    @staticmethod
    def rule(name):
        """Of the longest beginning that fits."""
        fitting = [beginning for beginning in DIFFERENCES
                   if name == beginning or name.startswith((beginning + "-", beginning + "."))]
        return DIFFERENCES[max(fitting, key=len)] if fitting else (0, 0.0)

    @staticmethod
    def by_pillow(path, rule):
        with Image.open(path) as image:
            image.load()
            if rule == "scaled":
                grey = numpy.asarray(image).astype(float) / 257
                image = Image.fromarray(numpy.rint(grey).astype(numpy.uint8))
            # Pillow turns a TIFF when it loads it, and older releases then keep the tag.
            upright = image if path.suffix == ".tif" else ImageOps.exif_transpose(image)
            upright = upright.convert("RGB")
        frame = Image.new("RGB", (61, 61))
        frame.paste(upright, ((61 - upright.width) // 2, (61 - upright.height) // 2))
        return numpy.asarray(frame)

    def compare(self, found, expected, rule, name):
        most, mean = (1, 1.0) if rule == "scaled" else rule
        difference = numpy.abs(found - expected)
        self.assertLessEqual(difference.max(), most, name)
        self.assertLessEqual(difference.mean(), mean, name)

    def test_no_meant_difference_is_idle(self):
        """A row of the table that no file needs would hide a fault."""
        names = [name for name, _, _ in variants()]
        for beginning in DIFFERENCES:
            self.assertTrue(any(name.startswith(beginning) for name in names), beginning)


if __name__ == "__main__":
    program.main()
