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
SYNCS = ("fsync", "syncfs")
# When it fails, data may be lost or something old stay there: no command may end well.
MUST_BE_TOLD = (*SYNCS, "fsync-folder", "write", "unlink")
# But what was left over may stay left over.
LEFT_OVER = ".partial"
# The call is made again, and the command ends as ever.
HARMLESS = ("EINTR", "short")
# Except for the first looks at a path, before anything is written.
MAY_END_IT = ("stat", "mkdir")


def environment(place, effect, first, times):
    log = place.folder / "fault.log"
    log.unlink(missing_ok=True)
    return program.faults(f"any:{effect}:{first}:{times}", below=place.folder, log=log), log


def calls_of(place, command):
    """The calls of an undisturbed run with their paths, in order."""
    place.enter(command.start)
    env, log = environment(place, "none", 1, 0)
    place.run_to_code(command.arguments, env=env)
    lines = log.read_text().splitlines() if log.exists() else []
    return [line.split(" ", 1) for line in lines]


def check_order(place, command):
    """What was written is synced before it gets its name, and then the folder of the name is; so a
    machine that fails leaves nothing half-written under a name of its own."""
    calls = calls_of(place, command)
    for number, (call, moved) in enumerate(calls):
        before = [kind for kind, path in calls[:number] if kind in SYNCS or
                  kind == "write" and path.startswith(moved)]
        if not call.startswith("rename") or "write" not in before:
            continue
        require(before[-1] in SYNCS, f"{moved} is moved before it is synced")
        folder = moved.rpartition("/")[0]
        require(["fsync-folder", folder] in calls[number:], f"{folder} is not synced")


def check_interrupted(place, result, mode):
    """What a command leaves behind at its end, whatever that was."""
    if mode == "kill":
        require(result.code == -signal.SIGKILL, f"ended with {result.code} instead of the kill")
    else:
        require(0 <= result.code <= program.DIFFERENCE, f"ended with {result.code}: {result.err}")
        if result.code not in (program.OK, program.REJECTS, program.DIFFERENCE):
            require("guidedmixup: " in result.err, f"ended with {result.code}, without a word")
    # What the program says when an error comes where none may be thrown.
    require("had to stop immediately" not in result.err, result.err)
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


def must_be_told(call):
    is_left_over = call.startswith("unlink") and LEFT_OVER in call
    return call.startswith(MUST_BE_TOLD) and not is_left_over


def check_code(place, command, result, mode, call):
    ends_as_ever = result.code == place.expected[command.name].code
    if mode in HARMLESS:
        require(ends_as_ever or call.startswith(MAY_END_IT),
                f"ended with {result.code}: {result.err}")
    elif must_be_told(call):
        require(not ends_as_ever, "it said nothing")


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
        check_code(place, command, result, mode, call)
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
        transfers = sum(call in ("read", "write") for call, _ in calls)
        found.append(Try(f"{command.name}, order of syncs", "order of syncs",
                         functools.partial(check_order, command=command), always=True))
        for mode, (effect, _) in MODES.items():
            for number in range(1, (transfers if effect == "short" else len(calls)) + 1):
                found.append(Try(f"{command.name}, {mode} at {number}.", mode, functools.partial(
                    check, command=command, mode=mode, number=number)))
    return found
