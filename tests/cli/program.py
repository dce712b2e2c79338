"""The program under test, started in a fresh folder for each test, and small images to feed it.

The environment variable GUIDEDMIXUP_PROGRAM names the program. GUIDEDMIXUP_TEST_SCALE, a number
from 0 to 1, makes the heavy tests smaller for slow builds (sanitizers).
"""

import dataclasses
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import numpy
from PIL import Image

PROGRAM = os.environ.get("GUIDEDMIXUP_PROGRAM", "")
SCALE = float(os.environ.get("GUIDEDMIXUP_TEST_SCALE") or 1)
# A program that hangs fails its test instead of the whole suite.
TIMEOUT = 60 / SCALE
OTHER_USER = 65534  # nobody

OK, FAILED, USAGE, REJECTS, DIFFERENCE = 0, 1, 2, 3, 4


def scaled(number, least=1):
    return max(least, round(number * SCALE))


def method_names():
    """Every method of the program, by what it says itself: a new one is tested where all are."""
    report = subprocess.run([PROGRAM, "methods", "--json"], capture_output=True, check=True,
                            env=clean_environment())
    return [method["name"] for method in json.loads(report.stdout)["methods"]]


def all_methods():
    """The options that choose all of them; each then has a folder of its name."""
    return [part for name in method_names() for part in ("--method", name)]


@dataclasses.dataclass
class Result:
    code: int
    out: str
    err: str


