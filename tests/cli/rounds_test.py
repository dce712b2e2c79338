"""Rounds that do not repeat themselves: what `--reuse` shares between rounds, what cannot be avoided,
and what is said of it. Repeats are counted anew from the files that were written."""

import collections
import json
import re
import shutil
import signal

import program
from program import (DIFFERENCE, OK, REJECTS, USAGE, json_lines, make_classes, manifest_of, truncate,
                     write_image)


def pair_of(sample):
    return tuple(sorted(sample["sources"]))


def mini_batches(manifest):
    """The samples of each mini-batch: a list of its rounds, of which each is a list."""
    reuse = manifest["config"]["reuse"]
    batches = collections.defaultdict(lambda: collections.defaultdict(list))
    for sample in manifest["samples"]:
        if sample["kind"] != "original":
            key = sample["round"] // reuse, sample["batch"]
            batches[key][sample["round"]].append(sample)
    return [list(rounds.values()) for rounds in batches.values()]


def needless(partner, start, uses):
    """Of a walk that begins with `start`: how many pairs it repeats, or None when at some step an
    image was left whose pair had been used less often. The last choice counts two pairs."""
    def cost(source, target, left):
        closing = uses[frozenset((*(left - {target}), start))] if len(left) == 2 else 0
        return uses[frozenset((source, target))] + closing

    source, left, repeats = partner[start], set(partner) - {start, partner[start]}, 0
    while left:
        target = partner[source]
        if cost(source, target, left) > min(cost(source, other, left) for other in left):
            return None
        repeats += uses[frozenset((source, target))] > 0
        left.remove(target)
        source = target
    return repeats


