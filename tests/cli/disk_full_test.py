"""Storage that fails while it is written: a clear message, whole shards, and a way to go on."""

import json
import os
import pathlib
import shutil
import subprocess

import program
from program import FAILED, OK, make_classes, tree


class Storage(program.ProgramTest):
    def setUp(self):
        super().setUp()
        make_classes(self.folder / "photos", each=8)
        self.command = ["augment", "photos", "--batch-size", "4", "--shard-size", "4", "-j", "2"]

    def check_wreck(self, output):
        """What a failed run leaves: whole shards, no halves, no manifest."""
        if not output.exists():
            return 0
        self.assertEqual([p for p in output.rglob("*.partial")], [])
        self.assertFalse((output / "manifest.json").exists())
        shards = list(output.glob("**/images/*"))
        for shard in shards:
            names = {p.name for p in shard.iterdir()} - {"metadata.jsonl"}
            lines = program.json_lines(shard / "metadata.jsonl")
            self.assertEqual(names, {line["file_name"] for line in lines})
        return len(shards)

    def check_message(self, err):
        self.assertIn("No space left on device", err)
        self.assertIn("--resume", err)
        self.assert_own_lines(err)


class DiskFull(Storage):
    def setUp(self):
        super().setUp()
        self.expect(OK, *self.command, "-o", "whole")
        self.size = sum(len(c) for c in tree(self.folder / "whole").values() if c)

    def full_disk(self, room, **more):
        return program.preloaded("WRITE", WRITE_FAULT_FOLDER=str(self.folder.resolve() / "out"),
                                 WRITE_FAULT_BYTES=str(room), **more)

    def fail_after(self, share, *command, **more):
        environment = self.full_disk(int(share * self.size), **more)
        result = self.expect(FAILED, *command, "-o", "out", env=environment)
        self.check_message(result.err)
        self.assertEqual(result.out, "")
        return self.check_wreck(self.folder / "out")

    def check_share(self, share, **more):
        shards = self.fail_after(share, *self.command, **more)
        self.expect(OK, *self.command, "-o", "out", "--resume")
        self.assert_same_tree(self.folder / "whole", self.folder / "out")
        shutil.rmtree(self.folder / "out")
        return shards

    def test_at_any_byte(self):
        published = [self.check_share(share) for share in
                     (0, 0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.97, 0.999)]
        self.assertEqual(published[0], 0)
        self.assertGreater(max(published), 3)

    def test_many_times_with_batches_in_flight(self):
        """One mini-batch fails while others are being decoded: they must end quietly too."""
        make_classes(self.folder / "large", each=10, size=(300, 300))  # slow to decode
        self.command = ["augment", "large", "--batch-size", "4", "--shard-size", "4", "-j", "4",
                        "--size", "32"]
        self.expect(OK, *self.command, "-o", "many")
        self.size = sum(len(c) for c in tree(self.folder / "many").values() if c)
        for number in range(program.scaled(24, 6)):
            self.fail_after(0.1 + 0.02 * number, *self.command)
            shutil.rmtree(self.folder / "out")

    def test_at_sync(self):
        for share in (0, 0.2, 0.6, 0.95):
            self.check_share(share, WRITE_FAULT_AT_SYNC="1")

    def test_while_resuming(self):
        self.fail_after(0.3, *self.command)
        self.fail_after(0.1, *self.command, "--resume")
        self.expect(OK, *self.command, "-o", "out", "--resume")
        self.assert_same_tree(self.folder / "whole", self.folder / "out")

    def test_several_methods(self):
        both = [*self.command, "-m", "guided-sr", "-m", "mixup"]
        self.expect(OK, *both, "-o", "both")
        self.fail_after(0.8, *both)
        self.expect(OK, *both, "-o", "out", "--resume")
        self.assert_same_tree(self.folder / "both", self.folder / "out")

    def test_a_full_disk_is_never_a_rejected_sample(self):
        self.fail_after(0.5, *self.command)
        self.assertEqual(list((self.folder / "out").rglob("rejects.jsonl")), [])

    def test_preview_and_saliency(self):
        for command in (["preview", "whole", "-o", "out/sheet.png"],
                        ["saliency", "photos", "-o", "out"]):
            (self.folder / "out").mkdir()
            result = self.expect(FAILED, *command, env=self.full_disk(2000))
            self.assertIn("No space left", result.err)
            self.assertEqual(list((self.folder / "out").rglob("*.partial")), [])
            self.assertFalse((self.folder / "out" / "sheet.png").exists())
            shutil.rmtree(self.folder / "out")

    def test_report(self):
        """The output comes first, and the message says that it is complete."""
        reports = self.folder / "out"  # where the disk is full
        reports.mkdir()
        command = [*self.command, "-o", "done", "--report", "out/r.json"]
        result = self.expect(FAILED, *command, env=self.full_disk(100))
        self.assertEqual(result.out, "done/manifest.json\n")
        self.assertIn("output is complete", result.err)
        self.assertIn("out/r.json", result.err)
        self.assertIn("No space left", result.err)
        self.assert_own_lines(result.err)
        self.assertEqual(tree(reports), {})
        self.assert_same_tree(self.folder / "whole", self.folder / "done")
        self.expect(OK, *command, "--resume")
        self.assertEqual(list(tree(reports)), [b"r.json"])


