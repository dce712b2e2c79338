"""Real data sets in their own layouts, where a developer's checkout has them in ../shared/data."""

import json
import os
import pathlib

import program
from program import OK, manifest_of, scaled

DATA = pathlib.Path(__file__).resolve().parents[3] / "shared" / "data"


class RealData(program.ProgramTest):
    def data(self, name):
        if not (DATA / name).is_dir():
            program.say_skip(self, f"../shared/data/{name} is not here")
        return DATA / name

    def images_below(self, folder):
        return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*")
                      if p.suffix.lower() in (".png", ".jpg", ".jpeg"))

    def check(self, samples, *arguments, **options):
        """Augments a part of the set that suits the build's speed, and verifies it deeply."""
        limit = [] if program.SCALE == 1 else ["--limit", str(scaled(samples // 4))]
        self.augment(*arguments, "-o", "out", *limit, **options)
        report = json.loads(self.expect(OK, "verify", "out", "--deep", "--json").out)
        self.assertEqual(report["differences"], 0)
        self.assertEqual(report["samples"], report["recomputed"])
        return report

    def test_cifar_with_three_rounds(self):
        folder = self.data("cifar100-subset")
        count = len(self.images_below(folder))
        report = self.check(count, folder / "train", folder / "test", "--rounds", "3")
        if program.SCALE == 1:
            self.assertEqual(report["samples"], 3 * count)

    def test_tiny_imagenet_half_mixed_with_originals(self):
        folder = self.data("tiny-imagenet-subset") / "train"
        self.check(len(self.images_below(folder)), folder, "--mix-prob", "0.5",
                   "--include-originals")
        kinds = {s["kind"] for s in manifest_of(self.folder / "out")["samples"]}
        if program.SCALE == 1:  # a few mini-batches may all be mixed, or none
            self.assertEqual(kinds, {"mixed", "clean", "original"})
        self.assertIn("original", kinds)

    def test_photographs_by_several_methods(self):
        folder = self.data("photos")
        report = self.check(len(self.images_below(folder)), folder, "-m", "guided-sr", "-m",
                            "mixup", "-m", "cutmix:pairing=greedy", "-m", "none")
        self.assertEqual(report["outputs"], 4)

    def test_a_list_from_standard_input(self):
        folder = self.data("cifar100-subset") / "train"
        names = self.images_below(folder)[::5] * 2
        self.check(len(names), folder, "--files-from", "-", "-0",
                   input=b"\0".join(os.fsencode(n) for n in names))


if __name__ == "__main__":
    program.main()
