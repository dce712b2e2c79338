"""verify: a good output is good wherever it lies, and each kind of tampering is found and named."""

import json
import pathlib
import re
import shutil
import subprocess
import tempfile

from PIL import Image

import program
from program import (DIFFERENCE, FAILED, OK, REJECTS, make_classes, manifest_of, truncate,
                     write_image)


class Verified(program.ProgramTest):
    """Each test has its own copy of one good output and of its sources."""

    @classmethod
    def setUpClass(cls):
        cls.good = pathlib.Path(tempfile.mkdtemp(prefix="guidedmixup-cli-"))
        cls.addClassCleanup(shutil.rmtree, cls.good)
        make_classes(cls.good / "photos", each=6)
        subprocess.run([program.PROGRAM, "augment", "photos", "-o", "out", "--batch-size", "6",
                        "--shard-size", "6", "--include-originals", "--mix-prob", "0.8", "--seed",
                        "2"], cwd=cls.good, capture_output=True, check=True)

    def setUp(self):
        super().setUp()
        shutil.copytree(self.good, self.folder, dirs_exist_ok=True)
        self.out = self.folder / "out"
        self.samples = manifest_of(self.out)["samples"]
        self.mixed = [s for s in self.samples if s["kind"] == "mixed"]

    def differs(self, named, *arguments):
        result = self.expect(DIFFERENCE, "verify", "out", *arguments)
        self.assertIn(named, result.out)
        self.assertIn("NOT good", result.out)
        return result.out

    def change_line(self, sample, change):
        """Changes a sample in manifest.json and in metadata.jsonl alike."""
        changed = dict(sample)
        change(changed)
        _, shard, name = sample["file_name"].split("/")
        for file, key in ((self.out / "manifest.json", sample["file_name"]),
                          (self.out / "images" / shard / "metadata.jsonl", name)):
            lines = file.read_text().split("\n")
            place = [i for i, line in enumerate(lines) if f'"file_name": "{key}"' in line]
            self.assertEqual(len(place), 1)
            end = "," if lines[place[0]].endswith(",") else ""
            lines[place[0]] = json.dumps({**changed, "file_name": key}) + end
            file.write_text("\n".join(lines))

    def change_text(self, name, pattern, replacement):
        file = self.out / name
        text, count = re.subn(pattern, replacement, file.read_text(), count=1)
        self.assertEqual(count, 1)
        file.write_text(text)


