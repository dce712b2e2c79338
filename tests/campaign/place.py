"""A folder with a data set and outputs, where the campaign runs the program."""

import dataclasses
import os
import pathlib
import shutil
import stat
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))

import program  # noqa: E402
from table import STATES  # noqa: E402

# Of a message that no user should see.
INTERNAL = ("internal error", "terminate called", "what():", "std::", "basic_", "json.exception",
            "filesystem error", "Assertion", "AddressSanitizer", "runtime error:")


class Failure(Exception):
    """The program did not keep a promise."""


class Skipped(Exception):
    """This cannot be tried here."""


def skipped(reason):
    """The check of a try that cannot be made here."""
    def check(_):
        raise Skipped(reason)
    return check


@dataclasses.dataclass(frozen=True)
class Expected:
    code: int
    made: pathlib.Path  # a copy


def require(condition, text):
    if not condition:
        raise Failure(text)


def scratch_folder():
    """A new folder, in memory where that can be had: thousands of runs write and sync there."""
    memory = pathlib.Path("/dev/shm")
    usable = memory.is_dir() and os.access(memory, os.W_OK)
    return pathlib.Path(tempfile.mkdtemp(prefix="guidedmixup-campaign-",
                                         dir=memory if usable else None))


def look(folder):
    """Relative path -> what is there: kind and mode, and a file's content or a link's target.
    Nothing is followed, and nothing but files opened."""
    found = {}
    for path in [folder, *folder.rglob("*")]:
        mode = path.lstat().st_mode
        content = None
        if stat.S_ISREG(mode):
            content = path.read_bytes()
        elif stat.S_ISLNK(mode):
            content = os.readlink(path)
        found[str(path.relative_to(folder))] = mode, content
    return found


