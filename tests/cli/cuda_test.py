"""The CUDA engine where there is no device, or where its module does not fit the program; and the
whole program with the engine's own sources on a stand-in of CUDA (support/host_cuda)."""

import json
import os
import shutil
import signal
import subprocess

import numpy
import program
from PIL import Image
from program import USAGE, clean_environment, manifest_of

STAND_IN = os.environ.get("GUIDEDMIXUP_HOST_CUDA_MODULE", "")

FOREIGN = """
const char identity[] = "guidedmixup-module-identity:0.0.0 some other compiler";
__attribute__((constructor)) static void run(void) { __builtin_trap(); }
__attribute__((visibility("default"))) void guidedmixup_cuda_devices(void* devices) {
  __builtin_trap();
}
"""


class CudaTest(program.ProgramTest):
    def setUp(self):
        super().setUp()
        if not self.engine()["available"]:
            program.say_skip(self, "the cuda engine is not part of this build")

    def engine(self, executable=None):
        result = self.expect(program.OK, "methods", "--json", executable=executable)
        return {e["name"]: e for e in json.loads(result.out)["engines"]}["cuda"]

    def copy_of_the_program(self):
        """The program in a folder of its own, and where its modules belong."""
        home = self.folder / "copy"
        executable = home / "bin" / "guidedmixup"
        modules = home / "lib" / "guidedmixup"
        executable.parent.mkdir(parents=True)
        modules.mkdir(parents=True)
        shutil.copy2(program.PROGRAM, executable)
        return executable, modules


class Modules(CudaTest):
    def copy_with(self, source):
        executable, modules = self.copy_of_the_program()
        file = self.folder / "module.c"
        file.write_text(source)
        subprocess.run(["cc", "-shared", "-fPIC", "-o", modules / "guidedmixup-cuda.so", file],
                       check=True)  # fmt: skip
        return executable
    def test_a_program_without_its_module_works_and_says_what_is_missing(self):
        executable, _ = self.copy_of_the_program()
        engine = self.engine(executable)
        self.assertFalse(engine["usable"])
        self.assertIn("guidedmixup-cuda.so", engine["detail"])

    def test_a_module_of_another_build_is_refused(self):
        executable = self.copy_with(FOREIGN)
        engine = self.engine(executable)
        self.assertFalse(engine["usable"])
        self.assertIn("another build", engine["detail"])
        self.assertIn("some other compiler", engine["detail"])

    def test_a_module_in_the_current_folder_is_not_loaded(self):
        executable, _ = self.copy_of_the_program()
        (self.folder / "guidedmixup-cuda.so").write_bytes(b"not a module")
        self.assertIn("is missing", self.engine(executable)["detail"])

    def test_a_file_that_is_no_module_is_named(self):
        executable = self.copy_with("int nothing;")
        self.assertIn("unknown", self.engine(executable)["detail"])

    def test_an_output_of_another_engine_is_not_resumed(self):
        program.make_classes(self.folder / "photos")
        self.augment("photos", "-o", "out", "--batch-size", "4")
        plan = self.folder / "out" / "plan.json"
        text = plan.read_text()
        self.assertIn('"cpu"', text)
        plan.write_text(text.replace('"cpu"', '"cuda"'))
        (self.folder / "out" / "manifest.json").unlink()
        result = self.run_program("augment", "photos", "-o", "out", "--batch-size", "4", "--resume")
        self.assertEqual(result.code, USAGE, result.err)
        self.assertIn("engine", result.err)
        self.assertIn("cuda", result.err)

    def test_without_a_device_cuda_fails_with_the_reason(self):
        engine = self.engine()
        if engine["usable"]:
            program.say_skip(self, "a usable CUDA device is here")
        program.make_classes(self.folder / "photos")
        for device in ("cuda", "cuda:1"):
            result = self.run_program("augment", "photos", "-o", "out", "--device", device)
            self.assertEqual(result.code, program.FAILED, result.err)
            self.assertIn(f"--device {device}", result.err)
            self.assertIn(engine["detail"], result.err)
            self.assertFalse((self.folder / "out").exists(), "nothing may be written")


