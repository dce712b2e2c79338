"""The manifest and the files beside it, rule by rule (docs/manifest.md)."""

import base64
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import jsonschema
import numpy

import program
from program import OK, REJECTS, json_lines, make_classes, manifest_of

SAMPLE_DATA = pathlib.Path(__file__).resolve().parents[2] / "sample_data"
GREEDY_CUTMIX = ["-m", "cutmix:pairing=greedy,saliency=uniform"]


def sample_texts(folder):
    """The text of each sample's line in manifest.json, without the comma."""
    lines = (folder / "manifest.json").read_text().splitlines()
    return [line.rstrip(",") for line in lines if line.startswith('{"file_name"')]


class EveryOutput(program.ProgramTest):
    """Rules that hold for all methods: one run of the sample data, looked at from all sides."""

    @classmethod
    def setUpClass(cls):
        cls.top = pathlib.Path(tempfile.mkdtemp(prefix="guidedmixup-cli-"))
        cls.addClassCleanup(shutil.rmtree, cls.top)
        photos = cls.top / "photos"
        shutil.copytree(SAMPLE_DATA, photos)
        program.truncate(photos / "fish" / "angels.jpg")
        program.truncate(photos / "flower" / "gerbera.png")
        (photos / "balloon" / "a-note.jpg").write_text("not an image")
        done = subprocess.run(
            [program.PROGRAM, "augment", "photos", "-o", "out", *program.all_methods(),
             *GREEDY_CUTMIX, "--batch-size", "12", "--shard-size", "20", "--rounds", "2",
             "--mix-prob", "0.6", "--include-originals", "--size", "48x40", "--seed", "5"],
            cwd=cls.top, capture_output=True, check=False)
        cls.code, cls.err = done.returncode, done.stderr.decode()
        cls.printed = [cls.top / line for line in done.stdout.decode().splitlines()]
        cls.folders = sorted((cls.top / "out").iterdir())

    def for_each(self):
        self.assertEqual(self.code, REJECTS, self.err)
        for folder in self.folders:
            yield folder, manifest_of(folder)

    def test_folders_and_printed_paths(self):
        self.assertEqual(len(self.folders), len(program.method_names()) + 1)
        self.assertEqual(sorted(self.printed), [f / "manifest.json" for f in self.folders])

    def test_layout(self):
        for folder, _ in self.for_each():
            names = {p.name for p in folder.iterdir()}
            self.assertEqual(names, {"plan.json", "manifest.json", "classes.txt", "rejects.jsonl",
                                     "images", "schema"})
            self.assertEqual([p.name for p in (folder / "schema").iterdir()], ["manifest-1.json"])

    def test_made_again_from_the_sources_nothing_differs(self):
        for folder, _ in self.for_each():
            done = subprocess.run([program.PROGRAM, "verify", "--deep", folder],
                                  capture_output=True, check=False)
            self.assertEqual(done.returncode, OK, done.stderr.decode())

    def test_schema(self):
        for folder, manifest in self.for_each():
            schema = json.loads((folder / "schema" / "manifest-1.json").read_text())
            self.assertIn("draft-07", schema["$schema"])
            jsonschema.Draft7Validator.check_schema(schema)
            jsonschema.Draft7Validator(schema).validate(manifest)

    def test_header(self):
        for _, manifest in self.for_each():
            self.assertEqual(list(manifest), ["format", "version", "tool", "method", "config",
                                              "input", "classes", "image", "engine", "counts",
                                              "samples"])
            self.assertEqual(manifest["format"], "guidedmixup-manifest")
            self.assertEqual(manifest["version"], "1.0")
            self.assertLessEqual({"compiler", "opencv", "fftw"}, set(manifest["tool"]["build"]))
            self.assertEqual(manifest["image"], {"format": "jpg", "quality": 95, "width": 48,
                                                 "height": 40})
            self.assertEqual(manifest["engine"]["name"], "cpu")
            self.assertEqual(manifest["input"]["count"], 49)
            self.assertEqual(manifest["input"]["classes"], 6)
            self.assertRegex(manifest["input"]["digest"], "^xxh3:[0-9a-f]{16}$")
            config = manifest["config"]
            self.assertEqual((config["seed"], config["batch_size"], config["rounds"]), (5, 12, 2))

    def test_one_sample_on_each_line(self):
        for folder, manifest in self.for_each():
            self.assertEqual([json.loads(t) for t in sample_texts(folder)], manifest["samples"])
            text = (folder / "manifest.json").read_text()
            self.assertTrue(text.endswith("]}\n"), text[-20:])

    def test_metadata_lines_equal_the_manifest(self):
        for folder, _ in self.for_each():
            lines = []
            for shard in sorted((folder / "images").iterdir()):
                prefix = f'{{"file_name": "images/{shard.name}/'
                text = (shard / "metadata.jsonl").read_text()
                lines += [t.replace('{"file_name": "', prefix, 1) for t in text.splitlines()]
            self.assertEqual(lines, sample_texts(folder))

    def test_files_are_those_that_are_named(self):
        for folder, manifest in self.for_each():
            files = {p.relative_to(folder).as_posix() for p in folder.glob("images/*/*")
                     if p.suffix != ".jsonl"}
            named = [s["file_name"] for s in manifest["samples"]]
            self.assertEqual(len(named), len(set(named)))
            self.assertEqual(files, set(named))
            self.assertEqual(named, sorted(named))
            for name in named:
                self.assertRegex(name, r"^images/[0-9]{5}/[0-9]{9}\.jpg$")

    def test_labels(self):
        for _, manifest in self.for_each():
            classes = manifest["classes"]
            for sample in manifest["samples"]:
                indices, weights = sample["label_indices"], sample["label_weights"]
                self.assertEqual({len(indices), len(weights)}, {len(sample["sources"])})
                self.assertEqual(indices,
                                 [classes.index(s.split("/")[0]) for s in sample["sources"]])
                single = numpy.float32(weights)
                self.assertEqual([float(str(w)) for w in single], weights, "shortest float32")
                self.assertAlmostEqual(float(single.astype(float).sum()), 1, delta=1e-6)
                if len(weights) == 2:
                    self.assertEqual(single[1], numpy.float32(1) - single[0])
                self.assertTrue((single >= 0).all())
                dense = numpy.zeros(len(classes))
                numpy.add.at(dense, indices, weights)
                self.assertAlmostEqual(dense.sum(), 1, delta=1e-6)
                self.assertEqual(sample["label"], int(dense.argmax()))

    def test_kinds(self):
        for folder, manifest in self.for_each():
            batches, counts = {}, {"mixed": 0, "clean": 0, "original": 0}
            has_partners = manifest["method"]["pairing"]["name"] != "none"
            for sample in manifest["samples"]:
                counts[sample["kind"]] += 1
                batches.setdefault((sample["round"], sample["batch"]), []).append(sample["kind"])
                self.assertEqual(sample["kind"] == "original", sample["round"] == 2)
                several = has_partners and sample["kind"] == "mixed"
                self.assertEqual(len(sample["sources"]) > 1, several)
            for kinds in batches.values():
                self.assertEqual(len(set(kinds)), 1, "a mini-batch is of one kind")
            said = manifest["counts"]
            self.assertEqual({k: said[k] for k in counts}, counts)
            self.assertEqual(said["samples"], len(manifest["samples"]))
            self.assertEqual(said["rejected"], 3)
            self.assertEqual(counts["original"], 46)
            if folder.name == "none":
                self.assertEqual(counts["mixed"], 0)
            else:
                self.assertGreater(counts["mixed"], 0)
                self.assertGreater(counts["clean"], 0)

    def test_originals_stand_behind_the_rounds_of_their_first_mini_batch(self):
        for _, manifest in self.for_each():
            groups = {}  # of each mini-batch of the first shuffle, the samples of each round
            reuse = manifest["config"]["reuse"]
            for sample in manifest["samples"]:
                if sample["round"] < reuse or sample["kind"] == "original":
                    rounds = groups.setdefault(sample["batch"], {})
                    rounds.setdefault(sample["round"], []).append(sample)
            for rounds in groups.values():
                self.assertEqual(list(rounds), [*range(reuse), 2])
                self.assertEqual({tuple((s["slot"], s["sources"][0]) for s in samples)
                                  for samples in rounds.values()},
                                 {tuple((s["slot"], s["sources"][0]) for s in rounds[2])})
                self.assertEqual({s["kind"] for s in rounds[2]}, {"original"})

    def test_rounds_use_each_good_sample_once(self):
        good = {p.relative_to(self.top / "photos").as_posix()
                for p in (self.top / "photos").glob("*/*")}
        good -= {"fish/angels.jpg", "flower/gerbera.png", "balloon/a-note.jpg"}
        for _, manifest in self.for_each():
            for number in range(3):
                first = [s["sources"][0] for s in manifest["samples"] if s["round"] == number]
                self.assertEqual(sorted(first), sorted(good))

    def test_same_keys_and_types_on_every_line(self):
        for _, manifest in self.for_each():
            shapes = {tuple((k, type(v).__name__) for k, v in s.items())
                      for s in manifest["samples"]}
            self.assertEqual(len(shapes), 1, shapes)
            draws = {tuple((k, type(v).__name__) for k, v in s.get("draws", {}).items())
                     for s in manifest["samples"]}
            self.assertEqual(len(draws), 1, draws)
            for sample in manifest["samples"]:
                others = [k for k in sample if k.endswith("file_name") and k != "file_name"]
                self.assertEqual(others, [])

    def test_distances_and_draws_stand_where_the_method_has_them(self):
        for _, manifest in self.for_each():
            method, samples = manifest["method"], manifest["samples"]
            has_distance = method["saliency"]["name"] != "none"
            for sample in samples:
                self.assertEqual("pair_distance" in sample, has_distance)
                if has_distance and sample["kind"] != "mixed":
                    self.assertEqual(sample["pair_distance"], 0.0)
            if method["name"] == "guided-sr":
                self.assertTrue(any(s["pair_distance"] > 0 for s in samples))
            if method["mixing"]["name"] == "box":
                for sample in samples:
                    top, left, bottom, right = sample["draws"]["box"]
                    self.assertTrue(0 <= top <= bottom <= 40 and 0 <= left <= right <= 48)

    def test_fractions_always_have_a_point(self):
        for folder, _ in self.for_each():
            for text in sample_texts(folder):
                listed = re.search(r'"label_weights": \[([^\]]*)\]', text).group(1).split(", ")
                listed += re.findall(r'"pair_distance": ([^,}]*)', text)
                listed += re.findall(r'"lambda": ([^,}]*)', text)
                for number in listed:
                    self.assertRegex(number, r"^-?[0-9]+\.[0-9]+(e-?[0-9]+)?$", text)
            header = (folder / "manifest.json").read_text().split('"samples": [')[0]
            self.assertRegex(header, r'"mix_prob": [0-9]+\.[0-9]+')
            for number in re.findall(r'"(?:alpha|sigma|mix_prob)": ([^,}]*)', header):
                self.assertIn(".", number)

    def test_classes_file(self):
        for folder, manifest in self.for_each():
            self.assertEqual((folder / "classes.txt").read_text(),
                             "".join(name + "\n" for name in manifest["classes"]))
            self.assertEqual(manifest["classes"], sorted(manifest["classes"]))

    def test_nothing_tells_when_or_where(self):
        forbidden = [str(self.top), os.uname().nodename, "/tmp/", "/home/"]
        stamp = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}|[0-9]{2}:[0-9]{2}:[0-9]{2}")
        for folder, manifest in self.for_each():
            for file in [*folder.glob("*.json*"), *folder.glob("images/*/*.jsonl")]:
                text = file.read_text()
                for word in forbidden:
                    self.assertFalse(len(word) > 3 and word in text, f"{word} in {file}")
                self.assertIsNone(stamp.search(text), file)
            self.assertEqual(manifest["input"]["root"], "../../photos")
            plan = json.loads((folder / "plan.json").read_text())
            for config in (plan["config"], manifest["config"]):
                self.assertFalse({"threads", "output", "resume", "overwrite", "progress", "config",
                                  "quiet", "on_error"} & set(config), config)

    def test_checksum_format(self):
        for _, manifest in self.for_each():
            for sample in manifest["samples"]:
                self.assertRegex(sample["xxh3"], "^[0-9a-f]{16}$")

    def test_rejects_and_gaps(self):
        for folder, manifest in self.for_each():
            lines = json_lines(folder / "rejects.jsonl")
            self.assertEqual([(r["path"], r["stage"], r["code"]) for r in lines],
                             [("balloon/a-note.jpg", "decode", "unsupported"),
                              ("fish/angels.jpg", "decode", "truncated"),
                              ("flower/gerbera.png", "decode", "truncated")])
            numbers = {int(pathlib.Path(s["file_name"]).stem) for s in manifest["samples"]}
            self.assertEqual(len(numbers), 3 * 46)
            self.assertLess(max(numbers), 3 * 49)
            slots = {(s["round"], s["batch"], s["slot"]) for s in manifest["samples"]}
            self.assertEqual(len(slots), len(numbers))
            in_shards = {r["path"] for shard in folder.glob("images/*/rejects.jsonl")
                         for r in json_lines(shard)}
            self.assertEqual(in_shards, {r["path"] for r in lines})


