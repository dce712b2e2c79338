"""Pixels: what is read from each kind of file, compared with Pillow, and what is written."""

import io
import pathlib

import numpy
from PIL import Image, ImageOps

import program
from program import OK, REJECTS, USAGE, manifest_of, pixels

SAMPLE_DATA = pathlib.Path(__file__).resolve().parents[2] / "sample_data"


class Images(program.ProgramTest):
    def source(self, name, image, **save):
        file = self.folder / "in" / "a" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        image.save(file, **save)
        return file

    def copies(self, *arguments, code=OK):
        """Runs method none; source name -> the written image as an array."""
        out = self.folder / f"out{len(list(self.folder.glob('out*')))}"
        self.result = self.augment("in", "-o", out, "-m", "none", *arguments, code=code)
        self.manifest = manifest_of(out)
        found = {}
        for sample in self.manifest["samples"]:
            with Image.open(out / sample["file_name"]) as image:
                self.assertEqual(image.mode, "RGB")
                found[pathlib.Path(sample["sources"][0]).name] = numpy.asarray(image).astype(int)
        return found

    def assert_near(self, found, expected, most, mean, what=""):
        difference = numpy.abs(found - numpy.asarray(expected).astype(int))
        self.assertEqual(found.shape, difference.shape)
        self.assertLessEqual(difference.max(), most, what)
        self.assertLessEqual(difference.mean(), mean, what)


