"""What the campaign tries its faults on: one line for each command, and for each state in which a
command may find its folder. A new command, or a new way to call one, is one more line here; the
files of an output are found by looking at one."""

import dataclasses

# One thread, so that the calls of a run come in the same order each time.
RUN = "--size 8 --batch-size 4 --shard-size 4 -j 1 -q"
FRESH = f"augment photos -o out {RUN}"
SEVERAL = f"{FRESH} -m guided-sr -m mixup"
LISTED = f"augment photos --files-from list.txt --classes classes.txt --config run.toml -o out {RUN}"
LABELLED = f"augment photos --labels labels.csv -o out {RUN}"
VERIFY = "verify out --deep -j 1"
PREVIEW = "preview out -o sheet.png --rows 1"


@dataclasses.dataclass(frozen=True)
class Command:
    """A call of the program.

    `start` names the state of `out` before, `makes` what it writes. What completes it after a fault
    is the first of `again` that does not refuse to with exit code 2; without any, what it made is
    removed and it is given once more. A command that makes nothing only reads."""
    name: str
    arguments: str
    start: str = ""
    makes: str = ""
    again: tuple = ()


COMMANDS = (
    Command("fresh", FRESH, makes="out", again=(f"{FRESH} --resume",)),
    Command("resume", f"{FRESH} --resume", "half", "out", (f"{FRESH} --resume",)),
    Command("overwrite", f"{FRESH} --overwrite", "other", "out",
            (f"{FRESH} --resume", f"{FRESH} --overwrite")),
    Command("overwrite without a plan", f"{FRESH} --overwrite", "planless", "out",
            (f"{FRESH} --overwrite",)),
    Command("several methods", SEVERAL, makes="out", again=(f"{SEVERAL} --resume",)),
    # The report may be there already, and would be refused.
    Command("list", f"{LISTED} --report report.json", makes="out", again=(f"{LISTED} --resume",)),
    Command("labels", LABELLED, makes="out", again=(f"{LABELLED} --resume",)),
    Command("verify", VERIFY, "whole"),
    Command("verify several methods", VERIFY, "several"),
    Command("verify rounds", VERIFY, "rounds"),
    Command("methods", "methods"),
    Command("saliency", "saliency photos -o maps --size 8 -j 1", makes="maps"),
    Command("preview", PREVIEW, "whole", "sheet.png", (f"{PREVIEW} --overwrite",)),
)

# State of `out` -> the command that makes it, and what is removed then.
STATES = {
    "whole": (FRESH, ()),
    "half": (FRESH, ("manifest.json", "images/00001")),
    "other": (f"{FRESH} --seed 1", ()),
    "several": (SEVERAL, ()),
    "rounds": (f"{FRESH} --rounds 3 --reuse 2 --include-originals --format jpg", ()),
    "planless": (f"{FRESH} --seed 1", ("plan.json",)),
}
