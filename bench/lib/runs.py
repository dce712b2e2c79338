"""Running the program and reading the kernel's account of it."""

import dataclasses
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import time

from lib.machine import REPOSITORY

IMAGE_NAMES = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".ppm", ".pgm"}
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


def run(*command):
    """Runs a command to its end. Anything but exit code 0 ends the benchmark: a run that failed or
    rejected samples has no figure."""
    command = [str(part) for part in command]
    begin = time.perf_counter()
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as child:
        complaint = child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        fail(
            f"exit code {child.returncode} of: {' '.join(command)}\n"
            + complaint.decode(errors="replace")
        )
    # The kernel counts what this script held at the moment of starting the child as the child's.
    own_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak_kib = usage.ru_maxrss if usage.ru_maxrss > own_kib else 0
    return Run(wall, usage.ru_utime, usage.ru_stime, peak_kib)


def remove_output(folder):
    """Between two runs, outside the measured time. What the removal leaves to be written must not
    be paid by the next run."""
    shutil.rmtree(folder, ignore_errors=True)
    os.sync()


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


def check_program(program):
    if not os.access(program, os.X_OK):
        fail(f"no program at {program}: build a release first, or name it with --program")
