"""What goes to which stream, in which form: reports, help, progress, terminals."""

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import termios

import program
from program import (FAILED, OK, PROGRAM, REJECTS, clean_environment, make_classes, scaled,
                     truncate, write_image)

COMMANDS = ("augment", "verify", "preview", "saliency", "methods")


class Streams(program.ProgramTest):
    def setUp(self):
        super().setUp()
        make_classes(self.folder / "photos", each=3)

    def test_standard_output_holds_only_manifest_paths(self):
        result = self.augment("photos", "-o", "out", "-v", "--progress", "plain")
        self.assertEqual(result.out, "out/manifest.json\n")
        result = self.augment("photos", "-o", "two", "-m", "none", "-m", "mixup")
        self.assertEqual(result.out, "two/none/manifest.json\ntwo/mixup/manifest.json\n")
        truncate(self.folder / "photos" / "ant" / "00.png")
        result = self.augment("photos", "-o", "bad", code=REJECTS)
        self.assertEqual(result.out, "bad/manifest.json\n")
        result = self.augment("photos", "-o", "bad", "--resume", code=REJECTS)
        self.assertEqual(result.out, "bad/manifest.json\n")

    def test_command_substitution(self):
        script = 'm=$("$GM" augment photos -o "out put"); echo "<$m>"; test -f "$m"'
        done = subprocess.run(["bash", "-ec", script], cwd=self.folder, capture_output=True,
                              env=clean_environment(GM=PROGRAM), check=False)
        self.assertEqual((done.returncode, done.stdout), (0, b"<out put/manifest.json>\n"))

    def test_quiet_says_nothing(self):
        result = self.augment("photos", "-o", "out", "-q", "--size", "20x21")
        self.assertEqual(result.err, "")
        truncate(self.folder / "photos" / "ant" / "00.png")
        self.assertEqual(self.augment("photos", "-o", "bad", "-q", code=REJECTS).err, "")

    def test_standard_error_holds_our_lines_only(self):
        for style in ("plain", "none", "auto"):
            result = self.augment("photos", "-o", style, "-v", "--progress", style)
            self.assert_own_lines(result.err)
            self.assertNotIn("\x1b", result.err)
            self.assertNotIn("\r", result.err)

    def test_json_progress(self):
        result = self.augment("photos", "-o", "out", "--progress", "json", "--size", "20x21")
        lines = [json.loads(line) for line in result.err.splitlines()]
        self.assertTrue(lines[-1]["finished"])
        self.assertEqual((lines[-1]["done"], lines[-1]["total"]), (9, 9))

    def test_json_progress_of_a_failure_is_never_finished(self):
        make_classes(self.folder / "bad", each=3)
        truncate(self.folder / "bad" / "ant" / "00.png")
        result = self.augment("bad", "-o", "mixed", "--on-error", "fail", "--progress", "json",
                              code=FAILED)
        *lines, last = result.err.splitlines()
        self.assertTrue(last.startswith("guidedmixup: "), result.err)
        self.assertEqual([json.loads(line)["finished"] for line in lines], [False])

    def test_a_failure_begins_a_line_of_its_own(self):
        """Not behind a bar that is half drawn."""
        make_classes(self.folder / "clash" / "a.png.npy", each=1)  # a folder where a map must be
        write_image(self.folder / "clash" / "a.png")
        make_classes(self.folder / "bad", each=3)
        truncate(self.folder / "bad" / "ant" / "00.png")
        for command in (["saliency", "clash", "-o", "maps"],
                        ["augment", "bad", "-o", "mixed", "--on-error", "fail"]):
            with self.subTest(command[0]):
                result = self.expect(FAILED, *command, "--progress", "bar")
                self.assertIn("\r", result.err, "a bar was drawn")
                self.assertRegex(result.err, r"\nguidedmixup: [^\n]*\n\Z")
                self.assertEqual(result.err.count("\n"), 2)
                self.assertEqual(result.out, "")

    def test_dry_run(self):
        truncate(self.folder / "photos" / "ant" / "00.png")
        (self.folder / "photos" / "beside.png").write_bytes(b"x")
        arguments = ["photos", "-o", "out", "--dry-run", "--batch-size", "4", "--shard-size", "4",
                     "--rounds", "3", "-m", "mixup", "-m", "none"]
        text = self.augment(*arguments).out
        for word in ("samples", "classes", "batches", "shards", "free", "memory"):
            self.assertIn(word, text)
        report = json.loads(self.augment(*arguments, "--json").out)
        expected = {"samples": 9, "rejected": 1, "classes": 3, "methods": 2, "width": 32,
                    "height": 32, "format": "png", "images": 54}
        self.assertEqual({k: report[k] for k in expected}, expected)
        for key in ("output_bytes", "free_bytes", "memory_bytes", "batches", "shards"):
            self.assertGreater(report[key], 0)
        self.assertFalse((self.folder / "out").exists())

    def test_dry_run_estimate_is_of_the_right_size(self):
        make_classes(self.folder / "many", each=30, size=(96, 96), suffix=".jpg")
        for format_name in ("jpg", "png", "webp"):
            arguments = ["many", "-o", format_name, "--format", format_name]
            report = json.loads(self.augment(*arguments, "--dry-run", "--json").out)
            self.augment(*arguments)
            real = sum(len(c) for c in program.tree(self.folder / format_name).values() if c)
            self.assertLess(real / 5, report["output_bytes"])
            self.assertLess(report["output_bytes"], real * 5)

    def test_methods(self):
        text = self.expect(OK, "methods").out
        report = json.loads(self.expect(OK, "methods", "--json").out)
        names = {kind: [entry["name"] for entry in report[kind]]
                 for kind in ("methods", "saliency", "pairing", "mixing", "engines")}
        self.assertEqual(names["methods"][:4], ["guided-sr", "mixup", "cutmix", "none"])
        self.assertLessEqual({"none", "spectral-residual", "uniform"}, set(names["saliency"]))
        self.assertLessEqual({"none", "random", "greedy"}, set(names["pairing"]))
        self.assertLessEqual({"none", "guided", "input", "box"}, set(names["mixing"]))
        self.assertIn("cpu", names["engines"])
        for group in names.values():
            for name in group:
                self.assertIn(name, text)
        for word in ("blur", "alpha", "AAAI 2023", "ICCV 2019"):
            self.assertIn(word, text)

    def test_version(self):
        out = self.expect(OK, "--version").out
        self.assertRegex(out, r"^guidedmixup [0-9]+\.[0-9]+\.[0-9]+\n")
        for word in ("compiler", "opencv", "fftw", "engines cpu"):
            self.assertIn(word, out)


