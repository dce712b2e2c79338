"""What SIGINT, SIGTERM and a closed pipe do to a run."""

import os
import pathlib
import shutil
import signal
import subprocess
import time

import program
from program import OK, PROGRAM, clean_environment, make_classes, manifest_of, scaled


class Signals(program.ProgramTest):
    def setUp(self):
        super().setUp()
        # The command that is printed must survive a shell.
        self.photos = make_classes(self.folder / "my 'own' $photos", each=scaled(100, 40))
        self.command = ["augment", self.photos.name, "--batch-size", "4", "--shard-size", "4",
                        "-j", "2", "--seed=7", "-m", "guided-sr:blur=image"]

    def stopped(self, *signals):
        """A run that gets these signals together, after its first shard."""
        process = self.start(*self.command, "-o", "out put", stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
        self.hold_after_first_shard(process, self.folder / "out put")
        for number in signals:
            process.send_signal(number)
        process.send_signal(signal.SIGCONT)
        out, err = process.communicate(timeout=program.TIMEOUT)
        return process.returncode, out.decode(), err.decode()

    def resume_as_printed(self, err):
        lines = [line for line in err.splitlines() if line.startswith("  guidedmixup ")]
        self.assertEqual(len(lines), 1, err)
        self.assertIn("--resume", lines[0])
        places = os.pathsep.join([str(pathlib.Path(PROGRAM).parent), os.environ["PATH"]])
        done = subprocess.run(["bash", "-c", lines[0]], cwd=self.folder, capture_output=True,
                              env=clean_environment(PATH=places), timeout=program.TIMEOUT,
                              check=False)
        self.assertEqual(done.returncode, OK, done.stderr.decode())

    def check_stop(self, number, code):
        self.expect(OK, *self.command, "-o", "whole")
        found, out, err = self.stopped(number)
        self.assertEqual(found, code, err)
        self.assertEqual(out, "")
        self.assertFalse((self.folder / "out put" / "manifest.json").exists())
        left = [p for p in (self.folder / "out put").rglob("*") if p.name.endswith(".partial")]
        self.assertEqual(left, [], "halves are thrown away")
        self.assertTrue((self.folder / "out put" / "images" / "00000").exists())
        self.resume_as_printed(err)
        self.assert_same_tree(self.folder / "whole", self.folder / "out put")

    def test_interrupt_is_130_and_can_be_resumed(self):
        self.check_stop(signal.SIGINT, 130)

    def test_terminate_is_143_and_can_be_resumed(self):
        self.check_stop(signal.SIGTERM, 143)

    def test_stops_at_any_moment(self):
        """The other mini-batches in hand must end as quietly as the one that sees the signal."""
        make_classes(self.folder / "large", each=scaled(30, 10), size=(300, 300))
        command = ["augment", "large", "--batch-size", "4", "--shard-size", "4", "-j", "4",
                   "--size", "32"]
        self.expect(OK, *command, "-o", "whole")
        for number in range(scaled(25, 6)):
            process = self.start(*command, "-o", "out", "--resume", stderr=subprocess.PIPE)
            self.wait_for((self.folder / "out" / "images").exists, "the output folder")
            time.sleep(0.02 + 0.002 * number)
            process.send_signal(signal.SIGTERM)
            err = process.communicate(timeout=program.TIMEOUT)[1].decode()
            # -SIGTERM: it came before the program had begun to listen.
            self.assertIn(process.returncode, (143, OK, -signal.SIGTERM), err)
            self.assert_own_lines(err)
            if process.returncode == OK:
                shutil.rmtree(self.folder / "out")
        self.expect(OK, *command, "-o", "out", "--resume")
        self.assert_same_tree(self.folder / "whole", self.folder / "out")

    def test_second_signal_ends_at_once(self):
        found, out, err = self.stopped(signal.SIGINT, signal.SIGTERM)
        self.assertIn(found, (130, 143))
        self.assertEqual((out, err.count("--resume")), ("", 0))
        self.expect(OK, *self.command, "-o", "out put", "--resume")

    def test_resume_command_after_overwrite_keeps_the_new_run(self):
        self.expect(OK, *self.command, "-o", "out put", "--limit", "8")
        process = self.start(*self.command, "-o", "out put", "--overwrite", stderr=subprocess.PIPE)
        self.wait_for(lambda: len(list((self.folder / "out put").glob("images/*[0-9]"))) > 4,
                      "new shards")
        process.send_signal(signal.SIGINT)
        err = process.communicate(timeout=program.TIMEOUT)[1].decode()
        self.assertEqual(process.returncode, 130, err)
        self.assertNotIn("--overwrite", err)
        self.resume_as_printed(err)
        count = manifest_of(self.folder / "out put")["counts"]["samples"]
        self.assertEqual(count, len(list(self.photos.glob("*/*"))))

    def test_verify_can_be_interrupted(self):
        self.expect(OK, *self.command, "-o", "out")
        process = self.start("verify", "out", "--deep", "--progress", "json", "-j", "1",
                             stderr=subprocess.PIPE, stdout=subprocess.PIPE)
        process.stderr.readline()  # it has begun
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=program.TIMEOUT)
        self.assertIn(process.returncode, (130, 0))

    def test_saliency_can_be_interrupted(self):
        # So large that the maps which follow the first take far longer than the signal.
        process = self.start("saliency", self.photos, "-o", "maps", "-j", "1", "--size", "2048")
        self.wait_for(lambda: any((self.folder / "maps").rglob("*.npy")), "the first map")
        process.send_signal(signal.SIGTERM)
        process.wait(program.TIMEOUT)
        self.assertEqual(process.returncode, 143)
        maps = [path for path in (self.folder / "maps").rglob("*") if path.is_file()]
        self.assertLess(len(maps), sum(path.is_file() for path in self.photos.rglob("*")))
        self.assertEqual({path.suffix for path in maps}, {".npy"}, "nothing half written stays")

    def test_commands_without_anything_to_keep_end_at_once(self):
        self.expect(OK, *self.command, "-o", "out")
        for number in range(scaled(8, 3)):
            process = self.start("preview", "out", "-o", "sheet.png", "--overwrite",
                                 "--rows", "40", stderr=subprocess.PIPE)
            time.sleep(0.02 * number)
            process.send_signal(signal.SIGTERM)
            err = process.communicate(timeout=program.TIMEOUT)[1].decode()
            self.assertIn(process.returncode, (OK, -signal.SIGTERM), err)
            self.assertEqual([p.name for p in self.folder.iterdir() if p.name.startswith(".")], [])


class ClosedPipe(program.ProgramTest):
    def piped(self, command):
        return subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], cwd=self.folder,
                              capture_output=True, env=clean_environment(GM=PROGRAM),
                              timeout=program.TIMEOUT, check=False)

    def test_a_reader_that_has_gone_ends_it_quietly(self):
        for command in ("methods", "methods --json", "--help", "augment --help"):
            done = self.piped(f'"$GM" {command} | true')
            self.assertEqual(done.stderr, b"", command)
            self.assertIn(done.returncode, (0, 128 + signal.SIGPIPE), command)

    def test_head(self):
        done = self.piped('"$GM" methods | head -1')
        self.assertEqual((len(done.stdout.splitlines()), done.stderr), (1, b""))

    def test_full_standard_output_is_an_error(self):
        done = self.piped('"$GM" methods > /dev/full')
        self.assertEqual(done.returncode, program.FAILED)
        self.assertIn(b"standard output", done.stderr)


if __name__ == "__main__":
    program.main()
