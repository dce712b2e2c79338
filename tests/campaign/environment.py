"""What a run finds around it: closed descriptors and limits of the system. What others have planted
there, and what may not be written or read, is in modules of their own."""

import functools
import itertools
import os
import resource
import subprocess

import access
import planted
import program
from campaign import Try
from place import Skipped, look, require, skipped
from table import COMMANDS

KIB, MIB = 1 << 10, 1 << 20


def complete(place, command, before):
    """Without what was in the way, all is as ever."""
    if command.makes:
        place.complete(command)
    else:
        require(look(place.folder) == before, "it changed what it only reads")


# Standard streams.

def close(numbers):
    for number in numbers:
        os.close(number)


def check_streams(place, command, closed):
    """None of a run's files gets the number of a stream; a result that nobody could get is told.
    `closed`: numbers, or none for a full standard output."""
    place.enter(command.start)
    before = look(place.folder)
    with open("/dev/full", "wb") as full:
        enter = functools.partial(close, closed) if closed else \
            functools.partial(os.dup2, full.fileno(), 1)
        # Lines of progress would get into such a file.
        result = place.run(command.arguments.replace(" -q", " --progress json"), preexec_fn=enter)
    is_lost = not closed or 1 in closed
    code = program.FAILED if is_lost else place.expected[command.name].code
    require(result.code == code, f"ended with {result.code}, expected {code}: {result.err}")
    if is_lost and 2 not in closed:
        require("standard output" in result.err, f"names no standard output: {result.err}")
        require(not command.makes or "complete" in result.err, f"not said to be: {result.err}")
    if command.makes:
        place.check_made(command)
    complete(place, command, before)


def stream_tries():
    for command in COMMANDS:
        for count in range(4):
            for closed in itertools.combinations((0, 1, 2), count):
                what = "closed descriptors" if closed else "full standard output"
                yield Try(f"{command.name}, {what} {closed}.", what,
                          functools.partial(check_streams, command=command, closed=closed),
                          always=program.SCALE == 1)


# Limits.

def steps(most, least, count):
    """From ample to too little, each by the same ratio."""
    ratio = least / most
    return sorted({round(most * ratio ** (i / (count - 1))) for i in range(count)}, reverse=True)


# What is limited -> its name, the values, and below which the system may not even start a program.
LIMITS = {
    resource.RLIMIT_AS: ("ulimit -v", steps(1000 * MIB, 20 * MIB, 60), 60 * MIB),
    resource.RLIMIT_DATA: ("ulimit -d", steps(1000 * MIB, MIB, 60), 10 * MIB),
    resource.RLIMIT_STACK: ("ulimit -s", steps(8192 * KIB, 32 * KIB, 20), 128 * KIB),
    resource.RLIMIT_NOFILE: ("ulimit -n", [64, 32, *range(20, 2, -1)], 5),
    resource.RLIMIT_NPROC: ("ulimit -u", [64, *range(12, 0, -1)], 0),
    resource.RLIMIT_FSIZE: ("ulimit -f", [*steps(256 * KIB, 16, 30), 1, 0], 0),
    resource.RLIMIT_CORE: ("ulimit -c", [0], 0),
    resource.RLIMIT_MEMLOCK: ("ulimit -l", [0], 0),
}


def limit(kind, value, user=None):
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(kind, (value, value))
    access.become(user)


@functools.cache
def can_start(kind, value):
    """Neither a message nor a code can be had of a program that the system's loader gives up on."""
    try:
        done = subprocess.run([program.PROGRAM, "--version"], capture_output=True, check=False,
                              preexec_fn=lambda: limit(kind, value), timeout=program.TIMEOUT)
    except (OSError, subprocess.SubprocessError):
        return False
    return 0 <= done.returncode < 127


def check_limit(place, command, kind, value, arguments):
    name, values, floor = LIMITS[kind]
    place.enter(command.start)
    user = None
    if kind == resource.RLIMIT_NPROC:  # is not kept from root
        user = access.other_user(place)
    elif value and not can_start(kind, value):
        require(value < floor, f"the program cannot be started with {name} of {value}")
        raise Skipped("the system's loader cannot start the program")
    before = look(place.folder)
    result = place.run_to_code(arguments, preexec_fn=lambda: limit(kind, value, user))
    codes = {place.expected[command.name].code}
    has_fewer_threads = kind == resource.RLIMIT_NPROC and "-j" in arguments
    if value != values[0] and not has_fewer_threads:  # which is ample, or does not matter
        codes |= {program.FAILED, program.USAGE}
    require(result.code in codes, f"ended with {result.code}: {result.err}{result.out}")
    if kind == resource.RLIMIT_FSIZE and result.code == program.FAILED:
        require("ulimit -f" in result.err, f"names no limit: {result.err}")
    require(not place.left_over(), f"left over: {place.left_over()}")
    if command.makes and result.code in (program.OK, program.REJECTS):
        place.check_made(command)
    complete(place, command, before)


def limit_tries():
    for kind, (name, values, _) in LIMITS.items():
        for command, value, threads in itertools.product(COMMANDS, values, (1, 4)):
            arguments = command.arguments.replace("-j 1", f"-j {threads}")
            do = functools.partial(check_limit, command=command, kind=kind, value=value,
                                   arguments=arguments)
            # The thread sanitizer writes a small file of its own.
            if program.SCALE < 1 and (kind != resource.RLIMIT_FSIZE or value < 3000):
                do = skipped("a sanitizer takes more than the limit gives")
            yield Try(f"{command.name}, {name} {value}, {threads} threads.", name, do)


def tries(place):
    return [*stream_tries(), *limit_tries(), *planted.tries(place), *access.tries(place)]
