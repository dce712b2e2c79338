"""preview and saliency: contact sheets and maps that other programs can open."""

import io

import numpy
from PIL import Image

import program
from program import FAILED, OK, REJECTS, USAGE, make_classes, tree, truncate, write_image


class Preview(program.ProgramTest):
    def setUp(self):
        super().setUp()
        make_classes(self.folder / "photos", each=4, size=(48, 32))

    def sheet(self, *arguments, name="sheet.png"):
        self.result = self.expect(OK, "preview", *arguments, "-o", self.folder / name,
                                  "--overwrite")
        with Image.open(self.folder / name) as image:
            image.load()
            return image.copy()

    def test_formats(self):
        self.augment("photos", "-o", "out")
        for name, format_name in (("s.png", "PNG"), ("s.jpg", "JPEG"), ("s.webp", "WEBP")):
            image = self.sheet("out", name=name)
            self.assertEqual(image.mode, "RGB")
            with Image.open(self.folder / name) as again:
                self.assertEqual(again.format, format_name)
            self.assertGreater(min(image.size), 100)
            few = image.resize((100, 100), Image.Resampling.NEAREST).getcolors(100)
            self.assertIsNone(few, "a sheet with pictures has more than 100 colours")

    def test_what_joins_letters_is_drawn_as_nothing(self):
        """Emoji and Persian words need it. What is no letter at all is shown by its number."""
        sheets = []
        for number, name in enumerate(("az", "az\u200d", "az\u0007")):
            place = self.folder / str(number)
            make_classes(place / "photos", classes=(name, "b"), each=3, size=(48, 32))
            self.augment(place / "photos", "-o", place / "out", "-m", "mixup")
            sheets.append(self.sheet(place / "out").tobytes())
        self.assertEqual(sheets[0], sheets[1])
        self.assertNotEqual(sheets[0], sheets[2])

    def test_a_name_without_a_folder(self):
        self.augment("photos", "-o", "out")
        self.expect(OK, "preview", "out", "-o", "sheet.png")
        self.assertTrue((self.folder / "sheet.png").exists())

    def test_more_rows_are_higher(self):
        self.augment("photos", "-o", "out")
        few, many = self.sheet("out", "--rows", "2"), self.sheet("out", "--rows", "5")
        self.assertEqual(few.width, many.width)
        self.assertGreater(many.height, 1.8 * few.height)
        self.sheet("out", "--rows", "100")

    def test_all_methods_and_kinds(self):
        self.augment("photos", "-o", "out", *program.all_methods(), "--include-originals",
                     "--mix-prob", "0.5", "--batch-size", "4")
        self.sheet("out")
        for name in program.method_names():
            self.sheet("out/" + name)

    def test_same_bytes_again_and_nothing_else_written(self):
        self.augment("photos", "-o", "out")
        before = tree(self.folder / "out")
        self.sheet("out", name="a.png")
        self.sheet("out", name="b.png")
        self.assertEqual((self.folder / "a.png").read_bytes(),
                         (self.folder / "b.png").read_bytes())
        self.assertEqual(tree(self.folder / "out"), before)

    def test_moved_sources(self):
        self.augment("photos", "-o", "out")
        (self.folder / "photos").rename(self.folder / "gone")
        result = self.expect(FAILED, "preview", "out", "-o", "s.png")
        self.assertIn("--input", result.err)
        self.assertFalse((self.folder / "s.png").exists())
        self.sheet("out", "--input", "gone")

    def test_awkward_class_names(self):
        for name in ("a <b>&amp; 'c'", "\u6f22\u5b57 \U0001f600 \u0639\u0631\u0628", "x" * 150):
            for number in range(2):
                write_image(self.folder / "odd" / name / f"{number}.png", seed=number)
        self.augment("odd", "-o", "out")
        self.sheet("out")
        self.assertEqual(self.result.err, "")

    def test_extreme_shapes(self):
        for size in ("1x1", "200x3", "3x200", "1000x700"):
            self.augment("photos", "-o", "out", "--size", size, "--overwrite")
            image = self.sheet("out", "--rows", "2")
            self.assertLess(max(image.size), 10000)

    def test_an_existing_file_is_refused(self):
        self.augment("photos", "-o", "out")
        sheet = self.folder / "sheet.png"
        sheet.write_bytes(b"mine")
        result = self.expect(USAGE, "preview", "out", "-o", "sheet.png")
        self.assertIn("'sheet.png'", result.err)
        self.assertIn("--overwrite", result.err)
        self.assertEqual(result.out, "")
        self.assertEqual(sheet.read_bytes(), b"mine")
        self.expect(OK, "preview", "out", "-o", "sheet.png", "--overwrite")
        with Image.open(sheet) as image:
            self.assertEqual(image.format, "PNG")

    def test_an_existing_file_is_refused_before_anything_is_read(self):
        (self.folder / "sheet.png").write_bytes(b"mine")
        result = self.expect(USAGE, "preview", "absent", "-o", "sheet.png")
        self.assertIn("'sheet.png'", result.err)

    def test_a_link_to_nowhere_is_an_existing_file(self):
        self.augment("photos", "-o", "out")
        (self.folder / "sheet.png").symlink_to("nowhere")
        self.expect(USAGE, "preview", "out", "-o", "sheet.png")
        self.assertTrue((self.folder / "sheet.png").is_symlink())

    def test_a_folder_is_never_replaced(self):
        self.augment("photos", "-o", "out")
        (self.folder / "sheet.png").mkdir()
        for mode in ([], ["--overwrite"]):
            result = self.expect(USAGE, "preview", "out", "-o", "sheet.png", *mode)
            self.assertIn("'sheet.png' already exists", result.err)

    def test_a_file_inside_the_input_is_refused(self):
        self.augment("photos", "-o", "out")
        (self.folder / "photos").rename(self.folder / "moved")
        (self.folder / "link").symlink_to("moved")
        before = tree(self.folder / "moved")
        for name in ("moved/s.png", "moved/ant/00.png", "link/s.png"):
            result = self.expect(USAGE, "preview", "out", "-o", name, "--input", "moved",
                                 "--overwrite")
            self.assertIn("inside", result.err)
        (self.folder / "moved").rename(self.folder / "photos")
        self.expect(USAGE, "preview", "../out", "-o", "s.png", cwd=self.folder / "photos")
        self.assertEqual(tree(self.folder / "photos"), before)

    def test_a_file_beside_several_inputs_is_fine(self):
        """The root in the manifest is then the folder that holds them all, and the output too."""
        make_classes(self.folder / "more", each=2)
        self.augment("photos", "more", "-o", "out")
        self.assertEqual(program.manifest_of(self.folder / "out")["input"]["root"], "..")
        self.expect(OK, "preview", "out", "-o", "sheet.png")

    def test_a_file_inside_one_of_several_inputs_is_refused(self):
        make_classes(self.folder / "sets" / "more", each=2)
        (self.folder / "link").symlink_to("sets/more")
        self.augment("photos", "sets/more", "-o", "sets/out")
        before = tree(self.folder)
        # sets/ holds sources and the output: whether it is an input, the manifest does not say.
        for name in ("photos/s.png", "photos/ant/00.png", "sets/more/s.png", "link/cat/s.png",
                     "sets/sheet.png"):
            for mode in ([], ["--overwrite"]):
                self.expect(USAGE, "preview", "sets/out", "-o", name, *mode)
        self.assertEqual(tree(self.folder), before)
        self.expect(OK, "preview", "sets/out", "-o", "sheet.png")

    def test_a_source_right_below_the_root_is_refused(self):
        names = [write_image(self.folder / f"{i}.png", seed=i).name for i in range(3)]
        (self.folder / "labels.csv").write_text(
            "path,label\n" + "".join(f"{name},a\n" for name in names))
        (self.folder / "list").write_text("".join(f"{name}\n" for name in names))
        self.augment("--files-from", "list", "--labels", "labels.csv", "-o", "out")
        before = tree(self.folder)
        self.expect(USAGE, "preview", "out", "-o", "1.png", "--overwrite")
        self.assertEqual(tree(self.folder), before)
        self.expect(OK, "preview", "out", "-o", "3.png")

    def test_a_file_inside_the_output_is_refused(self):
        self.augment("photos", "-o", "out", "-m", "mixup", "-m", "cutmix")
        (self.folder / "link").symlink_to("out")
        before = tree(self.folder / "out")
        picture = next((self.folder / "out").rglob("*.png")).relative_to(self.folder)
        for name in ("out/s.png", "out/mixup/s.png", "link/s.png", picture):
            for mode in ([], ["--overwrite"]):
                result = self.expect(USAGE, "preview", "out", "-o", name, *mode)
                self.assertIn(f"'{name}'", result.err)
        self.assertEqual(tree(self.folder / "out"), before)

    def test_only_the_picture_is_written_beside_it(self):
        self.augment("photos", "-o", "out")
        partial = self.folder / "s.png.partial"
        partial.write_text("mine")
        for mode in ([], ["--overwrite"]):
            self.expect(OK, "preview", "out", "-o", "s.png", *mode)
            self.assertEqual(partial.read_text(), "mine")
            self.assertEqual({name.name for name in self.folder.iterdir()},
                             {"out", "photos", "s.png", "s.png.partial"})

    def test_no_output_there(self):
        for name in ("absent", "photos"):
            result = self.expect(FAILED, "preview", name, "-o", "s.png")
            self.assertIn(name, result.err)
            self.assertFalse((self.folder / "s.png").exists())


