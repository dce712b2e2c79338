"""What a figure was measured on, without names of hosts or folders."""

import os
import pathlib
import platform
import re
import subprocess

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def _first(pattern, path):
    found = re.search(pattern, pathlib.Path(path).read_text(), re.MULTILINE)
    return found.group(1).strip() if found else "unknown"


def _output_of(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def _git(*arguments):
    # Reading must not take the index's lock from someone who works in the same checkout.
    return _output_of("git", "--no-optional-locks", "-C", str(REPOSITORY), *arguments)


def describe_machine():
    memory_kib = int(_first(r"^MemTotal:\s*(\d+)", "/proc/meminfo"))
    return {
        "cpu": _first(r"^model name\s*:(.*)$", "/proc/cpuinfo"),
        "mhz": _first(r"^cpu MHz\s*:(.*)$", "/proc/cpuinfo"),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory_kib / 1024**2, 1),
        "kernel": platform.release(),
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", "unknown"),
    }


def describe_commit():
    commit = _git("rev-parse", "HEAD")
    changed = _git("status", "--porcelain", "--", "src", "include", "cmake", "CMakeLists.txt")
    return {"commit": commit or "unknown", "changed_since": bool(changed)}


def file_system_of(folder):
    return _output_of("stat", "--file-system", "--format=%T", str(folder)) or "unknown"


def load_average():
    """Processes that wanted a core in the last minute: on a quiet machine close to 0."""
    return round(os.getloadavg()[0], 2)


def machine_line():
    machine = describe_machine()
    return (
        f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB, "
        f"{machine['system']}; load {load_average()} before the first run"
    )
