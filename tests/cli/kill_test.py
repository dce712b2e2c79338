"""A run killed at random moments and resumed ends with the tree of an undisturbed run."""

import random
import shutil
import signal
import subprocess
import time

import program
from program import OK, REJECTS, make_classes, scaled

KILLS = 20
# The names of files and shards that are not complete.
LEFT_OVER = ".guidedmixup-{:016x}.partial"


class Killed(program.ProgramTest):
    def dataset(self, bad):
        photos = make_classes(self.folder / "photos", each=scaled(80, 30))
        for name in bad:
            program.truncate(photos / name)
        return ["augment", "photos", "--batch-size", "4", "--shard-size", "4", "-j", "2"]

    def undisturbed(self, command, code):
        begin = time.monotonic()
        self.expect(code, *command, "-o", "whole")
        return time.monotonic() - begin

    def check_shards(self, output):
        """A shard is there, complete, or it is not there."""
        for shard in output.glob("**/images/[0-9]*[0-9]"):
            names = {p.name for p in shard.iterdir()} - {"metadata.jsonl", "rejects.jsonl"}
            lines = program.json_lines(shard / "metadata.jsonl")
            self.assertEqual(names, {line["file_name"] for line in lines})

    def check(self, command, code):
        duration = self.undisturbed(command, code)
        dice = random.Random(2024)
        kills = finished = number = 0
        output = self.folder / "out0"
        while kills < KILLS:
            process = self.start(*command, "-o", output, "--resume")
            try:
                process.wait(dice.uniform(0.002, 0.6 * duration))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
            process.wait()
            if process.returncode == -signal.SIGKILL:
                kills += 1
                self.check_shards(output)
                continue
            self.assertEqual(process.returncode, code)
            self.assert_same_tree(self.folder / "whole", output)
            finished, number = finished + 1, number + 1
            output = self.folder / f"out{number}"
        self.expect(code, *command, "-o", output, "--resume")
        self.assert_same_tree(self.folder / "whole", output)

    def test_one_method(self):
        self.check([*self.dataset(bad=[]), "--rounds", "2"], OK)

    def test_two_methods_and_rejects(self):
        command = self.dataset(bad=["ant/03.png", "cat/20.png"])
        self.check([*command, "-m", "guided-sr", "-m", "mixup"], REJECTS)


class ResumedRejects(program.ProgramTest):
    def test_rejects_and_exit_code_3_survive(self):
        photos = make_classes(self.folder / "photos", each=40)
        for name in ("ant/00.png", "bee/11.png", "cat/39.png"):
            program.truncate(photos / name)
        (photos / "beside.png").write_bytes(b"")
        command = ["augment", "photos", "--batch-size", "4", "--shard-size", "4", "-j", "1"]
        self.expect(REJECTS, *command, "-o", "whole")
        process = self.start(*command, "-o", "out")
        self.hold_after_first_shard(process, self.folder / "out")
        process.kill()
        process.wait()
        for _ in range(2):  # the second time there is nothing left to do
            self.expect(REJECTS, *command, "-o", "out", "--resume")
            self.assert_same_tree(self.folder / "whole", self.folder / "out")
        lines = program.json_lines(self.folder / "out" / "rejects.jsonl")
        self.assertEqual([line["path"] for line in lines],
                         ["ant/00.png", "bee/11.png", "beside.png", "cat/39.png"])

    def test_every_lost_shard_is_made_again(self):
        photos = make_classes(self.folder / "photos", each=12)
        program.truncate(photos / "ant" / "05.png")
        command = ["augment", "photos", "--batch-size", "4", "--shard-size", "8"]
        self.expect(REJECTS, *command, "-o", "whole")
        self.expect(REJECTS, *command, "-o", "out")
        shards = sorted((self.folder / "out" / "images").iterdir())
        self.assertGreater(len(shards), 3)
        for shard in shards:
            shutil.rmtree(shard)
            (self.folder / "out" / "manifest.json").unlink()
            self.expect(REJECTS, *command, "-o", "out", "--resume")
            self.assert_same_tree(self.folder / "whole", self.folder / "out")

    def test_left_over_halves_are_removed(self):
        make_classes(self.folder / "photos", each=4)
        self.augment("photos", "-o", "whole", "--batch-size", "4", "--shard-size", "4")
        self.augment("photos", "-o", "out", "--batch-size", "4", "--shard-size", "4")
        out = self.folder / "out"
        (out / "images" / "00001").rename(out / "images" / LEFT_OVER.format(1))
        (out / "images" / LEFT_OVER.format(2)).mkdir()
        (out / "manifest.json").rename(out / LEFT_OVER.format(3))
        (out / LEFT_OVER.format(4)).write_text("an")
        (out / "schema" / LEFT_OVER.format(5)).write_text("{")
        self.augment("photos", "-o", "out", "--batch-size", "4", "--shard-size", "4", "--resume")
        self.assert_same_tree(self.folder / "whole", out)

    def test_a_killed_start_leaves_a_folder_that_a_fresh_resume_takes(self):
        make_classes(self.folder / "photos", each=4)
        self.augment("photos", "-o", "whole")
        (self.folder / "out").mkdir()
        (self.folder / "out" / LEFT_OVER.format(1)).write_text('{"format"')
        self.augment("photos", "-o", "out", "--resume")
        self.assert_same_tree(self.folder / "whole", self.folder / "out")


class Mistake(program.ProgramTest):
    def test_a_mistake_of_the_program_aborts_and_spoils_nothing(self):
        """It is no reason to resume, but whoever does gets the same bytes."""
        make_classes(self.folder / "photos", each=8)
        command = ["augment", "photos", "--batch-size", "4", "--shard-size", "4"]
        self.expect(OK, *command, "-o", "whole")
        for call, threads, least in ((1, 2, 0), (40, 1, 1)):
            result = self.run_program(*command, "-o", "out", "-j", str(threads), env=program.preloaded(
                "MISTAKE", GUIDEDMIXUP_MISTAKE_AT=str(call)))
            self.assertEqual(result.code, -signal.SIGABRT, result.err)
            self.assertIn("internal error: a planted mistake", result.err)
            self.assertNotIn("--resume", result.err)
            published = list((self.folder / "out").glob("images/[0-9]*[0-9]"))
            self.assertGreaterEqual(len(published), least)
            self.expect(OK, *command, "-o", "out", "--resume")
            self.assert_same_tree(self.folder / "whole", self.folder / "out")
            shutil.rmtree(self.folder / "out")


if __name__ == "__main__":
    program.main()