class Tampering(Verified):
    def test_nothing_changed(self):
        result = self.expect(OK, "verify", "out", "--deep")
        self.assertIn("good: 36 samples", result.out)

    def test_changed_byte_in_an_image(self):
        name = self.samples[3]["file_name"]
        data = bytearray((self.out / name).read_bytes())
        data[len(data) // 2] ^= 1
        (self.out / name).write_bytes(data)
        self.differs(name)

    def test_removed_image(self):
        name = self.samples[-1]["file_name"]
        (self.out / name).unlink()
        self.differs(name)

    def test_extra_files(self):
        for name in ("images/00001/000000099.png", "images/00000/notes.txt", "extra.txt",
                     "images/00099/000000000.png", "images/loose.png", "schema/other.json"):
            with self.subTest(name):
                (self.out / name).parent.mkdir(exist_ok=True)
                (self.out / name).write_text("x")
                self.differs(name.replace("/00099/000000000.png", "/00099"))
                (self.out / name).unlink()
        (self.out / "images" / "00099").rmdir()
        self.expect(OK, "verify", "out")

    def test_weights_that_do_not_sum_to_one(self):
        sample = self.mixed[0]
        self.change_line(sample, lambda s: s.update(label_weights=[0.7, 0.7]))
        self.differs(sample["file_name"])

    def test_changed_weights_that_still_sum_to_one(self):
        sample = next(s for s in self.mixed if s["label_indices"][0] != s["label_indices"][1])
        weights = [w + d for w, d in zip(sample["label_weights"], (0.0078125, -0.0078125))]
        label = sample["label_indices"][weights.index(max(weights))]
        self.change_line(sample, lambda s: s.update(label_weights=weights, label=label))
        self.differs(sample["file_name"], "--deep")

    def test_changed_partner(self):
        sample = self.mixed[0]
        taken = set(sample["sources"])
        other = next(s for s in self.mixed if s["batch"] == sample["batch"]
                     and s["sources"][0] not in taken
                     and s["label_indices"][0] == sample["label_indices"][1])
        self.change_line(sample, lambda s: s.update(
            sources=[s["sources"][0], other["sources"][0]]))
        self.differs("000000", "--deep")

    def test_changed_source(self):
        first, second = self.mixed[0], self.mixed[1]
        self.change_line(first, lambda s: s.update(
            sources=[second["sources"][0], s["sources"][1]],
            label_indices=[second["label_indices"][0], s["label_indices"][1]]))
        self.differs("000000", "--deep")

    def test_changed_class_index(self):
        """Another mixed image of the same source has the class that this one had."""
        sample = next(s for s in self.samples if s["kind"] == "original")
        other = (sample["label"] + 1) % 3
        self.change_line(sample, lambda s: s.update(label=other, label_indices=[other]))
        self.differs(sample["file_name"], "--deep")

    def test_changed_label(self):
        sample = self.mixed[0]
        self.change_line(sample, lambda s: s.update(label=(s["label"] + 1) % 3))
        self.differs(sample["file_name"])

    def test_class_that_does_not_exist(self):
        sample = self.samples[0]
        self.change_line(sample, lambda s: s.update(label=7, label_indices=[7] * len(s["sources"])))
        self.differs(sample["file_name"])

    def test_changed_distance(self):
        sample = self.mixed[0]
        self.change_line(sample, lambda s: s.update(pair_distance=s["pair_distance"] * 1.5))
        self.differs(sample["file_name"], "--deep")

    def test_changed_kind(self):
        sample = next(s for s in self.samples if s["kind"] == "original")
        self.change_line(sample, lambda s: s.update(kind="clean"))
        self.differs("counts.clean")
        self.differs("is clean, expected original")

    def test_changed_counts(self):
        for key in ("samples", "mixed", "clean", "original", "rejected"):
            with self.subTest(key):
                before = (self.out / "manifest.json").read_text()
                self.change_text("manifest.json", rf'("{key}": )([0-9]+)(?=[,}}])', r"\g<1>1\2")
                self.differs("counts." + key)
                (self.out / "manifest.json").write_text(before)

    def test_wrong_class_list(self):
        (self.out / "classes.txt").write_text("bee\nant\ncat\n")
        self.differs("classes.txt")
        (self.out / "classes.txt").unlink()
        self.differs("classes.txt")

    def test_metadata_changed_alone(self):
        file = self.out / "images" / "00001" / "metadata.jsonl"
        lines = file.read_text().splitlines(keepends=True)
        whole = "".join(lines)
        for text in ("".join(lines[:-1]), whole + lines[-1], "".join(lines[::-1]),
                     whole.replace('"slot": 0', '"slot": 1', 1), "", "no\n"):
            with self.subTest(len(text)):
                file.write_text(text)
                self.differs("metadata.jsonl")
        file.unlink()
        self.differs("metadata.jsonl")

    def test_duplicate_and_missing_samples(self):
        file = self.out / "manifest.json"
        text = file.read_text()
        line = next(t for t in text.splitlines() if t.startswith('{"file_name"'))
        file.write_text(text.replace(line, line + "\n" + line))
        self.differs(self.samples[0]["file_name"])
        file.write_text(text.replace(line + "\n", ""))
        self.expect(DIFFERENCE, "verify", "out")

    def test_image_replaced_together_with_its_checksum(self):
        # Two images of one shard change places; each keeps a checksum that is right.
        first, second = self.mixed[0], self.mixed[1]
        a, b = ((self.out / s["file_name"]).read_bytes() for s in (first, second))
        (self.out / first["file_name"]).write_bytes(b)
        (self.out / second["file_name"]).write_bytes(a)
        self.change_line(first, lambda s: s.update(xxh3=second["xxh3"]))
        self.change_line(second, lambda s: s.update(xxh3=first["xxh3"]))
        self.expect(OK, "verify", "out")
        self.differs(first["file_name"], "--deep")

    def test_image_of_another_size_or_format(self):
        sample = self.samples[0]
        with Image.open(self.out / sample["file_name"]) as image:
            image.resize((16, 16)).save(self.out / sample["file_name"])
        self.differs(sample["file_name"])

    def test_plan_and_schema(self):
        self.change_text("plan.json", '"seed": 2', '"seed": 3')
        self.differs("seed")
        (self.out / "plan.json").unlink()
        self.differs("plan.json")
        (self.out / "schema" / "manifest-1.json").unlink()
        self.differs("schema/manifest-1.json")

    def test_what_breaks_the_schema(self):
        sample = self.samples[0]
        self.change_line(sample, lambda s: s.pop("round"))
        result = self.run_program("verify", "out")
        self.assertIn(result.code, (DIFFERENCE, FAILED))
        self.assertIn("round", result.out + result.err)

    def test_unknown_keys_are_ignored(self):
        self.change_text("manifest.json", r'"counts": \{', '"remark": {"a": [1]}, "counts": {')
        self.expect(OK, "verify", "out")

    def test_changed_source_picture(self):
        source = self.mixed[0]["sources"][0]
        write_image(self.folder / "photos" / source, seed=999)
        self.expect(OK, "verify", "out")
        self.expect(DIFFERENCE, "verify", "out", "--deep")

    def test_lost_source(self):
        (self.folder / "photos" / self.mixed[0]["sources"][0]).unlink()
        self.expect(OK, "verify", "out")
        self.differs(self.mixed[0]["sources"][0], "--deep")

    def test_rejects_are_counted(self):
        truncate(self.folder / "photos" / "ant" / "00.png")
        self.augment("photos", "-o", "out", "--overwrite", code=REJECTS)
        self.expect(OK, "verify", "out", "--deep")
        (self.out / "rejects.jsonl").unlink()
        self.differs("rejected")


class Refusals(Verified):
    def test_no_manifest(self):
        (self.out / "manifest.json").unlink()
        (self.folder / "empty").mkdir()
        for name in ("out", "empty", "absent", "photos"):
            result = self.expect(FAILED, "verify", name)
            self.assertIn(name, result.err)
            self.assertEqual(result.out, "")

    def test_versions(self):
        self.change_text("manifest.json", '"version": "1.0"', '"version": "1.7"')
        self.expect(OK, "verify", "out")
        self.change_text("manifest.json", '"version": "1.7"', '"version": "2.0"')
        result = self.expect(FAILED, "verify", "out")
        self.assertIn("2.0", result.err)

    def test_files_that_are_no_manifest(self):
        whole = (self.out / "manifest.json").read_text()
        for text in ("", "{", "[]", "null", "42", '{"format": "other"}', whole[:len(whole) // 2],
                     whole.replace("guidedmixup-manifest", "coco"), whole + "x", "\xff\xfe"):
            (self.out / "manifest.json").write_bytes(text.encode("latin-1"))
            result = self.run_program("verify", "out")
            self.assertIn(result.code, (FAILED, DIFFERENCE), text[:40])
            self.assertNotIn("internal", result.err)
            self.assertTrue(result.err + result.out)

    def test_deep_without_sources(self):
        (self.folder / "photos").rename(self.folder / "gone")
        self.expect(OK, "verify", "out")
        result = self.expect(FAILED, "verify", "out", "--deep")
        self.assertIn("--input", result.err)
        self.expect(OK, "verify", "out", "--deep", "--input", "gone")

    def test_paths_that_leave_the_folder(self):
        sample = self.samples[0]
        secret = self.folder / "secret.png"
        secret.write_bytes((self.out / sample["file_name"]).read_bytes())
        self.change_text("manifest.json", re.escape(sample["file_name"]), "../secret.png")
        self.expect(DIFFERENCE, "verify", "out")


class Elsewhere(Verified):
    def test_a_tree_that_moved_together(self):
        (self.folder / "new" / "deep").mkdir(parents=True)
        for name in ("photos", "out"):
            (self.folder / name).rename(self.folder / "new" / "deep" / name)
        self.expect(OK, "verify", "new/deep/out", "--deep")
        self.expect(OK, "verify", ".", "--deep", cwd=self.folder / "new" / "deep" / "out")

    def test_input_given(self):
        shutil.copytree(self.folder / "photos", self.folder / "copy")
        self.expect(OK, "verify", "out", "--deep", "--input", "copy")
        write_image(self.folder / "copy" / self.mixed[0]["sources"][0], seed=999)
        self.expect(DIFFERENCE, "verify", "out", "--deep", "--input", "copy")

    def test_json_report(self):
        report = json.loads(self.expect(OK, "verify", "out", "--deep", "--json").out)
        count = len(self.samples)
        self.assertEqual((report["samples"], report["recomputed"], report["differences"]),
                         (count, count, 0))
        (self.out / self.samples[0]["file_name"]).unlink()
        result = self.expect(DIFFERENCE, "verify", "out", "--json")
        report = json.loads(result.out)
        self.assertEqual(report["differences"], 1)
        self.assertIn(self.samples[0]["file_name"], report["first_differences"][0])

    def test_several_methods(self):
        self.augment("photos", "-o", "many", "-m", "guided-sr", "-m", "mixup", "-m",
                     "cutmix:alpha=0.3,pairing=greedy", "--batch-size", "6")
        report = json.loads(self.expect(OK, "verify", "many", "--deep", "--json").out)
        self.assertEqual((report["outputs"], report["samples"]), (3, 54))
        victim = next((self.folder / "many" / "mixup" / "images").glob("*/*5.png"))
        victim.write_bytes(b"x")
        result = self.expect(DIFFERENCE, "verify", "many")
        self.assertIn(victim.name, result.out)
        self.assertIn("mixup", result.out)

    def test_every_method_and_format_is_deeply_good(self):
        for number, options in enumerate((
                ["-m", "guided-sr:blur=both", "--format", "jpg"],
                ["-m", "guided-sr:blur=image", "--format", "webp", "--size", "20x30"],
                ["-m", "guided-sr:blur=none,pairing=random", "--fit", "contain", "--size", "48x20"],
                ["-m", "guided-sr:saliency=uniform", "--rounds", "3"],
                ["-m", "mixup:alpha=0", "--batch-size", "2"],
                ["-m", "cutmix:alpha=0.1", "--mix-prob", "0"],
                ["-m", "none", "--limit", "5"])):
            with self.subTest(options):
                self.augment("photos", "-o", f"v{number}", *options)
                self.expect(OK, "verify", f"v{number}", "--deep")

    def test_verify_writes_nothing(self):
        before = program.tree(self.folder)
        self.expect(OK, "verify", "out", "--deep")
        self.assertEqual(program.tree(self.folder), before)
        done = subprocess.run(["find", "out", "-newer", "out/manifest.json", "-type", "f"],
                              cwd=self.folder, capture_output=True, check=True)
        self.assertEqual(done.stdout, b"")


if __name__ == "__main__":
    program.main()
