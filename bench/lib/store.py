"""Raw figures as JSON in docs/performance/."""

import json

from lib.machine import REPOSITORY, describe_commit, describe_machine

FOLDER = REPOSITORY / "docs" / "performance"


def add_store_option(parser, usual_name=None):
    """With a usual name the option may stand without one."""
    usual = {"nargs": "?", "const": usual_name} if usual_name else {}
    parser.add_argument(
        "--store",
        metavar="NAME",
        help="write the raw figures to docs/performance/NAME.json"
        + (f"; NAME is {usual_name} when it is left out" if usual_name else ""),
        **usual,
    )


def store(name, benchmark, load_before, figures):
    """Writes `figures` under `name`; does nothing without a name."""
    if not name:
        return
    record = {
        "benchmark": benchmark,
        "machine": describe_machine(),
        "load_before": load_before,
        **describe_commit(),
        **figures,
    }
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.json"
    path.write_text(json.dumps(record, indent=1) + "\n")
    print(f"\nStored in {path.relative_to(REPOSITORY)}")
