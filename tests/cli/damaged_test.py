"""Pictures whose codec goes on past an error: rejected, or used when that is asked for."""

import io
import json
import struct
import zlib

from PIL import Image

import program
from program import OK, REJECTS, USAGE, json_lines, make_classes, manifest_of, pixels


def jpeg(seed=1, size=(64, 64), **save):
    file = io.BytesIO()
    Image.fromarray(pixels(size, seed)).save(file, "JPEG", **save)
    return file.getvalue()


def damaged_jpeg():
    """A marker stands where the data of the lower half should be."""
    data = bytearray(jpeg())
    middle = (data.index(b"\xff\xda") + len(data)) // 2
    data[middle:middle + 2] = b"\xff\xd9"
    return bytes(data)


def chunk(kind, data):
    return (struct.pack(">I", len(data)) + kind + data +
            struct.pack(">I", zlib.crc32(kind + data)))


class Damaged(program.ProgramTest):
    def setUp(self):
        super().setUp()
        make_classes(self.folder / "in", each=4)

    def add(self, name, content):
        (self.folder / "in" / "ant" / name).write_bytes(content)

    def report(self):
        file = self.folder / "report.json"
        report = json.loads(file.read_bytes())
        file.unlink()
        return report

    def test_rejected_by_default_and_used_when_asked(self):
        self.add("damaged.jpg", damaged_jpeg())
        options = ["--size", "32", "--report", "report.json"]
        self.augment("in", "-o", "out", *options, code=REJECTS)
        self.assert_reject(self.folder / "out", "ant/damaged.jpg", "damaged", "decode")
        self.assertEqual(manifest_of(self.folder / "out")["config"]["damaged"], "reject")
        self.assertEqual(self.report()["damaged_samples_used"], 0)
        result = self.augment("in", "-o", "used", *options, "--damaged", "use", "--rounds", "2")
        self.assertIn("1 damaged image was used", result.err)
        self.assertEqual(self.report()["damaged_samples_used"], 1)
        self.assertEqual(manifest_of(self.folder / "used")["config"]["damaged"], "use")
        # Both check their sources by the rule of their own run.
        for output in ("out", "used"):
            self.expect(OK, "verify", output, "--deep")

    def test_an_output_from_before_the_choice_can_be_checked(self):
        self.add("damaged.jpg", damaged_jpeg())
        self.augment("in", "-o", "out", "--size", "32", "--damaged", "use")
        for name in ("manifest.json", "plan.json"):
            file = self.folder / "out" / name
            text = file.read_text(encoding="utf-8")
            self.assertIn(', "damaged": "use"', text)
            file.write_text(text.replace(', "damaged": "use"', ""), encoding="utf-8")
        self.expect(OK, "verify", "out", "--deep")

    def test_it_is_part_of_the_plan(self):
        self.augment("in", "-o", "out")
        result = self.augment("in", "-o", "out", "--resume", "--damaged", "use", code=USAGE)
        self.assertIn("config.damaged", result.err)
        self.augment("in", "-o", "x", "--damaged", "perhaps", code=USAGE)

    def test_harmless_oddities_are_counted(self):
        good = jpeg()
        header = good.index(b"\xff\xdb")
        self.add("stray.jpg", good[:header] + b"stray" + good[header:])
        self.add("padded.jpg", good[:-2] + bytes(100) + good[-2:])
        self.add("trailing.jpg", good + b"trailing")
        result = self.augment("in", "-o", "out", "--size", "32", "--rounds", "3",
                              "--report", "report.json")
        self.assertIn("2 images had harmless irregularities", result.err)
        self.assertEqual(self.report()["samples_with_warnings"], 2)
        self.assertEqual(len(manifest_of(self.folder / "out")["samples"]), 45)

    def test_cut_files_are_never_used(self):
        self.add("cut.jpg", jpeg()[:-300])
        self.augment("in", "-o", "out", "--size", "32", "--damaged", "use", code=REJECTS)
        self.assert_reject(self.folder / "out", "ant/cut.jpg", "truncated", "decode")

    def png(self, chunks=b"", change=lambda data: data):
        file = io.BytesIO()
        Image.fromarray(pixels((64, 64), 5)).save(file, "PNG")
        data = bytearray(file.getvalue())
        data[33:33] = chunks
        return bytes(change(data) or data)

    def test_pngs(self):
        def flip(place):
            def change(data):
                data[place] ^= 0x10
            return change
        text = chunk(b"tEXt", b"k\0v")
        wrong_text = text[:-1] + bytes([text[-1] ^ 1])
        last_of_pixels = -12 - 1  # of the checksum
        self.add("checksum.png", self.png(change=flip(last_of_pixels)))
        self.add("header-checksum.png", self.png(change=flip(8 + 8 + 13)))
        self.add("length.png", self.png(change=flip(33)))
        self.add("end.png", self.png(change=lambda data: data[:-12]))
        self.add("text.png", self.png(wrong_text))
        self.add("senseless.png", self.png(chunk(b"cHRM", b"x") + chunk(b"tRNS", bytes(99))))
        self.add("texts.png", self.png(text * 3000))
        self.add("trailing.png", self.png() + b"trailing")
        result = self.augment("in", "-o", "out", "--size", "32", code=REJECTS)
        self.assertIn("1 image had harmless", result.err)
        codes = {"checksum.png": "damaged", "header-checksum.png": "damaged",
                 "length.png": "corrupt", "end.png": "truncated"}
        self.assertEqual(self.codes("out"), codes)
        result = self.augment("in", "-o", "used", "--size", "32", "--damaged", "use", code=REJECTS)
        self.assertIn("2 damaged images were used", result.err)
        self.assertEqual(self.codes("used"), {"length.png": "corrupt", "end.png": "truncated"})
        self.expect(OK, "verify", "used", "--deep")

    def codes(self, output):
        return {reject["path"].split("/")[1]: reject["code"]
                for reject in json_lines(self.folder / output / "rejects.jsonl")}

    def test_saliency(self):
        self.add("damaged.jpg", damaged_jpeg())
        result = self.expect(REJECTS, "saliency", "in/ant", "-o", "maps")
        self.assertIn("damaged.jpg", result.err)
        self.expect(OK, "saliency", "in/ant", "-o", "more", "--damaged", "use")
        self.assertTrue((self.folder / "more" / "damaged.jpg.npy").exists())


if __name__ == "__main__":
    program.main()
