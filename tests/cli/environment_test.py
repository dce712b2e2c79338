"""What the program is started with: closed descriptors, and the limits of the system. Each run ends
with a code of its own and a message, never by a signal."""

import json
import os
import resource
import shutil
import signal
import subprocess

import program
from program import (FAILED, OK, OTHER_USER, PROGRAM, REJECTS, USAGE, clean_environment,
                     make_classes)

KIB = 1024


class ClosedDescriptors(program.ProgramTest):
    """tests/campaign/environment.py closes them for each command."""

    def test_help(self):
        for closed in ((0,), (1,), (2,), (0, 1, 2)):
            for option in ("--help", "--version"):
                script = f'exec "$GM" {option} ' + " ".join(f"{number}>&-" for number in closed)
                done = subprocess.run(["bash", "-c", script], stdin=subprocess.DEVNULL,
                                      capture_output=True, env=clean_environment(GM=PROGRAM),
                                      timeout=program.TIMEOUT, check=False)
                self.assertEqual(done.returncode, FAILED if 1 in closed else OK, closed)

    def test_a_list_from_a_closed_standard_input_is_refused(self):
        make_classes(self.folder / "photos", each=6)
        script = 'exec "$GM" augment photos --files-from - -o out <&-'
        done = subprocess.run(["bash", "-c", script], cwd=self.folder, capture_output=True,
                              env=clean_environment(GM=PROGRAM), timeout=program.TIMEOUT,
                              check=False)
        self.assertIn(done.returncode, (FAILED, USAGE), done.stderr)
        self.assertIn(b"--files-from", done.stderr)
        self.assertFalse((self.folder / "out").exists())


class FullStandardOutput(program.ProgramTest):
    def test_what_was_written_is_said_to_be_complete(self):
        make_classes(self.folder / "photos", each=3)
        for command, word in ((["augment", "photos", "-o", "out", "--report", "r.json"], "output"),
                              (["saliency", "photos", "-o", "maps"], "maps"),
                              (["preview", "out", "-o", "sheet.png"], "contact sheet")):
            with self.subTest(command[0]), open("/dev/full", "wb") as full:
                done = subprocess.run([PROGRAM, *command], cwd=self.folder, stdout=full,
                                      stderr=subprocess.PIPE, env=clean_environment(),
                                      timeout=program.TIMEOUT, check=False)
                self.assertEqual(done.returncode, FAILED)
                self.assertIn(word, done.stderr.decode())
                self.assertIn("complete", done.stderr.decode())
        self.expect(OK, "verify", "out")
        json.loads((self.folder / "r.json").read_bytes())


class Places(program.ProgramTest):
    """What the system says of a path comes with the path, not with the name of a C++ function."""

    def setUp(self):
        super().setUp()
        make_classes(self.folder / "photos", each=2)
        self.augment("photos", "-o", "out")
        (self.folder / "loop").symlink_to("loop")

    def commands(self, name):
        yield ["augment", name, "-o", "new"]
        yield ["augment", "photos", "-o", name]
        yield ["augment", "photos", "-o", name, "--resume"]
        yield ["augment", "photos", "-o", "new", "--report", name]
        for option in ("--labels", "--classes", "--files-from", "--config"):
            yield ["augment", "photos", "-o", "new", option, name]
        yield ["verify", name]
        yield ["verify", "out", "--deep", "--input", name]
        yield ["preview", name, "-o", "s.png"]
        yield ["preview", "out", "-o", name + "/s.png"]
        yield ["preview", "out", "-o", "s.png", "--input", name]
        yield ["saliency", name, "-o", "maps"]
        yield ["saliency", "photos", "-o", name]

    def check(self, result):
        self.assertIn(result.code, (FAILED, USAGE, program.DIFFERENCE), result.err)
        for word in ("filesystem error", "basic_", "std::", "json.exception", "iostream"):
            self.assertNotIn(word, result.err + result.out)
        if result.code != program.DIFFERENCE:
            self.assertRegex(result.err, r"guidedmixup: \S")

    def test_names_that_cannot_be_used(self):
        (self.folder / "file").write_bytes(b"x")
        for name in ("loop", "loop/x", "x" * 300, "y/" * 2500, "file/x", "photos/ant/00.png/x"):
            for command in self.commands(name):
                with self.subTest(name=name[:20], command=command[:1] + command[-2:]):
                    self.check(self.run_program(*command))
                    shutil.rmtree(self.folder / "new", ignore_errors=True)

    def test_a_current_folder_that_has_gone(self):
        gone = self.folder / "gone"
        for command in ["augment", "../photos", "-o", "out"], ["verify", "out"], \
                       ["preview", "out", "-o", "s.png"], ["saliency", "photos", "-o", "maps"]:
            gone.mkdir()
            script = 'rmdir "$PWD" && exec "$GM" "$@"'
            done = subprocess.run(["bash", "-c", script, "bash", *command], cwd=gone,
                                  capture_output=True, env=clean_environment(GM=PROGRAM),
                                  timeout=program.TIMEOUT, check=False)
            self.check(program.Result(done.returncode, done.stdout.decode(), done.stderr.decode()))


