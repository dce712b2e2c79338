#!/usr/bin/env python3
"""The documents against the program: what they show must run, what it offers must be described.

The environment variable GUIDEDMIXUP_PROGRAM names the program.
"""

import importlib.util
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.environ.get("GUIDEDMIXUP_PROGRAM", "")
ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "sample_data/README.md"])
COMMANDS = ("augment", "verify", "preview", "saliency", "methods")
TIMEOUT = 300

# Long options in the documents that belong to other programs.
FOREIGN_OPTIONS = {"--tool", "--install", "--prefix", "--preset", "--build", "--sheet"}

OPTION = r"-(?:-[a-z][a-z-]*|[A-Za-z0-9])"


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def options_in_sources(folder):
    """Each option that a program in this folder has as a text."""
    options = set()
    for file in (ROOT / folder).rglob("*"):
        if file.is_file() and file.suffix in ("", ".py", ".cpp"):
            text = file.read_text(encoding="utf-8")
            options |= set(re.findall(r'"(--[a-z][a-z-]*)"', text))
    return options


def run(*arguments):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GUIDEDMIXUP_")}
    environment["COLUMNS"] = "200"
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=TIMEOUT,
                          check=True, stdin=subprocess.DEVNULL, env=environment)
    return done.stdout


def options_of_help(help_text):
    """The names at the beginning of an entry: `  -o,--output DIR`."""
    names = set()
    for line in help_text.splitlines():
        entry = re.match(rf"  ({OPTION}(?:,{OPTION})*)(?: |$)", line)
        if entry:
            names.update(entry.group(1).split(","))
    return names


