"""Bad input ends in a clear message and the right exit code, never in anything else."""

import os
import struct
import zlib

from PIL import Image

import program
from program import (FAILED, OK, REJECTS, USAGE, json_lines, make_classes, manifest_of, pixels,
                     tree, truncate, write_image)

SAVED = {"jpg": {}, "png": {}, "webp": {}, "bmp": {}, "tif": {}, "ppm": {}}


def png_header(width, height):
    def chunk(kind, data):
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 9))
            + chunk(b"IEND", b""))


class Folders(program.ProgramTest):
    def refuse(self, named, *arguments, code=USAGE):
        result = self.augment(*arguments, "-o", "out", code=code)
        self.assertIn(named, result.err)
        self.assert_own_lines(result.err)
        self.assertEqual(result.out, "")
        self.assertFalse((self.folder / "out").exists())
        return result.err

    def test_absent_and_empty_input(self):
        (self.folder / "empty").mkdir()
        self.refuse("absent", "absent")
        self.refuse("empty", "empty")
        self.refuse("INPUT")

    def test_an_image_file_as_input(self):
        write_image(self.folder / "one.png")
        self.refuse("one.png", "one.png")

    def test_no_classes(self):
        for number in range(3):
            write_image(self.folder / "flat" / f"{number}.png", seed=number)
        err = self.refuse("no class folder", "flat")
        self.assertIn("--labels", err)

    def test_class_folders_without_images(self):
        (self.folder / "in" / "ant").mkdir(parents=True)
        (self.folder / "in" / "bee").mkdir()
        (self.folder / "in" / "bee" / "notes.txt").write_text("x")
        self.refuse("no images", "in")

    def test_one_sample(self):
        write_image(self.folder / "in" / "ant" / "1.png")
        self.refuse("1", "in")
        write_image(self.folder / "in" / "ant" / "2.png")
        self.refuse("at least 2", "in", "--limit", "1")

    def test_two_samples_are_a_swap_with_a_note(self):
        write_image(self.folder / "in" / "ant" / "1.png", seed=1)
        write_image(self.folder / "in" / "bee" / "2.png", seed=2)
        result = self.augment("in", "-o", "out")
        self.assertIn("swap", result.err)
        first, second = manifest_of(self.folder / "out")["samples"]
        self.assertEqual(first["sources"], second["sources"][::-1])
        self.expect(OK, "verify", "out", "--deep")

    def test_all_samples_bad_is_never_an_empty_manifest(self):
        make_classes(self.folder / "in", each=2)
        for file in (self.folder / "in").glob("*/*"):
            file.write_bytes(b"")
        result = self.augment("in", "-o", "out", "--size", "32", code=FAILED)
        self.assertFalse((self.folder / "out" / "manifest.json").exists())
        self.assertTrue(result.err)
        self.assertNotIn("internal", result.err)


