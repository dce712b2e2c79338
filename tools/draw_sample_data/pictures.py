"""The list of all pictures: file, size, how it is stored, what it shows."""

import balloon
import files
import fish
import flower
import lighthouse
import mushroom
import sailboat

RED, WHITE, BLUE, YELLOW = "#c8202a", "#f4efe2", "#1f4fa0", "#f2b81c"
GREEN, ORANGE, PURPLE, TEAL = "#2f7d3a", "#e8701a", "#6a3590", "#128a8f"

AMANITA = ("#c41f14", "#efe6cf", "#e0481a")
BROWN = ("#7d4a22", "#e6d8b4", "#a8703a")
CREAM = ("#cfa866", "#efe2c4", "#e6cf98")
GREY = ("#6f655c", "#ded6c6", "#978a7c")


def _balloon(*args, **more):
    return lambda canvas: balloon.draw(canvas, *args, **more)


def _fish(*args, **more):
    return lambda canvas: fish.draw(canvas, *args, **more)


def _flower(*args, **more):
    return lambda canvas: flower.draw(canvas, *args, **more)


def _lighthouse(*args, **more):
    return lambda canvas: lighthouse.draw(canvas, *args, **more)


def _mushroom(*args, **more):
    return lambda canvas: mushroom.draw(canvas, *args, **more)


def _sailboat(*args, **more):
    return lambda canvas: sailboat.draw(canvas, *args, **more)


