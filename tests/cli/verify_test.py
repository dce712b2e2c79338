"""verify: a good output is good wherever it lies, and each kind of tampering is found and named."""

import json
import pathlib
import re
import shutil
import signal
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
                        "--shard-size", "6", "--rounds", "2", "--reuse", "1",
                        "--include-originals", "--mix-prob", "0.8", "--seed", "2"], cwd=cls.good, capture_output=True, check=True)

    def setUp(self):
        super().setUp()
        shutil.copytree(self.good, self.folder, dirs_exist_ok=True)
        self.out = self.folder / "out"
        self.samples = manifest_of(self.out)["samples"]
        self.mixed = [s for s in self.samples if s["kind"] == "mixed"]

    def differs(self, named, *arguments):
        result = self.expect(DIFFERENCE, "verify", "out", *arguments)
        self.assertIn(named, result.out)
        self.assertIn("FAILED: ", result.out)
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
        self.assertIn("OK: no difference in 54 samples", result.out)

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
        for key in ("samples", "mixed", "clean", "original", "rejected", "repeated"):
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

    def test_schema(self):
        self.change_text("schema/manifest-1.json", '"minimum": 1', '"minimum": 2')
        self.differs("schema/manifest-1.json is not the schema of this version")
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


class PlanMadeAgain(Verified):
    """The manifest against the plan, which is made again from what the header records."""

    def rewrite(self, samples):
        """Writes these samples everywhere, with counts to match: a manifest that agrees with its
        files, but perhaps not with its plan."""
        file = self.out / "manifest.json"
        header = {k: v for k, v in json.loads(file.read_text()).items() if k != "samples"}
        kinds = [s["kind"] for s in samples]
        header["counts"].update(samples=len(samples),
                                **{k: kinds.count(k) for k in ("mixed", "clean", "original")})
        lines = {}
        for sample in samples:
            _, shard, name = sample["file_name"].split("/")
            lines.setdefault(shard, []).append(json.dumps({**sample, "file_name": name}) + "\n")
        for shard, texts in lines.items():
            (self.out / "images" / shard / "metadata.jsonl").write_text("".join(texts))
        text = ",\n ".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in header.items())
        file.write_text("{" + text + ',\n "samples": [\n' +
                        ",\n".join(map(json.dumps, samples)) + "\n]}\n")

    def test_a_shard_that_is_left_out(self):
        self.rewrite([s for s in self.samples if "/00001/" not in s["file_name"]])
        shutil.rmtree(self.out / "images" / "00001")
        self.differs("images/00001: this shard is missing, with 12 samples")

    def test_the_last_shards_left_out(self):
        self.rewrite([s for s in self.samples if s["round"] != 1])
        for number in (3, 4, 5):
            shutil.rmtree(self.out / "images" / f"0000{number}")
        self.differs("images/00005: this shard is missing")

    def test_samples_that_are_left_out(self):
        for lost, said in ((8, "images/00000: batch 0, slot 2 lacks 1 of its 2 outputs"),
                           (-2, "images/00005: 1 place of the plan without a sample, but 0 rejects")):
            with self.subTest(said):
                self.rewrite([s for s in self.samples if s is not self.samples[lost]])
                (self.out / self.samples[lost]["file_name"]).unlink()
                self.differs(said)

    def test_places_that_are_used_again(self):
        more = []
        for copy in (6, 12):
            for sample in self.samples:
                _, shard, name = sample["file_name"].split("/")
                number = int(name.split(".")[0]) + len(self.samples) * copy // 6
                there = f"images/{int(shard) + copy:05}"
                (self.out / there).mkdir(exist_ok=True)
                shutil.copy(self.out / sample["file_name"], self.out / there / f"{number:09}.png")
                more.append({**sample, "file_name": f"{there}/{number:09}.png"})
        self.rewrite(self.samples + more)
        out = self.differs("its place in the plan, round 0, batch 0, slot 0, is already taken")
        self.assertIn("of the plan is images/00000/000000000.png", out)

    def test_places_that_the_plan_lacks(self):
        for key, value in (("round", 3), ("batch", 3), ("slot", 6)):
            sample = self.samples[-1]
            self.rewrite([*self.samples[:-1], {**sample, key: value}])
            self.differs("is not in the plan")

    def test_an_image_at_another_place(self):
        # Two samples of one mini-batch, exchanged with all that belongs to them.
        first, second = self.samples[30], self.samples[31]
        self.assertEqual(first["batch"], second["batch"])
        exchanged = {30: {**first, "slot": second["slot"]}, 31: {**second, "slot": first["slot"]}}
        self.rewrite([exchanged.get(i, s) for i, s in enumerate(self.samples)])
        self.differs(f"slot {second['slot']} of the plan is {second['file_name']}")

    def test_another_source_than_in_another_round(self):
        sample, *others = [s for s in self.samples if s["kind"] == "original"]
        other = next(s for s in others if s["label"] == sample["label"])
        self.rewrite([{**s, "sources": other["sources"]} if s is sample else s
                      for s in self.samples])
        self.assertRegex(self.differs(sample["file_name"]),
                         "in another round sample [0-9]+ of the listing is another file")

    def test_a_kind_that_the_seed_did_not_choose(self):
        batch = self.samples[0]["batch"]
        self.assertEqual(self.samples[0]["kind"], "mixed")
        changed = [s if s["round"] != 0 or s["batch"] != batch else
                   {**s, "kind": "clean", "label": s["label_indices"][0],
                    "label_indices": s["label_indices"][:1], "label_weights": [1.0],
                    "sources": s["sources"][:1]} for s in self.samples]
        self.rewrite(changed)
        self.differs("is clean, expected mixed")

    def test_a_partner_from_another_mini_batch(self):
        sample = self.mixed[0]
        here = {s["sources"][0] for s in self.mixed
                if (s["round"], s["batch"]) == (sample["round"], sample["batch"])}
        other = next(s for s in self.samples if s["sources"][0] not in here
                     and s["label_indices"][0] == sample["label_indices"][1])
        changed = {**sample, "sources": [sample["sources"][0], other["sources"][0]]}
        self.rewrite([changed if s is sample else s for s in self.samples])
        self.differs(f"its partner '{other['sources'][0]}' is not in its mini-batch")

    def test_another_seed_in_plan_and_manifest(self):
        for name in ("plan.json", "manifest.json"):
            self.change_text(name, '"seed": 2', '"seed": 3')
        self.differs("of the listing is another file")

    def test_another_class_for_a_source_everywhere(self):
        """Only the listing's digest knows."""
        path = self.samples[-1]["sources"][0]
        changed = []
        for sample in self.samples:
            indices = [0 if source == path else index for source, index in
                       zip(sample["sources"], sample["label_indices"])]
            mass = [sum(w for i, w in zip(indices, sample["label_weights"]) if i == c)
                    for c in range(3)]
            changed.append({**sample, "label_indices": indices, "label": mass.index(max(mass))})
        self.rewrite(changed)
        self.expect(OK, "verify", "out")
        self.differs("input.digest is xxh3:", "--deep")


