"""Storage that lacks calls or fails between two of them: network and cluster file systems, kills."""

import errno
import os
import shutil
import signal

import program
from program import FAILED, OK, USAGE, clean_environment, make_classes, manifest_of, tree

# The library that lets calls fail; CMake sets it where it is built.
SHIM = os.environ.get("GUIDEDMIXUP_STORAGE_FAULT", "")


def faults(**variables):
    # The address sanitizer otherwise insists on being loaded first.
    options = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
    return clean_environment(LD_PRELOAD=SHIM, ASAN_OPTIONS=options,
                             **{name: str(value) for name, value in variables.items()})


class StorageTest(program.ProgramTest):
    def setUp(self):
        super().setUp()
        if not SHIM:
            program.say_skip(self, "the storage-fault library was not built")
        make_classes(self.folder / "photos", classes=("ant", "bee"), each=3)
        self.command = ["augment", "photos", "--batch-size", "3", "--shard-size", "3", "-j", "1"]
        self.expect(OK, *self.command, "-o", "whole")


class Refusing(StorageTest):
    def check(self, note, *more, **variables):
        """The run ends well, with one note that contains `note`, and so do resume and overwrite."""
        for mode in ([], ["--resume"], ["--overwrite"]):
            with self.subTest(mode=mode, **variables):
                result = self.expect(OK, *self.command, "-o", "out", *more, *mode,
                                     env=faults(**variables))
                self.assertEqual(result.err.count("storage"), 1 if note else 0, result.err)
                self.assertIn(note, result.err)
                self.assert_same_tree(self.folder / "whole", self.folder / "out")
            shutil.rmtree(self.folder / "out" / "images" / "00001")
        shutil.rmtree(self.folder / "out")

    def test_no_locks(self):
        for number in (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, 524):
            self.check("no locks", REFUSE_FLOCK=number)

    def test_a_lock_that_is_held_is_still_refused(self):
        environment = faults(REFUSE_FLOCK=errno.EWOULDBLOCK)
        result = self.expect(FAILED, *self.command, "-o", "whole", "--resume", env=environment)
        self.assertIn("another process", result.err)

    def test_no_sync(self):
        for number in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
            for call, what in (("FSYNC_FOLDER", "sync folders"), ("FSYNC", "sync files"),
                               ("SYNCFS", "sync as a whole")):
                self.check(what, **{f"REFUSE_{call}": number})

    def test_a_failed_sync_is_a_failure(self):
        for call in ("FSYNC_FOLDER", "FSYNC", "SYNCFS"):
            result = self.expect(FAILED, *self.command, "-o", "out",
                                 env=faults(**{f"REFUSE_{call}": errno.EIO}))
            self.assertIn("Input/output error", result.err)
            self.assertIn("--resume", result.err)
            self.expect(OK, *self.command, "-o", "out", "--resume")
            self.assert_same_tree(self.folder / "whole", self.folder / "out")
            shutil.rmtree(self.folder / "out")

    def test_no_renameat2_and_no_second_names(self):
        for number in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
            self.check("", REFUSE_RENAMEAT2=number)
            self.check("", REFUSE_RENAMEAT2=number, REFUSE_LINK=errno.EPERM)

    def test_notes_come_once_for_several_methods(self):
        methods = ["-m", "none", "-m", "mixup"]
        result = self.expect(OK, *self.command, *methods, "-o", "two",
                             env=faults(REFUSE_FLOCK=errno.ENOSYS, REFUSE_SYNCFS=errno.ENOSYS))
        self.assertEqual(result.err.count("storage"), 2, result.err)

    def test_without_renaming_of_folders_nothing_is_begun(self):
        for number in (errno.EOPNOTSUPP, errno.EPERM, errno.ENOSYS, errno.EXDEV):
            for mode in ([], ["--resume"], ["--overwrite"]):
                result = self.expect(FAILED, *self.command, "-o", "out", *mode,
                                     env=faults(REFUSE_RENAME_FOLDER=number))
                self.assertIn("cannot rename folders", result.err)
                self.assertIn("other storage", result.err)
                self.assertNotIn("--resume", result.err)
                self.assertEqual(tree(self.folder / "out"), {})


