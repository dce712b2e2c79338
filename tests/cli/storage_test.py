"""Storage that lacks calls or fails between two of them: network and cluster file systems, kills."""

import errno
import shutil
import signal

import program
from program import FAILED, OK, make_classes, tree


def refused(call, number):
    """The rule of a call that fails each time."""
    return f"{call}:{number}:1:0"


class StorageTest(program.ProgramTest):
    def setUp(self):
        super().setUp()
        make_classes(self.folder / "photos", classes=("ant", "bee"), each=3)
        self.command = ["augment", "photos", "--batch-size", "3", "--shard-size", "3", "-j", "1"]
        self.expect(OK, *self.command, "-o", "whole")

    def faults(self, *rules):
        return program.faults(*rules, below=self.folder.resolve())


class Refusing(StorageTest):
    def check(self, note, *rules):
        """The run ends well, with one note that contains `note`, and so do resume and overwrite."""
        for mode in ([], ["--resume"], ["--overwrite"]):
            with self.subTest(mode=mode, rules=rules):
                result = self.expect(OK, *self.command, "-o", "out", *mode, env=self.faults(*rules))
                self.assertEqual(result.err.count("file system"), 1 if note else 0, result.err)
                self.assertIn(note, result.err)
                self.assert_same_tree(self.folder / "whole", self.folder / "out")
            shutil.rmtree(self.folder / "out" / "images" / "00001")
        shutil.rmtree(self.folder / "out")

    def test_no_locks(self):
        for number in (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, 524):
            self.check("no locks", refused("flock", number))

    def test_a_lock_that_is_held_is_still_refused(self):
        environment = self.faults(refused("flock", errno.EWOULDBLOCK))
        result = self.expect(FAILED, *self.command, "-o", "whole", "--resume", env=environment)
        self.assertIn("another process", result.err)

    def test_no_sync(self):
        for number in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
            for call, what in (("fsync-folder", "sync folders"), ("fsync", "sync files"),
                               ("syncfs", "sync with syncfs")):
                self.check(what, refused(call, number))

    def test_a_failed_sync_is_a_failure(self):
        for call in ("fsync-folder", "fsync", "syncfs"):
            result = self.expect(FAILED, *self.command, "-o", "out",
                                 env=self.faults(refused(call, errno.EIO)))
            self.assertIn("Input/output error", result.err)
            self.assertIn("--resume", result.err)
            self.expect(OK, *self.command, "-o", "out", "--resume")
            self.assert_same_tree(self.folder / "whole", self.folder / "out")
            shutil.rmtree(self.folder / "out")

    def test_no_renameat2_and_no_second_names(self):
        for number in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
            self.check("", refused("renameat2", number))
            self.check("", refused("renameat2", number), refused("link", errno.EPERM))

    def test_notes_come_once_for_several_methods(self):
        methods = ["-m", "none", "-m", "mixup"]
        result = self.expect(OK, *self.command, *methods, "-o", "two",
                             env=self.faults(refused("flock", errno.ENOSYS),
                                             refused("syncfs", errno.ENOSYS)))
        self.assertEqual(result.err.count("file system"), 2, result.err)

    def test_without_renaming_of_folders_nothing_is_begun(self):
        for number in (errno.EOPNOTSUPP, errno.EPERM, errno.ENOSYS, errno.EXDEV):
            for mode in ([], ["--resume"], ["--overwrite"]):
                result = self.expect(FAILED, *self.command, "-o", "out", *mode,
                                     env=self.faults(refused("rename-folder", number)))
                self.assertIn("cannot rename folders", result.err)
                self.assertIn("another file system", result.err)
                self.assertNotIn("--resume", result.err)
                self.assertEqual(tree(self.folder / "out"), {})


class InterruptedOverwrite(StorageTest):
    """That each single call may fail is tried by tests/campaign/faults.py."""

    def setUp(self):
        super().setUp()
        self.expect(OK, *self.command, "-o", "other", "--seed", "1")
        self.out = self.folder / "out"
        shutil.copytree(self.folder / "other", self.out)

    def kill_at(self, number):
        """An --overwrite that ends at this call below its folder; false when there are fewer."""
        environment = program.faults(f"any:kill:{number}:1", below=self.out.resolve())
        result = self.run_program(*self.command, "-o", "out", "--overwrite", env=environment)
        return result.code == -signal.SIGKILL

    def check_overwrite(self):
        self.expect(OK, *self.command, "-o", "out", "--overwrite")
        self.assert_same_tree(self.folder / "whole", self.out)

    def test_killed_again_and_again(self):
        for number in range(1, 260, 16):
            self.assertTrue(self.kill_at(number % 120 + 1))
        self.check_overwrite()

    def test_while_the_old_plan_is_there_the_old_run_can_be_finished(self):
        finished = 0
        number = 1
        while self.kill_at(number):
            plan = self.out / "plan.json"
            if plan.exists() and b'"seed": 1' in plan.read_bytes():
                finished += 1
                self.expect(OK, *self.command, "--seed", "1", "-o", "out", "--resume")
                self.assert_same_tree(self.folder / "other", self.out)
            shutil.rmtree(self.out)
            shutil.copytree(self.folder / "other", self.out)
            number += 8
        self.assertGreater(finished, 3)

    def test_what_an_interrupted_removal_of_before_left(self):
        """Images without their shard's lines, as when files were removed one by one."""
        (self.out / "images" / "00001" / "metadata.jsonl").unlink()
        self.check_overwrite()


if __name__ == "__main__":
    program.main()
