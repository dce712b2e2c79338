"""Each call to the file system fails in turn, or the process is killed there. After it, what the
user would type gives the bytes of an undisturbed run."""

import errno
import functools
import signal

import program
from campaign import Try
from place import Failure, require
from table import COMMANDS

ERRORS = ("ENOSPC", "EIO", "EDQUOT", "EINTR", "EMFILE", "ENOMEM")
# Name -> the effect of call_fault.c, and how many calls it lasts (0: for ever).
MODES = {
    **{name: (str(getattr(errno, name)), 1) for name in ERRORS},
    "EIO from then on": (str(errno.EIO), 0),
    "short": ("short", 1),
    "kill": ("kill", 1),
}
# The call is made again, and the command ends as ever.
HARMLESS = ("EINTR", "short")
# Except for the first looks at a path, before anything is written.
MAY_END_IT = ("stat", "mkdir")


def environment(place, effect, first, times):
    log = place.folder / "fault.log"
    log.unlink(missing_ok=True)
    return program.faults(f"any:{effect}:{first}:{times}", below=place.folder, log=log), log


def calls_of(place, command):
    """The calls of an undisturbed run, in order."""
    place.enter(command.start)
    env, log = environment(place, "none", 1, 0)
    place.run_to_code(command.arguments, env=env)
    return [line.split()[0] for line in log.read_text().splitlines()]


def check_interrupted(place, result, mode):
    """What a command leaves behind at its end, whatever that was."""
    if mode == "kill":
        require(result.code == -signal.SIGKILL, f"ended with {result.code} instead of the kill")
    else:
        require(0 <= result.code <= program.DIFFERENCE, f"ended with {result.code}: {result.err}")
        if result.code not in (program.OK, program.REJECTS, program.DIFFERENCE):
            require("guidedmixup: " in result.err, f"ended with {result.code}, without a word")
    place.check_left()


def check_write(place, command, result):
    if result.code == program.OK:
        place.check_made(command)
    if result.code == program.REJECTS:
        # Either all is as ever, or a sample was lost for a cause that may go away.
        rejects = [line for file in (place.folder / command.makes).rglob("rejects.jsonl")
                   for line in program.json_lines(file)]
        if not any(reject.get("retry") for reject in rejects):
            place.check_made(command)
    place.complete(command)


def check(place, command, mode, number):
    place.enter(command.start)
    before = program.tree(place.folder)
    effect, times = MODES[mode]
    env, log = environment(place, effect, number, times)
    result = place.run(command.arguments, env=env)
    require(log.exists(), "the call did not come: calls differ from run to run")
    call = log.read_text().splitlines()[0]
    log.unlink()
    try:
        check_interrupted(place, result, mode)
        # Nobody removes the file when the process has gone, or where that very call fails.
        if mode != "kill" and MODES[mode][1] != 0 and not call.startswith("unlink"):
            require(not place.left_over(), f"left over: {place.left_over()}")
        if mode in HARMLESS and not call.startswith(MAY_END_IT):
            require(result.code == place.expected[command.name].code,
                    f"ended with {result.code}: {result.err}")
        if command.makes:
            check_write(place, command, result)
        else:
            require(program.tree(place.folder) == before, "it changed what it only reads")
            require(result.code != program.OK or mode in HARMLESS or call.startswith("close "),
                    "it found nothing wrong")
    except Failure as failure:
        raise Failure(f"{call}: {failure}") from failure


def tries(place):
    found = []
    for command in COMMANDS:
        calls = calls_of(place, command)
        transfers = sum(call in ("read", "write") for call in calls)
        for mode, (effect, _) in MODES.items():
            for number in range(1, (transfers if effect == "short" else len(calls)) + 1):
                found.append(Try(f"{command.name}, {mode} at {number}.", mode, functools.partial(
                    check, command=command, mode=mode, number=number)))
    return found
