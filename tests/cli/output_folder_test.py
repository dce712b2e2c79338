"""--resume, --overwrite and the lock: what may happen to a folder that is already there."""

import json
import shutil
import signal

import program
from program import FAILED, OK, REJECTS, USAGE, make_classes, manifest_of, tree, write_image


class Resume(program.ProgramTest):
    def setUp(self):
        super().setUp()
        make_classes(self.folder / "photos", each=6)
        self.augment("photos", "-o", "out", "--batch-size", "6", "--shard-size", "6")
        self.before = tree(self.folder / "out")

    def refuse(self, named, *arguments, inputs=("photos",)):
        result = self.augment(*inputs, "-o", "out", "--resume", *arguments, code=USAGE)
        self.assertIn(named, result.err)
        self.assertEqual(tree(self.folder / "out"), self.before)
        return result.err

    def test_another_option_is_named(self):
        same = ["--batch-size", "6", "--shard-size", "6"]
        for named, arguments in (
                ("seed", [*same, "--seed", "1"]), ("rounds", [*same, "--rounds", "2"]),
                ("mix_prob", [*same, "--mix-prob", "0.5"]), ("limit", [*same, "--limit", "9"]),
                ("include_originals", [*same, "--include-originals"]),
                ("fit", [*same, "--fit", "contain"]), ("width", [*same, "--size", "16x32"]),
                ("format", [*same, "--format", "jpg"]), ("mixup", [*same, "-m", "mixup"]),
                ("blur", [*same, "-m", "guided-sr:blur=none"]), ("max_pixels", [*same,
                                                                "--max-pixels", "9999"]),
                ("shard_size", ["--batch-size", "6"]), ("batch_size", ["--shard-size", "6"])):
            with self.subTest(named):
                self.refuse(named, *arguments)

    def test_values_of_both_sides_are_given(self):
        err = self.refuse("seed", "--batch-size", "6", "--shard-size", "6", "--seed", "41")
        self.assertIn("0", err)
        self.assertIn("41", err)

    def test_another_listing_is_another_run(self):
        same = ["--batch-size", "6", "--shard-size", "6"]
        write_image(self.folder / "photos" / "ant" / "new.png", seed=5)
        self.refuse("count", *same)
        (self.folder / "photos" / "ant" / "new.png").unlink()
        (self.folder / "photos" / "ant" / "00.png").rename(self.folder / "photos" / "ant" / "n.png")
        self.refuse("digest", *same)

    def test_what_does_not_change_samples_may_differ(self):
        self.augment("photos", "-o", "out", "--resume", "--batch-size", "6", "--shard-size", "6",
                     "-j", "1", "-q", "--on-error", "fail", "--progress", "json")
        self.assertEqual(tree(self.folder / "out"), self.before)

    def test_nothing_there_starts_fresh(self):
        (self.folder / "empty").mkdir()
        for name in ("empty", "absent", "deep/er/absent"):
            self.augment("photos", "-o", name, "--resume", "--batch-size", "6",
                         "--shard-size", "6")
            found = tree(self.folder / name)
            self.assertEqual(found.keys(), self.before.keys())
            self.assertEqual(found[b"plan.json"], self.before[b"plan.json"])

    def test_the_estimate_leaves_out_what_is_there(self):
        def estimate(output, *arguments):
            report = json.loads(self.augment("photos", "-o", output, "--batch-size", "6",
                                             "--shard-size", "6", "--dry-run", "--json",
                                             *arguments).out)
            return report["output_bytes"]
        whole, manifest = estimate("absent"), estimate("out", "--resume")
        self.assertEqual(estimate("absent", "--resume"), whole)
        self.assertEqual(estimate("out", "--overwrite"), whole)
        self.assertGreater(manifest, 0, "it is written again")
        shutil.rmtree(self.folder / "out" / "images" / "00001")
        missing = estimate("out", "--resume") - manifest
        self.assertGreater(missing, 0)
        self.assertEqual(3 * missing, whole - manifest)

    def test_a_foreign_folder_is_refused(self):
        (self.folder / "mine").mkdir()
        (self.folder / "mine" / "thesis.tex").write_text("all my work")
        for mode in ("--resume", "--overwrite"):
            result = self.augment("photos", "-o", "mine", mode, code=USAGE)
            self.assertIn("thesis.tex", result.err)
        self.assertEqual(list(tree(self.folder / "mine")), [b"thesis.tex"])