class Rejects(Verified):
    """The shards' rejects, the output's, and the places that are empty agree."""

    def setUp(self):
        super().setUp()
        truncate(self.folder / "photos" / "ant" / "00.png")
        truncate(self.folder / "photos" / "cat" / "03.png")
        (self.folder / "photos" / "loose.png").write_bytes(b"x")  # a reject of the listing
        self.augment("photos", "-o", "out", "--overwrite", "--batch-size", "6", "--shard-size", "6",
                     "--rounds", "2", "--reuse", "1", "--include-originals", code=REJECTS)
        self.files = sorted(self.out.glob("images/*/rejects.jsonl"))

    def test_good(self):
        self.expect(OK, "verify", "out", "--deep")
        self.assertEqual(len((self.out / "rejects.jsonl").read_text().splitlines()), 3)

    def test_garbage_in_a_shards_rejects(self):
        file = self.files[0]
        whole = file.read_text()
        for line in ("no\n", "{}\n", "[" * 1000 + "\n", "\n"):
            file.write_text(line + whole)
            self.differs(f"images/{file.parent.name}/rejects.jsonl, line 1 ")
        file.write_bytes(bytes(1 << 16))
        self.differs(f"images/{file.parent.name}/rejects.jsonl, line 1 is not valid JSON")

    def test_a_shards_reject_that_is_lost(self):
        self.files[0].write_text("".join(self.files[0].read_text().splitlines(True)[1:]))
        self.differs("without a sample, but")

    def test_a_reject_too_many(self):
        file = self.out / "images" / "00000" / "rejects.jsonl"
        text = file.read_text() if file.exists() else ""
        file.write_text(text + self.files[-1].read_text().splitlines(True)[0])
        self.differs("images/00000: ")

    def test_the_outputs_rejects(self):
        file = self.out / "rejects.jsonl"
        lines = file.read_text().splitlines(True)
        file.write_text("".join(line for line in lines if "ant/00" not in line))
        self.differs("rejects.jsonl lacks 'ant/00.png', which a shard rejects")
        file.write_text("".join(lines).replace("ant/00", "ant/01"))
        self.differs("rejects.jsonl names 'ant/01.png', which no shard rejects")
        file.write_text("".join(lines).replace('"decode"', '"read"'))
        self.differs("rejects.jsonl and the shard give different reasons for 'ant/00.png'")

    def test_another_reason_in_another_round(self):
        file = self.files[-1]
        file.write_text(file.read_text().replace('"decode"', '"read"'))
        self.differs("for a different reason than an earlier shard")

    def test_another_path_rejected_everywhere(self):
        for file in [*self.files, self.out / "rejects.jsonl"]:
            file.write_text(file.read_text().replace("ant/00", "ant/01"))
        self.differs("a shard rejects 'ant/01.png', but every round has it")


