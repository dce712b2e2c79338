"""INPUT as folders: which files are samples, which class each one has, in which order."""

import errno
import os
import shutil

import program
from program import OK, REJECTS, USAGE, json_lines, make_classes, manifest_of, write_image


class Folders(program.ProgramTest):
    def listed(self, *arguments, code=OK):
        """Source -> class name, in listing order, as a run of method none sees them."""
        out = self.folder / f"out{len(list(self.folder.glob('out*')))}"
        self.result = self.augment(*arguments, "-o", out, "-m", "none", code=code)
        self.manifest = manifest_of(out)
        self.rejects = json_lines(out / "rejects.jsonl") if code == REJECTS else []
        return {s["sources"][0]: self.manifest["classes"][s["label"]]
                for s in self.in_listing_order(self.manifest)}

    def image(self, path, seed=1):
        return write_image(self.folder / path, seed=seed)

    def test_class_is_the_first_folder_and_nested_ones_belong_to_it(self):
        for name in ("in/b/images/1.png", "in/b/0.png", "in/a/x/y/z/2.png", "in/a/x.png"):
            self.image(name)
        self.assertEqual(self.listed("in"), {"a/x.png": "a", "a/x/y/z/2.png": "a", "b/0.png": "b",
                                             "b/images/1.png": "b"})

    def test_walk_is_sorted_by_the_bytes_of_the_whole_path(self):
        names = ["a-b/1.png", "a.b/1.png", "a/1.png", "a/B.png", "a/a.png", "a/b/1.png", "a/b.png",
                 "B/1.png", "\u00e4/1.png", "z/1.png", "a b/1.png"]
        for name in names:
            self.image("in/" + name)
        self.assertEqual(list(self.listed("in")), sorted(names, key=os.fsencode))
        self.assertEqual(self.manifest["classes"],
                         sorted({n.split("/")[0] for n in names}, key=os.fsencode))

    def test_files_beside_the_class_folders_are_rejected(self):
        make_classes(self.folder / "in", each=2)
        self.image("in/beside.png")
        self.assertEqual(len(self.listed("in", code=REJECTS)), 6)
        self.assertEqual([(r["path"], r["stage"], r["code"]) for r in self.rejects],
                         [("beside.png", "listing", "no-label")])
        self.assertIn("class", self.rejects[0]["message"])

    def test_hidden_files_and_non_images_are_ignored_and_counted(self):
        make_classes(self.folder / "in", each=2)
        self.image("in/.cache/1.png")
        self.image("in/ant/.thumb.png")
        self.image("in/__MACOSX/ant/1.png")
        (self.folder / "in" / "ant" / "notes.txt").write_text("x")
        (self.folder / "in" / "README").write_text("x")
        self.assertEqual(len(self.listed("in", "-v")), 6)
        self.assertIn("ignored 3 hidden entries and system folders, and 2 other files", self.result.err)

    def test_extensions_in_any_case(self):
        make_classes(self.folder / "in", each=2)
        self.image("in/ant/x.PNG").rename(self.folder / "in" / "ant" / "x.PnG")
        self.image("in/ant/y.jpg").rename(self.folder / "in" / "ant" / "y.JPEG")
        self.assertEqual(len(self.listed("in")), 8)

    def test_several_inputs_merge_classes_of_one_name(self):
        for name in ("p/one/cat/1.png", "p/one/dog/2.png", "p/two/cat/3.png", "p/two/emu/4.png"):
            self.image(name)
        self.assertEqual(self.listed("p/two", "p/one"),
                         {"one/cat/1.png": "cat", "one/dog/2.png": "dog", "two/cat/3.png": "cat",
                          "two/emu/4.png": "emu"})
        self.assertEqual(self.manifest["classes"], ["cat", "dog", "emu"])
        self.assertEqual(self.manifest["input"]["root"], "../p")

    def test_inputs_that_overlap_are_refused(self):
        make_classes(self.folder / "in", each=2)
        for pair in (("in", "in"), ("in", "./in/"), ("in", "in/ant")):
            result = self.augment(*pair, "-o", "x", code=USAGE)
            self.assertIn("in", result.err)
            self.assertFalse((self.folder / "x").exists())

    def test_symbolic_links_are_followed(self):
        make_classes(self.folder / "store", each=2)
        (self.folder / "in" / "own").mkdir(parents=True)
        self.image("in/own/1.png")
        (self.folder / "in" / "linked").symlink_to("../store/ant")
        (self.folder / "in" / "own" / "2.png").symlink_to("../../store/bee/00.png")
        (self.folder / "link").symlink_to("in")
        expected = {"linked/00.png": "linked", "linked/01.png": "linked", "own/1.png": "own",
                    "own/2.png": "own"}
        self.assertEqual(self.listed("in"), expected)
        self.assertEqual(self.listed("link"), expected)

    def test_link_loops_end(self):
        make_classes(self.folder / "in", each=2)
        (self.folder / "in" / "ant" / "up").symlink_to("..")
        (self.folder / "in" / "ant" / "self").symlink_to(".")
        (self.folder / "in" / "bee" / "top").symlink_to(self.folder)
        (self.folder / "in" / "round").symlink_to("round")
        (self.folder / "in" / "cat" / "x.png").symlink_to("x.png")
        (self.folder / "in" / "cat" / "gone.png").symlink_to("nowhere")
        found = self.listed("in", code=REJECTS)
        self.assertEqual(len(found), 6)
        self.assertEqual([r["path"] for r in self.rejects], ["cat/gone.png", "cat/x.png"])
        self.assertIn("link", self.result.err)

    def test_one_folder_through_two_links_counts_twice(self):
        make_classes(self.folder / "store", classes=("ant",), each=2)
        (self.folder / "in").mkdir()
        for name in ("x", "y"):
            (self.folder / "in" / name).symlink_to("../store/ant")
        self.assertEqual(len(self.listed("in")), 4)

    def test_what_is_no_class_and_no_image_is_said(self):
        make_classes(self.folder / "in", classes=("cat", "zebra"), each=2)
        for name, file in (("dog", "a.gif"), ("__MACOSX", "._a.png"), ("lost+found", "")):
            (self.folder / "in" / name).mkdir()
            if file:
                (self.folder / "in" / name / file).write_bytes(b"GIF89a")
        write_image(self.folder / "in/cat/z.jpg").rename(self.folder / "in/cat/z.jfif")
        self.listed("in")
        self.assertEqual(self.manifest["classes"], ["cat", "zebra"])
        self.assertEqual(self.manifest["input"]["count"], 5)
        self.assertIn("unsupported formats (1 .gif)", self.result.err)
        self.assertIn("1 folder without images is not a class: 'dog'", self.result.err)
        self.assertNotIn("MACOSX", self.result.err)
        self.result = self.expect(OK, "saliency", "in", "-o", "maps")
        self.assertIn("unsupported formats (1 .gif)", self.result.err)

    def test_parts_of_a_data_set_are_no_classes_of_it(self):
        for part in ("train", "val"):
            make_classes(self.folder / "in" / part, each=2)
        self.listed("in")
        self.assertIn("guidedmixup augment in/train", self.result.err)
        self.listed("in/train")
        self.assertNotIn("guidedmixup augment", self.result.err)

    def test_a_folder_that_may_not_be_read_is_a_reject(self):
        make_classes(self.folder / "in", each=2)
        for path in [self.folder, *self.folder.rglob("*")]:
            path.chmod(0o777)
        locked = self.folder / "in" / "bee"
        locked.chmod(0)
        self.addCleanup(locked.chmod, 0o700)
        user = {"user": program.OTHER_USER} if os.geteuid() == 0 else {}
        result = self.run_program("augment", "in", "-o", "out", **user)
        self.assertEqual(result.code, REJECTS, result.err)
        reject = self.assert_reject(self.folder / "out", "bee", "unreadable", "listing")
        self.assertIn("Permission denied", reject["message"])
        self.assertEqual(manifest_of(self.folder / "out")["classes"], ["ant", "bee", "cat"])
        result = self.run_program("augment", "in", "-o", "x", "--on-error", "fail", **user)
        self.assertEqual(result.code, program.FAILED)
        self.assertIn("cannot use bee: the folder cannot be read: Permission denied", result.err)
        result = self.run_program("augment", "in/bee", "-o", "x", **user)
        self.assertEqual(result.code, program.FAILED)
        self.assertIn("Permission denied", result.err)

    def test_awkward_names(self):
        names = ["a b/c d.png", "q'u\"o/t'e\".png", "new\nline/x\ny.png", "back\\slash/\\n.png",
                 "-dash/--resume.png", "$(id)/`id`.png", "\u00fc\u6f22\U0001f600/\u0436.png",
                 "tab\t/\x01\x7f.png", "com,ma/,.png", "*/?.png"]
        for name in names:
            self.image("in/" + name)
        shutil.rmtree(self.folder / "in" / "new\nline")  # a class name, refused below
        names.remove("new\nline/x\ny.png")
        self.image("in/a b/x\ny.png")
        self.assertEqual(set(self.listed("in")), {*names, "a b/x\ny.png"})
        self.expect(OK, "verify", "out0", "--deep")
        shards = list((self.folder / "out0" / "images").rglob("*.png"))
        self.assertTrue(all(p.name.isascii() for p in shards))

    def test_bad_class_names_are_refused_by_name(self):
        for name in (b"new\nline", b"bad-\xff"):
            make_classes(self.folder / "in", each=2)
            os.mkdir(os.fsencode(self.folder / "in") + b"/" + name)
            write_image(os.fsencode(self.folder / "in") + b"/" + name + b"/1.png")
            result = self.augment("in", "-o", "x", code=USAGE)
            self.assertIn("class", result.err)
            self.assertIn(name[:3].decode(), result.err)
            self.assertNotIn("new\nline", result.err, "a message stays on its line")
            shutil.rmtree(os.fsencode(self.folder / "in"))

    def test_non_utf8_root_is_no_obstacle_or_a_clear_error(self):
        odd = os.fsencode(self.folder) + b"/odd-\xff"
        make_classes(self.folder / "in", each=2)
        os.rename(self.folder / "in", odd)
        result = self.run_program("augment", odd, "-o", "out")
        self.assertIn(result.code, (OK, USAGE, program.FAILED), result.err)
        if result.code:
            self.assertIn("UTF-8", result.err)
            self.assertFalse((self.folder / "out" / "manifest.json").exists())
        else:
            manifest_of(self.folder / "out")

    def test_numbers_as_class_names_give_a_note(self):
        make_classes(self.folder / "in", classes=("0", "1", "2", "10"), each=2)
        self.listed("in")
        self.assertEqual(self.manifest["classes"], ["0", "1", "10", "2"])
        self.assertIn("--classes", self.result.err)
        (self.folder / "names").write_text("0\n1\n2\n10\n")
        self.listed("in", "--classes", "names")
        self.assertNotIn("numbers", self.result.err)
        self.assertEqual(self.manifest["classes"], ["0", "1", "2", "10"])

    def test_padded_numbers_give_none(self):
        make_classes(self.folder / "in", classes=("00", "01", "10"), each=2)
        self.listed("in")
        self.assertNotIn("numbers", self.result.err)

    def test_classes_file_fixes_indices_and_may_hold_more(self):
        make_classes(self.folder / "in", each=2)
        (self.folder / "names").write_text("zebra\ncat\nbee\nant\n")
        found = self.listed("in", "--classes", "names")
        self.assertEqual(found["bee/00.png"], "bee")
        self.assertEqual(self.manifest["classes"], ["zebra", "cat", "bee", "ant"])
        self.assertEqual((self.folder / "out0" / "classes.txt").read_text(),
                         "zebra\ncat\nbee\nant\n")

    def test_unknown_class_and_bad_classes_files(self):
        make_classes(self.folder / "in", each=2)
        for text, named in (("ant\nbee\n", "cat"), ("ant\nbee\ncat\nant\n", "ant"), ("", "empty"),
                            ("ant\n\nbee\ncat\n", "2"), ("ant\nbee\ncat\n\xff\n", "UTF-8")):
            (self.folder / "names").write_bytes(text.encode("latin-1"))
            result = self.augment("in", "-o", "x", "--classes", "names", code=USAGE)
            self.assertIn(named, result.err)
            self.assertIn("names", result.err)
        result = self.augment("in", "-o", "x", "--classes", "absent", code=USAGE)
        self.assertIn("absent", result.err)

    def test_limit_takes_the_first_of_the_plan(self):
        make_classes(self.folder / "in", each=10)
        self.augment("in", "-o", "whole", "--batch-size", "5")
        self.augment("in", "-o", "trial", "--batch-size", "5", "--limit", "7")
        whole = [s["sources"][0] for s in manifest_of(self.folder / "whole")["samples"]]
        trial = [s["sources"][0] for s in manifest_of(self.folder / "trial")["samples"]]
        self.assertEqual(len(trial), 7)
        self.assertEqual(set(trial), set(whole[:7]))
        self.augment("in", "-o", "large", "--batch-size", "5", "--limit", "1000")
        self.assertEqual(len(manifest_of(self.folder / "large")["samples"]), 30)

    def test_limit_with_originals_and_verify(self):
        make_classes(self.folder / "in", each=10)
        self.augment("in", "-o", "trial", "--limit", "7", "--include-originals")
        kinds = [s["kind"] for s in manifest_of(self.folder / "trial")["samples"]]
        self.assertEqual((kinds.count("mixed"), kinds.count("original")), (7, 7))
        self.expect(OK, "verify", "trial", "--deep")


