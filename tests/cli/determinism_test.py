"""Equal arguments give equal bytes, however they are given and however many threads work."""

import subprocess

import program
from program import USAGE, clean_environment, make_classes, manifest_of, tree


class EqualBytes(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.photos = make_classes(self.folder / "photos", each=12)
        program.truncate(self.photos / "bee" / "03.png")

    def test_one_thread_and_two_write_the_same_tree(self):
        options = ["--batch-size", "7", "--shard-size", "14", "--rounds", "2", "--mix-prob", "0.7",
                   "--include-originals", "--seed", "3"]
        for spec in ("guided-sr", "mixup", "cutmix:alpha=0.7"):
            with self.subTest(spec):
                name = spec.split(":")[0]
                for threads in ("1", "2", "3"):
                    self.augment(self.photos, "-o", self.folder / (name + threads), "-m", spec,
                                 "-j", threads, *options, code=program.REJECTS)
                self.assert_same_tree(self.folder / (name + "1"), self.folder / (name + "2"))
                self.assert_same_tree(self.folder / (name + "1"), self.folder / (name + "3"))

    def test_methods_together_with_two_threads(self):
        methods = [*program.all_methods(), "-m", "cutmix:pairing=greedy"]
        for threads in ("1", "2"):
            self.augment(self.photos, "-o", self.folder / threads, *methods, "-j", threads,
                         "--batch-size", "8", "--rounds", "2", code=program.REJECTS)
        self.assert_same_tree(self.folder / "1", self.folder / "2")

    def test_a_method_writes_the_same_alone_and_in_company(self):
        self.augment(self.photos, "-o", self.folder / "alone", "-m", "mixup", code=program.REJECTS)
        self.augment(self.photos, "-o", self.folder / "all", "-m", "guided-sr", "-m", "mixup",
                     code=program.REJECTS)
        alone, company = tree(self.folder / "alone"), tree(self.folder / "all" / "mixup")
        # input.root is relative to the output folder, which lies one deeper.
        manifests = [t.pop(b"manifest.json") for t in (alone, company)]
        self.assertEqual(alone, company)
        self.assertEqual(manifests[0].replace(b'"../photos"', b'"../../photos"'), manifests[1])

    def test_place_of_the_output_and_way_of_typing_do_not_matter(self):
        self.augment("photos", "-o", "a", code=program.REJECTS)
        self.augment(self.photos, "-o", self.folder / "b", "-q", "--progress", "none",
                     code=program.REJECTS)
        self.augment("./photos/", "-o", "../out-c/x".replace("../", "./"), code=program.REJECTS)
        self.assert_same_tree(self.folder / "a", self.folder / "b")
        deep = tree(self.folder / "out-c" / "x")
        flat = tree(self.folder / "a")
        deep.pop(b"manifest.json"), flat.pop(b"manifest.json")
        self.assertEqual(deep, flat)

    def test_a_moved_tree_of_sources_gives_the_same_bytes(self):
        self.augment("photos", "-o", "out", code=program.REJECTS)
        (self.folder / "elsewhere").mkdir()
        self.photos.rename(self.folder / "elsewhere" / "photos")
        self.augment("photos", "-o", "out", code=program.REJECTS, cwd=self.folder / "elsewhere")
        self.assert_same_tree(self.folder / "out", self.folder / "elsewhere" / "out")

    def test_files_from_in_listing_order_equals_the_walk(self):
        self.augment("photos", "-o", "walk", code=program.REJECTS)
        names = sorted(p.relative_to(self.photos).as_posix() for p in self.photos.glob("*/*"))
        self.augment("photos", "--files-from", "-", "-o", "list", code=program.REJECTS,
                     input="\n".join(names).encode())
        self.assert_same_tree(self.folder / "walk", self.folder / "list")


class Seeds(program.ProgramTest):
    def batches(self, folder):
        groups = {}
        for sample in manifest_of(folder)["samples"]:
            key = sample["round"], sample["batch"]
            groups.setdefault(key, []).append(sample["sources"][0])
        return groups

    def test_another_seed_gives_other_batches(self):
        make_classes(self.folder / "photos", each=12)
        found = []
        for seed in ("0", "1", "9223372036854775807"):
            self.augment("photos", "-o", "s" + seed, "--seed", seed, "--batch-size", "8")
            found.append(self.batches(self.folder / ("s" + seed)))
            self.assertEqual(manifest_of(self.folder / ("s" + seed))["config"]["seed"], int(seed))
        for i, j in ((0, 1), (0, 2), (1, 2)):
            a, b = found[i], found[j]
            self.assertNotEqual(a, b)
            self.assertNotEqual([set(v) for v in a.values()], [set(v) for v in b.values()])

    def test_rounds_of_one_shuffle_share_its_batches(self):
        make_classes(self.folder / "photos", each=12)
        self.augment("photos", "-o", "out", "--rounds", "3", "--reuse", "2", "--batch-size", "8")
        rounds = [{}, {}, {}]
        for (number, batch), sources in self.batches(self.folder / "out").items():
            rounds[number][batch] = sources
        self.assertEqual(rounds[0], rounds[1])
        self.assertNotEqual(rounds[0], rounds[2])

    def test_shuffles_have_batches_of_their_own_and_more_rounds_keep_the_first(self):
        make_classes(self.folder / "photos", each=12)
        self.augment("photos", "-o", "two", "--rounds", "2", "--reuse", "1", "--batch-size", "8")
        self.augment("photos", "-o", "one", "--batch-size", "8")
        two = self.batches(self.folder / "two")
        first = {k: v for k, v in two.items() if k[0] == 0}
        second = {(0, k[1]): v for k, v in two.items() if k[0] == 1}
        self.assertNotEqual(first, second)
        self.assertEqual(first, self.batches(self.folder / "one"))
        both = tree(self.folder / "two" / "images")
        for name, content in tree(self.folder / "one" / "images").items():
            self.assertEqual(content, both[name], name)

    def test_methods_share_batches_and_random_partners(self):
        make_classes(self.folder / "photos", each=12)
        self.augment("photos", "-o", "out", "-m", "mixup", "-m", "cutmix", "-m", "none",
                     "--batch-size", "8")
        samples = {m: manifest_of(self.folder / "out" / m)["samples"]
                   for m in ("mixup", "cutmix", "none")}
        for mixup, cutmix, copy in zip(*samples.values()):
            self.assertEqual(mixup["sources"], cutmix["sources"])
            self.assertEqual(mixup["sources"][0], copy["sources"][0])


class Configuration(program.ProgramTest):
    def setUp(self):
        super().setUp()
        make_classes(self.folder / "photos", each=6, size=(40, 30))

    def printed(self, *arguments, **options):
        return self.augment(*arguments, "--print-config", **options).out

    def test_round_trip_gives_the_same_bytes(self):
        options = ["photos", "-o", "direct", "--seed", "9", "-m", "cutmix:alpha=0.5,pairing=greedy",
                   "-m", "guided-sr:blur=both", "--rounds", "2", "--mix-prob", "0.5", "--size",
                   "24x16", "--fit", "contain", "--format", "webp", "--quality", "70",
                   "--shard-size", "6", "--batch-size", "6", "--include-originals", "-j", "2",
                   "--limit", "15", "--max-pixels", "5000", "--on-error", "fail"]
        (self.folder / "run.toml").write_text(self.printed(*options))
        self.augment(*options)
        self.augment("--config", "run.toml", "-o", "by-config")
        self.assert_same_tree(self.folder / "direct", self.folder / "by-config")
        again = self.printed("--config", "run.toml")
        self.assertEqual(again, (self.folder / "run.toml").read_text())

    def test_round_trip_of_awkward_texts(self):
        make_classes(self.folder / 'a "b" \\c\'d', each=2)
        text = self.printed('a "b" \\c\'d', "-o", "new\nline")
        (self.folder / "run.toml").write_text(text)
        self.augment("--config", "run.toml")
        self.assertTrue((self.folder / "new\nline" / "manifest.json").exists())

    def test_print_config_writes_nothing_and_names_defaults(self):
        text = self.printed("photos", "-o", "out")
        self.assertFalse((self.folder / "out").exists())
        for expected in ("seed = 0", "batch-size = 64", "rounds = 1", "shard-size = 1000"):
            self.assertIn(expected, text)

    def test_flag_beats_environment_beats_configuration_beats_default(self):
        self.assertNotIn("threads", self.printed("photos", "-o", "out"))
        (self.folder / "c.toml").write_text("threads = 3\nseed = 5\n")
        by_file = ["photos", "-o", "out", "--config", "c.toml"]
        environment = clean_environment(GUIDEDMIXUP_THREADS="2")
        self.assertIn("threads = 3\n", self.printed(*by_file))
        self.assertIn("threads = 2\n", self.printed(*by_file, env=environment))
        self.assertIn("threads = 1\n", self.printed(*by_file, "-j", "1", env=environment))
        self.assertIn("seed = 6\n", self.printed(*by_file, "--seed", "6"))

    def test_environment_names_the_device(self):
        environment = clean_environment(GUIDEDMIXUP_DEVICE="no-such-device")
        result = self.run_program("augment", "photos", "-o", "out", env=environment)
        self.assertEqual(result.code, USAGE, result.err)
        self.assertIn("no-such-device", result.err)
        self.assertFalse((self.folder / "out").exists(), "a wrong option must write nothing")
        self.augment("photos", "-o", "out", "--device", "cpu", env=environment)

    def test_empty_environment_counts_as_unset(self):
        environment = clean_environment(GUIDEDMIXUP_THREADS="", GUIDEDMIXUP_DEVICE="")
        self.augment("photos", "-o", "out", env=environment)

    def test_environment_is_checked_and_named(self):
        for value in ("0", "many", "-1"):
            environment = clean_environment(GUIDEDMIXUP_THREADS=value)
            result = self.augment("photos", "-o", "out", env=environment, code=USAGE)
            self.assertIn("GUIDEDMIXUP_THREADS", result.err)

    def test_configuration_errors_name_file_and_key(self):
        for text, named in (("sead = 1\n", "sead"), ("seed = 'x'\n", "seed"),
                            ("batch-size = 1\n", "batch-size"), ("seed = \n", "line 1"),
                            ("[augment]\nseed = 1\n", "augment"), ("fit = 'wide'\n", "fit"),
                            ("config = 'c.toml'\n", "config")):
            with self.subTest(text):
                (self.folder / "bad.toml").write_text(text)
                result = self.augment("photos", "-o", "out", "--config", "bad.toml", code=USAGE)
                self.assertIn(named, result.err)
                self.assertIn("bad.toml", result.err)
                self.assertFalse((self.folder / "out").exists())

    def test_absent_configuration_file(self):
        result = self.augment("photos", "-o", "out", "--config", "none.toml", code=USAGE)
        self.assertIn("none.toml", result.err)

    def test_what_is_no_configuration_file_is_refused_by_name(self):
        (self.folder / "deep.toml").write_text("a." * 100_000 + "a = 1\n")
        (self.folder / "deeper.toml").write_text("a = " + "[" * 100_000 + "]" * 100_000 + "\n")
        (self.folder / "long.toml").write_text("output = '" + "x" * 2_000_000 + "'\n")
        (self.folder / "binary.toml").write_bytes(bytes(range(256)))
        for name, word in ((".", "folder"), ("/dev/zero", "1 MiB"), ("deep.toml", "nested"),
                           ("deeper.toml", "nested"), ("long.toml", "1 MiB"),
                           ("binary.toml", "line 1"), ("photos/ant/00.png/x", "cannot read")):
            with self.subTest(name):
                result = self.augment("photos", "-o", "out", "--config", name, code=USAGE)
                self.assertIn(f"'{name}'", result.err)
                self.assertIn(word, result.err)
                self.assertLess(len(result.err), 400)

    def test_a_pipe_is_a_configuration_file_too(self):
        script = '"$GM" augment photos -o out --config <(echo "seed = 7") --print-config'
        done = subprocess.run(["bash", "-c", script], cwd=self.folder, capture_output=True,
                              env=clean_environment(GM=program.PROGRAM), check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"seed = 7\n", done.stdout)


if __name__ == "__main__":
    program.main()
