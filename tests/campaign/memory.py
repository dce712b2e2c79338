"""Peak memory of whole runs: against the estimate, and within what was allowed, also with small
files that unpack to very much."""

import functools
import json
import os
import sys

import program
from bombs import BOMBS
from campaign import Try
from place import require, skipped
from table import COMMANDS

MIB = 1 << 20
# A process counts as its own what that was which started it, so a small one stands between.
MEASURE = """import os, sys
child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(child, 0)
with open(sys.argv[1], "w") as file:
    file.write(str(usage.ru_maxrss * 1024))
code = os.waitstatus_to_exitcode(status)
sys.exit(code if code >= 0 else 128 - code)
"""
WIDTH, HEIGHT = 3200, 2500
IMAGES = 12
AUGMENT = f"augment {{}} -o out --size 32 --batch-size {IMAGES} -m none -q"
# The allocator's and the libraries' own.
SLACK = 8 * MIB
# Between the pieces of a decoder lie small results that outlive them, so that the allocator keeps
# up to half as much again for each thread; for one thread, that has a quarter at most.
MOST_OF_ESTIMATE = {1: 1.25, 4: 1.5, 16: 1.5}
FEW = 48 * MIB  # without decoding anything large
# Of a map in its own size: the image, and planes of floats and of complex numbers of the spectrum.
MAP_BYTES_PER_PIXEL = 60
# The longest text that is parsed, with its tree.
MOST_TEXT = 320 * MIB
ENDLESS = 4 << 30


def mib(number):
    return f"{number / MIB:.0f} MiB"


def peak(place, arguments, codes=(program.OK,)):
    file = place.folder / "peak"
    result = place.run_to_code(arguments, prefix=(sys.executable, "-I", "-S", "-c", MEASURE, file))
    require(result.code in codes, f"{arguments} ended with {result.code}: {result.err}")
    return int(file.read_text())


def estimate(place, arguments):
    result = place.run_to_code(f"{arguments} --dry-run --json")
    require(result.code == program.OK, result.err)
    return json.loads(result.out)["memory_bytes"]


def require_at_most(used, most, what):
    require(used <= most, f"took {mib(used)}, more than {mib(most)}: {what}")


def check_estimate(place, command, threads):
    place.enter("")
    arguments = f"{command} -j {threads}"
    expected = estimate(place, arguments)
    used = peak(place, arguments)
    require_at_most(used, MOST_OF_ESTIMATE[threads] * expected + SLACK,
                    f"{mib(expected)} were estimated")
    if threads == 1:
        require_at_most(expected, 1.5 * used + SLACK, f"is the estimate for {mib(used)}")


def check_near(place, command, threads):
    """Without bombs the estimate is near in both directions."""
    place.enter("")
    arguments = f"{command} -j {threads}"
    expected, used = estimate(place, arguments), peak(place, arguments)
    require(abs(expected - used) < 0.25 * used, f"took {mib(used)}, for {mib(expected)}")


def check_budget(place, command, budget):
    """Where one image needs more, it is decoded alone. Of what was freed, the allocator may still
    hold one image: it does so in one run of ten."""
    place.enter("")
    alone = peak(place, f"{command} -j 1")
    most = max(alone, FEW + budget) + 3 * WIDTH * HEIGHT + SLACK
    used = peak(place, f"{command} -j 16 --memory {budget} --overwrite")
    require_at_most(used, most, f"a budget of {mib(budget)}, and {mib(alone)} for one thread")


def check_beyond(place, command):
    """One pixel too many: the header alone is looked at."""
    place.enter("")
    result_codes = (program.REJECTS, program.FAILED)
    used = peak(place, f"{command} -j 4 --max-pixels {WIDTH * HEIGHT - 1}", result_codes)
    require_at_most(used, FEW, "for images that are refused")


def check_reader(place, command, photos, arguments):
    """What reads the sources again takes no more than the run that made the output."""
    place.enter("")
    expected = estimate(place, f"{command} -j 1")
    place.run_to_code(f"{command} -j 1")
    used = peak(place, arguments.format(photos))
    require_at_most(used, 1.25 * max(expected, FEW) + SLACK, f"{mib(expected)} for the run")


def check_maps(place, command, photos):
    place.enter("")
    most = estimate(place, f"{command} -j 1") + MAP_BYTES_PER_PIXEL * WIDTH * HEIGHT
    used = peak(place, f"saliency {photos} -o maps -j 1")
    require_at_most(used, most + SLACK, "for maps of the images' own size")


def check_endless(place, command, name):
    place.enter(command.start)
    os.truncate(place.folder / "out" / name, ENDLESS)
    used = peak(place, command.arguments, range(program.DIFFERENCE + 1))
    require_at_most(used, MOST_TEXT, f"for a {name} without end")


def bomb_tries(name, photos):
    command = AUGMENT.format(photos)
    for threads in MOST_OF_ESTIMATE:
        yield f"{threads} threads", "estimates", functools.partial(
            check_estimate, command=command, threads=threads)
    for budget in (0, 60 * MIB, 200 * MIB):
        yield f"budget of {mib(budget)}", "budgets", functools.partial(
            check_budget, command=command, budget=budget)
    yield "one pixel too many", "refused by their header", functools.partial(
        check_beyond, command=command)
    for reader in ("verify out --deep -j 1 --input {}", "preview out -o sheet.png --rows 1",
                   "saliency {} -o maps --size 32 -j 1"):
        yield reader.split()[0], "other commands", functools.partial(
            check_reader, command=command, photos=photos, arguments=reader)
    yield "saliency in their own size", "other commands", functools.partial(
        check_maps, command=command, photos=photos)


def make_photos(folder):
    """For each kind a folder of equal images, and two of ordinary ones."""
    for name, make in BOMBS.items():
        place = folder / name / "a"
        place.mkdir(parents=True)
        (place / name).write_bytes(make(WIDTH, HEIGHT))
        for number in range(1, IMAGES):
            os.link(place / name, place / f"{number}{name}")
    program.make_classes(folder / "ordinary", each=24, size=(300, 200), suffix=".jpg")
    program.make_classes(folder / "small", each=60, size=(32, 32))


def tries(place):
    if program.SCALE < 1:
        return [Try("memory.", "all", skipped("sanitizers take memory of their own"), always=True)]
    photos = place.folder.parent / "bombs"
    make_photos(photos)
    found = [Try(f"{name}, {what}.", counted_as, do)
             for name in BOMBS for what, counted_as, do in bomb_tries(name, photos / name)]
    for threads in (1, 4):  # so short a run does not use more
        for options in ("ordinary --size 224", "ordinary --size 224 -m none", "small",
                        "ordinary --size 1024 --batch-size 4 -m cutmix",
                        "ordinary --size 1024 --batch-size 4 -m fmix"):
            command = f"augment {photos}/{options} -o out -q"
            found.append(Try(f"{options}, {threads} threads.", "estimates", functools.partial(
                check_near, command=command, threads=threads)))
    for command in COMMANDS:
        contents = program.tree(place.states / command.start) if command.start else {}
        for name, content in sorted(contents.items()):
            if content and b"\0" not in content:
                found.append(Try(f"{command.name}, {os.fsdecode(name)}.", "files without end",
                                 functools.partial(check_endless, command=command,
                                                   name=os.fsdecode(name))))
    return found