class OnTheStandIn(CudaTest):
    def setUp(self):
        super().setUp()
        self.executable, modules = self.copy_of_the_program()
        shutil.copy2(STAND_IN, modules / "guidedmixup-cuda.so")
        program.make_classes(self.folder / "photos", each=8, size=(60, 45))

    def on_cuda(self, *arguments, code=program.OK, **changes):
        return self.expect(code, *arguments, executable=self.executable,
                           env=clean_environment(**changes))  # fmt: skip

    def make(self, output, *arguments, code=program.OK, **changes):
        return self.on_cuda("augment", "photos", "-o", output, *program.all_methods(), "--device", "cuda",
                            "--batch-size", "7", "--shard-size", "8", *arguments,
                            code=code, **changes)  # fmt: skip

    def assert_same_images(self, left, right):
        for name in program.method_names():
            self.assert_same_tree(self.folder / left / name / "images",
                                  self.folder / right / name / "images")  # fmt: skip

    def test_outputs_are_those_of_the_cpu_engine_within_the_tolerances(self):
        self.make("out", "-v")
        for name in program.method_names():
            self.assertEqual(manifest_of(self.folder / "out" / name)["engine"], {"name": "cuda"})
            self.expect(program.OK, "verify", "--deep", f"out/{name}")  # by the CPU engine

    def test_distances_of_flat_and_of_nearly_equal_images_are_rounding(self):
        for number in range(12):
            flat = numpy.full((45, 60, 3), 20 * number, numpy.uint8)
            near = program.pixels((60, 45), seed=1)
            near[number, number] ^= 1
            for name, image in (("flat", flat), ("near", near)):
                file = self.folder / name / "a" / f"{number:02}.png"
                file.parent.mkdir(parents=True, exist_ok=True)
                Image.fromarray(image).save(file)
        for name in ("flat", "near"):
            for pairing in ("greedy", "random"):
                output = f"{name}-{pairing}"
                self.on_cuda("augment", name, "-o", output, "--device", "cuda", "--batch-size",
                             "4", "--method", f"guided-sr:pairing={pairing}")  # fmt: skip
                self.expect(program.OK, "verify", "--deep", output)

    def test_outputs_are_equal_from_run_to_run(self):
        self.make("one", "-j", "1")
        self.make("four", "-j", "4")
        self.make("eager", "-j", "2", HOST_CUDA_EAGER="1")
        for other in ("four", "eager"):
            self.assert_same_images("one", other)

    def test_a_lost_device_ends_the_run_and_resume_goes_on(self):
        self.make("whole")
        shards = []
        # Calls before the first shard depend on the methods: the device is lost later and later
        # until there is a shard, and always before the run is complete.
        lost_after = 200
        while not shards:
            shutil.rmtree(self.folder / "out", ignore_errors=True)
            result = self.make("out", "-j", "1", code=program.FAILED,
                               HOST_CUDA_LOST_AFTER=str(lost_after))  # fmt: skip
            shards = list((self.folder / "out").rglob("[0-9]" * 5))
            lost_after += 50
        self.assertIn("To continue once the cause is fixed", result.err)
        self.assertFalse(list((self.folder / "out").rglob("manifest.json")))
        published = {file: file.stat().st_mtime_ns for shard in shards for file in shard.iterdir()}
        self.make("out", "--resume")
        for file, time in published.items():
            self.assertEqual(file.stat().st_mtime_ns, time, f"{file} was written again")
        self.assert_same_images("whole", "out")

    def test_full_memory_names_a_batch_size_that_fits(self):
        result = self.on_cuda("augment", "photos", "-o", "out", "--device", "cuda",
                              "--batch-size", "24", "-j", "1", code=program.FAILED,
                              HOST_CUDA_MEMORY=str(21 << 19))  # fmt: skip
        self.assertRegex(result.err, r"another mini-batch of 24 images; --batch-size \d+ fits")

    def test_a_device_that_cannot_even_begin_leaves_nothing_behind(self):
        result = self.make("out", code=program.FAILED, HOST_CUDA_MEMORY="100")
        self.assertIn("cudaMalloc: out of memory", result.err)
        self.assertFalse((self.folder / "out").exists())

    def test_the_engine_of_an_output_is_kept(self):
        self.make("out")
        for manifest in (self.folder / "out").rglob("manifest.json"):
            manifest.unlink()
        arguments = ["augment", "photos", "-o", "out", *program.all_methods(), "--batch-size", "7",
                     "--shard-size", "8", "--resume"]  # fmt: skip
        result = self.on_cuda(*arguments, code=USAGE)
        self.assertIn("engine", result.err)
        self.on_cuda(*arguments, "--device", "cuda:1", HOST_CUDA_DEVICES="2")

    def test_devices_by_number_and_auto(self):
        short = ["augment", "photos", "-o", "out", "--device"]
        result = self.on_cuda(*short, "cuda:2", code=program.FAILED, HOST_CUDA_DEVICES="2")
        self.assertIn("there is no such device; found 2", result.err)
        result = self.on_cuda(*short, "auto", HOST_CUDA_DEVICES="0")
        self.assertIn("using cpu", result.err)
        self.on_cuda(*short[:2], "-o", "auto", "--device", "auto")
        self.assertEqual(manifest_of(self.folder / "auto")["engine"], {"name": "cuda"})

    def test_a_device_that_is_too_old_is_refused_and_auto_does_without(self):
        short = ["augment", "photos", "-o", "out", "--device"]
        result = self.on_cuda(*short, "cuda", code=program.FAILED, HOST_CUDA_CAPABILITY="70")
        self.assertIn("compute capability 7.0, this program needs 7.5 or more", result.err)
        self.assertFalse((self.folder / "out").exists())
        result = self.on_cuda(*short, "auto", HOST_CUDA_CAPABILITY="70")
        self.assertIn("using cpu, because cuda is not available here: stand-in", result.err)

    def test_an_interrupted_run_goes_on(self):
        program.make_classes(self.folder / "photos", each=100, size=(60, 45))
        process = self.start("augment", "photos", "-o", "out", "--device", "cuda", "--batch-size",
                             "4", "--shard-size", "8", executable=self.executable)  # fmt: skip
        self.wait_for((self.folder / "out" / "images" / "00000").exists, "the first shard")
        process.send_signal(signal.SIGINT)
        self.assertNotEqual(process.wait(program.TIMEOUT), 0)
        self.on_cuda("augment", "photos", "-o", "out", "--device", "cuda", "--batch-size", "4",
                     "--shard-size", "8", "--resume")  # fmt: skip
        self.expect(program.OK, "verify", "--deep", "out")


if __name__ == "__main__":
    program.main()