class Repeats(program.ProgramTest):
    def draw(self, count):
        for number in range(count):
            write_image(self.folder / "in" / "ant" / f"{number:03}.png", (12, 10), seed=number)

    def check(self, count, rounds, *options):
        self.draw(count)
        result = self.augment("in", "-o", "out", "--rounds", str(rounds), *options)
        manifest = manifest_of(self.folder / "out")
        samples = manifest["samples"]
        self.assertEqual(len(samples), count * rounds)
        pairs = collections.Counter(pair_of(s) for s in samples)
        repeated = len(samples) - len(pairs)
        self.assertEqual(manifest["counts"]["repeated"], repeated)
        self.check_what_is_said(result.err, repeated, len(samples))
        for batch in mini_batches(manifest):
            self.check_batch(batch)
        self.check_pictures(samples, pairs)
        self.expect(OK, "verify", "out", "--deep")
        shutil.rmtree(self.folder / "out")
        return repeated

    def check_what_is_said(self, err, repeated, samples):
        if repeated == 0:
            self.assertNotIn("repeat", err)
        else:
            self.assertIn(f", {repeated} repeat a pair\n", err)
            self.assertIn(f"{repeated} of {samples} mixed images of guided-sr repeat a pair", err)

    def check_batch(self, batch):
        """A pair comes again only where the walk was stuck: some start explains all its steps."""
        uses = collections.Counter()
        for samples in batch:
            partner = {s["sources"][0]: s["sources"][1] for s in samples}
            self.assertEqual(set(partner), set(partner.values()))
            if len(partner) > 2:
                fewest = min(uses[frozenset((a, b))] for a in partner for b in partner if a != b)
                starts = [a for a in partner if uses[frozenset((a, partner[a]))] == fewest]
                self.assertTrue(any(needless(partner, a, uses) is not None for a in starts))
            for source, target in partner.items():
                uses[frozenset((source, target))] += 1

    def check_pictures(self, samples, pairs):
        """Equal files are of equal pairs; so there are as many pictures as pairs at least."""
        pairs_of_picture = collections.defaultdict(set)
        for sample in samples:
            picture = (self.folder / "out" / sample["file_name"]).read_bytes()
            pairs_of_picture[picture].add(pair_of(sample))
        self.assertTrue(all(len(found) == 1 for found in pairs_of_picture.values()))
        self.assertGreaterEqual(len(pairs_of_picture), len(pairs))

    def test_five_images(self):
        # 10 pairs, of which two rounds use all.
        self.assertEqual(self.check(5, 1), 0)
        self.assertEqual(self.check(5, 2), 0)
        self.assertEqual(self.check(5, 7), 25)
        self.assertEqual(self.check(5, 30), 140)

    def test_twelve_images(self):
        self.assertEqual(self.check(12, 1), 0)
        self.assertLessEqual(self.check(12, 5), 8)  # 66 pairs, of which 60 would do
        self.assertEqual(self.check(12, 30), 294)

    def test_forty_eight_images(self):
        self.assertEqual(self.check(48, 1), 0)
        self.assertLessEqual(self.check(48, 4), 10)
        self.assertLessEqual(self.check(48, 30), 330)  # 312 cannot be avoided

    def test_one_hundred_and_eighty_two_images(self):
        self.assertEqual(self.check(182, 1), 0)
        self.assertLessEqual(self.check(182, 8), 30)
        self.assertLessEqual(self.check(182, 3, "--reuse", "2", "--batch-size", "32"), 60)

    def test_a_shuffle_for_each_round_repeats_more(self):
        self.assertGreater(self.check(48, 4, "--reuse", "1"), 2 * self.check(48, 4))

    def test_what_draws_repeats_pairs_but_no_picture(self):
        self.draw(24)
        result = self.augment("in", "-o", "out", "--rounds", "6", "-m", "cutmix:pairing=greedy", "-m",
                              "mixup", "-m", "none")
        for name in ("cutmix_pairing_greedy", "mixup", "none"):
            manifest = manifest_of(self.folder / "out" / name)
            pairs = [pair_of(s) for s in manifest["samples"] if len(s["sources"]) == 2]
            self.assertEqual(manifest["counts"]["repeated"], len(pairs) - len(set(pairs)), name)
            # The best partners come in each round.
            if name == "cutmix_pairing_greedy":
                self.assertEqual(manifest["counts"]["repeated"], 5 * 24)
        self.assertIn("repeat a pair\n", result.err)
        self.assertNotIn("note", result.err)
        self.expect(OK, "verify", "out", "--deep")

    def test_methods_share_random_partners_in_each_round(self):
        self.draw(24)
        self.augment("in", "-o", "out", "--rounds", "5", "-m", "guided-sr:pairing=random", "-m",
                     "mixup", "-m", "cutmix")
        partners = [[s["sources"] for s in manifest_of(folder)["samples"]]
                    for folder in (self.folder / "out").iterdir()]
        self.assertEqual(partners[0], partners[1])
        self.assertEqual(partners[0], partners[2])