class FreshAndOverwrite(program.ProgramTest):
    def setUp(self):
        super().setUp()
        make_classes(self.folder / "photos", each=6)
        self.augment("photos", "-o", "out", "--batch-size", "6", "--shard-size", "6")
        self.before = tree(self.folder / "out")

    def test_not_empty_is_refused_and_says_what_to_do(self):
        result = self.augment("photos", "-o", "out", code=USAGE)
        self.assertIn("--resume", result.err)
        self.assertIn("--overwrite", result.err)
        self.assertEqual(tree(self.folder / "out"), self.before)

    def test_an_empty_folder_is_taken(self):
        (self.folder / "empty").mkdir()
        self.augment("photos", "-o", "empty")

    def test_a_file_is_no_output(self):
        (self.folder / "file").write_text("x")
        for mode in ([], ["--resume"], ["--overwrite"]):
            result = self.augment("photos", "-o", "file", *mode, code=USAGE)
            self.assertIn("file", result.err)
            result = self.run_program("augment", "photos", "-o", "file/below", *mode)
            self.assertIn(result.code, (FAILED, USAGE), result.err)
        self.assertEqual((self.folder / "file").read_text(), "x")

    def test_overwrite_replaces_everything(self):
        self.augment("photos", "-o", "new", "--seed", "8", "--format", "jpg")
        self.augment("photos", "-o", "out", "--overwrite", "--seed", "8", "--format", "jpg")
        self.assert_same_tree(self.folder / "new", self.folder / "out")

    def test_overwrite_of_nothing_is_a_fresh_run(self):
        self.augment("photos", "-o", "absent", "--overwrite", "--batch-size", "6",
                     "--shard-size", "6")
        self.assertEqual(tree(self.folder / "absent").keys(), self.before.keys())

    def test_overwrite_refuses_foreign_files_and_removes_nothing(self):
        for place in ("notes.txt", "images/notes.txt", "images/00000/extra.png",
                      "images/00001/sub/x", "schema/other.json", "images/00002/.hidden"):
            with self.subTest(place):
                file = self.folder / "out" / place
                file.parent.mkdir(exist_ok=True)
                file.write_text("mine")
                before = tree(self.folder / "out")
                result = self.augment("photos", "-o", "out", "--overwrite", code=USAGE)
                self.assertIn(place.split("/")[-1] if "sub" not in place else "sub", result.err)
                self.assertEqual(tree(self.folder / "out"), before)
                file.unlink()
                if file.parent.name == "sub":
                    file.parent.rmdir()

    def test_overwrite_does_not_follow_links_out_of_the_folder(self):
        outside = self.folder / "outside"
        outside.mkdir()
        (outside / "000000000.png").write_text("mine")
        shutil.rmtree(self.folder / "out" / "images" / "00000")
        (self.folder / "out" / "images" / "00000").symlink_to(outside)
        self.augment("photos", "-o", "out", "--overwrite", code=USAGE)
        self.assertEqual(list(tree(outside)), [b"000000000.png"])

    def test_overwrite_and_resume_exclude_each_other(self):
        result = self.augment("photos", "-o", "out", "--overwrite", "--resume", code=USAGE)
        self.assertIn("--overwrite", result.err)
        self.assertEqual(tree(self.folder / "out"), self.before)

    def test_overwrite_checks_the_request_before_removing(self):
        for bad in (["--seed", "x"], ["-m", "nonsense"], ["--classes", "none.txt"],
                    ["--device", "no-such"]):
            self.augment("photos", "-o", "out", "--overwrite", *bad, code=USAGE)
            self.assertEqual(tree(self.folder / "out"), self.before, bad)

    def test_several_methods_overwrite_and_resume(self):
        both = ["augment", "photos", "-o", "two", "-m", "guided-sr", "-m", "mixup"]
        self.expect(OK, *both)
        before = tree(self.folder / "two")
        self.expect(OK, *both, "--overwrite")
        self.assertEqual(tree(self.folder / "two"), before)
        shutil.rmtree(self.folder / "two" / "mixup")
        self.expect(OK, *both, "--resume")
        self.assertEqual(tree(self.folder / "two"), before)
        (self.folder / "two" / "other").mkdir()
        result = self.expect(USAGE, *both, "--overwrite")
        self.assertIn("other", result.err)

    def test_several_methods_and_one_are_different_runs(self):
        one, two = ["-m", "guided-sr"], ["-m", "guided-sr", "-m", "mixup"]
        self.augment("photos", "-o", "one", *one)
        self.augment("photos", "-o", "two", *two)
        before = tree(self.folder)
        for mode in ([], ["--resume"], ["--overwrite"]):
            result = self.augment("photos", "-o", "two", *one, *mode, code=USAGE)
            self.assertIn("several methods, in 'guided-sr', 'mixup'; give all", result.err)
            result = self.augment("photos", "-o", "one", *two, *mode, code=USAGE)
            self.assertIn("one method; give only that --method", result.err)
        # The same where neither run came to its manifest.
        for name in ("one", "two/guided-sr", "two/mixup"):
            (self.folder / name / "manifest.json").unlink()
        self.assertIn("in 'guided-sr', 'mixup'",
                      self.augment("photos", "-o", "two", *one, "--resume", code=USAGE).err)
        self.augment("photos", "-o", "one", *one, "--resume")
        self.augment("photos", "-o", "two", *two, "--resume")
        self.assertEqual(tree(self.folder), before)

    def test_output_inside_input_is_refused(self):
        (self.folder / "link").symlink_to(self.folder / "photos")
        before = tree(self.folder / "photos")
        for output in ("photos", "photos/out", "photos/ant/out", "link/out", "photos/../photos/x"):
            result = self.augment("photos", "-o", output, code=USAGE)
            self.assertIn("inside", result.err)
        self.assertEqual(tree(self.folder / "photos"), before)

    def test_input_inside_output_is_refused(self):
        before = tree(self.folder / "photos")
        for mode in ([], ["--overwrite"], ["--resume"]):
            self.augment("photos", "-o", ".", *mode, code=USAGE)
        self.assertEqual(tree(self.folder / "photos"), before)

    def test_input_beside_with_the_same_start_is_fine(self):
        self.augment("photos", "-o", "photos-mixed")

    def test_dry_run_writes_nothing(self):
        self.augment("photos", "-o", "dry", "--dry-run")
        self.assertFalse((self.folder / "dry").exists())
        self.augment("photos", "-o", "out", "--dry-run", "--overwrite")
        self.assertEqual(tree(self.folder / "out"), self.before)


