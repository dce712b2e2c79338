"""An output that is not as it was written: named, and made good by --resume; never a manifest over it."""

import json
import os
import pathlib
import shutil
import signal

import program
from program import FAILED, OK, REJECTS, json_lines, make_classes, manifest_of


def lines_of(file):
    return file.read_bytes().splitlines(keepends=True)


class Damaged(program.ProgramTest):
    def setUp(self):
        super().setUp()
        photos = make_classes(self.folder / "photos", classes=("ant", "bee"), each=8)
        program.truncate(photos / "ant" / "03.png")
        self.command = ["augment", "photos", "--batch-size", "4", "--shard-size", "4", "-j", "1"]
        self.expect(REJECTS, *self.command, "-o", "whole")
        (rejects,) = (self.folder / "whole" / "images").rglob("rejects.jsonl")
        self.rejecting = rejects.parent.name  # the shard of the bad sample
        self.sound = "00001" if self.rejecting != "00001" else "00002"
        self.out = self.folder / "out"

    def check(self, shard, damage, named):
        """`damage` is done to a shard of a copy; --resume names the place and mends it."""
        for with_manifest in (True, False):
            shutil.rmtree(self.out, ignore_errors=True)
            shutil.copytree(self.folder / "whole", self.out)
            if not with_manifest:
                (self.out / "manifest.json").unlink()
            damage(self.out / "images" / shard)
            result = self.expect(REJECTS, *self.command, "-o", "out", "--resume")
            self.assertIn(f"images/{shard}", result.err)
            self.assertIn(named, result.err)
            self.assert_own_lines(result.err)
            self.assert_same_tree(self.folder / "whole", self.out)

    def check_lines(self, change, named="metadata.jsonl"):
        def damage(shard):
            file = shard / "metadata.jsonl"
            file.write_bytes(b"".join(change(lines_of(file))))
        self.check(self.sound, damage, named)

    def test_lines_that_are_missing(self):
        self.check_lines(lambda lines: [], "0 samples")
        self.check_lines(lambda lines: lines[:-1], "3 samples")
        self.check_lines(lambda lines: lines[1:], "3 samples")
        self.check(self.sound, lambda shard: (shard / "metadata.jsonl").unlink(), "metadata.jsonl")

    def test_a_shard_that_reads_as_empty(self):
        def empty(shard):
            for file in shard.iterdir():
                file.unlink()
            (shard / "metadata.jsonl").touch()
        self.check(self.sound, empty, "0 samples")

        def gone(shard):
            for file in shard.iterdir():
                file.unlink()
        self.check(self.sound, gone, "metadata.jsonl")

    def test_lines_that_are_damaged(self):
        self.check_lines(lambda lines: [*lines[:-1], lines[-1][:40]], "line 4")
        self.check_lines(lambda lines: [*lines[:-1], lines[-1].rstrip(b"\n")], "line 4 is truncated")
        self.check_lines(lambda lines: [b"\0" * 400, *lines[1:]], "line 1")
        self.check_lines(lambda lines: [lines[0], b"[" * 100_000 + b"\n", *lines[2:]], "line 2")
        self.check_lines(lambda lines: [lines[0], lines[0], *lines[2:]], "line 2")
        self.check_lines(lambda lines: [lines[1], lines[0], *lines[2:]], "line 2")
        self.check_lines(lambda lines: [*lines, lines[-1]], "line 5")
        self.check_lines(lambda lines: [lines[0].replace(b"mixed", b"mixxx"), *lines[1:]], "line 1")
        self.check_lines(lambda lines: [lines[0].replace(b'": "00', b'": "90'), *lines[1:]],
                         "line 1")
        self.check_lines(lambda lines: [lines[0].replace(b'": "0', b'": "../0'), *lines[1:]],
                         "line 1")

    def test_images_that_are_missing_or_too_many(self):
        def first_image(shard):
            return min(shard.glob("*.png"))
        self.check(self.sound, lambda shard: first_image(shard).unlink(), ".png is missing")
        self.check(self.sound, lambda shard: shutil.copy(first_image(shard),
                                                         shard / "000000999.png"),
                   "000000999.png is not in metadata.jsonl")

    def test_rejects_that_are_damaged(self):
        for text in (b"", b"garbage\n", b"{}\n", b"[" * 100_000 + b"\n", b'{"path": 7}\n',
                     b'{"path": "ant/03.png"'):
            self.check(self.rejecting, lambda shard, text=text:
                       (shard / "rejects.jsonl").write_bytes(text), self.rejecting)
        self.check(self.rejecting, lambda shard: (shard / "rejects.jsonl").unlink(), "3 samples")

    def test_rejects_that_are_those_of_other_samples(self):
        def rename(shard, path):
            file = shard / "rejects.jsonl"
            record = json_lines(file)[0]
            file.write_text(json.dumps({**record, "path": path}) + "\n")
        for path in ("ant/00.png", "ant/none.png"):
            self.check(self.rejecting, lambda shard, path=path: rename(shard, path),
                       f"rejects.jsonl: line 1 names '{path}' where the plan has '")

    def test_without_anything_to_mend_nothing_is_said(self):
        shutil.copytree(self.folder / "whole", self.out)
        result = self.expect(REJECTS, *self.command, "-o", "out", "--resume")
        self.assertNotIn("damaged", result.err)

    def test_overwriting_works_too(self):
        for change in (lambda shard: (shard / "metadata.jsonl").write_bytes(b""),
                       lambda shard: (shard / "metadata.jsonl").write_bytes(b"garbage"),
                       lambda shard: (shard / "metadata.jsonl").unlink(),
                       lambda shard: (shard.parents[1] / "rejects.jsonl").write_bytes(b"\xff")):
            shutil.rmtree(self.out, ignore_errors=True)
            shutil.copytree(self.folder / "whole", self.out)
            change(self.out / "images" / self.sound)
            self.expect(REJECTS, *self.command, "-o", "out", "--overwrite")
            self.assert_same_tree(self.folder / "whole", self.out)

    def test_a_damaged_plan_is_named_and_can_be_overwritten(self):
        shutil.copytree(self.folder / "whole", self.out)
        (self.out / "plan.json").write_bytes(b'{"format": "guidedmixup-plan", "config": [[[')
        result = self.expect(program.USAGE, *self.command, "-o", "out", "--resume")
        self.assertIn("plan.json", result.err)
        self.assertIn("--overwrite", result.err)
        self.expect(REJECTS, *self.command, "-o", "out", "--overwrite")
        self.assert_same_tree(self.folder / "whole", self.out)