# (file, width, height, writer, scene). The seed of a picture is its place in the list.
PICTURES = [
    ("balloon/above-the-mist.jpg", 360, 270, files.jpeg,
     _balloon("morning", [(0.30, 0.36, 0.22, (RED, WHITE), "stripes"),
                          (0.80, 0.30, 0.075, (BLUE, YELLOW), "bands")], 0.35)),
    ("balloon/blue-noon.jpg", 300, 300, files.jpeg_progressive,
     _balloon("noon", [(0.62, 0.36, 0.25, (YELLOW, ORANGE, RED), "zigzag")], 0.45)),
    ("balloon/dusk-flight.jpg", 320, 240, files.jpeg_444,
     _balloon("dusk", [(0.17, 0.45, 0.07, (WHITE, TEAL), "stripes"),
                       (0.64, 0.38, 0.21, (PURPLE, ORANGE, YELLOW), "spiral")], 0.4,
              land=("#161a24", "#4a4566"), glowing=True)),
    ("balloon/evening.png", 200, 160, files.png,
     _balloon("evening", [(0.38, 0.38, 0.23, (TEAL, WHITE), "chess")], 0.5,
              land=("#3a2f38", "#a87f80"))),
    ("balloon/far-away.jpg", 400, 260, files.jpeg,
     _balloon("noon", [(0.22, 0.28, 0.06, (RED, YELLOW), "stripes"),
                       (0.71, 0.40, 0.15, (BLUE, WHITE, RED), "bands")], 0.6,
              land=("#566b2e", "#9cb0bf"))),
    ("balloon/grey-sky.jpg", 280, 220, files.jpeg_grey,
     _balloon("grey", [(0.57, 0.38, 0.21, (WHITE, "#30343a"), "zigzag")], 0.55)),
    ("balloon/rainbow.jpg", 240, 320, files.jpeg_rotated,
     _balloon("morning", [(0.47, 0.34, 0.23, (RED, ORANGE, YELLOW, GREEN, BLUE, PURPLE), "bands")],
              0.3)),
    ("balloon/three-of-them.webp", 380, 280, files.webp,
     _balloon("noon", [(0.52, 0.20, 0.06, (PURPLE, WHITE), "stripes"),
                       (0.82, 0.38, 0.12, (GREEN, YELLOW), "chess"),
                       (0.26, 0.40, 0.19, (ORANGE, WHITE, BLUE), "spiral")], 0.25,
              land=("#7a7a3a", "#a9b6b0"))),

    ("fish/angels.jpg", 340, 280, files.jpeg,
     _fish("green", [(0.74, 0.34, 0.20, "angel", -1, -0.1), (0.36, 0.52, 0.46, "angel", 1, 0.08)],
           weeds=6, ground=("#4a4a30", "#b0a878"))),
    ("fish/blue-tang.jpg", 320, 240, files.jpeg,
     _fish("blue", [(0.58, 0.46, 0.58, "tang", -1, 0.1)], weeds=1)),
    ("fish/butterfly.jpg", 300, 260, files.jpeg_444,
     _fish("lagoon", [(0.40, 0.44, 0.50, "butterfly", 1, -0.08)], stones=6)),
    ("fish/clown-and-weeds.jpg", 300, 220, files.jpeg_progressive,
     _fish("lagoon", [(0.36, 0.50, 0.56, "clown", -1, 0.06)], weeds=6)),
    ("fish/deep.png", 180, 140, files.png_16bit,
     _fish("deep", [(0.60, 0.46, 0.52, "parrot", 1, -0.12)], weeds=2, ground=("#1a2a3a", "#4f6a7a"))),
    ("fish/goldfish.png", 220, 180, files.png_palette,
     _fish("green", [(0.44, 0.48, 0.56, "gold", -1, 0.12)], weeds=5, bubbles=20)),
    ("fish/parrotfish.jpeg", 400, 280, files.jpeg,
     _fish("blue", [(0.84, 0.24, 0.20, "parrot", 1, 0.05), (0.40, 0.48, 0.60, "parrot", 1, 0.1)],
           stones=6)),
    ("fish/two-clowns.webp", 340, 250, files.webp,
     _fish("blue", [(0.74, 0.62, 0.30, "clown", 1, 0.2), (0.33, 0.40, 0.46, "clown", -1, -0.12)],
           weeds=4)),

    ("flower/aster.jpg", 280, 280, files.jpeg,
     _flower([(0.58, 0.44, 0.29, "aster", ("#8f6fd0", "#5a3fa8"), ("#f2c02a", "#b8701a"), 0.85, 0.2)],
             far=("#8a6cc0",))),
    ("flower/cosmos.jpg", 300, 380, files.jpeg,
     _flower([(0.70, 0.22, 0.11, "cosmos", ("#f2c4dc", "#d883b0"), ("#f2c02a", "#a8641a"), 0.7, 0.9),
              (0.38, 0.42, 0.23, "cosmos", ("#e87ab4", "#b83c84"), ("#f6c82a", "#a8641a"), 0.92, 0.1)],
             far=("#d080b0", "#f0d0e0"))),
    ("flower/daisies.jpg", 360, 260, files.jpeg_progressive,
     _flower([(0.76, 0.60, 0.19, "daisy", ("#f8f6ee", "#d6d8c8"), ("#f6c21c", "#c8780e"), 0.72, 0.6),
              (0.34, 0.42, 0.27, "daisy", ("#fbfaf4", "#d6dac8"), ("#f8c81e", "#cc800e"), 0.9, 0.0)],
             sky=None, far=("#f0f0e0",))),
    ("flower/gerbera.png", 200, 200, files.png_alpha,
     _flower([(0.50, 0.46, 0.36, "gerbera", ("#f4602a", "#d83a20"), ("#3a1c12", "#d89a3a"), 0.94, 0.4)],
             sky=None)),
    ("flower/poppies.jpg", 380, 280, files.jpeg,
     _flower([(0.20, 0.62, 0.13, "poppy", ("#d8201a", "#a80e12"), ("#2a3a1c", "#151018"), 0.6, 0.5),
              (0.62, 0.40, 0.26, "poppy", ("#e62c1c", "#b01012"), ("#3f4f22", "#18101a"), 0.82, 0.2)],
             far=("#d02a1c", "#b01a18"))),
    ("flower/shade.jpg", 240, 200, files.jpeg_grey,
     _flower([(0.42, 0.46, 0.32, "daisy", ("#fbfaf4", "#c6cab8"), ("#d8a818", "#8a5a0e"), 0.86, 0.3)],
             sky=None, meadow=("#0e160a", "#2c4220", "#6c8050"))),
    ("flower/sunflower.jpg", 320, 400, files.jpeg,
     _flower([(0.46, 0.38, 0.30, "sunflower", ("#f8bc14", "#d87a08"), ("#2c1608", "#7a4a1a"), 0.95, 0.1)],
             sky="#8fc0ea", horizon=0.55, far=("#f0b818",))),
    ("flower/violet.webp", 190, 160, files.webp_lossless,
     _flower([(0.64, 0.46, 0.27, "cosmos", ("#9a5ad8", "#5a2a9a"), ("#f6d02a", "#b8801a"), 0.88, 0.7)],
             meadow=("#1c2c18", "#4c6f3c", "#b0c890"))),

    ("lighthouse/clear-noon.jpg", 260, 360, files.jpeg,
     _lighthouse("noon", 0.58, 0.82, 0.62, clouds=0.35, ground="grass", house=True)),
    ("lighthouse/dunes.jpg", 380, 280, files.jpeg,
     _lighthouse("morning", 0.30, 0.80, 0.62, ("#f6f0e0", "#23324a"), "#23324a", 0.4, 0.66,
                 ground="sand")),
    ("lighthouse/night-beam.jpg", 400, 300, files.jpeg,
     _lighthouse("dusk", 0.66, 0.82, 0.64, clouds=0.2, horizon=0.72, deep="#070d1c", shine="#54506f",
                 lamp=1.0, starry=True, light=(-0.5, 0.30))),
    ("lighthouse/old-stone.png", 180, 220, files.png_grey,
     _lighthouse("grey", 0.44, 0.84, 0.66, ("#b8b0a0", "#a89f90"), "#4a4a4a", 0.6)),
    ("lighthouse/red-tower.jpg", 320, 260, files.jpeg_444,
     _lighthouse("noon", 0.70, 0.80, 0.66, ("#c22a22", "#c22a22", "#f2ede2", "#c22a22", "#c22a22"),
                 "#e8e4da", 0.55, ground="grass")),
    ("lighthouse/storm.jpg", 360, 260, files.jpeg_progressive,
     _lighthouse("storm", 0.36, 0.80, 0.64, clouds=0.75, deep="#15242c", shine="#7c8a8a", lamp=0.8,
                 light=(0.5, 0.72))),
    ("lighthouse/sundown.JPG", 400, 280, files.jpeg,
     _lighthouse("evening", 0.24, 0.80, 0.62, ("#f0dcc8", "#a82a2a"), clouds=0.5, deep="#2a2f4a",
                 shine="#e0a080", lamp=0.6, sun_x=0.72, light=(0.85, 0.78))),
    ("lighthouse/yellow-bands.png", 220, 180, files.png_palette,
     _lighthouse("morning", 0.56, 0.82, 0.66, ("#e8b42a", "#2a2a2c"), "#2a2a2c", 0.45,
                 ground="grass")),

    ("mushroom/bolete.jpg", 320, 260, files.jpeg,
     _mushroom([(0.42, 0.80, 0.46, 0.52, BROWN, "bolete", 0.01)])),
    ("mushroom/cream-pair.jpg", 280, 320, files.jpeg,
     _mushroom([(0.70, 0.74, 0.28, 0.24, CREAM, "tall", -0.02), (0.40, 0.82, 0.46, 0.34, CREAM, "tall", 0.03)],
               wood=("#141a10", "#3a4a26", "#a8a860"))),
    ("mushroom/fly-agaric.jpg", 360, 280, files.jpeg,
     _mushroom([(0.58, 0.82, 0.52, 0.60, AMANITA, "spotted", -0.02)])),
    ("mushroom/grey-caps.webp", 300, 240, files.webp,
     _mushroom([(0.22, 0.76, 0.24, 0.24, GREY, "flat", 0.01), (0.60, 0.82, 0.40, 0.46, GREY, "flat", -0.03)],
               wood=("#0f120e", "#33402c", "#8a9670"))),
    ("mushroom/large-and-small.jpg", 400, 300, files.jpeg_progressive,
     _mushroom([(0.76, 0.76, 0.25, 0.24, AMANITA, "spotted", 0.02),
                (0.34, 0.84, 0.54, 0.54, AMANITA, "spotted", 0.03)],
               wood=("#0f1608", "#3f4a1a", "#c0a850"), lights=("#f2d890", "#e0c070"))),
    ("mushroom/morning-wood.png", 210, 170, files.png,
     _mushroom([(0.60, 0.82, 0.46, 0.46, ("#c4641a", "#eedcb8", "#e09040"), "flat", 0.02)],
               wood=("#1a2410", "#56702c", "#d8dc90"))),
    ("mushroom/violet.jpg", 260, 340, files.jpeg,
     _mushroom([(0.50, 0.82, 0.42, 0.36, ("#6a4a8a", "#cfc0d8", "#9070b0"), "tall", -0.03)],
               wood=("#0c120e", "#243a2a", "#7a9a7a"))),
    ("mushroom/wood-edge.jpg", 340, 240, files.jpeg_444,
     _mushroom([(0.28, 0.82, 0.50, 0.58, BROWN, "flat", 0.02), (0.72, 0.78, 0.26, 0.28, BROWN, "flat", -0.02)],
               wood=("#1a1c0c", "#5c5a24", "#d0b868"), lights=("#ffe8a8", "#e8d080"))),

    ("sailboat/blue-spinnaker.jpg", 340, 280, files.jpeg,
     _sailboat("noon", [(0.56, 0.78, 0.64, (BLUE, WHITE), "#16324a", 1)], 0.56, 0.4)),
    ("sailboat/calm-morning.jpg", 400, 280, files.jpeg_progressive,
     _sailboat("morning", [(0.80, 0.58, 0.20, (WHITE,), "#3a2a22", -1),
                           (0.36, 0.74, 0.58, (WHITE, RED), "#7a2222", 1)], 0.54, 0.35,
               deep="#27506a", shine="#e6d6c0", rough=0.6)),
    ("sailboat/grey-water.jpg", 300, 240, files.jpeg,
     _sailboat("grey", [(0.44, 0.78, 0.62, (RED, WHITE), "#2a2a2c", -1)], 0.52, 0.6, deep="#22323a",
               shine="#aab6ba", rough=1.3)),
    ("sailboat/open-sea.jpg", 420, 260, files.jpeg,
     _sailboat("noon", [(0.70, 0.72, 0.54, (WHITE,), "#e8e4da", -1)], 0.5, 0.65, coast=False)),
    ("sailboat/regatta.jpg", 420, 300, files.jpeg,
     _sailboat("noon", [(0.54, 0.58, 0.20, (YELLOW,), "#2a2a2c", 1),
                        (0.24, 0.66, 0.36, (ORANGE, WHITE), "#f0ece2", 1),
                        (0.74, 0.80, 0.56, (TEAL, YELLOW), "#12303a", 1)], 0.52, 0.3)),
    ("sailboat/sundown.webp", 360, 270, files.webp,
     _sailboat("evening", [(0.34, 0.74, 0.56, ("#e8b890", "#8a2a2a"), "#2a1a1c", 1)], 0.56, 0.45,
               deep="#2c2f4c", shine="#e8a888", sun_x=0.70)),
    ("sailboat/tall.png", 170, 210, files.png,
     _sailboat("morning", [(0.48, 0.80, 0.68, (YELLOW, RED), "#1f3a2a", -1)], 0.6, 0.4)),
    ("sailboat/wind-and-waves.jpg", 320, 240, files.jpeg_444,
     _sailboat("storm", [(0.58, 0.80, 0.60, (ORANGE, WHITE), "#f0ece2", 1)], 0.5, 0.7, deep="#10272f",
               shine="#8f9c9c", coast=False, rough=1.6)),
]