class Lock(program.ProgramTest):
    def test_a_second_process_is_refused_while_the_first_runs(self):
        make_classes(self.folder / "photos", each=40)
        command = ["augment", "photos", "-o", "out", "--batch-size", "4", "--shard-size", "4",
                   "-j", "1"]
        first = self.start(*command)
        self.hold_after_first_shard(first, self.folder / "out")
        before = tree(self.folder / "out")
        for mode in ("--resume", "--overwrite"):
            result = self.expect(FAILED, *command, mode)
            self.assertIn("another process", result.err)
        self.expect(USAGE, *command)
        self.assertEqual(tree(self.folder / "out"), before)
        first.send_signal(signal.SIGCONT)
        self.assertEqual(first.wait(program.TIMEOUT), OK)
        self.assertEqual(manifest_of(self.folder / "out")["counts"]["samples"], 120)

    def test_many_at_once_leave_one_good_output(self):
        make_classes(self.folder / "photos", each=12)
        program.truncate(self.folder / "photos" / "ant" / "00.png")
        command = ["augment", "photos", "--batch-size", "4", "--shard-size", "4", "-j", "1"]
        self.expect(REJECTS, *command, "-o", "whole")
        for mode in ("--resume", "--overwrite"):
            for _ in range(program.scaled(5)):
                shutil.rmtree(self.folder / "out", ignore_errors=True)
                racers = [self.start(*command, "-o", "out", mode) for _ in range(5)]
                codes = [racer.wait(program.TIMEOUT) for racer in racers]
                self.assertIn(REJECTS, codes)
                self.assertLessEqual(set(codes), {REJECTS, FAILED})
                self.assert_same_tree(self.folder / "whole", self.folder / "out")


if __name__ == "__main__":
    program.main()
