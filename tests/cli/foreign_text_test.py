"""Text that is not ours, from wherever it comes, never reaches a terminal as something that it obeys
or that hides: it is shown escaped."""

import json
import os
import pty
import resource
import shutil
import subprocess
import sys
import unicodedata

import program
from program import FAILED, OK, USAGE, clean_environment, make_classes, write_image

# Format characters that are signs, and those that show nothing though their category is another.
SIGNS = {0x70F, 0x6DD, 0x8E2, 0x890, 0x891, 0x110BD, 0x110CD, *range(0x600, 0x606)}
HIDDEN = {0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, *range(0x180B, 0x1810),
          *range(0xFE00, 0xFE10), *range(0xE0000, 0xE1000), *range(0xFDD0, 0xFDF0)}


def is_unsafe(code):
    category = unicodedata.category(chr(code))
    return (category in ("Cc", "Cf", "Zl", "Zp", "Cs") and code not in SIGNS or code in HIDDEN
            or code & 0xFFFE == 0xFFFE)


SCALARS = [c for c in range(1, 0x110000) if not 0xD800 <= c < 0xE000]
UNSAFE = [c for c in SCALARS if is_unsafe(c)]


def in_pieces(codes, size):
    """Texts of at most `size` bytes that hold all of `codes`."""
    piece, length = [], 0
    for code in codes:
        char = chr(code)
        if length + len(char.encode()) > size:
            yield "".join(piece)
            piece, length = [], 0
        piece.append(char)
        length += len(char.encode())
    yield "".join(piece)