class Shared(program.ProgramTest):
    """Rounds that share mini-batches: the same bytes with any number of threads and attempts."""

    OPTIONS = ("--batch-size", "6", "--shard-size", "12", "--rounds", "5", "--reuse", "2",
               "--mix-prob", "0.8", "--include-originals", "--seed", "4")

    def setUp(self):
        super().setUp()
        self.photos = make_classes(self.folder / "photos", each=10)
        truncate(self.photos / "bee" / "03.png")
        self.command = ["augment", "photos", *self.OPTIONS, "-m", "guided-sr", "-m", "mixup"]

    def test_threads_change_nothing(self):
        for threads in ("1", "2", "3"):
            self.expect(REJECTS, *self.command, "-o", threads, "-j", threads)
        self.assert_same_tree(self.folder / "1", self.folder / "2")
        self.assert_same_tree(self.folder / "1", self.folder / "3")
        self.expect(OK, "verify", "1", "--deep")

    def test_every_lost_shard_is_made_again(self):
        self.expect(REJECTS, *self.command, "-o", "whole")
        self.expect(REJECTS, *self.command, "-o", "out")
        shards = sorted((self.folder / "out" / "guided-sr" / "images").iterdir())
        self.assertGreater(len(shards), 5)
        for shard in shards:
            shutil.rmtree(shard)
            (self.folder / "out" / "guided-sr" / "manifest.json").unlink()
            self.expect(REJECTS, *self.command, "-o", "out", "--resume")
            self.assert_same_tree(self.folder / "whole", self.folder / "out")

    def test_a_run_killed_between_shards_is_completed(self):
        self.expect(REJECTS, *self.command, "-o", "whole")
        process = self.start(*self.command, "-o", "out")
        self.hold_after_first_shard(process, self.folder / "out" / "guided-sr")
        process.kill()
        process.wait()
        self.assertFalse((self.folder / "out" / "guided-sr" / "manifest.json").exists())
        self.expect(REJECTS, *self.command, "-o", "out", "--resume")
        self.assert_same_tree(self.folder / "whole", self.folder / "out")

    def test_a_reject_leaves_a_gap_in_each_round_and_one_line_in_its_shard(self):
        self.expect(REJECTS, *self.command, "-o", "out")
        out = self.folder / "out" / "mixup"
        manifest = manifest_of(out)
        self.assertEqual(manifest["counts"]["samples"], 29 * 6)
        self.assertEqual(manifest["counts"]["rejected"], 1)
        shards = [json_lines(file) for file in sorted(out.glob("images/*/rejects.jsonl"))]
        self.assertEqual([[line["path"] for line in lines] for lines in shards],
                         [["bee/03.png"]] * 3)  # once for each shuffle

    def test_a_sample_that_was_away_is_taken_into_all_rounds(self):
        self.expect(REJECTS, *self.command, "-o", "whole")
        process = self.start(*self.command, "-o", "out", "-j", "1")
        self.hold_after_first_shard(process, self.folder / "out" / "guided-sr")
        samples = manifest_of(self.folder / "whole" / "mixup")["samples"]
        last = next(s["sources"][0] for s in samples if (s["round"], s["batch"]) == (0, 4))
        (self.photos / last).rename(self.folder / "aside.png")
        process.send_signal(signal.SIGCONT)
        self.assertEqual(process.wait(program.TIMEOUT), REJECTS)
        manifest = manifest_of(self.folder / "out" / "mixup")
        self.assertEqual(manifest["counts"]["samples"], 28 * 6)
        self.assertEqual(manifest["counts"]["rejected"], 2)
        (self.folder / "aside.png").rename(self.photos / last)
        result = self.expect(REJECTS, *self.command, "-o", "out", "--resume")
        self.assertIn("3 shards of 'out/mixup' are remade", result.err)
        self.assert_same_tree(self.folder / "whole", self.folder / "out")

    def test_one_image_of_several_rounds_that_is_missing(self):
        self.expect(REJECTS, *self.command, "-o", "out")
        out = self.folder / "out" / "mixup"
        lost = manifest_of(out)["samples"][1]
        (out / lost["file_name"]).unlink()
        metadata = out / "images" / "00000" / "metadata.jsonl"
        lines = metadata.read_bytes().splitlines(keepends=True)
        metadata.write_bytes(b"".join(lines[:1] + lines[2:]))
        (out / "manifest.json").unlink()
        result = self.expect(REJECTS, *self.command, "-o", "out", "--resume")
        self.assertIn("images/00000", result.err)
        self.expect(OK, "verify", "out", "--deep")