class Limits(program.ProgramTest):
    def setUp(self):
        super().setUp()
        make_classes(self.folder / "photos", each=8)
        self.command = ["photos", "--batch-size", "4", "--shard-size", "4", "-j", "4", "-o", "out"]

    def limited(self, kind, soft, *arguments, hard=None, user=None):
        """Runs it under a limit. Fails when it ends by a signal or without a word."""
        def enter():
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(kind, (soft, soft if hard is None else hard))
            if user:
                os.setgid(user)
                os.setuid(user)
        result = self.run_program(*arguments, preexec_fn=enter)
        self.assertIn(result.code, (OK, FAILED, USAGE, REJECTS), result.err)
        if result.code != OK:
            self.assert_message(result.err)
        return result

    def assert_message(self, err):
        self.assertRegex(err, r"guidedmixup: \S")
        for word in ("terminate called", "Assertion", "what():", "internal error"):
            self.assertNotIn(word, err)

    def skip_under_sanitizers(self):
        if program.SCALE < 1:
            program.say_skip(self, "a sanitizer takes more than the limit gives")

    def whole(self, *more):
        """The output as it has to be, made without limits."""
        self.augment(*self.command[:-1], "whole", *more)
        return self.folder / "whole"

    def test_file_size(self):
        """Ends as any error of writing does, and can be resumed."""
        whole = self.whole()
        # The thread sanitizer writes a file of its own before the program begins.
        for limit in (0, 100, 3000, 8000) if program.SCALE == 1 else (3000, 8000):
            with self.subTest(limit):
                result = self.limited(resource.RLIMIT_FSIZE, limit, "augment", *self.command)
                self.assertEqual(result.code, FAILED)
                self.assertIn("ulimit -f", result.err)
                if limit >= 3000:  # its plan could be written
                    self.assertIn("--resume", result.err)
                    self.augment(*self.command, "--resume")
                    self.assert_same_tree(whole, self.folder / "out")
                shutil.rmtree(self.folder / "out", ignore_errors=True)
        for command in (["saliency", "photos", "-o", "maps"], ["preview", "whole", "-o", "s.png"]):
            result = self.limited(resource.RLIMIT_FSIZE, 1000, *command)
            self.assertEqual(result.code, FAILED)
            self.assertIn("ulimit -f", result.err)

    def test_processes(self):
        if os.getuid() != 0:
            program.say_skip(self, "needs root to become another user")
        self.skip_under_sanitizers()
        whole = self.whole()
        self.folder.chmod(0o777)
        for limit in (1, 2, 3, 5):
            with self.subTest(limit):
                result = self.limited(resource.RLIMIT_NPROC, limit, "augment", *self.command,
                                      user=OTHER_USER)
                self.assertEqual(result.code, OK, result.err)
                if limit < 4:
                    self.assertRegex(result.err, r"note: .* of 4 threads")
                self.assert_same_tree(whole, self.folder / "out")
                shutil.rmtree(self.folder / "out")
        for command in (["verify", "whole", "--deep", "-j", "4"],
                        ["saliency", "photos", "-o", "maps", "-j", "4"]):
            result = self.limited(resource.RLIMIT_NPROC, 1, *command, user=OTHER_USER)
            self.assertEqual(result.code, OK, result.err)
        result = self.limited(resource.RLIMIT_NPROC, 1, "preview", "whole", "-o", "sheet.png",
                              user=OTHER_USER)
        self.assertEqual(result.code, FAILED)
        self.assertIn("threads", result.err)

    def test_threads_that_are_refused_after_all(self):
        """Others may have taken them between the question and the work: TBB or GLib gives up."""
        self.skip_under_sanitizers()
        whole = self.whole()
        for left in range(8):
            environment = program.preloaded("THREAD", GUIDEDMIXUP_THREADS_LEFT=str(left))
            result = self.run_program("augment", *self.command, env=environment)
            self.assertIn(result.code, (OK, FAILED), result.err)
            if result.code == FAILED:
                self.assertIn("pthread_create has failed", result.err)
                self.assertIn("--resume", result.err)
                self.assert_message(result.err)
                self.augment(*self.command, "--resume")
            self.assert_same_tree(whole, self.folder / "out")
            shutil.rmtree(self.folder / "out")
            for command in (["verify", "whole", "--deep", "-j", "4"],
                            ["preview", "whole", "-o", "s.png", "--overwrite"]):
                result = self.run_program(*command, env=environment)
                self.assertIn(result.code, (OK, FAILED), result.err)
                if result.code == FAILED:
                    self.assert_message(result.err)

    def test_a_soft_limit_of_the_stack_is_raised(self):
        self.skip_under_sanitizers()
        result = self.limited(resource.RLIMIT_STACK, 128 * KIB, "augment", *self.command,
                              hard=resource.RLIM_INFINITY)
        self.assertEqual(result.code, OK, result.err)

    def test_processor_time_asks_for_an_end_that_can_be_resumed(self):
        """By the signal itself: nobody waits for a limit to be reached."""
        make_classes(self.folder / "photos", each=program.scaled(100, 40))
        whole = self.whole()
        process = self.start("augment", *self.command, stderr=subprocess.PIPE)
        self.hold_after_first_shard(process, self.folder / "out")
        process.send_signal(signal.SIGXCPU)
        process.send_signal(signal.SIGCONT)
        err = process.communicate(timeout=program.TIMEOUT)[1].decode()
        self.assertEqual(process.returncode, FAILED, err)
        self.assertIn("processor time", err)
        self.assertIn("--resume", err)
        self.augment(*self.command, "--resume")
        self.assert_same_tree(whole, self.folder / "out")

    def test_processor_time_that_is_used_up_while_listing(self):
        os.mkfifo(self.folder / "list")
        process = self.start("augment", "photos", "--files-from", "list", "-o", "out",
                             stderr=subprocess.PIPE)
        with open(self.folder / "list", "wb"):  # once it has been opened on both sides
            process.send_signal(signal.SIGXCPU)
            err = process.communicate(timeout=program.TIMEOUT)[1].decode()
        self.assertEqual(process.returncode, FAILED, err)
        self.assertIn("processor time", err)
        self.assertFalse((self.folder / "out").exists())


if __name__ == "__main__":
    program.main()
