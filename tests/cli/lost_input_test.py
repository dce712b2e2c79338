"""Input that fails or vanishes while it is read: the run ends and can be resumed, and no sample is
lost for a fault that is not its own."""

import errno
import os
import shutil
import signal
import subprocess

import program
from program import DIFFERENCE, FAILED, OK, REJECTS, json_lines, make_classes, scaled

OF_THE_SYSTEM = ("EIO", "ESTALE", "ENOTCONN", "ETIMEDOUT", "EREMOTEIO", "EHOSTDOWN", "ENODEV",
                 "ESHUTDOWN", "EBADMSG", "EUCLEAN", "EMFILE")
OF_THE_FILE = {"EACCES": "unreadable", "EPERM": "unreadable", "ELOOP": "unreadable",
               "ENOENT": "missing", "ENOTDIR": "missing"}


class LostInput(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.photos = make_classes(self.folder / "photos", each=8)
        self.command = ["augment", "photos", "--batch-size", "4", "--shard-size", "4", "-j", "2",
                        "--size", "32"]
        self.expect(OK, *self.command, "-o", "whole")

    def failing(self, error, call="read", first=1, times=0):
        return program.faults(f"{call}:{getattr(errno, error)}:{first}:{times}",
                              below=self.photos.resolve())

    def check_message(self, err, error):
        self.assertIn(os.strerror(getattr(errno, error)), err)
        self.assertRegex(err, r"photos/(ant|bee|cat)/0\d\.png'")
        self.assert_own_lines(err)

    def check_goes_on(self, output):
        self.assertEqual(list((self.folder / output).rglob("rejects.jsonl")), [])
        self.assertFalse((self.folder / output / "manifest.json").exists())
        self.expect(OK, *self.command, "-o", output, "--resume")
        self.assert_same_tree(self.folder / "whole", self.folder / output)

    def test_a_failing_system_ends_the_run(self):
        for call, errors in {"open": OF_THE_SYSTEM, "fstat": ("ESTALE",), "read": ("EIO",)}.items():
            for error in errors:
                with self.subTest(call=call, error=error):
                    # The first four reads are those of the estimate.
                    result = self.expect(FAILED, *self.command, "-o", "out",
                                         env=self.failing(error, call, first=12))
                    self.check_message(result.err, error)
                    self.assertIn("--resume", result.err)
                    self.check_goes_on("out")
                    shutil.rmtree(self.folder / "out")

    def test_also_before_anything_is_written(self):
        command = ["augment", "photos", "-o", "out"]  # looks at every header for a common size
        for first in (1, 7):
            result = self.expect(FAILED, *command, env=self.failing("EIO", first=first))
            self.check_message(result.err, "EIO")
            self.assertFalse((self.folder / "out").exists())

    def test_an_interrupted_call_is_repeated(self):
        for call in ("open", "fstat", "read"):
            self.expect(OK, *self.command, "-o", "out",
                        env=self.failing("EINTR", call, times=40))
            self.assert_same_tree(self.folder / "whole", self.folder / "out")
            shutil.rmtree(self.folder / "out")

    def test_what_one_file_refuses_is_a_reject_that_a_resume_tries_again(self):
        for error, code in OF_THE_FILE.items():
            self.expect(REJECTS, *self.command, "-o", "out",
                        env=self.failing(error, "open", first=12, times=2))
            lines = json_lines(self.folder / "out" / "rejects.jsonl")
            self.assertGreaterEqual(len(lines), 1)
            for line in lines:
                self.assertEqual((line["stage"], line["code"], line.get("retry")),
                                 ("read", code, True), line)
            shutil.rmtree(self.folder / "out")

    def test_the_other_commands(self):
        for command in (["saliency", "photos", "-o", "maps"],
                        ["verify", "whole", "--deep"],
                        ["preview", "whole", "-o", "sheet.png"]):
            for error in ("EIO", "ESTALE"):
                result = self.expect(FAILED, *command, env=self.failing(error))
                self.assertIn(os.strerror(getattr(errno, error)), result.err)
                self.assertIn("photos", result.err)
            shutil.rmtree(self.folder / "maps", ignore_errors=True)
        self.expect(DIFFERENCE, "verify", "whole", "--deep", env=self.failing("EACCES", "open"))


class VanishedInput(program.ProgramTest):
    """The folder is moved away in the middle of a run, as a disk that is unmounted."""

    def setUp(self):
        super().setUp()
        self.photos = make_classes(self.folder / "photos", each=scaled(40, 10), size=(200, 200),
                                   suffix=".jpg")
        self.away = self.folder / "away"
        self.command = ["augment", "photos", "--size", "32", "--batch-size", "4", "--shard-size",
                        "4", "--rounds", "5", "-j", "2"]
        self.expect(OK, *self.command, "-o", "whole")

    def vanish(self, how, code):
        """Calls `how` while a run is stopped in its middle; returns that run's messages."""
        process = self.start(*self.command, "-o", "out", stderr=subprocess.PIPE)
        self.hold_after_first_shard(process, self.folder / "out")
        how()
        process.send_signal(signal.SIGCONT)
        err = process.communicate(timeout=program.TIMEOUT)[1].decode()
        self.assertEqual(process.returncode, code, err)
        return err

    def check(self, how, back, words):
        err = self.vanish(how, FAILED)
        self.assertIn(words, err)
        self.assertIn("photos'", err)
        self.assertIn("--resume", err)
        self.assert_own_lines(err)
        self.assertEqual(list((self.folder / "out").rglob("rejects.jsonl")), [])
        back()
        self.expect(OK, *self.command, "-o", "out", "--resume")
        self.assert_same_tree(self.folder / "whole", self.folder / "out")

    def move_away(self):
        self.photos.rename(self.away)

    def move_back(self):
        self.away.rename(self.photos)

    def test_gone(self):
        self.check(self.move_away, self.move_back, "no longer exists")

    def test_another_folder_in_its_place(self):
        def replace():
            self.move_away()
            (self.photos / "not mounted").mkdir(parents=True)

        def back():
            shutil.rmtree(self.photos)
            self.move_back()
        self.check(replace, back, "not the same folder")

    def test_empty(self):
        def move_all(source, target):
            for name in list(source.iterdir()):
                name.rename(target / name.name)
        self.away.mkdir()
        self.check(lambda: move_all(self.photos, self.away),
                   lambda: move_all(self.away, self.photos), "is empty")

    def test_one_file_that_goes_is_a_reject_that_a_resume_tries_again(self):
        victim = self.photos / "cat" / "05.jpg"
        self.vanish(lambda: victim.rename(self.folder / "05.jpg"), REJECTS)
        lines = json_lines(self.folder / "out" / "rejects.jsonl")
        self.assertEqual([(line["path"], line["code"], line["retry"]) for line in lines],
                         [("cat/05.jpg", "missing", True)])
        (self.folder / "05.jpg").rename(victim)
        self.expect(OK, *self.command, "-o", "out", "--resume")
        self.assert_same_tree(self.folder / "whole", self.folder / "out")


if __name__ == "__main__":
    program.main()