class Decoding(Images):
    SIZE = (37, 29)

    def check(self, images, most=0, mean=0.0):
        """`images`: name -> (image to save, options, expected RGB or nothing)."""
        files = {name: self.source(name, image, **save) for name, (image, save) in images.items()}
        found = self.copies("--format", "png", "--size", "{}x{}".format(*self.SIZE))
        for name, file in files.items():
            with Image.open(file) as image:
                self.assert_near(found[name], image.convert("RGB"), most, mean, name)

    def rgb(self, seed=1):
        return Image.fromarray(pixels(self.SIZE, seed))

    def with_alpha(self, image):
        image = image.copy()
        ramp = numpy.arange(image.width * image.height) % 256
        alpha = ramp.reshape(image.height, image.width).astype(numpy.uint8)
        image.putalpha(Image.fromarray(alpha))
        return image

    def test_png_kinds(self):
        rgb = self.rgb()
        self.check({
            "rgb.png": (rgb, {}), "grey.png": (rgb.convert("L"), {}),
            "bit.png": (rgb.convert("1"), {}), "palette.png": (rgb.quantize(200), {}),
            "palette4.png": (rgb.quantize(11), {"bits": 4}),
            "palette1.png": (rgb.quantize(2), {"bits": 1}),
            "palette-alpha.png": (rgb.quantize(50), {"transparency": 3}),
            "alpha.png": (self.with_alpha(rgb), {}),
            "grey-alpha.png": (self.with_alpha(rgb.convert("L")), {})})

    def test_lossless_others(self):
        rgb = self.rgb(2)
        self.check({
            "rgb.bmp": (rgb, {}), "grey.bmp": (rgb.convert("L"), {}),
            "palette.bmp": (rgb.quantize(60), {}), "bit.bmp": (rgb.convert("1"), {}),
            "rgb.ppm": (rgb, {}), "grey.pgm": (rgb.convert("L"), {}),
            "bit.pbm": (rgb.convert("1"), {}), "rgb.tif": (rgb, {}),
            "lzw.tiff": (rgb, {"compression": "tiff_lzw"}),
            "deflate.tif": (rgb, {"compression": "tiff_adobe_deflate"}),
            "grey.tif": (rgb.convert("L"), {}), "bit.tif": (rgb.convert("1"), {}),
            "palette.tif": (rgb.quantize(60), {}), "alpha.tif": (self.with_alpha(rgb), {}),
            "lossless.webp": (rgb, {"lossless": True}),
            "alpha.webp": (self.with_alpha(rgb), {"lossless": True, "exact": True})})

    def test_lossy_files_of_the_codecs(self):
        rgb = self.rgb(3)
        self.check({
            "444.jpg": (rgb, {"quality": 90, "subsampling": 0}),
            "grey.jpg": (rgb.convert("L"), {"quality": 90}),
            "lossy.webp": (rgb, {"quality": 80}),
            "progressive.jpg": (rgb, {"quality": 90, "subsampling": 0, "progressive": True})},
            most=2, mean=0.1)

    def test_subsampled_jpeg(self):
        rgb = self.rgb(4)
        self.check({"420.jpg": (rgb, {"quality": 90, "subsampling": 2}),
                    "422.jpg": (rgb, {"quality": 90, "subsampling": 1}),
                    "420p.jpg": (rgb, {"quality": 90, "subsampling": 2, "progressive": True})},
                   most=2, mean=0.2)

    def test_cmyk(self):
        for number in range(2):
            cmyk = self.rgb(5 + number).convert("CMYK")
            self.source(f"{number}.jpg", cmyk, quality=95, subsampling=0)
            self.source(f"{number}.tif", cmyk)
        for name, image in self.copies("--format", "png").items():
            with Image.open(self.folder / "in" / "a" / name) as source:
                self.assert_near(image, source.convert("RGB"), 4, 1.0, name)

    def test_sixteen_bits_are_scaled(self):
        width, height = self.SIZE
        levels = (numpy.arange(width * height) * 61 % 65536).astype(numpy.uint16)
        levels[:3] = (0, 65535, 128)
        grey = levels.reshape(height, width)
        self.source("grey16.png", Image.fromarray(grey))
        self.source("again16.png", Image.fromarray(grey[::-1].copy()))
        self.source("grey16.tif", Image.fromarray(grey))
        found = self.copies("--format", "png", "--size", "37x29")
        expected = numpy.repeat((grey / 257.0)[:, :, None], 3, axis=2)
        for name in ("grey16.png", "grey16.tif"):
            self.assertLessEqual(numpy.abs(found[name] - expected).max(), 1.0, name)
            self.assertEqual(found[name].max(), 255)

    def test_exif_orientation(self):
        rgb = Image.fromarray(pixels((48, 32), 8))
        expected = {}
        for orientation in range(1, 9):
            exif = Image.Exif()
            exif[0x0112] = orientation
            name = f"o{orientation}"
            with Image.open(self.source(name + ".png", rgb, exif=exif)) as image:
                expected[name] = ImageOps.exif_transpose(image)
            self.source(name + ".jpg", rgb, exif=exif, quality=95, subsampling=0)
            self.source(name + ".webp", rgb, exif=exif, lossless=True)
            self.source(name + ".tif", rgb, tiffinfo={274: orientation})
        # Upright sizes differ, so a common one must be asked for.
        found = self.copies("--format", "png", "--size", "48", "--fit", "contain")
        self.assertEqual(len(found), 32)
        for name, image in found.items():
            upright = expected[name.split(".")[0]]
            whole = Image.new("RGB", (48, 48))
            whole.paste(upright, ((48 - upright.width) // 2, (48 - upright.height) // 2))
            most, mean = (24, 2.0) if name.endswith("jpg") else (0, 0.0)
            self.assert_near(image, whole, most, mean, name)

    def test_orientation_counts_for_the_common_size(self):
        exif = Image.Exif()
        exif[0x0112] = 6
        self.source("turned.jpg", Image.fromarray(pixels((40, 24), 1)), exif=exif)
        self.source("upright.jpg", Image.fromarray(pixels((24, 40), 2)))
        self.copies()
        self.assertEqual((self.manifest["image"]["width"], self.manifest["image"]["height"]),
                         (24, 40))

    def test_content_decides_not_the_name(self):
        self.source("really-png.jpg", self.rgb(1), format="PNG")
        self.source("really-jpeg.png", self.rgb(2), format="JPEG")
        self.assertEqual(len(self.copies("--format", "png")), 2)

    def test_trailing_bytes_do_no_harm(self):
        for name in ("a.jpg", "b.png", "c.webp", "d.bmp"):
            file = self.source(name, self.rgb())
            file.write_bytes(file.read_bytes() + b"trailing" * 20)
        self.assertEqual(len(self.copies()), 4)


class Sizes(Images):
    def test_common_size_is_kept(self):
        for number in range(3):
            self.source(f"{number}.png", Image.fromarray(pixels((50, 20), number)))
        found = self.copies()
        self.assertEqual(found["0.png"].shape, (20, 50, 3))
        self.assertNotIn("--size", self.result.err)

    def test_224_with_a_note_for_different_sizes(self):
        self.source("0.png", Image.fromarray(pixels((50, 20), 0)))
        self.source("1.png", Image.fromarray(pixels((50, 21), 1)))
        found = self.copies()
        self.assertEqual(found["0.png"].shape, (224, 224, 3))
        self.assertIn("224", self.result.err)
        self.assertIn("--size", self.result.err)

    def test_224_with_a_note_over_512(self):
        for side, expected in ((513, 224), (512, 512)):
            for number in range(2):
                self.source(f"{number}.jpg", Image.fromarray(pixels((side, 40), number)))
            self.copies("--limit", "2")
            self.assertEqual(self.manifest["image"]["width"], expected)

    def test_sizes_of_every_format(self):
        for number in range(2):
            self.source(f"{number}.png", Image.fromarray(pixels((64, 40), number)))
        for format_name in ("jpg", "png", "webp"):
            for size, shape in (("30x20", (20, 30, 3)), ("33", (33, 33, 3)), ("1", (1, 1, 3))):
                found = self.copies("--format", format_name, "--size", size)
                self.assertEqual({v.shape for v in found.values()}, {shape})

    def test_cover_crops_the_middle(self):
        wide = numpy.zeros((20, 60, 3), numpy.uint8)
        wide[:, 20:40] = (200, 100, 50)
        self.source("wide.png", Image.fromarray(wide))
        self.source("tall.png", Image.fromarray(wide.transpose(1, 0, 2)))
        found = self.copies("--size", "20")
        for image in found.values():
            self.assertEqual(numpy.unique(image.reshape(-1, 3), axis=0).tolist(), [[200, 100, 50]])

    def test_contain_pads_with_black(self):
        self.source("wide.png", Image.new("RGB", (60, 20), (200, 100, 50)))
        self.source("tall.png", Image.new("RGB", (20, 60), (200, 100, 50)))
        found = self.copies("--size", "30", "--fit", "contain")
        wide = found["wide.png"]
        self.assertEqual(wide[:10].max() + wide[20:].max(), 0)
        self.assertTrue((wide[10:20] == (200, 100, 50)).all())
        self.assertTrue((found["tall.png"] == wide.transpose(1, 0, 2)).all())

    def test_stretch_changes_the_aspect(self):
        half = numpy.zeros((20, 60, 3), numpy.uint8)
        half[:, :30] = 255
        self.source("a.png", Image.fromarray(half))
        self.source("b.png", Image.fromarray(half))
        found = self.copies("--size", "20", "--fit", "stretch")["a.png"]
        self.assertTrue((found[:, :9] == 255).all() and (found[:, 11:] == 0).all())

    def test_shrinking_is_antialiased_as_pillow(self):
        names = sorted(p for p in SAMPLE_DATA.glob("*/*") if p.suffix.lower() != ".csv")[::4]
        for file in names:
            with Image.open(file) as image:
                self.source(file.stem + ".png", ImageOps.exif_transpose(image).convert("RGB"))
        checker = (numpy.indices((231, 333)).sum(axis=0) % 2 * 255).astype(numpy.uint8)
        self.source("checker.png", Image.fromarray(checker).convert("RGB"))
        for size in ((48, 48), (61, 37), (100, 90)):
            found = self.copies("--size", "{}x{}".format(*size), "--fit", "stretch")
            for name, image in found.items():
                with Image.open(self.folder / "in" / "a" / name) as source:
                    expected = numpy.asarray(source.resize(size, Image.Resampling.BILINEAR))
                self.assertLess(numpy.abs(image - expected).mean(), 1.0, f"{name} {size}")

    def test_reduced_jpeg_decoding_stays_near(self):
        for number in range(2):
            self.source(f"{number}.jpg", Image.fromarray(pixels((640, 480), number)), quality=92)
        found = self.copies("--size", "40x30", "--format", "png")
        for name, image in found.items():
            with Image.open(self.folder / "in" / "a" / name) as source:
                expected = numpy.asarray(source.resize((40, 30), Image.Resampling.BILINEAR))
            self.assertLess(numpy.abs(image - expected).mean(), 1.0, name)


class Writing(Images):
    def fill(self, suffixes=(".png", ".png"), size=(64, 64)):
        for number, suffix in enumerate(suffixes):
            self.source(f"{number}{suffix}", Image.fromarray(pixels(size, number)))

    def outputs(self, *arguments):
        self.copies(*arguments)
        return sorted(self.folder.glob("out*/images/*/*0.*"))[-1]

    def test_default_format(self):
        self.fill()
        self.copies()
        self.assertEqual(self.manifest["image"]["format"], "png")
        self.assertNotIn("quality", self.manifest["image"])
        self.fill((".png", ".jpg"))
        self.copies()
        self.assertEqual((self.manifest["image"]["format"], self.manifest["image"]["quality"]),
                         ("jpg", 95))
        self.copies("--format", "webp")
        self.assertEqual(self.manifest["image"]["quality"], 90)

    def test_png_takes_no_quality(self):
        self.fill()
        for arguments in (["--quality", "80"], ["--quality", "80", "--format", "png"]):
            result = self.augment("in", "-o", "x", *arguments, code=USAGE)
            self.assertIn("--quality", result.err)
            self.assertFalse((self.folder / "x").exists())

    def test_quality_changes_size(self):
        self.fill(size=(128, 128))
        for format_name in ("jpg", "webp"):
            low = self.outputs("--format", format_name, "--quality", "20").stat().st_size
            high = self.outputs("--format", format_name, "--quality", "98").stat().st_size
            self.assertLess(low * 2, high)

    def test_chroma_is_whole_up_to_64_pixels(self):
        for size, sampling in (("64x64", (1, 1)), ("65x64", (2, 2)), ("64x65", (2, 2)),
                               ("8", (1, 1)), ("200", (2, 2))):
            self.fill()
            file = self.outputs("--format", "jpg", "--size", size)
            with Image.open(io.BytesIO(file.read_bytes())) as image:
                # Pillow: (component, horizontal, vertical, table) of the luminance.
                self.assertEqual(tuple(image.layer[0][1:3]), sampling, size)
                self.assertNotIn("progressive", image.info)

    def test_jpeg_at_95_is_near_the_source(self):
        self.fill()
        found = self.copies("--format", "jpg")
        self.assert_near(found["0.png"], pixels((64, 64), 0), 30, 3.0)

    def test_outputs_hold_no_metadata(self):
        exif = Image.Exif()
        exif[0x010E] = "a secret"
        for number in range(2):
            self.source(f"{number}.jpg", Image.fromarray(pixels((32, 32), number)), exif=exif)
        for format_name in ("jpg", "png", "webp"):
            self.assertNotIn(b"secret", self.outputs("--format", format_name).read_bytes())


class TooLarge(Images):
    def test_max_pixels(self):
        for number in range(2):
            self.source(f"{number}.png", Image.fromarray(pixels((20, 20), number)))
        self.source("large.png", Image.fromarray(pixels((21, 20), 5)))
        self.copies("--max-pixels", "400", "--size", "16", code=REJECTS)
        self.assert_reject(self.folder / "out0", "a/large.png", "too-large")


if __name__ == "__main__":
    program.main()
