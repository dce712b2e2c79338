"""How much memory a run takes within a budget for decoding; tests/campaign/memory.py tries the
estimate."""

import io
import json
import shutil
import subprocess

from PIL import Image

import program
from program import OK, REJECTS, SCALE, USAGE, clean_environment, make_classes

MIB = 1 << 20


class Memory(program.ProgramTest):
    def setUp(self):
        super().setUp()
        if SCALE < 1:
            program.say_skip(self, "sanitizers take memory of their own")

    def peak(self, code, *arguments):
        """Of a run, in bytes. A process counts as its own what that was which started it: this one
        is large, so a shell stands between."""
        subprocess.run(["sh", "-c", '"$0" "$@"; exit $?', program.PROGRAM, "augment", *arguments,
                        "-o", "out", "-q", "--report", "report.json"], cwd=self.folder,
                       env=clean_environment(), capture_output=True, check=False,
                       timeout=program.TIMEOUT)
        file = self.folder / "report.json"
        report = json.loads(file.read_bytes())
        file.unlink()
        self.expect(code, "augment", *arguments, "-o", "out", "--resume")
        shutil.rmtree(self.folder / "out")
        return report["peak_memory_bytes"]

    def check_estimate(self, *arguments):
        dry = self.expect(OK, "augment", *arguments, "-o", "out", "--dry-run", "--json", "-q")
        estimate = json.loads(dry.out)["memory_bytes"]
        peak = self.peak(OK, *arguments)
        self.assertLess(abs(estimate - peak), 0.25 * peak, f"{arguments}: {estimate} for {peak}")
        return peak

    def progressive_cmyk(self, count):
        """JPEGs of 2.6 megapixel that take 21 MiB to decode, 4 MB for the codec's each channel."""
        file = io.BytesIO()
        Image.new("CMYK", (1648, 1600)).save(file, "JPEG", progressive=True)
        for number in range(count):
            path = self.folder / "cmyk" / "a" / f"{number:02}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.getvalue())
        return "cmyk", "-m", "none", "--size", "8", "--batch-size", "24"

    def test_large_images_take_turns_within_the_budget(self):
        command = self.progressive_cmyk(24)
        one = self.check_estimate(*command, "-j", "1")
        many = self.check_estimate(*command, "-j", "16")
        self.assertGreater(many, one + 100 * MIB)
        for budget in (60, 0):
            peak = self.check_estimate(*command, "-j", "16", "--memory", f"{budget}MiB")
            self.assertLess(peak, max(one, 60 * MIB) + 20 * MIB)

    def test_the_budget_changes_no_byte(self):
        command = ["augment", *self.progressive_cmyk(6), "-j", "4"]
        for number, budget in enumerate(("0", "50MiB", "4GiB")):
            self.expect(OK, *command, "-o", f"out{number}", "--memory", budget)
            self.assert_same_tree(self.folder / "out0", self.folder / f"out{number}")
        self.expect(OK, *command, "-o", "out0", "--memory", "1GiB", "--resume")

    def test_what_is_no_image_is_not_read(self):
        make_classes(self.folder / "photos", each=2)
        for name, start in (("disk", b""), ("film", b"\xFF\xD8\xFF\xE0")):
            with open(self.folder / "photos" / "ant" / f"{name}.jpg", "wb") as file:
                file.write(start)
                file.truncate(5 << 30)  # sparse: takes no disk
        self.assertLess(self.peak(REJECTS, "photos"), 50 * MIB)
        self.expect(REJECTS, "augment", "photos", "-o", "out")
        out = self.folder / "out"
        self.assert_reject(out, "ant/disk.jpg", "unsupported", "decode")
        self.assert_reject(out, "ant/film.jpg", "too-large", "decode")


class Option(program.ProgramTest):
    def test_values(self):
        make_classes(self.folder / "photos", each=2)
        for command in (["augment", "photos", "-o", "out"], ["saliency", "photos", "-o", "maps"],
                        ["verify", "out", "--deep"]):
            for value in ("much", "-1", "1.5GiB", ""):
                result = self.expect(USAGE, *command, f"--memory={value or 'x'}")
                self.assertIn("--memory", result.err)
            self.expect(OK, *command, "--memory", "64MiB")


if __name__ == "__main__":
    program.main()
