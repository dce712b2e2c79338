"""Parts that may not be written or read, and file systems that are full."""

import ctypes
import dataclasses
import functools
import os
import pathlib
import shutil
import stat
import subprocess

import program
from campaign import Try
from place import Skipped, look, require
from table import COMMANDS

KIB = 1 << 10
NEW_MOUNTS = 0x20000  # CLONE_NEWNS of unshare
DENIALS = {"folder": (0, 0o111, 0o333, 0o444, 0o555), "file": (0, 0o222, 0o444)}


def become(user):
    if user is not None:
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)


@functools.cache
def other_user_can_run():
    done = subprocess.run([program.PROGRAM, "--version"], capture_output=True, check=False,
                          preexec_fn=lambda: become(program.OTHER_USER))
    return done.returncode == 0


def other_user(place):
    """Root may do everything. So another user gets all that is there; anybody else is himself."""
    if os.geteuid() != 0:
        return None
    if not other_user_can_run():
        raise Skipped("another user cannot run the program")
    # The limit of processes counts those of a user, so each worker has one.
    user = program.OTHER_USER - 1 - os.getpid() % 10000
    for path in [place.folder, *place.folder.rglob("*")]:
        os.chown(path, user, user, follow_symlinks=False)
    # mkdtemp lets nobody else in.
    for folder in (place.folder.parent, place.folder.parents[1]):
        folder.chmod(0o755)
    return user


def check_ended(place, command, result, before, is_input):
    require(not place.left_over(), f"left over: {place.left_over()}")
    if not command.makes:
        require(look(place.folder) == before, "it changed what it only reads")
    elif result.code == program.OK or (result.code == program.REJECTS and not is_input):
        place.check_made(command)


def check_denied(place, command, name, mode):
    place.enter(command.start)
    user = other_user(place)
    path = place.folder / name
    before, usual = look(place.folder), stat.S_IMODE(path.stat().st_mode)
    path.chmod(mode)
    try:
        result = place.run_to_code(command.arguments, preexec_fn=lambda: become(user))
    finally:
        if path.exists():
            path.chmod(usual)
    is_input = name.split("/")[0] in place.inputs
    check_ended(place, command, result, before, is_input)
    if is_input and command.again:  # other inputs are another run
        over = f"{command.arguments} --overwrite"
        command = dataclasses.replace(command, again=(*command.again, over))
    if command.makes:
        place.complete(command)


# Each worker has mounts of its own, which end with it.
@functools.cache
def can_mount():
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.unshare(NEW_MOUNTS) == 0 and mount("--make-rprivate", "/")


def mount(*arguments):
    return subprocess.run(["mount", *map(str, arguments)], capture_output=True,
                          check=False).returncode == 0


def require_mounts():
    if not can_mount():
        raise Skipped("nothing can be mounted here")


def check_read_only(place, command, name):
    require_mounts()
    place.enter(command.start)
    path = place.folder / name
    before = look(place.folder)
    require(mount("--bind", path, path) and mount("-o", "remount,bind,ro", path), "not mounted")
    try:
        result = place.run_to_code(command.arguments)
    finally:
        subprocess.run(["umount", "--lazy", path], check=True)
    check_ended(place, command, result, before, False)
    if command.makes:
        refused = result.code in (program.FAILED, program.USAGE)
        require(refused or name != ".", f"ended with {result.code}")
        place.complete(command)


def check_full(place, command, size, inodes):
    """The output's folder has so many bytes and entries left."""
    require_mounts()
    place.enter("")
    out = place.folder / "out"
    out.mkdir()
    require(mount("-t", "tmpfs", "-o", "size=64m", "tmpfs", out), "not mounted")
    try:
        if command.start:
            shutil.copytree(place.states / command.start, out, dirs_exist_ok=True)
        status = os.statvfs(out)
        used = (status.f_blocks - status.f_bfree) * status.f_frsize
        room = f"remount,size={used + size or 1},nr_inodes={status.f_files - status.f_ffree + inodes}"
        require(mount("-o", room, out), f"not mounted with {room}")
        result = place.run_to_code(command.arguments)
        require(mount("-o", "remount,size=64m,nr_inodes=10000", out), "not mounted again")
        if result.code == program.FAILED:
            require("No space left" in result.err, f"names no full disk: {result.err}")
        check_ended(place, command, result, None, False)
        place.complete(command)
    finally:
        subprocess.run(["umount", "--lazy", out], check=True)


def parts(place, command):
    """All that is there before the command, the working folder among them."""
    place.enter(command.start)
    return [pathlib.Path("."), *sorted(path.relative_to(place.folder)
                                       for path in place.folder.rglob("*"))]


def tries(place):
    for command in COMMANDS:
        for path in parts(place, command):
            name = str(path)
            is_folder = (place.folder / path).is_dir()
            for mode in DENIALS["folder" if is_folder else "file"]:
                yield Try(f"{command.name}, {name} with mode {mode:o}.", "denied to another user",
                          functools.partial(check_denied, command=command, name=name, mode=mode))
            if is_folder:
                yield Try(f"{command.name}, {name} read-only.", "mounted read-only",
                          functools.partial(check_read_only, command=command, name=name))
        if command.makes != "out":
            continue
        for size in range(0, 200 * KIB, 4 * KIB):
            yield Try(f"{command.name}, {size} bytes left.", "full file system",
                      functools.partial(check_full, command=command, size=size, inodes=10000))
        for inodes in range(0, 80):
            yield Try(f"{command.name}, {inodes} entries left.", "file system without inodes",
                      functools.partial(check_full, command=command, size=64 << 20, inodes=inodes))