class DamagedMeanwhile(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.photos = make_classes(self.folder / "photos", each=40)
        self.command = ["augment", "photos", "--batch-size", "4", "--shard-size", "4", "-j", "1"]
        self.expect(OK, *self.command, "-o", "whole")
        self.out = self.folder / "out"

    def test_a_run_without_resume_looks_at_its_shards_too(self):
        process = self.start(*self.command, "-o", "out", stderr=program.subprocess.PIPE)
        self.hold_after_first_shard(process, self.out)
        (self.out / "images" / "00000" / "metadata.jsonl").write_bytes(b"")
        process.send_signal(signal.SIGCONT)
        _, err = process.communicate(timeout=program.TIMEOUT)
        self.assertEqual(process.returncode, FAILED, err)
        self.assertIn(b"images/00000 has 0 samples", err)
        self.assertIn(b"--resume", err)
        self.assertFalse((self.out / "manifest.json").exists())
        self.expect(OK, *self.command, "-o", "out", "--resume")
        self.assert_same_tree(self.folder / "whole", self.out)

    def test_a_sample_that_was_away_is_tried_again(self):
        process = self.start(*self.command, "-o", "out")
        self.hold_after_first_shard(process, self.out)
        sample = manifest_of(self.folder / "whole")["samples"][-1]["sources"][0]
        (self.photos / sample).rename(self.folder / "aside.png")
        process.send_signal(signal.SIGCONT)
        self.assertEqual(process.wait(program.TIMEOUT), REJECTS)
        record = self.assert_reject(self.out, sample, "missing")
        self.assertIs(record["retry"], True)
        before = program.tree(self.out)
        resume = [*self.command, "-o", "out", "--resume"]
        (self.folder / "aside.png").rename(self.photos / sample)
        result = self.expect(OK, *resume)
        self.assertIn("remade", result.err)
        self.assertNotEqual(program.tree(self.out), before)
        self.assert_same_tree(self.folder / "whole", self.out)
        self.assertNotIn("remade", self.expect(OK, *resume).err)


class Unreadable(program.ProgramTest):
    """What cannot be read is said with its name and the system's reason, and changed by nobody."""

    def setUp(self):
        super().setUp()
        if os.geteuid() != 0:
            program.say_skip(self, "needs to become another user")
        make_classes(self.folder / "photos", classes=("ant", "bee"), each=4)
        self.folder.chmod(0o777)
        self.who = {"user": program.OTHER_USER, "group": program.OTHER_USER}
        self.command = ["augment", "photos", "--batch-size", "4", "--shard-size", "4", "-j", "1"]
        self.expect(OK, *self.command, "-o", "out", **self.who)

    def check(self, place, *more):
        path = self.folder / place
        mode = path.stat().st_mode
        path.chmod(0)
        for action in ("--resume", "--overwrite"):
            result = self.run_program(*self.command, "-o", "out", action, *more, **self.who)
            with self.subTest(place=place, action=action):
                self.assertIn(result.code, (FAILED, program.USAGE) if more else (FAILED,))
                self.assertIn("Permission denied", result.err)
                self.assertIn(pathlib.Path(place).name, result.err)
                self.assertNotIn("not an output", result.err)
                self.assert_own_lines(result.err)
        path.chmod(mode)
        self.expect(OK, *self.command, "-o", "out", "--resume", **self.who)

    def test_places_in_an_output(self):
        for place in ("out", "out/plan.json", "out/images", "out/images/00001", "out/schema",
                      "out/images/00001/metadata.jsonl"):
            self.check(place)

    def test_a_sample_is_tried_again_once_it_can_be_read(self):
        sample = self.folder / "photos" / "ant" / "01.png"
        sample.chmod(0)
        command = [*self.command, "-o", "later"]
        self.expect(program.REJECTS, *command, **self.who)
        record = self.assert_reject(self.folder / "later", "ant/01.png", "unreadable")
        self.assertIs(record["retry"], True)
        result = self.expect(program.REJECTS, *command, "--resume", **self.who)
        self.assertNotIn("remade", result.err)
        sample.chmod(0o644)
        result = self.expect(OK, *command, "--resume", **self.who)
        self.assertIn("1 shard of 'later' is remade", result.err)
        self.assert_same_tree(self.folder / "out", self.folder / "later")

    def test_the_folder_of_a_method(self):
        both = [*self.command, "-o", "two", "-m", "none", "-m", "mixup"]
        self.expect(OK, *both, **self.who)
        for place in ("two", "two/mixup"):
            (self.folder / place).chmod(0)
            result = self.expect(FAILED, *both, "--resume", **self.who)
            self.assertIn("Permission denied", result.err)
            self.assertIn(f"'{place}", result.err)
            self.assert_own_lines(result.err)
            (self.folder / place).chmod(0o755)
        self.expect(OK, *both, "--resume", **self.who)


if __name__ == "__main__":
    program.main()