class Help(program.ProgramTest):
    def texts(self, columns):
        for command in ([], *([name] for name in COMMANDS)):
            result = self.expect(OK, *command, "--help",
                                 env=clean_environment(COLUMNS=str(columns)))
            self.assertEqual(result.err, "")
            yield command, result.out

    def test_examples_stand_before_options(self):
        for command, text in self.texts(80):
            self.assertIn("Examples:\n  guidedmixup " + " ".join(command), text)
            self.assertLess(text.index("Examples:"), text.index("Usage:"))
            self.assertLess(text.index("Examples:"), text.index("Options:"))

    def test_wrapped_text_fits_the_terminal(self):
        for columns in (40, 80):
            for command, text in self.texts(columns):
                # Heads of options cannot be wrapped; examples must not be.
                examples = text[text.index("Examples:"):text.index("Usage:")]
                for line in text.replace(examples, "").splitlines():
                    if line.startswith((" " * 8, "Mix", "Check", "Draw", "Write", "List")):
                        self.assertTrue(len(line) <= columns or " " not in line.strip(),
                                        f"{command} {columns}: {line}")

    def test_examples_fit_80_columns(self):
        for _, text in self.texts(80):
            for line in text[text.index("Examples:"):text.index("Usage:")].splitlines():
                self.assertLessEqual(len(line), 80, line)

    def test_every_option_of_the_contract_is_named(self):
        text = dict((" ".join(c), t) for c, t in self.texts(80))["augment"]
        for option in ("--files-from", "-0", "--labels", "--classes", "--limit", "--output",
                       "--method", "--batch-size", "--rounds", "--size", "--fit", "--mix-prob",
                       "--include-originals", "--format", "--quality", "--seed", "--shard-size",
                       "--threads", "--device", "--on-error", "--max-pixels", "--dry-run",
                       "--config", "--print-config", "--progress", "-q", "-v", "--resume",
                       "--overwrite"):
            self.assertIn(option, text)

    def test_ranges_are_readable(self):
        for _, text in self.texts(80):
            self.assertNotIn("18446744073709551615", text, "a limit that says nothing")
            self.assertNotIn("9223372036854775807", text, "a limit that says nothing")


