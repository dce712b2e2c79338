"""Running the programs of Google Benchmark."""

import json
import subprocess

from lib.runs import fail

NOTHING = '{"benchmarks": []}'  # of a program in which no name passes a filter
IN_NANOSECONDS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}


def run_benchmarks(program, repetitions, *more):
    """The CPU times of each benchmark in nanoseconds, by its name."""
    if not program.is_file():
        fail(f"no {program}: build with -D GUIDEDMIXUP_BUILD_BENCH=ON, or name --programs DIR")
    command = [
        program, "--benchmark_format=json", f"--benchmark_repetitions={repetitions}",
        "--benchmark_min_time=0.05", "--benchmark_enable_random_interleaving=true", *more,
    ]  # fmt: skip
    answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    # Interleaved repetitions come in any order; the numbers say the order of the source.
    benchmarks = sorted(
        json.loads(answer.stdout or NOTHING)["benchmarks"],
        key=lambda one: (one["family_index"], one["per_family_instance_index"]),
    )
    times = {}
    for one in benchmarks:
        if one.get("error_occurred"):
            fail(f"{one['name']}: {one['error_message']}")
        if one["run_type"] == "iteration":
            nanoseconds = one["cpu_time"] * IN_NANOSECONDS[one["time_unit"]]
            times.setdefault(one["run_name"], []).append(round(nanoseconds, 1))
    return times