def remove(path):
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@dataclasses.dataclass(frozen=True)
class Place:
    """`folder` holds the inputs; `states`, beside it, what `out` may be before a command; `expected`
    tells by a command's name how it ends undisturbed, and where what it makes is kept."""
    folder: pathlib.Path
    states: pathlib.Path
    inputs: frozenset  # their names in `folder`
    expected: dict

    def run(self, arguments, env=None, prefix=(), **options):
        """Runs the program to its end, by way of `prefix`. Any end but by a code of ours is a
        failure."""
        arguments = arguments.split() if isinstance(arguments, str) else arguments
        try:
            done = subprocess.run(
                [*prefix, program.PROGRAM, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL,
                capture_output=True, check=False, timeout=program.TIMEOUT,
                env=env or program.clean_environment(), **options)
        except subprocess.TimeoutExpired as error:
            raise Failure(f"{arguments} did not end in {error.timeout} s") from error
        result = program.Result(done.returncode, done.stdout.decode("utf-8", "replace"),
                                done.stderr.decode("utf-8", "replace"))
        for word in INTERNAL:
            require(word not in result.err + result.out, f"{arguments} said: {result.err}")
        return result

    def run_to_code(self, arguments, **options):
        """The same; its end is a code from 0 to 4, and with a message when something is wrong."""
        result = self.run(arguments, **options)
        require(0 <= result.code <= program.DIFFERENCE,
                f"{arguments} ended with {result.code}: {result.err}")
        if result.code in (program.FAILED, program.USAGE):
            require("guidedmixup: " in result.err, f"{arguments} ended with {result.code}, no word")
        return result

    def enter(self, state):
        """Leaves the inputs alone and lays `out` as the state says."""
        for name in set(os.listdir(self.folder)) - self.inputs:
            remove(self.folder / name)
        if state:
            shutil.copytree(self.states / state, self.folder / "out", symlinks=True)

    def check_made(self, command):
        """`command` has made what it makes undisturbed."""
        good = self.expected[command.name].made
        made = self.folder / command.makes
        require(made.exists(), f"{command.makes} is not there")
        if made.is_dir():
            here, there = program.tree(made), program.tree(good)
            require(here.keys() == there.keys(),
                    f"entries differ: {sorted(here.keys() ^ there.keys())}")
            for name, content in here.items():
                require(content == there[name], f"{name!r} has other bytes")
        else:
            require(made.read_bytes() == good.read_bytes(), f"{command.makes} has other bytes")

    def check_left(self):
        """What any command leaves behind, however it ended: inputs as they were, whole shards, and a
        manifest only when all that it names is there."""
        original = self.states.parent / "place"
        for name in self.inputs:
            for path in (self.folder / name, *sorted((self.folder / name).rglob("*"))):
                there = original / path.relative_to(self.folder)
                require(path.is_dir() == there.is_dir() and
                        (path.is_dir() or path.read_bytes() == there.read_bytes()),
                        f"the input {path} has changed")
        for shard in (self.folder / "out").glob("**/images/[0-9]*[0-9]"):
            files = {file.name for file in shard.iterdir()} - {"metadata.jsonl", "rejects.jsonl"}
            lines = program.json_lines(shard / "metadata.jsonl")
            require(files == {line["file_name"] for line in lines}, f"{shard} is not whole")
        for manifest in (self.folder / "out").rglob("manifest.json"):
            for sample in program.manifest_of(manifest.parent)["samples"]:
                require((manifest.parent / sample["file_name"]).exists(),
                        f"the manifest names {sample['file_name']}, which is not there")

    def left_over(self):
        """Files beside the output that were not completed."""
        return [name for name in os.listdir(self.folder) if name.endswith(".partial")]

    def complete(self, command):
        """After a fault: what the user would type, and what it then has to make."""
        code = self.expected[command.name].code
        again = command.again
        if not again:
            remove(self.folder / command.makes)
            again = (command.arguments,)
        for number, arguments in enumerate(again):
            result = self.run_to_code(arguments)
            if result.code == program.USAGE and number + 1 < len(again):
                flag = again[number + 1].rsplit(" ", 1)[-1]
                require(flag in result.err, f"{arguments} names no {flag}: {result.err}")
                continue
            require(result.code == code, f"{arguments} ended with {result.code}: {result.err}")
            break
        self.check_made(command)


def write_inputs(folder):
    """One sample is damaged, so that each output has rejects."""
    photos = program.make_classes(folder / "photos", ("ant", "bee"), each=4, size=(8, 8))
    program.truncate(photos / "bee" / "02.png")
    paths = [f"{label}/{number:02}.png" for label in ("ant", "bee") for number in range(4)]
    (folder / "list.txt").write_text("".join(f"{path}\n" for path in paths))
    (folder / "labels.csv").write_text(
        "path,label\n" + "".join(f"{path},{path[:3]}\n" for path in paths))
    (folder / "classes.txt").write_text("bee\nant\n")
    (folder / "run.toml").write_text('method = ["mixup"]\nseed = 3\n')


def prepare(folder, commands):
    """Inputs in FOLDER/place, the states of `out` in FOLDER/states, what is expected in
    FOLDER/made."""
    write_inputs(folder / "place")
    place = Place(folder / "place", folder / "states", frozenset(os.listdir(folder / "place")), {})
    for state, (arguments, removed) in STATES.items():
        place.enter("")
        place.run_to_code(arguments)
        shutil.copytree(place.folder / "out", place.states / state)
        for name in removed:
            remove(place.states / state / name)
    (folder / "made").mkdir()
    for number, command in enumerate(commands):
        place.enter(command.start)
        result = place.run_to_code(command.arguments)
        kept = folder / "made" / str(number)
        if command.makes:
            made = place.folder / command.makes
            (shutil.copytree if made.is_dir() else shutil.copy)(made, kept)
        place.expected[command.name] = Expected(result.code, kept)
    place.enter("")
    return place


def another(place, number):
    """The same for one worker, with inputs of its own."""
    folder = place.folder.parent / f"place{number}"
    shutil.copytree(place.folder, folder)
    return dataclasses.replace(place, folder=folder)
