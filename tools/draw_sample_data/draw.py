#!/usr/bin/env python3
"""Draws the pictures of sample_data/: `draw.py OUT`.

The same files on each run with the same versions of NumPy and Pillow: every picture has a seed of
its own, and nothing depends on the clock or on the order of drawing.
"""

import argparse
import concurrent.futures
import csv
import os
import pathlib
import sys

from PIL import Image

import paint
import pictures


def draw_one(place, out):
    """Draws the picture at this place of the list; returns its path."""
    name, width, height, write, scene = pictures.PICTURES[place]
    canvas = paint.Canvas(width, height, 1000 + place)
    scene(canvas)
    path = out / name
    path.parent.mkdir(parents=True, exist_ok=True)
    write(canvas.develop(), path)
    return path


def write_labels(out):
    """The classes once more as a label file, for `--labels`."""
    with open(out / "labels.csv", "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["path", "label"])
        for name in sorted(entry[0] for entry in pictures.PICTURES):
            rows.writerow([name, name.split("/")[0]])


def write_sheet(paths, sheet, columns=8, cell=(240, 180)):
    """All pictures on one page, to look at."""
    rows = -(-len(paths) // columns)
    page = Image.new("RGB", (columns * cell[0], rows * cell[1]), "white")
    for place, path in enumerate(paths):
        image = Image.open(path)
        if image.getexif().get(0x0112) == 6:
            image = image.transpose(Image.Transpose.ROTATE_270)
        if image.mode.startswith("I"):
            image = image.point(lambda value: value / 256).convert("L")
        image = image.convert("RGB")
        image.thumbnail((cell[0] - 6, cell[1] - 6))
        page.paste(image, (place % columns * cell[0] + 3, place // columns * cell[1] + 3))
    page.save(sheet)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=pathlib.Path, help="folder to write to")
    parser.add_argument("--only", default="", help="only the files whose name contains this")
    parser.add_argument("--sheet", type=pathlib.Path, help="also write a page of all pictures")
    arguments = parser.parse_args()
    chosen = [place for place, entry in enumerate(pictures.PICTURES) if arguments.only in entry[0]]
    if not chosen:
        sys.exit(f"no picture's name contains {arguments.only!r}")
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        paths = list(pool.map(draw_one, chosen, [arguments.out] * len(chosen)))
    if not arguments.only:
        write_labels(arguments.out)
    if arguments.sheet:
        write_sheet(paths, arguments.sheet)
    print(f"{len(paths)} pictures, {sum(path.stat().st_size for path in paths)} bytes")


if __name__ == "__main__":
    main()
