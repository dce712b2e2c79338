"""Wrong options: exit 2 and a message that names the option; nothing is written."""

import json
import shutil

import program
from program import USAGE, make_classes, manifest_of


class WrongOptions(program.ProgramTest):
    def setUp(self):
        super().setUp()
        make_classes(self.folder / "photos", each=3)

    def refuse(self, named, *arguments):
        with self.subTest(arguments=arguments):
            result = self.run_program("augment", "photos", "-o", "out", *arguments)
            written = (self.folder / "out").exists()
            shutil.rmtree(self.folder / "out", ignore_errors=True)
            self.assertEqual(result.code, USAGE, result.err)
            for word in named if isinstance(named, tuple) else (named,):
                self.assertIn(word, result.err)
            self.assertEqual(result.out, "")
            self.assertFalse(written, "nothing may be written")

    def test_values_out_of_range(self):
        for option, values in (
                ("--batch-size", ("0", "1", "-3", "x", "2.5", "", "99999999999999999999")),
                ("--rounds", ("0", "-1", "x", "1.5", "0x10", "+2", "1e1")),
                ("--mix-prob", ("-0.1", "1.01", "x", "nan", "inf")),
                ("--seed", ("-1", "x", "1.5", "9223372036854775808", "18446744073709551616")),
                ("--shard-size", ("0", "-1", "x")), ("--limit", ("0", "-1", "x")),
                ("--quality", ("0", "101", "x")), ("--threads", ("0", "-1", "x", "100000")),
                ("--size", ("0", "-5", "x", "32x", "x32", "32x0", "32X32", "32x32x32", "99999999",
                            "1.5", " ")),
                ("--fit", ("crop", "Cover ", "")), ("--format", ("gif", "jpeg2000", "")),
                ("--max-pixels", ("0", "-1", "x", "9223372036854775808", "18446744073709551616")), ("--on-error", ("ignore",)),
                ("--progress", ("loud",)), ("--device", ("gpu", "cuda:x", "cuda:-1", "tpu"))):
            for value in values:
                self.refuse(option, f"{option}={value}")

    def test_numbers_are_decimal(self):
        """Zeros in front do not make them octal, wherever they stand."""
        (self.folder / "c.toml").write_text('rounds = "016"\nmix-prob = ".5"\n')
        for arguments in (["--rounds", "016", "--mix-prob", ".5"], ["--config", "c.toml"]):
            out = self.augment("photos", "-o", "out", *arguments, "--print-config").out
            self.assertIn("rounds = 16\n", out)
            self.assertIn("mix-prob = 0.5\n", out)
        result = self.run_program("augment", "photos", "-o", "out",
                                  env=program.clean_environment(GUIDEDMIXUP_THREADS="0x2"))
        self.assertEqual(result.code, USAGE)
        self.assertIn("GUIDEDMIXUP_THREADS", result.err)

    def test_a_size_that_webp_cannot_hold(self):
        self.refuse(("16383", "webp"), "--format", "webp", "--size", "16384x16")

    def test_cuda_by_name_is_never_a_silent_fallback(self):
        engines = json.loads(self.expect(program.OK, "methods", "--json").out)["engines"]
        if any(e["name"] == "cuda" and e["usable"] for e in engines):
            program.say_skip(self, "a usable CUDA engine is here")
        for device in ("cuda", "cuda:0"):
            result = self.run_program("augment", "photos", "-o", "out", "--device", device)
            self.assertIn(result.code, (program.FAILED, USAGE), result.err)
            self.assertIn("cuda", result.err)
            self.assertFalse((self.folder / "out").exists(), "nothing may be written")

    def test_device_auto_says_what_it_took(self):
        result = self.augment("photos", "-o", "out", "--device", "auto")
        name = manifest_of(self.folder / "out")["engine"]["name"]
        self.assertIn(name, ("cpu", "cuda"))
        self.assertIn(name, result.err)

    def test_methods(self):
        self.refuse(("magic", "guided-sr"), "-m", "magic")
        self.refuse(("beta", "alpha"), "-m", "mixup:beta=2")
        self.refuse("alpha", "-m", "mixup:alpha=x")
        self.refuse("alpha", "-m", "cutmix:alpha=-1")
        self.refuse("alpha", "-m", "mixup:alpha=nan")
        self.refuse("alpha", "-m", "mixup:alpha")
        self.refuse("alpha", "-m", "mixup:alpha=1,alpha=2")
        self.refuse(("blur", "grid"), "-m", "guided-sr:blur=strong")
        self.refuse("kernel", "-m", "guided-sr:kernel=4")
        self.refuse("sigma", "-m", "guided-sr:sigma=0")
        self.refuse(("saliency", "spectral-residual"), "-m", "guided-sr:saliency=eyes")
        self.refuse(("pairing", "greedy"), "-m", "guided-sr:pairing=love")
        self.refuse("blur", "-m", "mixup:blur=grid")
        self.refuse("alpha", "-m", "guided-sr:alpha=1")
        self.refuse("saliency", "-m", "guided-sr:saliency=none")
        for text in ("", ":", "guided-sr:", "guided-sr:,", ":alpha=1", "guided-sr:=1"):
            result = self.run_program("augment", "photos", "-o", "out", "-m", text)
            if result.code == 0:
                self.assertEqual(text, "guided-sr:", "an empty list may pass")
                shutil.rmtree(self.folder / "out")
                continue
            self.assertEqual(result.code, USAGE, f"{text}: {result.err}")

    def test_the_same_method_twice(self):
        self.refuse("mixup", "-m", "mixup", "-m", "mixup")
        self.refuse("guided-sr", "-m", "guided-sr", "-m", "mixup", "-m", "guided-sr")

    def test_one_method_typed_in_two_ways(self):
        self.refuse("mixup", "-m", "mixup", "-m", "mixup:alpha=1.0")
        self.refuse("cutmix", "-m", "cutmix:alpha=2,pairing=greedy", "-m",
                    "cutmix:pairing=greedy,alpha=2.0")

    def test_one_method_with_different_parameters(self):
        self.augment("photos", "-o", "out", "-m", "mixup:alpha=0.2", "-m", "mixup:alpha=2")
        folders = sorted(p.name for p in (self.folder / "out").iterdir())
        self.assertEqual(len(folders), 2)
        for name in folders:
            self.assertRegex(name, r"^[A-Za-z0-9._-]+$")
            self.assertTrue(name.startswith("mixup"))

    def test_unknown_things(self):
        self.refuse("--sed", "--sed", "1")
        self.refuse("-z", "-z")
        self.refuse("--size", "--size")
        result = self.expect(USAGE, "augmnt", "photos", "-o", "out")
        self.assertIn("augmnt", result.err)
        result = self.expect(USAGE)
        self.assertIn("--help", result.err)

    def test_missing_output(self):
        result = self.augment("photos", code=USAGE)
        self.assertIn("--output", result.err)
        result = self.augment("photos", "-o", "", code=USAGE)
        self.assertIn("--output", result.err)

    def test_json_needs_dry_run(self):
        self.refuse("--json", "--json")

    def test_the_same_option_twice(self):
        self.refuse("--seed", "--seed", "1", "--seed", "2")

    def test_other_commands(self):
        for arguments, named in ((["verify"], "OUT"), (["preview", "x"], "--output"),
                                 (["preview", "x", "-o", "s.png", "--rows", "0"], "--rows"),
                                 (["preview", "photos", "-o", "s.gif"], "s.gif"),
                                 (["saliency", "photos"], "--output"),
                                 (["saliency", "photos", "-o", "m", "--format", "x"], "--format"),
                                 (["saliency", "photos", "-o", "m", "--saliency", "x"], "x"),
                                 (["saliency", "photos", "-o", "m", "--size", "0"], "--size"),
                                 (["saliency", "photos", "-o", "photos"], "photos"),
                                 (["methods", "extra"], "extra")):
            with self.subTest(arguments):
                result = self.expect(USAGE, *arguments)
                self.assertIn(named, result.err)
                self.assert_own_lines(result.err)

    def test_options_after_inputs_and_double_dash(self):
        make_classes(self.folder / "-photos", each=2)
        self.augment("-o", "out", "--", "-photos")
        self.assertEqual(manifest_of(self.folder / "out")["input"]["count"], 6)


if __name__ == "__main__":
    program.main()