class Special(program.ProgramTest):
    def test_no_rejects_no_file(self):
        make_classes(self.folder / "photos")
        self.augment("photos", "-o", "out")
        self.assertEqual(list((self.folder / "out").rglob("rejects.jsonl")), [])
        self.assertEqual(manifest_of(self.folder / "out")["counts"]["rejected"], 0)

    def test_a_lone_good_sample_is_clean_and_a_lost_batch_is_a_gap(self):
        make_classes(self.folder / "photos", classes=("ant",), each=8)
        self.augment("photos", "-o", "plan", "--batch-size", "4", "--shard-size", "4")
        batches = {}
        for sample in manifest_of(self.folder / "plan")["samples"]:
            batches.setdefault(sample["batch"], []).append(sample["sources"][0])
        for name in [*batches[0][:3], *batches[1]]:
            file = self.folder / "photos" / name
            file.write_bytes(bytes(file.stat().st_size))  # the size is part of the listing
        self.augment("photos", "-o", "out", "--batch-size", "4", "--shard-size", "4", code=REJECTS)
        manifest = manifest_of(self.folder / "out")
        self.assertEqual(len(manifest["samples"]), 1)
        alone = manifest["samples"][0]
        self.assertEqual((alone["kind"], alone["label_weights"], alone["pair_distance"]),
                         ("clean", [1.0], 0.0))
        self.assertEqual((alone["batch"], alone["slot"]), (0, 3))
        self.assertEqual(alone["sources"], [batches[0][3]])
        self.assertEqual(manifest["counts"]["rejected"], 7)
        self.expect(OK, "verify", "out", "--deep")

    def test_non_utf8_paths_are_rejected_with_their_bytes(self):
        make_classes(self.folder / "photos")
        name = b"odd-\xff\xfe.png"
        program.write_image(os.fsencode(self.folder / "photos" / "ant") + b"/" + name)
        self.augment("photos", "-o", "out", code=REJECTS)
        record = json_lines(self.folder / "out" / "rejects.jsonl")[0]
        self.assertEqual(base64.b64decode(record["path_base64"]), b"ant/" + name)
        self.assertEqual((record["stage"], record["code"]), ("listing", "invalid-path"))
        self.assertIn("UTF-8", record["message"])
        manifest = manifest_of(self.folder / "out")
        self.assertEqual((manifest["input"]["count"], manifest["counts"]["rejected"]), (12, 1))

    def test_outputs_below_shard_numbers_follow_the_plan(self):
        make_classes(self.folder / "photos", each=7)  # 21 = 4 batches of 5 and a tail of 1
        for reuse, expected in (
                ("1", [(0, 5), (0, 5), (0, 5), (0, 6), (1, 5), (1, 5), (1, 5), (1, 6)]),
                ("2", [(0, 5), (1, 5), (0, 5), (1, 5), (0, 5), (1, 5), (0, 6), (1, 6)])):
            with self.subTest(reuse):
                self.augment("photos", "-o", "out" + reuse, "--batch-size", "5", "--shard-size", "6",
                             "--rounds", "2", "--reuse", reuse)
                samples = manifest_of(self.folder / ("out" + reuse))["samples"]
                numbers = [int(pathlib.Path(s["file_name"]).stem) for s in samples]
                self.assertEqual(numbers, list(range(42)))
                sizes = {}
                for sample in samples:
                    sizes.setdefault((sample["round"], sample["batch"]), []).append(sample["slot"])
                self.assertEqual([(k[0], len(v)) for k, v in sizes.items()], expected)
                shards = [s["file_name"].split("/")[1] for s in samples]
                self.assertEqual([shards.count(f"{n:05}") for n in range(4)],
                                 [10, 11, 10, 11] if reuse == "1" else [10, 10, 10, 12])


if __name__ == "__main__":
    program.main()
