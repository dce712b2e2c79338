"""--files-from and --labels: samples and classes that are named in files."""

import json
import os
import subprocess

import program
from program import OK, REJECTS, USAGE, json_lines, make_classes, manifest_of, write_image


class Lists(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.photos = make_classes(self.folder / "photos", each=3)

    def listed(self, *arguments, code=OK, **options):
        """(source, class name) in listing order."""
        out = self.folder / f"out{len(list(self.folder.glob('out*')))}"
        self.result = self.augment(*arguments, "-o", out, "-m", "none", code=code, **options)
        self.manifest = manifest_of(out)
        self.rejects = ([(r["path"], r["code"]) for r in json_lines(out / "rejects.jsonl")]
                        if code == REJECTS else [])
        self.expect(OK, "verify", out, "--deep")
        return [(s["sources"][0], self.manifest["classes"][s["label"]])
                for s in self.in_listing_order(self.manifest)]


class FilesFrom(Lists):
    def test_order_of_the_list_and_relative_paths(self):
        (self.folder / "list").write_text("cat/01.png\nant/02.png\nbee/00.png\n")
        self.assertEqual(self.listed("photos", "--files-from", "list"),
                         [("cat/01.png", "cat"), ("ant/02.png", "ant"), ("bee/00.png", "bee")])

    def test_standard_input_with_newlines_and_with_nul(self):
        expected = [("ant/00.png", "ant"), ("bee/01.png", "bee")]
        self.assertEqual(self.listed("photos", "--files-from", "-",
                                     input=b"ant/00.png\nbee/01.png"), expected)
        self.assertEqual(self.listed("photos", "--files-from", "-", "-0",
                                     input=b"ant/00.png\0bee/01.png\0"), expected)

    def test_nul_takes_names_with_newlines(self):
        write_image(self.photos / "ant" / "new\nline.png")
        found = self.listed("photos", "--files-from", "-", "-0",
                            input=b"ant/new\nline.png\0bee/01.png\0")
        self.assertEqual(found[0], ("ant/new\nline.png", "ant"))

    def test_a_path_listed_twice_counts_twice(self):
        found = self.listed("photos", "--files-from", "-", input=b"ant/00.png\nbee/01.png\n"
                            b"ant/00.png\n")
        self.assertEqual([name for name, _ in found], ["ant/00.png", "bee/01.png", "ant/00.png"])
        self.assertEqual(self.manifest["input"]["count"], 3)

    def test_absolute_paths_below_input(self):
        text = "".join(f"{self.photos}/{name}\n" for name in ("ant/00.png", "bee/01.png"))
        self.assertEqual(self.listed("photos", "--files-from", "-", input=text.encode()),
                         [("ant/00.png", "ant"), ("bee/01.png", "bee")])

    def test_absolute_paths_elsewhere_with_labels(self):
        far = write_image(self.folder / "far" / "x.png", seed=9)
        near = self.photos / "ant" / "00.png"
        (self.folder / "l.csv").write_text(f"path,label\n{far},red\n{near},blue\n")
        found = self.listed("--files-from", "-", "--labels", "l.csv",
                            input=f"{far}\n{near}\n".encode())
        self.assertEqual(found, [("far/x.png", "red"), ("photos/ant/00.png", "blue")])

    def test_missing_folders_and_unlabelled_are_rejects(self):
        write_image(self.photos / "beside.png")
        found = self.listed("photos", "--files-from", "-", code=REJECTS,
                            input=b"ant/00.png\nant/none.png\nbee\nbee/x/y.png\nbeside.png\n"
                            b"bee/00.png\ncat\n")
        self.assertEqual(len(found), 2)
        self.assertEqual(self.rejects, [("ant/none.png", "missing"), ("bee", "unsupported"),
                                        ("bee/x/y.png", "missing"), ("beside.png", "no-label"),
                                        ("cat", "unsupported")])

    def test_non_utf8_and_carriage_return_lines(self):
        os.rename(self.photos / "ant" / "02.png", os.fsencode(self.photos) + b"/ant/\xff.png")
        self.listed("photos", "--files-from", "-", code=REJECTS,
                    input=b"ant/00.png\nant/\xff.png\nbee/00.png\n")
        self.assertEqual([code for _, code in self.rejects], ["invalid-path"])

    def test_pipes(self):
        shell = ('"$0" augment photos -o out --files-from <(printf "ant/00.png\\nbee/01.png\\n") '
                 '--classes <(printf "ant\\nbee\\ncat\\n")')
        done = subprocess.run(["bash", "-c", shell, program.PROGRAM], cwd=self.folder, check=False,
                              env=program.clean_environment(), capture_output=True, text=True)
        self.assertEqual(done.returncode, OK, done.stderr)
        self.assertEqual(manifest_of(self.folder / "out")["input"]["count"], 2)
        os.mkfifo(self.folder / "pipe.csv")
        # Nobody writes into the pipe: no run waits for ever. Each waits a little, so all at once.
        runs = {option: self.start("augment", "photos", option, "pipe.csv", "-o", "x",
                                   stderr=subprocess.PIPE)
                for option in ("--files-from", "--labels", "--classes")}
        for option, process in runs.items():
            with self.subTest(option):
                _, said = process.communicate(timeout=program.TIMEOUT)
                self.assertEqual(process.returncode, USAGE, said)
                self.assertIn(b"pipe.csv' is a pipe that no process writes to", said)
        for option in ("--files-from", "--labels", "--classes"):
            result = self.augment("photos", option, "/dev/zero", "-o", "x", code=USAGE)
            self.assertIn("/dev/zero", result.err)

    def test_other_spellings_are_shown(self):
        (self.folder / "list").write_text("ant/00.png\nant/01.PNG\nbee\\\\00.png\nbee/00.png\n")
        self.listed("photos", "--files-from", "list", code=REJECTS)
        self.assertIn("'ant/01.PNG', which does not exist, but 'ant/01.png' does", self.result.err)
        self.assertEqual([code for _, code in self.rejects], ["missing", "missing"])
        (self.folder / "list").write_text("ant/00.png\nbee/00.png\n", encoding="utf-16")
        result = self.augment("photos", "--files-from", "list", "-o", "x", code=USAGE)
        self.assertIn("UTF-16", result.err)

    def test_parts_by_lists_need_one_classes_file(self):
        (self.folder / "list").write_text("bee/00.png\ncat/01.png\n")
        self.listed("photos", "--files-from", "list")
        self.assertEqual(self.manifest["classes"], ["bee", "cat"])
        self.assertIn("no image of 1 class folder of 'photos'", self.result.err)
        (self.folder / "names").write_text("ant\nbee\ncat\n\n")
        self.listed("photos", "--files-from", "list", "--classes", "names")
        self.assertEqual(self.manifest["classes"], ["ant", "bee", "cat"])
        self.assertNotIn("leaves out", self.result.err)

    def test_wrong_use(self):
        make_classes(self.folder / "more", each=2)
        for arguments, text, named in (
                (["--files-from", "-"], b"ant/00.png\n", "INPUT"),
                (["photos", "more", "--files-from", "-"], b"ant/00.png\n", "one INPUT"),
                (["photos", "--files-from", "-"], b"", "--files-from"),
                (["photos", "--files-from", "-"], b"\n\n", "--files-from"),
                (["photos", "--files-from", "absent"], b"", "absent"),
                (["photos", "-0"], b"", "--files-from"),
                (["photos", "--files-from", "-"], b"ant/00.png\0bee/00.png\0", "-0"),
                (["photos", "--files-from", "-"], b"a.png\nb.png\n", "class")):
            with self.subTest(arguments=arguments, text=text):
                result = self.augment(*arguments, "-o", "x", code=USAGE, input=text)
                self.assertIn(named, result.err)
                self.assertFalse((self.folder / "x").exists())


class Labels(Lists):
    ROWS = [("ant/00.png", "red"), ("ant/01.png", "blue"), ("bee/02.png", "red"),
            ("cat/00.png", "green, dark")]

    def write(self, name, rows):
        separator = {"csv": ",", "tsv": "\t"}.get(name.split(".")[-1])
        if separator:
            quoted = [[f'"{v}"' if separator in v or '"' in v else v for v in row] for row in rows]
            text = "".join(separator.join(row) + "\n" for row in [["path", "label"], *quoted])
        else:
            text = "".join(json.dumps({"path": p, "label": c}) + "\n" for p, c in rows)
        (self.folder / name).write_text(text)
        return name

    def test_csv_tsv_and_jsonl(self):
        unlabelled = [(f"{c}/0{n}.png", "no-label") for c in ("ant", "bee", "cat")
                      for n in range(3) if (f"{c}/0{n}.png") not in dict(self.ROWS)]
        for name in ("l.csv", "l.tsv", "l.jsonl"):
            with self.subTest(name):
                self.write(name, self.ROWS)
                self.assertEqual(self.listed("photos", "--labels", name, code=REJECTS), self.ROWS)
                self.assertEqual(self.manifest["classes"], ["blue", "green, dark", "red"])
                self.assertEqual(self.rejects, unlabelled)

    def test_other_columns_order_crlf_and_byte_order_mark(self):
        (self.folder / "l.csv").write_bytes(
            b"\xef\xbb\xbfid,label,path\r\n1,red,ant/00.png\r\n2,blue,bee/00.png\r\n")
        self.assertEqual(self.listed("photos", "--labels", "l.csv", code=REJECTS),
                         [("ant/00.png", "red"), ("bee/00.png", "blue")])

    def test_a_flat_folder_with_labels(self):
        for number in range(3):
            write_image(self.folder / "flat" / f"{number}.png", seed=number)
        self.write("l.csv", [("0.png", "x"), ("1.png", "y"), ("2.png", "x")])
        self.assertEqual(self.listed("flat", "--labels", "l.csv"),
                         [("0.png", "x"), ("1.png", "y"), ("2.png", "x")])

    def test_rows_without_a_file_are_rejects(self):
        self.write("l.csv", [("ant/00.png", "x"), ("ant/01.png", "y"), ("ant/none.png", "y")])
        (self.folder / "list").write_text("ant/00.png\nant/01.png\n")
        self.listed("photos", "--labels", "l.csv", code=REJECTS)
        self.assertIn(("ant/none.png", "missing"), self.rejects)
        self.assertEqual(len(self.rejects), 1 + 7)

    def test_indices_with_classes(self):
        (self.folder / "names").write_text("zero\none\ntwo\n")
        (self.folder / "l.csv").write_text("path,label\nant/00.png,2\nant/01.png,0\n"
                                           "ant/02.png,one\n")
        (self.folder / "l.jsonl").write_text(
            '{"path": "ant/00.png", "label": 2}\n{"path": "ant/01.png", "label": 0}\n'
            '{"path": "ant/02.png", "label": "one"}\n')
        for name in ("l.csv", "l.jsonl"):
            found = self.listed("photos", "--labels", name, "--classes", "names", code=REJECTS)
            self.assertEqual([c for _, c in found], ["two", "zero", "one"])
            self.assertEqual(self.manifest["classes"], ["zero", "one", "two"])

    def test_unknown_classes_and_bad_files(self):
        (self.folder / "names").write_text("red\nblue\n")
        for text, named, more in (
                ("path,label\nant/00.png,green\n", "green", ["--classes", "names"]),
                ("path,label\nant/00.png,2\n", "2", ["--classes", "names"]),
                ("file,class\nant/00.png,x\n", "path", []),
                ("path,label\nant/00.png\n", "columns", []),
                ("path,label\nant/00.png,x\nant/00.png,y\n", "two labels", []),
                ("path,label\n\"ant/00.png,x\n", "quote", []),
                ("path,label\nant/00.png,\n", "empty", []),
                ("", "l.csv", []), ("path,label\n", "l.csv", [])):
            with self.subTest(text):
                (self.folder / "l.csv").write_text(text)
                result = self.augment("photos", "--labels", "l.csv", *more, "-o", "x", code=USAGE)
                self.assertIn(named, result.err)
                self.assertFalse((self.folder / "x").exists())
        for line in ('{"path": "ant/00.png"}', '{"path": 3, "label": "x"}', "not json", "[1]"):
            with self.subTest(line):
                (self.folder / "l.jsonl").write_text(line + "\n")
                result = self.augment("photos", "--labels", "l.jsonl", "-o", "x", code=USAGE)
                self.assertIn("l.jsonl", result.err)
        result = self.augment("photos", "--labels", "absent.csv", "-o", "x", code=USAGE)
        self.assertIn("absent.csv", result.err)

    def test_an_unknown_kind_of_label_file(self):
        (self.folder / "l.xml").write_text("<path/>")
        result = self.augment("photos", "--labels", "l.xml", "-o", "x", code=USAGE)
        self.assertIn("csv", result.err)

    def test_list_with_labels_leaves_other_rows_alone(self):
        self.write("l.csv", self.ROWS)
        found = self.listed("photos", "--labels", "l.csv", "--files-from", "-",
                            input=b"bee/02.png\nant/00.png\n")
        self.assertEqual(found, [("bee/02.png", "red"), ("ant/00.png", "red")])


if __name__ == "__main__":
    program.main()
