"""Running out of memory ends a run and never rejects a sample; and a codec's word for it is no proof."""

import os
import resource

from PIL import Image

import program
from program import FAILED, OK, REJECTS, json_lines, make_classes, say_skip

MIB = 1 << 20


class CodecsWord(program.ProgramTest):
    def run_with(self, **environment):
        make_classes(self.folder / "in", each=2, suffix=".jpg")
        for number, suffix in enumerate(("png", "webp")):
            Image.new("RGB", (32, 32), (number, 2, 3)).save(self.folder / "in" / "ant" / f"x.{suffix}")
        refusing = "allocator_may_return_null=1"  # a sanitizer's allocator, as the system's
        environment = program.preloaded(
            "CODEC", ASAN_OPTIONS=f"{os.environ.get('ASAN_OPTIONS', '')}:{refusing}",
            TSAN_OPTIONS=f"{os.environ.get('TSAN_OPTIONS', '')} {refusing}", **environment)
        return self.run_program("augment", "in", "-o", "out", "-m", "none", "--format", "jpg",
                                env=environment)

    def test_alone_it_is_a_bad_sample(self):
        result = self.run_with()
        self.assertEqual(result.code, REJECTS, result.err)
        rejects = json_lines(self.folder / "out" / "rejects.jsonl")
        self.assertEqual([(r["path"], r["code"]) for r in rejects],
                         [("ant/x.png", "corrupt"), ("ant/x.webp", "corrupt")])

    def test_with_a_refused_allocation_the_run_ends(self):
        result = self.run_with(CODEC_FAULT_BY_SYSTEM="1")
        self.assertEqual(result.code, FAILED, result.err)
        self.assertIn("out of memory", result.err)
        self.assertFalse((self.folder / "out" / "manifest.json").exists())


class LittleMemory(program.ProgramTest):
    KINDS = {"a.png": {}, "a.webp": {}, "b.webp": {"lossless": True}, "a.bmp": {},
             "a.tif": {"compression": "tiff_lzw"}, "a.ppm": {}, "a.jpg": {"progressive": True}}

    def test_of_each_format_at_any_limit(self):
        if program.SCALE < 1:
            say_skip(self, "a sanitizer's memory leaves no room for a limit of addresses")
        image = Image.linear_gradient("L").resize((3500, 3500)).convert("RGB")
        failures = 0
        for name, options in self.KINDS.items():
            folder = self.folder / name
            make_classes(folder, classes=("b",), each=2)
            image.save(folder / "b" / name, **options)
            for limit in (50, 70, 100, 140, 200, 300):
                def limited(limit=limit):
                    resource.setrlimit(resource.RLIMIT_AS, (limit * MIB, limit * MIB))
                result = self.run_program("augment", name, "-o", "out", "--overwrite", "-m", "none",
                                          "--size", "8", "-j", "1", preexec_fn=limited)
                self.assertIn(result.code, (OK, FAILED), f"{name} {limit}: {result.err}")
                self.assertFalse((self.folder / "out" / "rejects.jsonl").exists(), f"{name} {limit}")
                failures += result.code == FAILED
                if result.code == OK:
                    break
        self.assertGreater(failures, len(self.KINDS))


if __name__ == "__main__":
    program.main()
