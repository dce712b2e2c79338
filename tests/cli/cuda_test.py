"""The CUDA engine where there is no device, or where its module does not fit the program."""

import json
import shutil
import subprocess

import program
from program import USAGE

FOREIGN = """
__attribute__((visibility("default"))) const char* guidedmixup_module_identity(void) {
  return "0.0.0 some other compiler";
}
__attribute__((visibility("default"))) void guidedmixup_cuda_devices(void* devices) {
  __builtin_trap();
}
"""


class Cuda(program.ProgramTest):
    def engine(self, executable=None):
        result = self.expect(program.OK, "methods", "--json", executable=executable)
        return {e["name"]: e for e in json.loads(result.out)["engines"]}["cuda"]

    def copy_of_the_program(self, module_source=None):
        """The program in a folder of its own, with a module made from `module_source` or none."""
        home = self.folder / "copy"
        (home / "bin").mkdir(parents=True)
        executable = home / "bin" / "guidedmixup"
        shutil.copy2(program.PROGRAM, executable)
        if module_source is not None:
            modules = home / "lib" / "guidedmixup"
            modules.mkdir(parents=True)
            source = self.folder / "module.c"
            source.write_text(module_source)
            subprocess.run(["cc", "-shared", "-fPIC", "-o", modules / "guidedmixup-cuda.so", source],
                           check=True)  # fmt: skip
        return executable

    def setUp(self):
        super().setUp()
        if not self.engine()["available"]:
            program.say_skip(self, "the cuda engine is not part of this build")

    def test_a_program_without_its_module_works_and_says_what_is_missing(self):
        executable = self.copy_of_the_program()
        engine = self.engine(executable)
        self.assertFalse(engine["usable"])
        self.assertIn("guidedmixup-cuda.so", engine["detail"])

    def test_a_module_of_another_build_is_refused(self):
        executable = self.copy_of_the_program(FOREIGN)
        engine = self.engine(executable)
        self.assertFalse(engine["usable"])
        self.assertIn("another build", engine["detail"])
        self.assertIn("some other compiler", engine["detail"])

    def test_a_module_in_the_current_folder_is_not_loaded(self):
        executable = self.copy_of_the_program()
        (self.folder / "guidedmixup-cuda.so").write_bytes(b"not a module")
        self.assertIn("is missing", self.engine(executable)["detail"])

    def test_a_file_that_is_no_module_is_named(self):
        executable = self.copy_of_the_program("int nothing;")
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


if __name__ == "__main__":
    program.main()
