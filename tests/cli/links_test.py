"""Links in the place of an output, and those that come while a run writes. Each other name is tried
by tests/campaign/planted.py."""

import signal

import program
from program import FAILED, OK, USAGE, make_classes, tree


class Planted(program.ProgramTest):
    def setUp(self):
        super().setUp()
        make_classes(self.folder / "photos", classes=("ant", "bee"), each=4)
        (self.folder / "photos" / "no-class.png").write_bytes(b"x")  # so that there are rejects
        self.command = ["augment", "photos", "--batch-size", "4", "--shard-size", "4", "-j", "1",
                        "--size", "32"]
        self.expect(program.REJECTS, *self.command, "-o", "good")
        self.out = self.folder / "out"

    def test_the_output_folder_itself_may_be_a_link(self):
        (self.folder / "real").mkdir()
        self.out.symlink_to("real")
        for mode in ([], ["--resume"], ["--overwrite"]):
            self.expect(program.REJECTS, *self.command, "-o", "out", *mode)
            self.assert_same_tree(self.folder / "good", self.folder / "real")
        self.expect(OK, "verify", "out")

    def test_the_folder_of_a_method_may_not(self):
        (self.folder / "victim").mkdir()
        (self.folder / "real").mkdir()
        self.out.symlink_to("real")
        both = [*self.command, "-m", "none", "-m", "mixup", "-o", "out"]
        (self.out / "none").symlink_to("../victim")
        for mode in ([], ["--resume"], ["--overwrite"], ["--dry-run"]):
            result = self.expect(USAGE, *both, *mode)
            self.assertIn("none", result.err)
            self.assertEqual(tree(self.folder / "victim"), {})
        (self.out / "none").unlink()
        self.expect(program.REJECTS, *both)

    def test_a_dangling_link_is_no_output(self):
        self.out.symlink_to("absent")
        for mode in ([], ["--resume"], ["--overwrite"]):
            result = self.run_program(*self.command, "-o", "out", *mode)
            self.assertIn(result.code, (USAGE, FAILED))
            self.assertIn("out", result.err)
        self.assertFalse((self.folder / "absent").exists())


class PlantedMeanwhile(program.ProgramTest):
    """Somebody with access to the folder puts links there while a run writes."""

    def setUp(self):
        super().setUp()
        make_classes(self.folder / "photos", each=40)
        self.command = ["augment", "photos", "-o", "out", "--batch-size", "4", "--shard-size", "4",
                        "-j", "1"]
        self.out = self.folder / "out"
        self.victim = self.folder / "victim"
        self.victim.mkdir()

    def go_on(self, process):
        process.send_signal(signal.SIGCONT)
        _, err = process.communicate(timeout=program.TIMEOUT)
        self.assertEqual(tree(self.victim), {})
        return process.returncode, err.decode()

    def held(self):
        process = self.start(*self.command, stderr=program.subprocess.PIPE)
        self.hold_after_first_shard(process, self.out)
        return process

    def test_the_name_of_a_later_shard(self):
        process = self.held()
        (self.out / "images" / "00029").symlink_to(self.victim)
        (self.out / "images" / "00028.partial").symlink_to(self.victim)
        code, err = self.go_on(process)
        self.assertEqual(code, FAILED, err)
        self.assertIn("images/00029", err)

    def test_the_folder_of_images(self):
        process = self.held()
        (self.out / "images").rename(self.out / "moved")
        (self.out / "images").symlink_to(self.victim)
        code, err = self.go_on(process)
        self.assertEqual(code, FAILED, err)
        self.assertIn("images", err)
        self.assertFalse((self.out / "manifest.json").exists())

    def test_the_files_of_the_end(self):
        process = self.held()
        (self.victim / "a").write_text("precious")
        for name in ("manifest.json", "classes.txt"):
            (self.out / name).symlink_to(self.victim / "a")
        (self.out / "schema").symlink_to(self.victim)
        process.send_signal(signal.SIGCONT)
        _, err = process.communicate(timeout=program.TIMEOUT)
        self.assertEqual(process.returncode, FAILED)
        self.assertIn("schema", err.decode())
        self.assertEqual(tree(self.victim), {b"a": b"precious"})


if __name__ == "__main__":
    program.main()