class FailingDisk(program.ProgramTest):
    """Errors that a mount or a disk gives for one path would befall all behind it."""

    def setUp(self):
        super().setUp()
        make_classes(self.folder / "in", each=2)
        (self.folder / "list").write_text("ant/00.png\nbee/01.png\n")

    def fail(self, call, name, number, times=0):
        return program.faults(f"{call}:{int(number)}:1:{times}", name=name)

    def test_the_run_ends_and_names_the_path(self):
        for call, name, arguments in (
                ("open-folder", "bee", ["in"]), ("readdir", "bee", ["in"]), ("stat", "01.png", ["in"]),
                ("stat", "bee/01.png", ["in", "--files-from", "list"]),
                ("read", "/list", ["in", "--files-from", "list"]),
                ("open", "list", ["in", "--files-from", "list"])):
            for number in (errno.EIO, errno.ESTALE, errno.ENOTCONN):
                with self.subTest(call=call, name=name, number=number):
                    result = self.augment(*arguments, "-o", "x", code=program.FAILED,
                                          env=self.fail(call, name, number))
                    self.assertIn(os.strerror(number), result.err)
                    self.assertIn(name.strip("/"), result.err)
                    self.assertFalse((self.folder / "x").exists())

    def test_calls_that_a_signal_breaks_are_made_again(self):
        for call, name, arguments in (
                ("open-folder", "bee", ["in"]), ("stat", "01.png", ["in"]),
                ("stat", "bee/01.png", ["in", "--files-from", "list"]),
                ("read", "/list", ["in", "--files-from", "list"])):
            with self.subTest(call=call, name=name):
                out = f"out-{call}-{len(arguments)}"
                self.augment(*arguments, "-o", out, env=self.fail(call, name, errno.EINTR, 2))


if __name__ == "__main__":
    program.main()