class Verified(program.ProgramTest):
    def test_a_round_that_repeats_the_pairs_of_an_earlier_one(self):
        """Its pictures are right, and its pairs the farthest: but they were used."""
        make_classes(self.folder / "photos", each=3)
        self.augment("photos", "-o", "out", "--rounds", "2")
        out = self.folder / "out"
        manifest = manifest_of(out)
        first, second = manifest["samples"][:9], manifest["samples"][9:]
        again = [{**s, "file_name": t["file_name"], "round": 1} for s, t in zip(first, second)]
        for source, copy in zip(first, again):
            shutil.copy(out / source["file_name"], out / copy["file_name"])
        manifest["samples"] = first + again
        manifest["counts"]["repeated"] += 9
        (out / "manifest.json").write_text(json.dumps(manifest))
        (out / "images" / "00000" / "metadata.jsonl").write_text("".join(
            json.dumps({**s, "file_name": s["file_name"].rsplit("/", 1)[1]}) + "\n"
            for s in manifest["samples"]))
        self.expect(OK, "verify", "out")
        self.assertIn("is not paired as the method says", self.expect(DIFFERENCE, "verify", "out", "--deep").out)
        manifest["counts"]["repeated"] -= 1
        (out / "manifest.json").write_text(json.dumps(manifest))
        self.assertIn("counts.repeated is 8, found 9", self.expect(DIFFERENCE, "verify", "out").out)

    def test_an_output_of_an_earlier_build_has_neither_reuse_nor_repeats(self):
        make_classes(self.folder / "photos", each=8)
        self.augment("photos", "-o", "out", "--rounds", "2", "--reuse", "1", "--batch-size", "6")
        for name in ("manifest.json", "plan.json"):
            file = self.folder / "out" / name
            text = file.read_text()
            self.assertEqual(text.count('"reuse": 1, '), 1)
            file.write_text(re.sub(r', "repeated": [0-9]+', "", text.replace('"reuse": 1, ', "")))
        self.expect(OK, "verify", "out", "--deep")
        self.expect(OK, "preview", "out", "-o", "sheet.png")


class Options(program.ProgramTest):
    def test_reuse_is_a_number_or_auto(self):
        make_classes(self.folder / "photos", each=4)
        for value in ("0", "-1", "x", "1.5", "", "Auto"):
            result = self.augment("photos", "-o", "out", f"--reuse={value}", code=USAGE)
            self.assertIn("--reuse", result.err)
        self.assertFalse((self.folder / "out").exists())
        for value, kept in (("auto", 3), ("2", 2), ("02", 2), ("100", 3)):
            self.augment("photos", "-o", "out", "--rounds", "3", "--reuse", value, "--overwrite")
            for name in ("manifest.json", "plan.json"):
                config = json.loads((self.folder / "out" / name).read_bytes())["config"]
                self.assertEqual(config["reuse"], kept)

    def test_resuming_with_another_reuse_is_refused(self):
        make_classes(self.folder / "photos", each=4)
        self.augment("photos", "-o", "out", "--rounds", "3")
        self.augment("photos", "-o", "out", "--rounds", "3", "--reuse", "3", "--resume")
        result = self.augment("photos", "-o", "out", "--rounds", "3", "--reuse", "2", "--resume",
                              code=USAGE)
        self.assertIn("config.reuse is 3 in the plan, 2 in this run", result.err)

    def test_configuration_and_dry_run(self):
        make_classes(self.folder / "photos", each=4)
        (self.folder / "c.toml").write_text("reuse = 2\nrounds = 5\n")
        arguments = ["photos", "-o", "out", "--config", "c.toml"]
        self.assertIn('reuse = "2"\n', self.augment(*arguments, "--print-config").out)
        self.assertIn("rounds       5: 3 shuffles of the data, each mini-batch mixed up to 2 times\n",
                      self.augment(*arguments, "--dry-run").out)
        report = json.loads(self.augment(*arguments, "--dry-run", "--json").out)
        self.assertEqual((report["rounds"], report["reuse"], report["shuffles"]), (5, 2, 3))
        (self.folder / "c.toml").write_text("cache-memory = '1GiB'\n")
        self.assertIn("cache-memory", self.augment(*arguments, code=USAGE).err)

    def test_images_are_loaded_once_for_all_rounds_of_a_mini_batch(self):
        make_classes(self.folder / "photos", each=5)
        for reuse, loads in (("auto", 15), ("2", 30), ("1", 45)):
            self.augment("photos", "-o", "out", "--rounds", "3", "--include-originals", "--reuse",
                         reuse, "--report", reuse + ".json", "--overwrite")
            report = json.loads((self.folder / (reuse + ".json")).read_bytes())
            self.assertEqual(report["images_read"], loads)


if __name__ == "__main__":
    program.main()
