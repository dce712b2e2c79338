"""Pictures whose codec goes on past an error: rejected, or used when that is asked for."""

import io
import json

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


class Damaged(program.ProgramTest):
    def setUp(self):
        super().setUp()
        make_classes(self.folder / "in", each=4)

    def add(self, name, content):
        (self.folder / "in" / "ant" / name).write_bytes(content)

    def report(self):
        return json.loads((self.folder / "report.json").read_bytes())

    def test_rejected_by_default_and_used_when_asked(self):
        self.add("damaged.jpg", damaged_jpeg())
        options = ["--size", "32", "--report", "report.json"]
        self.augment("in", "-o", "out", *options, code=REJECTS)
        self.assert_reject(self.folder / "out", "ant/damaged.jpg", "damaged", "decode")
        self.assertEqual(manifest_of(self.folder / "out")["config"]["damaged"], "reject")
        self.assertEqual(self.report()["damaged_samples_used"], 0)
        result = self.augment("in", "-o", "used", *options, "--damaged", "use", "--rounds", "2")
        self.assertIn("1 damaged picture was used", result.err)
        self.assertEqual(self.report()["damaged_samples_used"], 1)
        self.assertEqual(manifest_of(self.folder / "used")["config"]["damaged"], "use")
        # Both check their sources by the rule of their own run.
        for output in ("out", "used"):
            self.expect(OK, "verify", output, "--deep")

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
        self.assertIn("2 pictures had harmless oddities", result.err)
        self.assertEqual(self.report()["samples_with_warnings"], 2)
        self.assertEqual(len(manifest_of(self.folder / "out")["samples"]), 45)

    def test_cut_files_are_never_used(self):
        self.add("cut.jpg", jpeg()[:-300])
        self.augment("in", "-o", "out", "--size", "32", "--damaged", "use", code=REJECTS)
        self.assert_reject(self.folder / "out", "ant/cut.jpg", "truncated", "decode")

    def test_saliency(self):
        self.add("damaged.jpg", damaged_jpeg())
        result = self.expect(REJECTS, "saliency", "in/ant", "-o", "maps")
        self.assertIn("damaged.jpg", result.err)
        self.expect(OK, "saliency", "in/ant", "-o", "more", "--damaged", "use")
        self.assertTrue((self.folder / "more" / "damaged.jpg.npy").exists())


if __name__ == "__main__":
    program.main()