class InterruptedOverwrite(StorageTest):
    def setUp(self):
        super().setUp()
        self.expect(OK, *self.command, "-o", "other", "--seed", "1")
        self.out = self.folder / "out"

    def interrupt(self, number, source="other", **variables):
        """An --overwrite of `source` that ends at call `number`; false when there are fewer."""
        if self.out.exists():
            shutil.rmtree(self.out)
        shutil.copytree(self.folder / source, self.out)
        result = self.run_program(*self.command, "-o", "out", "--overwrite", env=faults(
            FAULT_FOLDER=self.out.resolve(), FAULT_AT=number, **variables))
        if result.code == OK:
            return False
        self.assertEqual(result.code, -signal.SIGKILL if variables else FAILED, result.err)
        if (self.out / "manifest.json").exists():  # then all that it names is there
            for sample in manifest_of(self.out)["samples"]:
                self.assertTrue((self.out / sample["file_name"]).exists(), number)
        return True

    def check_overwrite(self, number):
        self.expect(OK, *self.command, "-o", "out", "--overwrite")
        self.assert_same_tree(self.folder / "whole", self.out)

    def check_resume(self, number):
        """Goes on with the new run, or says what to type; that then works."""
        result = self.run_program(*self.command, "-o", "out", "--resume")
        if result.code == OK:
            self.assert_same_tree(self.folder / "whole", self.out)
        else:
            self.assertEqual(result.code, USAGE, f"{number}: {result.err}")
            self.assertIn("--overwrite", result.err)
            self.check_overwrite(number)

    def check_resume_of_the_old(self, number):
        """While the old plan is there, the old run can be finished."""
        plan = self.out / "plan.json"
        if plan.exists() and b'"seed": 1' in plan.read_bytes():
            self.expect(OK, *self.command, "--seed", "1", "-o", "out", "--resume")
            self.assert_same_tree(self.folder / "other", self.out)

    def check_all(self, checks, step=1, **variables):
        step = round(step / program.SCALE)
        number = 1
        while self.interrupt(number, **variables):
            with self.subTest(number, **variables):
                checks[number // step % len(checks)](number)
            number += step
        self.assertGreater(number, 30)

    def test_killed_at_any_call(self):
        self.check_all([self.check_overwrite], FAULT_KILLS=1)
        self.check_all([self.check_resume, self.check_resume_of_the_old], FAULT_KILLS=1)

    def test_failed_at_any_call(self):
        self.check_all([self.check_overwrite, self.check_resume, self.check_resume_of_the_old],
                       step=2)

    def test_killed_again_and_again(self):
        self.assertTrue(self.interrupt(1, FAULT_KILLS=1))
        for number in range(2, 26, 3):
            self.run_program(*self.command, "-o", "out", "--overwrite", env=faults(
                FAULT_FOLDER=self.out.resolve(), FAULT_AT=number % 11 + 1, FAULT_KILLS=1))
        self.check_overwrite(0)

    def test_an_output_without_its_plan(self):
        shutil.copytree(self.folder / "other", self.folder / "planless")
        (self.folder / "planless" / "plan.json").unlink()
        number = 1
        while self.interrupt(number, "planless", FAULT_KILLS=1):
            with self.subTest(number):
                self.check_overwrite(number)
            number += 3

    def test_what_an_interrupted_removal_of_before_left(self):
        """Images without their shard's lines, as when files were removed one by one."""
        shutil.copytree(self.folder / "other", self.out)
        (self.out / "images" / "00001" / "metadata.jsonl").unlink()
        self.check_overwrite(0)


if __name__ == "__main__":
    program.main()
