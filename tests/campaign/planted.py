"""What others have put under names of ours, or of the user's files that we write: links, pipes,
devices, folders. It is refused by its name, or does no harm; nothing is followed."""

import functools
import os
import resource
import socket
import stat

import program
from campaign import Try
from place import Failure, Skipped, look, remove, require
from table import COMMANDS

MOST_ADDRESSES = 1 << 30
TEMPORARY = ".guidedmixup-0123456789abcdef.partial"
PRECIOUS = b"precious"
DRY = " --dry-run"


def make_socket(path, _):
    here = os.open(path.parent, os.O_RDONLY)  # the name of a socket has 107 bytes at most
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(f"/proc/self/fd/{here}/{path.name}")
    finally:
        os.close(here)


def make_device(path, minor):
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, minor))
    except PermissionError as error:
        raise Skipped("devices cannot be made here") from error


def make_folder_with_file(path, _):
    path.mkdir()
    (path / "x").write_bytes(PRECIOUS)


# Kind -> what makes it of a path and a victim elsewhere.
KINDS = {
    "link": lambda path, victim: path.symlink_to(os.path.relpath(victim, path.parent)),
    "absolute link": lambda path, victim: path.symlink_to(victim),
    "dangling link": lambda path, victim: path.symlink_to("absent"),
    "link to itself": lambda path, victim: path.symlink_to(path.name),
    "link to the folder above": lambda path, victim: path.symlink_to(".."),
    "second name": lambda path, victim: os.link(victim, path),
    "pipe": lambda path, victim: os.mkfifo(path),
    "socket": make_socket,
    "null device": lambda path, victim: make_device(path, 3),
    "zero device": lambda path, victim: make_device(path, 5),
    "full device": lambda path, victim: make_device(path, 7),
    "folder": lambda path, victim: path.mkdir(),
    "folder with a file": make_folder_with_file,
    "file": lambda path, victim: path.write_bytes(PRECIOUS),
    "empty file": lambda path, victim: path.touch(),
}
# What a run that was killed may leave under a temporary name.
ALLOWED = ("second name", "folder", "folder with a file", "file", "empty file")


def is_top(name):
    return "/" not in name.rstrip("/")


def plant(place, name, kind):
    """What was there is then elsewhere, or else something precious, as the victim."""
    path, victim = place.folder / name, place.folder / "victim"
    path.parent.mkdir(parents=True, exist_ok=True)
    if is_top(name) and os.path.lexists(path):
        remove(path)  # a user may well move an output, and put a link to it
    if os.path.lexists(path):
        path.rename(victim)
    elif name.endswith("/"):
        make_folder_with_file(victim, None)
    else:
        victim.write_bytes(PRECIOUS)
    KINDS[kind](path, victim)


def check_done(place, command, name, kind):
    if not command.makes:
        require(is_harmless(place, name, kind), "it found nothing wrong")
        return
    for path, (mode, _) in look(place.folder / command.makes).items():
        require(stat.S_ISREG(mode) or stat.S_ISDIR(mode), f"{path} is neither file nor folder")
    try:
        place.check_made(command)
    except Failure:
        # A shard that is published is not read again; verify does that.
        require("--resume" in command.arguments, "the output is not right")
        found = place.run_to_code("verify out --deep -j 1")
        require(found.code in (program.FAILED, program.DIFFERENCE), "verify calls it good")


def is_harmless(place, name, kind):
    """To a reader of the output."""
    path, victim = place.folder / name, place.folder / "victim"
    if kind == "second name" and victim.read_bytes() != PRECIOUS:
        return True  # of the very file
    if TEMPORARY in name and kind in ALLOWED:
        return True
    # Of a folder that holds only others, such as those of several methods, nobody knows the rest.
    return not any(other.is_file() for other in path.parent.iterdir() if other != path)


def check_refused(command, name, kind, text):
    """What could never be ours is named; else an earlier reason will do."""
    path = name.rstrip("/")
    named = os.path.basename(path) if command.start and kind not in ALLOWED else path.split("/")[0]
    require(named in text, f"does not name {named}: {text}")


def check(place, command, arguments, name, kind):
    place.enter(command.start)
    plant(place, name, kind)
    before = look(place.folder)
    if program.SCALE == 1:  # a sanitizer needs more for itself
        resource.setrlimit(resource.RLIMIT_AS, (MOST_ADDRESSES, resource.RLIM_INFINITY))
    result = place.run_to_code(arguments)
    after = look(place.folder)
    require("memory" not in result.err, f"took much memory: {result.err}")
    ours = name.split("/")[0], "out", command.makes
    for path, content in before.items():
        if path != "." and path.split("/")[0] not in ours:
            require(after.get(path) == content, f"{path} was changed")
    if arguments.endswith(DRY) and result.code == program.OK:
        require(kind in ALLOWED and after == before, "it found nothing wrong")
    elif result.code in (program.OK, program.REJECTS):
        check_done(place, command, name, kind)
    else:
        check_refused(command, name, kind, result.err + result.out)
        require(after == before, f"it refused, and has changed something: {result.err}")


def names_in(place):
    """Of all that is there beside the inputs; those of folders end in a slash."""
    return {str(path.relative_to(place.folder)) + "/" * path.is_dir()
            for top in set(os.listdir(place.folder)) - place.inputs
            for path in [place.folder / top, *(place.folder / top).rglob("*")]}


def own_names(place, command):
    """Of what a command finds and makes, and of what is on its way there."""
    place.enter(command.start)
    names = names_in(place)
    place.run_to_code(command.arguments)
    names |= names_in(place)
    within = {name for name in names if not is_top(name)}
    on_their_way = {name.rstrip("/") + ".partial" + "/" * name.endswith("/") for name in within}
    temporary = {folder + TEMPORARY for folder in names if folder.endswith("/")}
    return sorted(names | on_their_way | temporary)


def can_stand(name, kind):
    """Not what belongs there anyway."""
    if name.endswith("/"):
        return kind not in ("folder", "second name")
    return True


def tries(place):
    for command in COMMANDS:
        names = own_names(place, command)
        calls = (command.arguments, *command.again)
        if command.makes == "out" and command.start:
            calls += tuple(call + DRY for call in calls)
        for arguments in dict.fromkeys(calls):
            for name in names:
                for kind in filter(functools.partial(can_stand, name), KINDS):
                    yield Try(f"{command.name} ({arguments[-21:]}), {name}, {kind}.",
                              f"planted: {kind}",
                              functools.partial(check, command=command, arguments=arguments,
                                                name=name, kind=kind))
