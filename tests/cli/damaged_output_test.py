"""What is read back may be anything; that every key, byte and line of it may is tried by
tests/campaign/damaged.py. Here: what the messages say."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import program
from program import DIFFERENCE, FAILED, OK, REJECTS, USAGE, make_classes, manifest_of, scaled

DEEP = "[" * 100_000 + "]" * 100_000
OPTIONS = ["--size", "8", "--batch-size", "4", "--shard-size", "4", "--rounds", "2", "-m",
           "guided-sr", "--format", "jpg", "-j", "1", "-q"]


class Damaged(program.ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.good = pathlib.Path(tempfile.mkdtemp(prefix="guidedmixup-cli-"))
        cls.addClassCleanup(shutil.rmtree, cls.good)
        make_classes(cls.good / "photos", classes=("ant", "bee"), each=4, size=(8, 8))
        program.truncate(cls.good / "photos" / "ant" / "02.png")
        done = subprocess.run([program.PROGRAM, "augment", "photos", "-o", "out", *OPTIONS],
                              cwd=cls.good, capture_output=True, check=False)
        assert done.returncode == REJECTS, done.stderr

    def setUp(self):
        super().setUp()
        shutil.copytree(self.good, self.folder, dirs_exist_ok=True)
        self.out = self.folder / "out"

    def ends(self, codes, *arguments, what=""):
        """Runs a command on something damaged: an end that was meant, words, and little memory."""
        result = self.run_program(*arguments)
        self.assertIn(result.code, codes, f"{arguments} {what}\n{result.out}\n{result.err}")
        text = result.out + result.err
        self.assertTrue(text.strip(), f"{arguments} {what}")
        self.assertNotIn("\x1b", text, what)
        for word in ("json.exception", "internal", "basic_", "filesystem error"):
            self.assertNotIn(word, text, what)
        return result

    def write_manifest(self, manifest):
        """Laid out as the program does."""
        header = {k: v for k, v in manifest.items() if k != "samples"}
        text = ",\n ".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in header.items())
        samples = manifest.get("samples")
        if isinstance(samples, list):
            text += ',\n "samples": [\n' + ",\n".join(map(json.dumps, samples)) + "\n]"
        elif "samples" in manifest:
            text += f', "samples": {json.dumps(samples)}'
        (self.out / "manifest.json").write_text("{" + text + "}\n")

    def test_the_good_output_is_good(self):
        self.expect(OK, "verify", "out", "--deep")
        self.write_manifest(manifest_of(self.out))
        self.expect(OK, "verify", "out", "--deep")
        self.expect(OK, "preview", "out", "-o", "s.png", "--rows", "1")

    def test_what_was_found_first(self):
        """By key, with what is there and what was expected."""
        text = (self.out / "manifest.json").read_text()
        for old, new, said in (
                ('"quality": 95, ', "", "header: image.quality is missing"),
                ('"quality": 95', '"quality": 0', "image.quality is 0, expected 1 to 100"),
                ('"width": 8, "height": 8', '"width": 2147483647, "height": 2147483647',
                 "image.width is 2147483647, expected 1 to 16384"),
                ('"batch_size": 4', '"batch_size": 1', "config.batch_size is 1, expected 2 to"),
                ('"slot": 0', '"slot": -1', "sample 0: slot is -1, expected 0 to"),
                ('"label": ', '"label": 4294967297, "x": ', "label is 4294967297, expected 0 to"),
        ):
            with self.subTest(new):
                self.assertIn(old, text)
                (self.out / "manifest.json").write_text(text.replace(old, new, 1))
                result = self.ends((DIFFERENCE,), "verify", "out", "--deep")
                self.assertIn(said, result.out)
                if not said.startswith(("sample", "label")):
                    result = self.ends((FAILED,), "preview", "out", "-o", "s.png")
                    self.assertIn(said.removeprefix("header: "), result.err)

    def test_nested_deep(self):
        manifest = (self.out / "manifest.json").read_text()
        plan = (self.out / "plan.json").read_text()
        (self.out / "manifest.json").write_text(
            manifest.replace('"classes"', f'"zz": {DEEP}, "classes"', 1))
        for command in (["verify", "out"], ["preview", "out", "-o", "s.png"]):
            result = self.ends((FAILED, DIFFERENCE), *command)
            self.assertIn("nested more than 64 levels deep", result.out + result.err)
        (self.out / "manifest.json").write_text(manifest)
        (self.out / "plan.json").write_text('{"a":' * 100_000 + "1" + "}" * 100_000)
        self.assertIn("plan.json is nested", self.ends((DIFFERENCE,), "verify", "out").out)
        self.ends((USAGE,), "augment", "photos", "-o", "out", *OPTIONS, "--resume")
        (self.out / "plan.json").write_text(plan)
        for name in ("metadata.jsonl", "rejects.jsonl"):
            file = self.out / "images" / "00000" / name
            if not file.exists():
                continue
            text = file.read_text()
            file.write_text(DEEP + "\n" + text)
            self.ends((DIFFERENCE,), "verify", "out", what=name)
            file.write_text(text)

    def test_very_many_sources(self):
        manifest = manifest_of(self.out)
        count = scaled(100_000)
        manifest["samples"][0].update(
            label_indices=[i % 2 for i in range(count)], label_weights=[1 / 65536] * count,
            sources=[f"ant/{i}.png" for i in range(count)])
        self.write_manifest(manifest)
        self.ends((DIFFERENCE,), "verify", "out", "--deep")

    def test_what_is_no_regular_file(self):
        """Pipes do not make it wait, and links are not followed."""
        image = manifest_of(self.out)["samples"][0]["file_name"]
        for name in ("manifest.json", "plan.json", "classes.txt", "rejects.jsonl", image,
                     "images/00000/metadata.jsonl", "schema/manifest-1.json"):
            file = self.out / name
            file.rename(self.folder / "elsewhere")
            for make in (os.mkfifo, lambda path: os.symlink(self.folder / "elsewhere", path),
                         os.mkdir):
                with self.subTest(name):
                    make(file)
                    codes = (FAILED,) if name == "manifest.json" else (DIFFERENCE,)
                    result = self.ends(codes, "verify", "out", what=name)
                    self.assertIn(pathlib.Path(name).name, result.out + result.err)
                    if file.is_dir() and not file.is_symlink():
                        file.rmdir()
                    else:
                        file.unlink()
            (self.folder / "elsewhere").rename(file)
        shard = self.out / "images" / "00000"
        shard.rename(self.folder / "elsewhere")
        shard.symlink_to(self.folder / "elsewhere")
        self.assertIn("a symbolic link", self.ends((DIFFERENCE,), "verify", "out").out)
        result = self.ends((FAILED,), "preview", "out", "-o", "s.png", "--rows", "100")
        self.assertIn("a symbolic link", result.err)

    def test_control_characters_stay_in_the_file(self):
        text = (self.out / "manifest.json").read_text()
        (self.out / "manifest.json").write_text(
            text.replace('"version": "1.0"', r'"version": "9.\u001b[2J"', 1))
        for command in (["verify", "out"], ["preview", "out", "-o", "s.png"]):
            self.assertIn(r"9.\x1b[2J", self.ends((FAILED,), *command).err)


if __name__ == "__main__":
    program.main()
