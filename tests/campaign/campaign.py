#!/usr/bin/env python3
"""Tries faults on the real program, part by part, and counts what was tried.

    campaign.py [PART...] [--every N] [--only TEXT] [--jobs N] [--counts FILE]

GUIDEDMIXUP_PROGRAM names the program. Each try has a name; --only tries those whose name contains
TEXT, which repeats a failure that was reported."""

import argparse
import collections
import dataclasses
import importlib
import multiprocessing
import os
import shutil
import sys
import typing
import zlib

import place as places
from table import COMMANDS

PARTS = ("faults", "environment", "damaged", "memory")


@dataclasses.dataclass(frozen=True)
class Try:
    name: str
    counted_as: str
    check: typing.Callable  # takes a Place; raises Failure
    always: bool = False  # also where only one in N is tried


def begin_worker(tries, place, numbers):
    """Each worker has inputs of its own; the tries come along because it is forked."""
    begin_worker.tries = tries
    begin_worker.place = places.another(place, numbers.get())


def run_try(number):
    chosen = begin_worker.tries[number]
    try:
        chosen.check(begin_worker.place)
    except places.Skipped as reason:
        return number, "", str(reason)
    except places.Failure as failure:
        return number, str(failure), ""
    except Exception as error:  # a fault of the campaign itself, told as one
        return number, f"the campaign failed: {error!r}", ""
    return number, "", ""


def run_tries(tries, place, jobs):
    """Yields (try, what went wrong or "", why it was skipped or "") as they end."""
    context = multiprocessing.get_context("fork")
    numbers = context.Queue()
    for number in range(jobs):
        numbers.put(number)
    with context.Pool(jobs, begin_worker, (tries, place, numbers)) as pool:
        for number, *ended in pool.imap_unordered(run_try, range(len(tries)), chunksize=4):
            yield tries[number], *ended


def run_part(name, options, folder):
    """Runs a part's tries; returns (what was counted, how many failed). Where nothing was tried,
    one has failed, unless it was said why."""
    part = importlib.import_module(name)
    folder.mkdir()
    place = places.prepare(folder, COMMANDS)
    tries = [t for t in part.tries(place) if options.only in t.name]
    # By their names, since every Nth in a row may well be of one kind.
    tries = [t for t in tries
             if t.always or zlib.crc32(t.name.encode()) % options.every == 0]
    counts, skipped, failed = collections.Counter(), collections.Counter(), 0
    for done, problem, reason in run_tries(tries, place, options.jobs):
        if reason:
            skipped[f"{done.counted_as}: {reason}"] += 1
            continue
        counts[done.counted_as] += 1
        if problem:
            failed += 1
            print(f"FAILED {name}: {done.name}: {problem}", flush=True)
    for what, count in sorted(counts.items()):
        print(f"{name}: {what}: {count}", flush=True)
    for what, count in sorted(skipped.items()):
        print(f"SKIPPED {name}: {what}: {count}", flush=True)
    if not counts and not skipped:
        print(f"FAILED {name}: nothing was tried", flush=True)
        failed += 1
    print(f"{name}: {sum(counts.values())} tried, {sum(skipped.values())} skipped, {failed} failed",
          flush=True)
    return counts, failed


def parse_options():
    parser = argparse.ArgumentParser(description="Tries faults on the real program.")
    parser.add_argument("parts", nargs="*", metavar="PART",
                        help=f"{', '.join(PARTS)}; without any, all of them")
    parser.add_argument("--every", type=int, default=1, help="try one in N, chosen by its name", metavar="N")
    parser.add_argument("--only", default="", help="tries whose name contains TEXT", metavar="TEXT")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N")
    parser.add_argument("--counts", help="append the counts to FILE", metavar="FILE")
    options = parser.parse_args()
    for name in options.parts:
        if name not in PARTS:
            parser.error(f"there is no part {name!r}")
    return options


def main():
    options = parse_options()
    if not places.program.PROGRAM:
        sys.exit("GUIDEDMIXUP_PROGRAM must name the program to test")
    folder = places.scratch_folder()
    failed = 0
    try:
        for name in options.parts or PARTS:
            counts, more = run_part(name, options, folder / name)
            failed += more
            if options.counts:
                with open(options.counts, "a", encoding="utf-8") as file:
                    file.writelines(f"{name}\t{what}\t{count}\n" for what, count in counts.items())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