def pixels(size, seed):
    """A shaded background with one bright rectangle and some noise: it has a salient place."""
    width, height = size
    random = numpy.random.default_rng(seed)
    rows, columns = numpy.mgrid[0:height, 0:width]
    image = numpy.empty((height, width, 3))
    for channel in range(3):
        a, b = random.uniform(-60, 60, 2)
        image[:, :, channel] = random.uniform(70, 180) + a * rows / height + b * columns / width
    top, left = random.integers(0, max(1, height // 2)), random.integers(0, max(1, width // 2))
    image[top:top + height // 3 + 1, left:left + width // 3 + 1] += random.uniform(-90, 90, 3)
    image += random.normal(0, 4, image.shape)
    return image.clip(0, 255).astype(numpy.uint8)


def write_image(path, size=(32, 32), seed=0, **save):
    path = pathlib.Path(os.fsdecode(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    # By an open file: Pillow cannot take every name that a file system can.
    formats = {".jpg": "JPEG", ".png": "PNG", ".webp": "WEBP"}
    with open(path, "wb") as file:
        Image.fromarray(pixels(size, seed)).save(file, formats[path.suffix.lower()], **save)
    return path


def make_classes(folder, classes=("ant", "bee", "cat"), each=4, size=(32, 32), suffix=".png"):
    """FOLDER/CLASS/00.png and so on; returns FOLDER."""
    for number, name in enumerate(classes):
        for image in range(each):
            write_image(folder / name / f"{image:02}{suffix}", size, seed=1000 * number + image)
    return folder


def truncate(path, share=0.5):
    data = path.read_bytes()
    path.write_bytes(data[:int(len(data) * share)])
    return path


def tree(folder):
    """Relative path (bytes) -> content, and None for folders."""
    top = os.fsencode(folder)
    content = {}
    for place, folders, files in os.walk(top):
        for name in folders:
            content[os.path.relpath(os.path.join(place, name), top)] = None
        for name in files:
            with open(os.path.join(place, name), "rb") as file:
                content[os.path.relpath(os.path.join(place, name), top)] = file.read()
    return content


def manifest_of(folder):
    return json.loads((folder / "manifest.json").read_bytes())


def json_lines(file):
    return [json.loads(line) for line in file.read_bytes().splitlines()]


def clean_environment(**changes):
    """This process's environment without what the program reads, then with `changes`."""
    ours = ("GUIDEDMIXUP_", "COLUMNS", "NO_COLOR", "TERM")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    environment.update(changes)
    return environment


def faults(*rules, below=None, name=None, log=None, **changes):
    """An environment in which calls to the file system fail: see tests/support/call_fault.c."""
    for variable, value in (("FAULT_BELOW", below), ("FAULT_NAME", name), ("FAULT_LOG", log)):
        if value:
            changes[variable] = os.fspath(value)
    return preloaded("CALL", FAULTS=" ".join(rules), **changes)


def preloaded(fault, **changes):
    """An environment in which the library for a kind of fault is loaded first; CMake names those
    that it built."""
    # The address sanitizer otherwise insists on being loaded first itself.
    options = changes.pop("ASAN_OPTIONS", os.environ.get("ASAN_OPTIONS", ""))
    return clean_environment(LD_PRELOAD=os.environ[f"GUIDEDMIXUP_{fault}_FAULT"],
                             ASAN_OPTIONS=f"{options}:verify_asan_link_order=0", **changes)


def say_skip(test, reason):
    sys.stderr.write(f"\nSKIPPED {test.id()}: {reason}\n")
    test.skipTest(reason)


class ProgramTest(unittest.TestCase):
    maxDiff = 2000

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="guidedmixup-cli-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def run_program(self, *arguments, **options):
        """Runs it to its end; `options` are those of subprocess.run."""
        options.setdefault("env", clean_environment())
        options.setdefault("cwd", self.folder)
        if "input" not in options:
            options.setdefault("stdin", subprocess.DEVNULL)
        done = subprocess.run([PROGRAM, *map(_argument, arguments)], capture_output=True,
                              timeout=TIMEOUT, check=False, **options)
        return Result(done.returncode, done.stdout.decode("utf-8", "replace"),
                      done.stderr.decode("utf-8", "replace"))

    def expect(self, code, *arguments, **options):
        result = self.run_program(*arguments, **options)
        self.assertEqual(result.code, code, f"{arguments}\n{result.out}\n{result.err}")
        return result

    def augment(self, *arguments, code=OK, **options):
        return self.expect(code, "augment", *arguments, **options)

    def in_listing_order(self, manifest):
        """The samples of the first round of `manifest`, one mini-batch of which no planned sample
        was rejected. The plan shuffles the listing; one of as many files, named by their numbers,
        shows how."""
        samples = [s for s in manifest["samples"] if s["round"] == 0]
        self.assertEqual(len(samples), manifest["input"]["count"])
        with tempfile.TemporaryDirectory(prefix="guidedmixup-cli-") as folder:
            for i in range(len(samples)):
                write_image(pathlib.Path(folder) / "in" / "c" / f"{i:04}.png", size=(1, 1))
            self.augment(f"{folder}/in", "-o", f"{folder}/out", "-m", "none")
            numbered = manifest_of(pathlib.Path(folder) / "out")["samples"]
        return [sample for _, sample in sorted(
            zip(numbered, samples), key=lambda pair: pair[0]["sources"][0])]

    def start(self, *arguments, **options):
        """Starts it and returns the process, which the test's end kills if it still lives."""
        options.setdefault("stdout", subprocess.DEVNULL)
        options.setdefault("stderr", subprocess.DEVNULL)
        options.setdefault("env", clean_environment())
        process = subprocess.Popen([PROGRAM, *map(_argument, arguments)], cwd=self.folder,
                                   stdin=subprocess.DEVNULL, **options)
        self.addCleanup(_end, process)
        return process

    def wait_for(self, condition, what):
        deadline = time.monotonic() + TIMEOUT
        while not condition():
            self.assertLess(time.monotonic(), deadline, f"waited in vain for {what}")
            time.sleep(0.002)

    def hold_after_first_shard(self, process, folder):
        """Stops the process (SIGSTOP) once its first shard is published."""
        self.wait_for((folder / "images" / "00000").exists, "the first shard")
        process.send_signal(signal.SIGSTOP)
        self.assertIsNone(process.poll(), "the run ended too early to be stopped")
        self.assertFalse((folder / "manifest.json").exists(), "the run was too short")

    def assert_same_tree(self, left, right):
        a, b = tree(left), tree(right)
        self.assertEqual(sorted(a), sorted(b))
        for name, content in a.items():
            self.assertTrue(content == b[name], f"{name!r} differs in {left} and {right}")

    def assert_reject(self, folder, path, code, stage=None):
        """rejects.jsonl names `path` with this code; returns its record."""
        records = [r for r in json_lines(folder / "rejects.jsonl") if r["path"] == path]
        self.assertEqual(len(records), 1, f"rejects for {path!r}: {records}")
        self.assertEqual(records[0]["code"], code, records[0])
        if stage:
            self.assertEqual(records[0]["stage"], stage, records[0])
        self.assertTrue(records[0]["message"])
        return records[0]

    def assert_own_lines(self, err):
        """Nobody but the program itself has written to standard error."""
        for line in err.splitlines():
            self.assertRegex(line, r"^(guidedmixup|See '|Finished shards|  guidedmixup |  \(with)", err)


def _argument(value):
    return value if isinstance(value, (str, bytes)) else os.fspath(value)


def _end(process):
    if process.poll() is None:
        process.kill()
    process.wait()
    for stream in (process.stdout, process.stderr):
        if stream:
            stream.close()


def main():
    if not PROGRAM:
        sys.exit("GUIDEDMIXUP_PROGRAM must name the program to test")
    unittest.main()