class UnknownSpace(Storage):
    def setUp(self):
        super().setUp()
        self.environment = program.preloaded("WRITE", WRITE_FAULT_NO_SPACE_FIGURES="1")

    def test_nothing_is_said_of_free_space(self):
        dry = [*self.command, "-o", "out", "--dry-run"]
        text = self.expect(OK, *dry, env=self.environment).out
        self.assertNotIn("free", text)
        self.assertRegex(text, r"(?m)^output       about [0-9.]+ [KM]iB$")
        known = json.loads(self.expect(OK, *dry, "--json").out)
        report = json.loads(self.expect(OK, *dry, "--json", env=self.environment).out)
        self.assertEqual(set(known) - set(report), {"free_bytes"})
        result = self.expect(OK, *self.command, "-o", "out", env=self.environment)
        self.assertNotIn("free", result.err)


class SmallFileSystem(Storage):
    def test_a_tmpfs_of_256_kilobytes(self):
        place = self.folder / "small"
        place.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", place],
                                 capture_output=True, check=False)
        if mounted.returncode != 0:
            program.say_skip(self, "mounting is not permitted here")
        self.addCleanup(subprocess.run, ["umount", "--lazy", place], check=False)
        large = [*self.command, "--size", "96", "--format", "png"]
        result = self.expect(FAILED, *large, "-o", "small/out")
        self.check_message(result.err)
        self.assertIn("free", result.err, "the estimate gives a warning before")
        self.check_wreck(place / "out")
        subprocess.run(["mount", "-o", "remount,size=64m", place], check=True)
        self.expect(OK, *large, "-o", "small/out", "--resume")
        self.expect(OK, *large, "-o", "whole")
        there, here = tree(place / "out"), tree(self.folder / "whole")
        there.pop(b"manifest.json"), here.pop(b"manifest.json")  # input.root differs
        self.assertEqual(there, here)


class ReadOnly(Storage):
    """CI runs as root, to whom nothing is forbidden; then another user runs the program."""

    def as_other_user(self):
        if os.geteuid() != 0:
            return {}
        self.folder.chmod(0o755)
        who = {"user": program.OTHER_USER, "group": program.OTHER_USER, "extra_groups": []}
        try:
            subprocess.run([program.PROGRAM, "--version"], check=True, capture_output=True, **who)
        except (OSError, subprocess.CalledProcessError) as error:
            program.say_skip(self, f"another user cannot run the program: {error}")
        return who

    def test_output_below_a_folder_without_permission(self):
        who = self.as_other_user()
        (self.folder / "locked").mkdir()
        (self.folder / "locked").chmod(0o555)
        for output in ("locked", "locked/out", "locked/deep/out"):
            result = self.expect(FAILED, *self.command, "-o", output, **who)
            self.assertIn("Permission denied", result.err)
            self.assertIn("locked", result.err)
            self.assert_own_lines(result.err)
        self.assertEqual(tree(self.folder / "locked"), {})

    def test_a_report_that_cannot_be_written_stops_before_the_run(self):
        who = self.as_other_user()
        for name, mode in (("locked", 0o555), ("free", 0o777)):
            (self.folder / name).mkdir()
            (self.folder / name).chmod(mode)
        result = self.expect(program.USAGE, *self.command, "-o", "free/out", "--report",
                             "locked/r.json", **who)
        self.assertIn("Permission denied", result.err)
        self.assertIn("'locked", result.err)
        self.assert_own_lines(result.err)
        self.assertEqual((tree(self.folder / "locked"), tree(self.folder / "free")), ({}, {}))

    def test_unreadable_samples_are_rejects(self):
        who = self.as_other_user()
        photos = self.folder / "photos"
        (photos / "ant" / "01.png").chmod(0)
        (self.folder / "free").mkdir()
        (self.folder / "free").chmod(0o777)
        self.expect(program.REJECTS, *self.command, "-o", "free/out", **who)
        record = self.assert_reject(pathlib.Path(self.folder / "free" / "out"), "ant/01.png",
                                    "unreadable")
        self.assertIn("Permission denied", record["message"])
        self.assertEqual(program.manifest_of(self.folder / "free" / "out")["counts"]["samples"],
                         23)

    def test_an_unreadable_folder_is_a_reject(self):
        who = self.as_other_user()
        (self.folder / "photos" / "bee").chmod(0)
        (self.folder / "free").mkdir()
        (self.folder / "free").chmod(0o777)
        result = self.expect(FAILED, *self.command, "-o", "free/out", "--on-error", "fail", **who)
        self.assertIn("bee", result.err)
        self.assertEqual(tree(self.folder / "free"), {})
        self.expect(program.REJECTS, *self.command, "-o", "free/out", **who)
        self.assert_reject(self.folder / "free" / "out", "bee", "unreadable")


if __name__ == "__main__":
    program.main()
