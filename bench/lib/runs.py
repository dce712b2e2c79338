"""Running the program and reading the kernel's account of it."""

import ctypes
import dataclasses
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from lib.machine import REPOSITORY

IMAGE_NAMES = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".ppm", ".pgm"}
ROOM_NEEDED = 1 << 30
DEFAULT_PROGRAM = REPOSITORY / "build" / "release" / "bin" / "guidedmixup"


@dataclasses.dataclass
class Run:
    """One run of a program: seconds, and the peak of its resident memory."""

    wall: float
    user: float
    system: float
    peak_kib: int

    @property
    def cpu(self):
        return self.user + self.system


def fail(message):
    sys.exit(f"{pathlib.Path(sys.argv[0]).name}: {message}")


def _adopt_orphans():
    pr_set_child_subreaper = 36
    if ctypes.CDLL(None, use_errno=True).prctl(pr_set_child_subreaper, 1, 0, 0, 0) != 0:
        fail(f"prctl: {os.strerror(ctypes.get_errno())}")


# The command waits for a line, so that it cannot end while the shell, which would reap it, lives.
_START = 'exec 3<&0; { read -r go <&3; exec "$0" "$@" 3<&-; } >/dev/null & echo $!'


def _prepare(command, complaints):
    """The process number of `command`, and the pipe on which it waits for its start.

    The kernel's peak of a process counts what its parent held when it was started, and this script
    holds more than the program. So a shell, which is small, starts it and ends, and the orphan
    becomes this script's child.
    """
    _adopt_orphans()
    waiting, starter = os.pipe()
    try:
        shell = subprocess.run(
            ["/bin/sh", "-c", _START, *command],
            stdin=waiting, stdout=subprocess.PIPE, stderr=complaints, check=True,
        )  # fmt: skip
    finally:
        os.close(waiting)
    return int(shell.stdout), starter


def run(*command):
    """Runs a command to its end. Anything but exit code 0 ends the benchmark: a run that failed or
    rejected samples has no figure."""
    command = [str(part) for part in command]
    with tempfile.TemporaryFile() as complaints:
        child, starter = _prepare(command, complaints)
        begin = time.perf_counter()
        os.write(starter, b"\n")
        os.close(starter)
        _, status, usage = os.wait4(child, 0)
        wall = time.perf_counter() - begin
        code = os.waitstatus_to_exitcode(status)
        if code != 0:
            complaints.seek(0)
            text = complaints.read().decode(errors="replace")
            fail(f"exit code {code} of: {' '.join(command)}\n{text}")
    return Run(wall, usage.ru_utime, usage.ru_stime, usage.ru_maxrss)


def remove_output(folder):
    """Between two runs, outside the measured time."""
    shutil.rmtree(folder, ignore_errors=True)


def alternate(commands, runs, output, after=None):
    """Runs of each of the named commands, which write to `output`: turn by turn all of them, the
    order reversed from turn to turn, so that runs[a][i] and runs[b][i] are neighbours. A turn
    before the measured ones only warms the page cache. `after(name)` is called after each measured
    run."""
    measured = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name in commands if turn % 2 == 0 else reversed(commands):
            one = run(*commands[name])
            remove_output(output)
            if turn > 0:
                measured[name].append(one)
                if after is not None:
                    after(name)
    return measured


def default_work_folder():
    """A file system in memory where there is one with room, since a disk that others write to as
    well makes syncing a shard take any time; else nothing, the system's folder for such files."""
    memory = pathlib.Path("/dev/shm")
    if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM_NEEDED:
        return memory
    return None


def median(runs, name):
    return statistics.median(getattr(one, name) for one in runs)


def spread(runs, name):
    values = [getattr(one, name) for one in runs]
    return f"{min(values):.3g} .. {max(values):.3g}"


def image_files(folder):
    """Paths of the images below `folder`, relative to it, sorted by their bytes."""
    folder = pathlib.Path(folder)
    if not folder.is_dir():
        fail(f"no such folder: {folder}")
    files = [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.suffix.lower() in IMAGE_NAMES and path.is_file()
    ]
    if len(files) < 2:
        fail(f"{folder} holds {len(files)} images; expected class folders with images")
    return sorted(files, key=os.fsencode)


def write_list(path, files, count):
    """A list of `count` entries: every file in turn, again and again."""
    path.write_text("".join(files[i % len(files)] + "\n" for i in range(count)))


def check_program(program, option="--program"):
    if not os.access(program, os.X_OK):
        fail(f"no program at {program}: build a release first, or name it with {option}")