def section(document, heading):
    """The text below a heading of level 2, up to the next one."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", document, re.M | re.S)
    return found.group(1) if found else ""


def options_of_tables(text):
    """The options in the first cells of tables: | `-o DIR`, `--output DIR` | ..."""
    names = set()
    for line in text.splitlines():
        if line.startswith("| `-"):
            names.update(re.findall(rf"`({OPTION})[ `]", line.split("|")[1]))
    return names


def blocks(document, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", document, re.M | re.S)


def without_blocks(document):
    return re.sub(r"^```.*?^```$", "", document, flags=re.M | re.S)


def anchors(document):
    """The anchors of a document's headings, by GitHub's rule."""
    names = set()
    for heading in re.findall(r"^#+ (.*)$", without_blocks(document), re.M):
        words = re.sub(r"[^\w\- ]", "", heading.strip().lower())
        names.add(words.replace(" ", "-"))
    return names


class Options(unittest.TestCase):
    def test_the_user_guide_describes_each_command_s_options_and_no_others(self):
        guide = text_of("docs/user-guide.md")
        for command in COMMANDS:
            with self.subTest(command=command):
                offered = options_of_help(run(command, "--help"))
                self.assertIn("--help", offered, "the help could not be read")
                self.assertEqual(options_of_tables(section(guide, command)), offered)

    def test_the_choices_of_an_option_stand_in_the_guide(self):
        guide = text_of("docs/user-guide.md")
        for command in COMMANDS:
            for choices in re.findall(r"\{([a-z0-9,]+)\}", run(command, "--help")):
                for choice in choices.split(","):
                    with self.subTest(command=command, choice=choice):
                        self.assertRegex(section(guide, command), rf"`{choice}`|as for \[`augment`\]")

    def test_every_option_in_any_document_exists(self):
        known = {"--version", *FOREIGN_OPTIONS}
        for command in COMMANDS:
            known |= options_of_help(run(command, "--help"))
        # The measuring programs and the campaign have options of their own.
        foreign = {"performance.md": options_in_sources("bench")}
        for name in ("reliability.md", "CONTRIBUTING.md"):
            foreign[name] = options_in_sources("tests/campaign")
        for document in DOCUMENTS:
            with self.subTest(document=document.name):
                used = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*[a-z](?![\w-])",
                                      document.read_text(encoding="utf-8")))
                self.assertEqual(used - known - foreign.get(document.name, set()), set())

    def test_the_readers_of_help_and_tables_see_options(self):
        self.assertEqual(options_of_help("  -0,--null\n        text --other\n  INPUT\n"),
                         {"-0", "--null"})
        self.assertEqual(options_of_tables("| `-o DIR`, `--output DIR` | see `--resume` |\n"),
                         {"-o", "--output"})


class Methods(unittest.TestCase):
    def setUp(self):
        self.document = text_of("docs/methods.md")
        self.registry = json.loads(run("methods", "--json"))

    def test_every_method_is_in_the_table_with_its_parts(self):
        for method in self.registry["methods"]:
            row = "| `{name}` | `{saliency}` | `{pairing}` | `{mixing}` |".format(**method)
            self.assertIn(row, self.document)

    def test_every_part_has_a_section_with_its_parameters_and_defaults(self):
        for kind in ("saliency", "pairing", "mixing"):
            chapter = section(self.document, kind.capitalize())
            for part in self.registry[kind]:
                with self.subTest(kind=kind, part=part["name"]):
                    found = re.search(rf"^### `{part['name']}`\n(.*?)(?=^### |\Z)", chapter,
                                      re.M | re.S)
                    self.assertIsNotNone(found)
                    described = set(re.findall(r"^\| `(\w+)` \| (\S+) \|", found.group(1), re.M))
                    offered = {(p["name"], p["default"]) for p in part["parameters"]}
                    self.assertEqual(described, offered)
                    for parameter in part["parameters"]:
                        for choice in parameter.get("choices", []):
                            self.assertIn(f"`{choice}`", found.group(1))


class Links(unittest.TestCase):
    def test_relative_links_lead_somewhere(self):
        for document in DOCUMENTS:
            text = document.read_text(encoding="utf-8")
            for target in re.findall(r"\]\(([^)\s]+)\)", without_blocks(text)):
                if re.match(r"[a-z]+:", target):
                    continue
                with self.subTest(document=document.name, target=target):
                    path, _, anchor = target.partition("#")
                    file = (document.parent / path) if path else document
                    self.assertTrue(file.exists(), "no such file")
                    if anchor:
                        self.assertIn(anchor, anchors(file.read_text(encoding="utf-8")))


class Examples(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="guidedmixup-docs-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        (self.folder / "bin").mkdir()
        (self.folder / "bin" / "guidedmixup").symlink_to(pathlib.Path(PROGRAM).resolve())
        shutil.copytree(ROOT / "sample_data", self.folder / "sample_data")
        (self.folder / "photos").mkdir()
        for entry in (ROOT / "sample_data").iterdir():
            if entry.is_dir():
                shutil.copytree(entry, self.folder / "photos" / entry.name)

    def shell(self, script):
        environment = dict(os.environ, PATH=f"{self.folder / 'bin'}:{os.environ['PATH']}")
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=self.folder,
                              env=environment, capture_output=True, text=True, timeout=TIMEOUT,
                              check=False, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, 0, f"{script}\n{done.stdout}\n{done.stderr}")

    def test_the_readme_s_commands_run_one_after_the_other(self):
        scripts = [script for script in blocks(text_of("README.md"), "sh")
                   if "guidedmixup " in script]
        self.assertGreaterEqual(len(scripts), 5)
        for script in scripts:
            with self.subTest(script=script):
                self.shell(script)
        for place in ("mixed/manifest.json", "sets/cutmix_pairing_greedy/manifest.json",
                      "chosen/manifest.json", "sheet.png"):
            self.assertTrue((self.folder / place).exists(), place)

    def test_the_manifest_that_is_shown_is_that_of_the_sample_data(self):
        self.shell("guidedmixup augment sample_data -o mixed")
        written = json.loads((self.folder / "mixed/manifest.json").read_text(encoding="utf-8"))
        (shown,) = map(json.loads, blocks(text_of("README.md"), "json"))
        self.assertGreaterEqual(len(shown["samples"]), 1)
        for key, value in shown.items():
            if key != "samples":
                self.assertEqual(value, written[key], key)
        line = json.loads(blocks(text_of("docs/manifest.md"), "json")[0])
        for sample in [*shown["samples"], line]:
            self.assert_like(sample, written["samples"][sample["slot"]])

    def assert_like(self, shown, written):
        """Equal but for the last digits of computed numbers, which another machine may round
        differently, and the bytes of the file."""
        self.assertEqual(list(shown), list(written))
        for key, value in shown.items():
            if key in ("label_weights", "pair_distance"):
                values = value if isinstance(value, list) else [value]
                others = written[key] if isinstance(value, list) else [written[key]]
                for one, other in zip(values, others):
                    self.assertAlmostEqual(one, other, 4)
            elif key != "xxh3":
                self.assertEqual(value, written[key], key)

    def test_the_guide_s_split_shares_no_source_and_has_the_same_classes(self):
        guide = section(text_of("docs/user-guide.md"), "Training on an output")
        split, hold_out = blocks(guide, "python")
        (mix,) = blocks(guide, "sh")
        (self.folder / "split.py").write_text(split, encoding="utf-8")
        (self.folder / "hold_out.py").write_text(
            hold_out + "assert 0 < len(train) < len(samples)\n", encoding="utf-8")
        self.shell(f"'{sys.executable}' split.py\n{mix}\n"
                   "guidedmixup augment photos -o mixed --size 32 --rounds 3 --batch-size 8\n"
                   f"'{sys.executable}' hold_out.py")
        train, test = (json.loads((self.folder / side / "manifest.json").read_text("utf-8"))
                       for side in ("train", "test"))
        self.assertEqual(train["classes"], test["classes"])
        sources = [{path for sample in side["samples"] for path in sample["sources"]}
                   for side in (train, test)]
        for side, shown in zip(("train", "test"), sources):
            self.assertEqual(shown, set((self.folder / f"{side}.txt").read_text().splitlines()))
        self.assertEqual(sources[0] & sources[1], set())

    def test_every_key_of_a_manifest_is_described(self):
        self.shell("guidedmixup augment sample_data -o mixed -m mixup -m cutmix:pairing=greedy")
        document = text_of("docs/manifest.md")
        for folder in ("mixup", "cutmix_pairing_greedy"):
            manifest = json.loads(
                (self.folder / "mixed" / folder / "manifest.json").read_text(encoding="utf-8"))
            keys = {*manifest, *manifest["config"], *manifest["samples"][0],
                    *manifest["samples"][0].get("draws", {})}
            for name in ("tool", "method", "input", "image", "engine", "counts"):
                keys.discard(name)
                keys.update(f"{name}.{key}" for key in manifest[name])
            for key in keys:
                self.assertRegex(document, rf"`{re.escape(key)}`|\"{re.escape(key)}\"", key)

    def test_the_configuration_file_of_the_user_guide_is_valid(self):
        (config,) = blocks(text_of("docs/user-guide.md"), "toml")
        (self.folder / "run.toml").write_text(config, encoding="utf-8")
        self.shell("guidedmixup augment --config run.toml")
        self.assertTrue((self.folder / "mixed/cutmix_alpha_0.5/manifest.json").exists())

    def test_the_readme_s_python_compiles(self):
        for number, code in enumerate(blocks(text_of("README.md"), "python")):
            compile(code, f"README.md, python block {number}", "exec")

    def test_the_readme_s_pytorch_loader_gives_labels_that_sum_to_1(self):
        for module in ("torch", "torchvision"):
            if importlib.util.find_spec(module) is None:
                sys.stderr.write(f"\nSKIPPED {self.id()}: Python has no {module}\n")
                self.skipTest(f"Python has no {module}")
        code = blocks(text_of("README.md"), "python")[0]
        check = ("    assert images.dtype == torch.float32 and images.shape[1:] == (3, 224, 224)\n"
                 "    assert torch.allclose(labels.sum(dim=1), torch.ones(len(labels)))\n")
        (self.folder / "load.py").write_text(code + check, encoding="utf-8")
        self.shell("guidedmixup augment photos -o mixed --rounds 3 --size 224\n"
                   f"'{sys.executable}' load.py")


if __name__ == "__main__":
    if not PROGRAM:
        sys.exit("GUIDEDMIXUP_PROGRAM must name the program to test")
    unittest.main()