class Saliency(program.ProgramTest):
    def setUp(self):
        super().setUp()
        make_classes(self.folder / "photos", each=2, size=(48, 32))
        write_image(self.folder / "photos" / "ant" / "deep" / "large.jpg", size=(101, 67), seed=9)

    def maps(self, *arguments, out="maps", code=OK):
        self.result = self.expect(code, "saliency", *arguments, "-o", out)
        return {name.decode(): content for name, content in tree(self.folder / out).items()
                if content is not None}

    def test_maps_sum_to_one_and_have_the_image_size(self):
        found = self.maps("photos")
        self.assertEqual(len(found), 7)
        self.assertIn("ant/00.png.npy", found)
        for name, content in found.items():
            array = numpy.load(io.BytesIO(content))
            self.assertEqual(array.dtype, numpy.float32)
            self.assertEqual(array.shape, (67, 101) if "large" in name else (32, 48))
            self.assertAlmostEqual(float(array.astype(float).sum()), 1.0, delta=1e-5)
            self.assertGreaterEqual(array.min(), 0)
            self.assertGreater(array.max(), 1.5 / array.size, "something is salient")

    def test_a_name_that_is_too_long_is_one_reject(self):
        """251 bytes and .npy are what a file system takes; the others have their maps."""
        for length in (240, 244, 251, 252, 255):
            write_image(self.folder / "long" / "ant" / ("x" * (length - 4) + ".png"))
        write_image(self.folder / "long" / "bee" / "last.png")
        found = self.maps("long", code=program.REJECTS)
        self.assertEqual(sorted(len(name) - 4 for name in found), [12, 244, 248, 255])
        self.assertEqual(self.result.err.count("too long"), 2)
        self.assertEqual([p for p in (self.folder / "maps").rglob(".*")], [])

    def test_links_in_the_output_are_not_followed(self):
        """A link that appears while maps are written: here, before the first one of its class."""
        (self.folder / "victim").mkdir()
        make_classes(self.folder / "many", each=60, size=(64, 64))
        process = self.start("saliency", "many", "-o", "maps", "-j", "1")
        self.wait_for((self.folder / "maps" / "ant").exists, "the first map")
        (self.folder / "maps" / "cat").symlink_to("../victim")
        self.assertEqual(process.wait(program.TIMEOUT), FAILED)
        self.assertEqual(tree(self.folder / "victim"), {})

    def test_common_size(self):
        for content in self.maps("photos", "--size", "40x30", "--fit", "stretch").values():
            self.assertEqual(numpy.load(io.BytesIO(content)).shape, (30, 40))

    def test_sixteen_bit_png(self):
        plain = self.maps("photos")
        for name, content in self.maps("photos", "--format", "png16", out="p").items():
            image = Image.open(io.BytesIO(content))
            self.assertIn(image.mode, ("I;16", "I"))
            levels = numpy.asarray(image).astype(float)
            self.assertEqual(levels.max(), 65535)
            array = numpy.load(io.BytesIO(plain[name.removesuffix(".png") + ".npy"]))
            self.assertLessEqual(abs(levels - 65535 * array / array.max()).max(), 1)

    def test_heat_maps(self):
        for content in self.maps("photos", "--format", "heatmap").values():
            image = Image.open(io.BytesIO(content))
            self.assertEqual(image.mode, "RGB")
            self.assertGreater(len(image.getcolors(100000)), 20)

    def test_each_saliency(self):
        for text in ("uniform", "spectral-residual:blur=both", "spectral-residual:blur=image",
                     "spectral-residual:blur=none", "spectral-residual:kernel=3,sigma=1.5"):
            found = self.maps("photos", "--saliency", text, out=text.replace("/", "_"))
            for content in found.values():
                array = numpy.load(io.BytesIO(content))
                self.assertAlmostEqual(float(array.astype(float).sum()), 1.0, delta=1e-5)
                if text == "uniform":
                    self.assertEqual(len(numpy.unique(array)), 1)

    def test_constant_and_tiny_images_have_no_nan(self):
        folder = self.folder / "flat"
        folder.mkdir()
        for name, size, colour in (("black", (20, 20), 0), ("white", (20, 20), 255),
                                   ("dot", (1, 1), 77), ("line", (50, 1), 9), ("post", (1, 50), 9)):
            Image.new("RGB", size, (colour,) * 3).save(folder / f"{name}.png")
        for content in self.maps("flat").values():
            array = numpy.load(io.BytesIO(content))
            self.assertTrue(numpy.isfinite(array).all())
            self.assertAlmostEqual(float(array.astype(float).sum()), 1.0, delta=1e-5)

    def test_one_file_and_threads(self):
        self.assertEqual(list(self.maps("photos/bee/00.png", out="one")), ["00.png.npy"])
        one, two = self.maps("photos", "-j", "1", out="j1"), self.maps("photos", "-j", "2",
                                                                       out="j2")
        self.assertEqual(one, two)

    def test_bad_samples_are_named(self):
        truncate(self.folder / "photos" / "bee" / "01.png")
        found = self.maps("photos", code=REJECTS)
        self.assertEqual(len(found), 6)
        self.assertIn("bee/01.png", self.result.err)

    def test_full_output_is_refused(self):
        self.maps("photos")
        before = tree(self.folder / "maps")
        result = self.expect(USAGE, "saliency", "photos", "-o", "maps")
        self.assertIn("maps", result.err)
        self.assertEqual(tree(self.folder / "maps"), before)

    def test_output_inside_input_is_refused(self):
        before = tree(self.folder / "photos")
        self.expect(USAGE, "saliency", "photos", "-o", "photos/maps")
        self.assertEqual(tree(self.folder / "photos"), before)


if __name__ == "__main__":
    program.main()