class ForeignText(program.ProgramTest):
    def check(self, text, lines=True):
        for code in {ord(c) for c in text}:
            self.assertFalse(is_unsafe(code) and not (lines and code == 0x0A),
                             f"U+{code:04X} is printed as it is: {text[:300]!r}")

    def run_checked(self, *arguments, code=None, **options):
        result = self.run_program(*arguments, **options)
        if code is not None:
            self.assertEqual(result.code, code, result.err)
        self.check(result.err)
        return result

    def test_every_code_point_of_a_word(self):
        """Of a method's name, which the message repeats whole."""
        for text in in_pieces((c for c in SCALARS if chr(c) != ":"), 100_000):  # it ends a name
            err = self.run_checked("augment", "in", "-o", "out", "-m", text, code=USAGE).err
            letters = [c for c in text if unicodedata.category(c)[0] in "LNPS"
                       and not is_unsafe(ord(c))]
            self.assertTrue(all(c in err for c in letters[::37]), "letters stay as they are")

    def test_every_option(self):
        text = "".join(map(chr, UNSAFE[:400]))
        make_classes(self.folder / "in", each=2)
        for option in ("--files-from", "--labels", "--classes", "--limit", "--batch-size", "--size",
                       "--fit", "--format", "--quality", "--device", "--on-error", "--max-pixels",
                       "--config", "--progress", "--threads", "--mix-prob",
                       "--report", "-m", "--no-such"):
            with self.subTest(option):
                self.run_checked("augment", "in", "-o", "out", f"{option}={text}")
                self.run_checked("augment", "in", "-o", "out", option, text)
        for command in (["verify", text], ["preview", text, "-o", "s.png"], ["methods", text],
                        ["preview", "in", "-o", text], ["saliency", text, "-o", "maps"],
                        ["saliency", "in", "-o", "maps", "--saliency", text], [text], ["-" + text],
                        ["augment", text, "-o", "out"], ["augment", text + "\udcff", "-o", "out"],
                        ["augment", "in", "-o", "in/" + text], ["verify", "in", "--input", text]):
            self.run_checked(*map(os.fsencode, command))

    def test_environment(self):
        text = "".join(map(chr, UNSAFE[:400]))
        make_classes(self.folder / "in", each=2)
        for name in ("GUIDEDMIXUP_THREADS", "GUIDEDMIXUP_DEVICE"):
            self.run_checked("augment", "in", "-o", "out", code=USAGE,
                             env=clean_environment(**{name: text}))

    def test_configuration(self):
        file = self.folder / "c.toml"
        for code in (c for c in UNSAFE if c < 0x3000 or c % 64 == 1):
            for line in ("a = tru{}\n", "{} = 1\n", "'{}' = 1\n", "seed = '{}'\n", "fit = \"{}\n"):
                if (code % 16 == 11 or code < 0x100) or "tru" in line:
                    file.write_text(line.format(chr(code)), newline="")
                    self.run_checked("augment", "--config", "c.toml")
        escaped = "".join(f"\\U{code:08x}" for code in UNSAFE if not 0xD800 <= code < 0xE000)
        for line in ('"{}" = 1\n', 'seed = "{}"\n', 'fit = "{}"\n', 'method = ["{}"]\n'):
            file.write_text(line.format(escaped))
            self.run_checked("augment", "in", "-o", "out", "--config", "c.toml", code=USAGE)
        file.write_bytes(b"a = '\xff\xc3'\n")
        self.run_checked("augment", "--config", "c.toml", code=USAGE)

    def test_printed_configuration(self):
        text = "".join(map(chr, UNSAFE))
        out = self.run_checked("augment", text, "-o", text, "--print-config", code=OK).out
        self.check(out)

    def names(self):
        for text in in_pieces((c for c in UNSAFE if c != 0x2F and (c < 0x3000 or c % 50 == 3)),
                              200):
            yield text
        yield "\x1b]0;owned\x07"
        yield os.fsdecode(b"bad \xff\xc3\x9b")

    def test_names_of_files_and_classes(self):
        for text in self.names():
            shutil.rmtree(self.folder / "in", ignore_errors=True)
            make_classes(self.folder / "in", each=2)
            (self.folder / "in" / "ant" / f"{text}.png").write_bytes(b"")
            self.run_checked("augment", "in", "-o", "x", "--on-error", "fail", "--size", "8")
            self.run_checked("saliency", "in", "-o", "maps")
            shutil.rmtree(self.folder / "maps", ignore_errors=True)
            write_image(self.folder / "in" / text / "1.png")
            (self.folder / "in" / text / "2.png").write_bytes(b"")
            (self.folder / "in" / f"{text}.png").write_bytes(b"x")
            self.run_checked("augment", "in", "-o", "x", "-v", "--size", "8")
            shutil.rmtree(self.folder / "x", ignore_errors=True)
            self.run_checked("augment", "in", "-o", "x", "--size", "8", "--on-error", "fail",
                             "--progress", "json")
            shutil.rmtree(self.folder / "x", ignore_errors=True)

    def test_lists_labels_and_classes(self):
        make_classes(self.folder / "in", each=2)
        text = "".join(chr(c) for c in UNSAFE if c not in (0x0A, 0x0D))
        for content in (f"path,label\nant/00.png,{text}\n", f"path,{text}\nant/00.png,ant\n",
                        f"path,label\n{text},ant\n", f'path,label\n"{text}\n', f"{text}\n",
                        f"path,label\nant/00.png,ant\nant/00.png,{text}\n"):
            (self.folder / "l.csv").write_text(content, newline="")
            self.run_checked("augment", "in", "-o", "x", "--labels", "l.csv", "--size", "8")
            self.run_checked("augment", "in", "-o", "x", "--files-from", "l.csv", "--size", "8")
            self.run_checked("augment", "in", "-o", "x", "--classes", "l.csv", "--size", "8")
            shutil.rmtree(self.folder / "x", ignore_errors=True)
        for line in ({"path": text, "label": "ant"}, {"path": "ant/00.png", "label": text},
                     {text: 1}):
            (self.folder / "l.jsonl").write_text(json.dumps(line) + "\n")
            self.run_checked("augment", "in", "-o", "x", "--labels", "l.jsonl", "--size", "8")
        (self.folder / "l.jsonl").write_text('{"path": "' + text + "\n", newline="")
        self.run_checked("augment", "in", "-o", "x", "--labels", "l.jsonl", "--size", "8")

    def test_what_is_read_back(self):
        """Each text of plan, manifest and records in turn, as the verify and preview commands meet
        it, and a resumed run."""
        make_classes(self.folder / "in", each=2)
        self.augment("in", "-o", "out", "--batch-size", "3")
        text = "".join(chr(c) for c in UNSAFE[:300])
        for name in ("manifest.json", "plan.json", "images/00000/metadata.jsonl"):
            whole = (self.folder / "out" / name).read_text()
            first = whole.splitlines()[0] if name.endswith("jsonl") else whole
            for number, value in enumerate(self.texts_of(json.loads(first))):
                if number > program.scaled(20, 8):
                    break
                changed = whole.replace(json.dumps(value), json.dumps(text), 1)
                (self.folder / "out" / name).write_text(changed)
                self.check(self.run_checked("verify", "out").out)
                self.check(self.run_checked("verify", "out", "--json").out)
                self.run_checked("preview", "out", "-o", "s.png", "--overwrite")
                manifest = self.folder / "out" / "manifest.json"
                kept = manifest.read_bytes()
                if name != "manifest.json":
                    manifest.unlink()
                    self.run_checked("augment", "in", "-o", "out", "--batch-size", "3", "--resume")
                    manifest.write_bytes(kept)
            (self.folder / "out" / name).write_text(whole)

    def texts_of(self, value):
        if isinstance(value, str):
            yield value
        elif isinstance(value, (list, dict)):
            for key in value if isinstance(value, dict) else ():
                yield key
            for item in value.values() if isinstance(value, dict) else value:
                yield from self.texts_of(item)

    def test_paths_on_standard_output(self):
        """Their bytes for a program that reads them, what can be shown for a terminal."""
        make_classes(self.folder / "in", each=2)
        name = "o\x1b[31m\x9b\u202e"
        self.assertEqual(self.augment("in", "-o", name).out, f"{name}/manifest.json\n")
        master, slave = pty.openpty()
        done = subprocess.run([program.PROGRAM, "augment", "in", "-o", name, "--overwrite"],
                              cwd=self.folder, stdout=slave, stderr=subprocess.PIPE,
                              env=clean_environment(), check=False)
        os.close(slave)
        self.assertEqual(done.returncode, OK, done.stderr)
        shown = os.read(master, 4096).decode()
        os.close(master)
        self.check(shown.replace("\r\n", ""))
        self.assertIn("\\u{009b}", shown)

    def test_the_command_to_resume_can_be_typed(self):
        name = "o\x1b[31m\u202e 'x'"
        make_classes(self.folder / "in", each=4)
        command = ["augment", "in", "-o", name, "--batch-size", "4", "--shard-size", "4"]

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
        err = self.run_checked(*command, code=FAILED, preexec_fn=limit).err
        line = next(l for l in err.splitlines() if l.startswith("  guidedmixup "))
        done = subprocess.run(["bash", "-c", line.replace("guidedmixup", '"$GM"', 1)],
                              cwd=self.folder, capture_output=True, check=False,
                              env=clean_environment(GM=program.PROGRAM))
        self.assertEqual(done.returncode, OK, done.stderr)
        self.assertTrue((self.folder / name / "manifest.json").exists())


if __name__ == "__main__":
    sys.exit(program.main())