class Files(program.ProgramTest):
    """Good samples beside bad ones: each bad one is named, all good ones are used."""

    def setUp(self):
        super().setUp()
        make_classes(self.folder / "in", each=4)

    def bad(self, name, content):
        (self.folder / "in" / "ant" / name).write_bytes(content)

    def encoded(self, suffix, seed=1, size=(64, 64), **save):
        file = self.folder / f"encoded.{suffix}"
        Image.fromarray(pixels(size, seed)).save(file, **save)
        return file.read_bytes()

    def check(self, codes, good=12, *arguments):
        result = self.augment("in", "-o", "out", "--size", "32", *arguments, code=REJECTS)
        self.assert_own_lines(result.err)
        lines = json_lines(self.folder / "out" / "rejects.jsonl")
        self.assertEqual({r["path"].split("/")[1]: r["code"] for r in lines}, codes)
        self.assertTrue(all(r["message"] for r in lines))
        counts = manifest_of(self.folder / "out")["counts"]
        self.assertEqual((counts["samples"], counts["rejected"]), (good, len(codes)))
        self.assertIn(str(len(codes)), result.err)
        verified = self.expect(OK, "verify", "out", "--deep")
        self.assertEqual(verified.err.count("internal"), 0)

    def test_empty_files_of_each_format(self):
        for suffix in SAVED:
            self.bad("x." + suffix, b"")
        self.check({"x." + suffix: "empty" for suffix in SAVED})

    def test_truncated_files_of_each_format(self):
        codes = {}
        for suffix in SAVED:
            data = self.encoded(suffix)
            for share in (0.3, 0.6, 0.95):
                name = f"{suffix}-{share}.{suffix}"
                self.bad(name, data[:int(len(data) * share)])
                codes[name] = "truncated"
        progressive = self.encoded("jpg", progressive=True, quality=95)
        for name, data in (("progressive.jpg", progressive[:len(progressive) // 2]),
                           ("no-end.jpg", self.encoded("jpg")[:-2]),
                           ("lossless.webp", self.encoded("webp", lossless=True)[:-400]),
                           ("lzw.tif", self.encoded("tif", compression="tiff_lzw")[:-400]),
                           ("no-end.png", self.encoded("png")[:-12])):
            self.bad(name, data)
            codes[name] = "truncated"
        # A PNG whose pixels are all there may lack its last chunk; a JPEG its end marker.
        lenient = {"no-end.png", "no-end.jpg"}
        result = self.augment("in", "-o", "out", "--size", "32", code=REJECTS)
        self.assert_own_lines(result.err)
        found = {r["path"].split("/")[1]: r["code"]
                 for r in json_lines(self.folder / "out" / "rejects.jsonl")}
        self.assertEqual(set(codes) - lenient, set(found) - lenient)
        self.assertLessEqual(set(found.values()), {"truncated", "corrupt"})
        self.assertEqual(found["jpg-0.95.jpg"], "truncated")
        self.assertEqual(found["png-0.6.png"], "truncated")

    def test_a_few_first_bytes(self):
        codes = {}
        for suffix in SAVED:
            for length in (1, 2, 4, 11, 20):
                self.bad(f"{length}.{suffix}", self.encoded(suffix)[:length])
                codes[f"{length}.{suffix}"] = None
        result = self.augment("in", "-o", "out", "--size", "32", code=REJECTS)
        self.assert_own_lines(result.err)
        lines = json_lines(self.folder / "out" / "rejects.jsonl")
        self.assertEqual({r["path"].split("/")[1] for r in lines}, set(codes))

    def test_text_and_other_content_with_an_image_name(self):
        contents = {"text.jpg": b"Dear diary\n", "page.png": b"<html><body>404</body></html>",
                    "gif.png": b"GIF89a\x01\0\x01\0\0\0\0;", "zeros.webp": bytes(4096),
                    "pdf.tif": b"%PDF-1.4\n", "svg.png": b"<svg xmlns='x'/>"}
        for name, content in contents.items():
            self.bad(name, content)
        self.check({name: "unsupported" for name in contents})

    def test_corrupt_middles(self):
        for suffix in ("png", "webp", "tif"):
            save = {"compression": "tiff_adobe_deflate"} if suffix == "tif" else {}
            data = bytearray(self.encoded(suffix, **save))
            middle = len(data) // 2
            data[middle:middle + 40] = bytes(40)
            self.bad("x." + suffix, bytes(data))
        result = self.run_program("augment", "in", "-o", "out", "--size", "32")
        self.assertIn(result.code, (OK, REJECTS), result.err)
        self.assert_own_lines(result.err)
        self.assert_reject(self.folder / "out", "ant/x.png", "corrupt", "decode")

    def test_codec_warnings_stay_off_the_terminal(self):
        data = self.encoded("jpg", quality=90)
        scan = data.index(b"\xff\xda")
        noisy = bytearray(data)
        for place in range(scan + 40, len(data) - 40, 37):
            noisy[place] ^= 0x5A
        self.bad("noisy.jpg", bytes(noisy))
        self.bad("extra.jpg", data[:2] + b"\0\0\0" + data[2:])
        result = self.run_program("augment", "in", "-o", "out", "--size", "32")
        self.assertIn(result.code, (OK, REJECTS), result.err)
        self.assert_own_lines(result.err)

    def test_bombs_are_refused_by_their_header(self):
        self.bad("bomb.png", png_header(60000, 60000))
        self.bad("long.png", png_header(2**31 - 1, 2**31 - 1))
        # The height of a whole JPEG is changed in its header.
        jpeg = bytearray(self.encoded("jpg"))
        frame = jpeg.index(b"\xff\xc0")
        jpeg[frame + 5:frame + 9] = struct.pack(">HH", 60000, 60000)
        self.bad("bomb.jpg", bytes(jpeg))
        bitmap = bytearray(self.encoded("bmp"))
        bitmap[18:26] = struct.pack("<ii", 60000, 60000)
        self.bad("bomb.bmp", bytes(bitmap))
        self.bad("bomb.ppm", b"P6\n60000 60000\n255\n" + bytes(64))
        self.check({name: "too-large" for name in ("bomb.png", "long.png", "bomb.jpg", "bomb.bmp",
                                                   "bomb.ppm")})

    def test_zero_sizes(self):
        self.bad("zero.png", png_header(0, 5))
        self.bad("zero.ppm", b"P6\n0 5\n255\n")
        result = self.augment("in", "-o", "out", "--size", "32", code=REJECTS)
        self.assert_own_lines(result.err)
        self.assertEqual(len(json_lines(self.folder / "out" / "rejects.jsonl")), 2)

    def test_folder_and_pipe_with_an_image_name(self):
        (self.folder / "in" / "ant" / "folder.png").mkdir()
        os.mkfifo(self.folder / "in" / "ant" / "pipe.png")
        self.check({"pipe.png": "unsupported"})

    def test_on_error_fail(self):
        truncate(self.folder / "in" / "bee" / "02.png")
        result = self.augment("in", "-o", "out", "--on-error", "fail", code=FAILED)
        self.assertIn("bee/02.png", result.err)
        self.assertFalse((self.folder / "out" / "manifest.json").exists())
        self.assertEqual(list((self.folder / "out").rglob("*.partial")), [])
        self.augment("in", "-o", "out", "--resume", code=REJECTS)

    def test_on_error_fail_with_a_reject_of_the_listing(self):
        write_image(self.folder / "in" / "beside.png")
        result = self.augment("in", "-o", "out", "--on-error", "fail", code=FAILED)
        self.assertIn("beside.png", result.err)

    def test_one_bad_sample_changes_no_other_batch(self):
        options = ["--batch-size", "4", "--shard-size", "4"]
        self.augment("in", "-o", "good", *options)
        samples = manifest_of(self.folder / "good")["samples"]
        victim = samples[0]["sources"][0]
        file = self.folder / "in" / victim
        file.write_bytes(bytes(file.stat().st_size))
        self.augment("in", "-o", "bad", *options, code=REJECTS)
        left = {s["file_name"]: s for s in manifest_of(self.folder / "bad")["samples"]}
        for sample in samples:
            if sample["batch"] != 0:
                self.assertEqual(left[sample["file_name"]], sample)
        self.assertNotIn(samples[0]["file_name"], left)

    def test_the_input_is_never_changed(self):
        truncate(self.folder / "in" / "bee" / "02.png")
        before = tree(self.folder / "in")
        times = {p: p.stat().st_mtime_ns for p in (self.folder / "in").rglob("*")}
        self.augment("in", "-o", "out", code=REJECTS)
        self.expect(OK, "verify", "out", "--deep")
        self.assertEqual(tree(self.folder / "in"), before)
        self.assertEqual({p: p.stat().st_mtime_ns for p in (self.folder / "in").rglob("*")}, times)


if __name__ == "__main__":
    program.main()
