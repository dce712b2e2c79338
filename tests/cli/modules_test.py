"""Parts of the program that are loaded when they are needed: found without help, and never run before
it is clear that they belong to the program."""

import os
import pathlib
import shutil
import subprocess

from PIL import Image

import program
from program import FAILED, OK, make_classes, pixels

FOREIGN = """
const char identity[] = "%s";
#include <stdio.h>
__attribute__((constructor)) static void run(void) { fclose(fopen("it-ran", "w")); }
__attribute__((visibility("default"))) void guidedmixup_draw_sheet(void) {}
__attribute__((visibility("default"))) void guidedmixup_opencv_decode(void) {}
"""
MODULES = ("opencv", "preview")


class Modules(program.ProgramTest):
    def setUp(self):
        super().setUp()
        make_classes(self.folder / "photos", each=2)
        self.augment("photos", "-o", "out")  # without a picture that needs a module
        for name in ("ant", "bee"):
            Image.fromarray(pixels((32, 32), 1)).save(self.folder / "photos" / name / "x.tif")
        self.home = self.folder / "copy"
        self.executable = self.home / "bin" / "guidedmixup"
        self.modules = self.home / "lib" / "guidedmixup"
        self.modules.mkdir(parents=True)
        self.executable.parent.mkdir()
        shutil.copy2(program.PROGRAM, self.executable)
        self.built = pathlib.Path(program.PROGRAM).resolve().parent.parent / "lib" / "guidedmixup"
        for name in MODULES:
            shutil.copy2(self.file_of(name, self.built), self.modules)

    @staticmethod
    def file_of(name, folder):
        return folder / f"guidedmixup-{name}.so"

    def draw(self, code, **options):
        return self.expect(code, "preview", "out", "-o", "sheet.png", "--overwrite",
                           executable=options.pop("executable", self.executable), **options)

    def decode(self, code, **options):
        shutil.rmtree(self.folder / "maps", ignore_errors=True)
        return self.expect(code, "saliency", "photos", "-o", "maps",
                           executable=options.pop("executable", self.executable), **options)

    def both(self, code, **options):
        for command in (self.draw, self.decode):
            yield command(code, **options)

    def foreign(self, identity):
        source = self.folder / "module.c"
        source.write_text(FOREIGN % identity)
        for name in MODULES:
            subprocess.run(["cc", "-shared", "-fPIC", "-o", self.file_of(name, self.modules), source],
                           check=True)

    def test_a_copy_of_the_program_finds_them(self):
        list(self.both(OK))
        link = self.folder / "elsewhere"
        link.symlink_to(self.executable)
        list(self.both(OK, executable=link))

    def test_one_that_is_missing_is_named(self):
        for name in MODULES:
            self.file_of(name, self.modules).unlink()
        for name, result in zip(("preview", "opencv"), self.both(FAILED)):
            self.assertIn(f"/copy/lib/guidedmixup/guidedmixup-{name}.so' is missing", result.err)

    def test_nothing_of_another_build_is_run(self):
        for identity, shown in (("", "unknown"), ("guidedmixup-module-identity:", "()"),
                                ("guidedmixup-module-identity:0.0.0 other\\033[2J", "other\\x1b[2J")):
            self.foreign(identity)
            for result in self.both(FAILED):
                self.assertIn("belongs to another build", result.err)
                self.assertIn(shown, result.err.replace("( ", "(").replace("(, ", "(), "))
            self.assertFalse((self.folder / "it-ran").exists())

    def test_only_the_one_folder_is_looked_into(self):
        """Not the program's own, nor the current one, nor that of the system's loader."""
        for name in MODULES:
            file = self.file_of(name, self.modules)
            for place in (self.executable.parent, self.folder):
                shutil.copy2(file, place)
            file.unlink()
        environment = program.clean_environment(LD_LIBRARY_PATH=str(self.folder))
        for result in self.both(FAILED, env=environment):
            self.assertIn("is missing", result.err)

    def test_files_that_are_no_modules(self):
        for name in MODULES:
            file = self.file_of(name, self.modules)
            # Debug information at the end is nothing that the loader would miss.
            subprocess.run(["strip", "--strip-debug", file], check=True)
            good = file.read_bytes()
            command = self.draw if name == "preview" else self.decode
            for content in (b"", b"text", *(good[:len(good) * k // 8] for k in range(1, 7))):
                file.write_bytes(content)
                result = command(FAILED)
                self.assertIn(file.name, result.err)
                self.assert_own_lines(result.err)
            file.unlink()
            file.mkdir()
            self.assertIn(file.name, command(FAILED).err)
            file.rmdir()
            file.symlink_to(self.file_of(name, self.built))  # as package managers do
            command(OK)

    def test_without_proc(self):
        """In a mount namespace of its own with an empty /proc."""
        if program.SCALE < 1:
            program.say_skip(self, "a sanitizer needs /proc itself")
        hide = ["unshare", "--mount", "bash", "-c", 'mount -t tmpfs none /proc && exec "$@"', "-"]
        if subprocess.run([*hide, "true"], capture_output=True, check=False).returncode != 0:
            program.say_skip(self, "needs the right to make mount namespaces")
        shutil.rmtree(self.folder / "out")
        places = os.pathsep.join([str(self.executable.parent), os.environ["PATH"]])
        environment = program.clean_environment(PATH=places)
        for word in (str(self.executable), "copy/bin/guidedmixup", "guidedmixup"):
            for command in (["augment", "photos", "-o", "out"], ["verify", "out", "--deep"],
                            ["preview", "out", "-o", "sheet.png"],
                            ["saliency", "photos", "-o", "maps"]):
                done = subprocess.run([*hide, word, *command], cwd=self.folder, env=environment,
                                      capture_output=True, timeout=program.TIMEOUT, check=False)
                self.assertEqual(done.returncode, OK, done.stderr)
            for name in ("out", "maps"):
                shutil.rmtree(self.folder / name)
            (self.folder / "sheet.png").unlink()


if __name__ == "__main__":
    program.main()
