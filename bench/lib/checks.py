"""What is measured against a limit, and on which images."""

import dataclasses
import math
import pathlib
import statistics

from lib.runs import image_files, write_list


@dataclasses.dataclass
class Check:
    """A row of the table: a figure, and what it must not exceed or fall short of."""

    what: str
    found: float
    limit: float
    at_least: bool = False
    spread: str = ""
    goal: float | None = None

    @property
    def holds(self):
        return self.found >= self.limit if self.at_least else self.found <= self.limit

    def row(self, number):
        allowed = f"{'at least' if self.at_least else 'at most'} {self.limit:g}"
        if self.goal is not None:
            allowed += f" (goal {self.goal:g})"
        verdict = "pass" if self.holds else "FAIL"
        return [f"{number} {self.what}", f"{self.found:.3f}", self.spread, allowed, verdict]

    def stored(self):
        """As JSON, which knows no infinite numbers."""
        found = self.found if math.isfinite(self.found) else None
        return {**dataclasses.asdict(self), "found": found, "holds": self.holds}


@dataclasses.dataclass
class Source:
    """Images of one kind, and lists of any length of them."""

    folder: pathlib.Path
    work: pathlib.Path
    name: str

    def __post_init__(self):
        self.folder = self.folder.resolve()
        self.files = image_files(self.folder)
        print(f"{self.name}: {len(self.files)} files, their list repeated")

    def list_of(self, entries):
        path = self.work / f"list of {entries} {self.name}"
        if not path.exists():
            write_list(path, self.files, entries)
        return path


def ratio(what, upper, lower, name, limit, **more):
    """A Check of the median of the turns' ratios, with the least and the greatest of them. The two
    runs of a turn are neighbours, so a machine that is slower for a while is so for both; medians
    of either side alone may come from different whiles."""
    turns = [getattr(u, name) / getattr(w, name) for u, w in zip(upper, lower)]
    spread = f"{min(turns):.2f} .. {max(turns):.2f}"
    return Check(what, statistics.median(turns), limit, spread=spread, **more)