class Terminal(program.ProgramTest):
    def setUp(self):
        super().setUp()
        make_classes(self.folder / "photos", each=scaled(24, 12))

    def in_terminal(self, *arguments, columns=40, **environment):
        """Runs it with standard error on a terminal; all that it wrote there."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = self.start(*arguments, stderr=slave, env=clean_environment(**environment))
        os.close(slave)
        text = b""
        while True:
            try:
                piece = os.read(master, 65536)
            except OSError:  # Linux says so when the other end is closed
                break
            if not piece:
                break
            text += piece
        os.close(master)
        self.assertEqual(process.wait(program.TIMEOUT), OK, text)
        return text.decode()

    def command(self, name, *more):
        return ["augment", "photos", "-o", name, "--batch-size", "4", "--shard-size", "12",
                *more]

    def test_bar_fits_the_terminal(self):
        for columns in (40, 80, 20, 10, 2):
            text = self.in_terminal(*self.command(f"c{columns}"), columns=columns, TERM="xterm")
            self.assertIn("\r", text)
            drawn = [re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", piece).strip("\n")
                     for piece in re.split(r"[\r]", text)]
            self.assertGreater(len([d for d in drawn if d]), 1)
            for line in drawn:
                self.assertLess(len(line), columns, repr(line))
        self.assertIn("100%", text.replace("\r", "") if columns > 10 else "100%")

    def test_bar_shows_rate_and_end(self):
        text = self.in_terminal(*self.command("out"), columns=100, TERM="xterm")
        self.assertRegex(text, r"\[[#.]+\]")
        self.assertRegex(text, r"[0-9]+/s")
        self.assertIn("100%", text)
        self.assertTrue(text.endswith("\n"))

    def test_dumb_terminal(self):
        text = self.in_terminal(*self.command("out"), TERM="dumb")
        self.assertNotIn("\x1b", text)
        self.assertNotIn("\r", text.replace("\r\n", "\n"))

    def test_no_colour(self):
        text = self.in_terminal(*self.command("out"), TERM="xterm", NO_COLOR="1")
        self.assertNotRegex(text, r"\x1b\[[0-9;]*m")

    def test_notes_do_not_tear_the_bar(self):
        truncate(self.folder / "photos" / "ant" / "00.png")
        process_text = ""
        try:
            process_text = self.in_terminal(*self.command("out"), columns=60, TERM="xterm")
        except AssertionError as error:  # exit code 3 is right here
            process_text = str(error)
        self.assertIn("rejected", process_text)

    def test_names_cannot_reach_the_terminal(self):
        program.write_image(self.folder / "photos" / "\x1b[31mred" / "1.png")
        bad = program.write_image(self.folder / "photos" / "ant" / "\x1b]0;owned\x07.png")
        bad.write_bytes(b"")
        result = self.augment("photos", "-o", "out", "--on-error", "fail", code=program.FAILED)
        self.assertNotIn("\x1b", result.err)
        result = self.augment("photos/\x1b[31mred", "-o", "x", code=program.USAGE)
        self.assertNotIn("\x1b", result.err)


if __name__ == "__main__":
    program.main()