class OneParent(Verified):
    """Outputs that readers merge must number their classes alike."""

    def part(self, name, classes, *arguments, photos="photos"):
        listed = [f"{c}/{i:02}.png" for c in classes for i in range(6)]
        (self.folder / "list").write_text("".join(line + "\n" for line in listed))
        self.augment(photos, "--files-from", "list", "-o", f"parts/{name}", *arguments)

    def test_other_classes(self):
        self.part("a", ["ant", "bee"])
        self.expect(OK, "verify", "parts")
        self.part("b", ["cat"])
        result = self.expect(DIFFERENCE, "verify", "parts")
        self.assertIn("parts/b: its classes differ from those of parts/a", result.out)
        self.assertIn("--classes", result.out)

    def test_the_same_classes(self):
        (self.folder / "names").write_text("ant\nbee\ncat\n")
        self.part("a", ["ant", "bee"], "--classes", "names")
        self.part("b", ["cat"], "--classes", "names")
        self.expect(OK, "verify", "parts")

    def test_data_sets_that_share_nothing(self):
        make_classes(self.folder / "others", classes=("elk", "fox"), each=6)
        self.part("a", ["ant", "bee"])
        self.part("b", ["elk", "fox"], photos="others")
        self.assertIn("do not merge them", self.expect(OK, "verify", "parts").err)


class Stopped(Verified):
    def test_the_first_signal_ends_the_reading_of_a_long_manifest(self):
        text = (self.out / "manifest.json").read_bytes()
        with open(self.out / "manifest.json", "wb") as file:
            file.write(text.replace(b'"classes"', b" " * (256 << 20) + b'"classes"', 1))
        process = self.start("verify", "out")

        def catches_the_signal():
            status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
            caught = int(re.search(r"SigCgt:\s*([0-9a-f]+)", status).group(1), 16)
            return caught >> (signal.SIGTERM - 1) & 1

        self.wait_for(catches_the_signal, "the handler of signals")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=program.TIMEOUT), 143)


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
