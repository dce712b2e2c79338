"""Links, pipes and folders under names of ours: refused by every command, never followed."""

import os
import shutil
import signal

import program
from program import FAILED, OK, USAGE, make_classes, manifest_of, tree

# Everything that an output of two shards is made of.
FILES = ("plan.json", "manifest.json", "classes.txt", "rejects.jsonl", "schema/manifest-1.json",
         "images/00001/metadata.jsonl", "images/00001/rejects.jsonl")
FOLDERS = ("images", "schema", "images/00001")
TEMPORARY = ".guidedmixup-0123456789abcdef.partial"


def state(folder):
    """What is there without following any link: name -> content, target of a link, or kind."""
    found = {}
    for place, folders, files in os.walk(folder):
        for name in folders + files:
            path = os.path.join(place, name)
            if os.path.islink(path):
                found[path] = "-> " + os.readlink(path)
            elif os.path.isfile(path):
                with open(path, "rb") as file:
                    found[path] = file.read()
            else:
                found[path] = None
    return found


class Planted(program.ProgramTest):
    def setUp(self):
        super().setUp()
        make_classes(self.folder / "photos", classes=("ant", "bee"), each=4)
        (self.folder / "photos" / "no-class.png").write_bytes(b"x")  # so that there are rejects
        self.command = ["augment", "photos", "--batch-size", "4", "--shard-size", "4", "-j", "1",
                        "--size", "32"]
        self.expect(program.REJECTS, *self.command, "-o", "good")
        self.image = manifest_of(self.folder / "good")["samples"][-1]["file_name"]
        self.out = self.folder / "out"

    def plant(self, name, kind):
        """A fresh `out` with `name` replaced; what is outside is in `victim`."""
        for path in (self.out, self.folder / "victim"):
            shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(self.folder / "good", self.out)
        victim = self.folder / "victim"
        place = self.out / name
        if place.is_dir():
            shutil.copytree(place, victim)
            shutil.rmtree(place)
        else:
            victim.mkdir()
            (victim / "file").write_bytes(place.read_bytes() if place.exists() else b"precious")
            place.unlink(missing_ok=True)
        target = victim if name in FOLDERS else victim / "file"
        if kind == "link":
            place.symlink_to(os.path.relpath(target, place.parent))
        elif kind == "dangling link":
            place.symlink_to(self.folder / "absent")
        elif kind == "pipe":
            os.mkfifo(place)
        elif kind == "folder":
            place.mkdir()
        else:
            place.write_bytes(b"x")

    def check(self, name, kind, commands):
        self.plant(name, kind)
        before = state(self.folder)
        for codes, command in commands:
            with self.subTest(name=name, kind=kind, command=command[:3]):
                result = self.run_program(*command)
                self.assertIn(result.code, codes, result.err)
                self.assertIn(os.path.basename(name), result.err + result.out)
                self.assert_own_lines(result.err)
                self.assertEqual(state(self.folder), before)

    def augments(self):
        modes = (["--resume"], ["--overwrite"], ["--resume", "--dry-run"],
                 ["--overwrite", "--dry-run"])
        return [((USAGE,), [*self.command, "-o", "out", *mode]) for mode in modes]

    def test_augment(self):
        for name in (*FILES, self.image, TEMPORARY, f"images/{TEMPORARY}",
                     f"schema/{TEMPORARY}", "plan.json.partial", "images/00009.partial",
                     "schema/manifest-1.json.partial"):
            for kind in ("link", "dangling link", "pipe"):
                self.check(name, kind, self.augments())
        for name in (*FILES, self.image):
            self.check(name, "folder", self.augments())
        for name in FOLDERS:
            for kind in ("link", "dangling link", "pipe", "file"):
                self.check(name, kind, self.augments())

    def test_verify(self):
        for name in (*FILES, *FOLDERS, self.image, TEMPORARY, f"images/{TEMPORARY}"):
            for kind in ("link", "dangling link", "pipe"):
                self.check(name, kind, [((FAILED, program.DIFFERENCE), ["verify", "out"])])

    def test_preview(self):
        """It reads less than verify does; what it reads is no link."""
        self.check("manifest.json", "link", [((FAILED,), ["preview", "out", "-o", "s.png"])])
        self.check("manifest.json", "pipe", [((FAILED,), ["preview", "out", "-o", "s.png"])])
        for kind in ("link", "pipe"):
            self.check("images", kind, [((FAILED,), ["preview", "out", "-o", "s.png"])])
        self.plant("plan.json", "pipe")
        self.expect(OK, "preview", "out", "-o", "s.png")

    def test_a_fresh_run(self):
        for name in ("plan.json", "manifest.json", "images"):
            for kind in ("link", "pipe"):
                shutil.rmtree(self.out, ignore_errors=True)
                shutil.rmtree(self.folder / "victim", ignore_errors=True)
                self.out.mkdir()
                (self.folder / "victim").mkdir()
                if kind == "link":
                    (self.out / name).symlink_to("../victim")
                else:
                    os.mkfifo(self.out / name)
                for mode in ([], ["--resume"], ["--overwrite"]):
                    result = self.expect(USAGE, *self.command, "-o", "out", *mode)
                    self.assertIn(name, result.err)
                    self.assertEqual(tree(self.folder / "victim"), {})

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
