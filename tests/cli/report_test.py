"""`augment --report`: figures that agree with what was done."""

import json
import os

import program
from program import FAILED, USAGE, make_classes


class Report(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.photos = make_classes(self.folder / "photos", each=5)  # 15 images

    def report(self, output, *options, code=program.OK):
        file = self.folder / f"{output}.json"
        self.augment("photos", "-o", output, "--batch-size", "4", "--report", file, *options,
                     code=code)
        return json.loads(file.read_bytes())

    def test_figures_agree_with_the_output(self):
        report = self.report("out", "-m", "guided-sr", "-m", "none", "-j", "2")
        images = [image for method in ("guided-sr", "none")
                  for image in (self.folder / "out" / method / "images").glob("*/*.png")]
        self.assertEqual(report["images_written"], 30)
        self.assertEqual(report["images_written"], len(images))
        self.assertEqual(report["bytes_written"], sum(image.stat().st_size for image in images))
        sources = list(self.photos.glob("*/*.png"))
        self.assertEqual(report["images_read"], 15)
        self.assertEqual(report["bytes_read"], sum(image.stat().st_size for image in sources))
        self.assertEqual((report["engine"], report["threads"]), ("cpu", 2))
        stages = report["stage_seconds"]
        self.assertEqual(list(stages), ["loading", "saliency", "distances", "pairing", "mixing",
                                        "encoding", "writing", "publishing"])
        self.assertTrue(all(seconds > 0 for seconds in stages.values()), stages)
        # All threads together cannot have spent more than there was.
        self.assertLessEqual(sum(stages.values()), 2 * report["wall_seconds"] * 1.01)
        self.assertGreater(report["user_seconds"] + report["system_seconds"], 0)
        self.assertGreater(report["peak_memory_bytes"], 1 << 20)
        self.assertAlmostEqual(report["images_per_second"] * report["wall_seconds"], 30, places=3)

    def test_a_method_that_mixes_nothing_spends_nothing_on_it(self):
        stages = self.report("out", "-m", "none")["stage_seconds"]
        for name in ("saliency", "distances", "pairing", "mixing"):
            self.assertEqual(stages[name], 0)

    def test_a_method_that_is_added_later_is_all_that_is_computed(self):
        self.augment("photos", "-o", "out", "--batch-size", "4", "-m", "guided-sr", "-m", "none")
        file = self.folder / "added.json"
        self.augment("photos", "-o", "out", "--batch-size", "4", "-m", "guided-sr", "-m", "none",
                     "-m", "mixup", "--resume", "--report", file)
        stages = json.loads(file.read_bytes())["stage_seconds"]
        self.assertEqual((stages["saliency"], stages["distances"]), (0, 0))
        self.assertGreater(stages["mixing"], 0)

    def test_it_does_not_stand_in_the_output(self):
        self.report("a")
        self.augment("photos", "-o", "b", "--batch-size", "4")
        self.assert_same_tree(self.folder / "a", self.folder / "b")


class ReportPlace(program.ProgramTest):
    def setUp(self):
        super().setUp()
        make_classes(self.folder / "photos", each=2)

    def refused(self, report, *options, output="out"):
        """In every mode, before anything is written."""
        before = self.everything()
        for mode in ([], ["--overwrite"], ["--resume"]):
            result = self.augment("photos", "-o", output, "--report", report, *options, *mode,
                                  code=USAGE)
            self.assertNotIn("filesystem error", result.err)
            self.assert_own_lines(result.err)
            self.assertEqual(self.everything(), before)
        return result.err

    def everything(self):
        names = sorted(self.folder.rglob("*"))
        return [(name, name.lstat().st_ino, name.read_bytes() if name.is_file() else None)
                for name in names]

    def test_what_exists_stays(self):
        """A file, a former report too, a folder, a link and a pipe: in every mode."""
        self.augment("photos", "-o", "first", "--report", "r.json")
        (self.folder / "mine").write_text("mine")
        (self.folder / "folder").mkdir()
        (self.folder / "link").symlink_to("r.json")
        (self.folder / "dangling").symlink_to("nowhere")
        (self.folder / "loop").symlink_to("loop")
        os.mkfifo(self.folder / "fifo")
        for name in ("r.json", "mine", "folder", "link", "dangling", "fifo"):
            self.assertIn(f"the report '{name}' already exists", self.refused(name))
        self.assertIn("'loop'", self.refused("loop"))
        self.refused("-")

    def test_files_that_the_run_reads_stay(self):
        names = [f"{name}/0{i}.png" for name in ("ant", "bee", "cat") for i in range(2)]
        (self.folder / "list").write_text("\n".join(names) + "\n")
        (self.folder / "labels.csv").write_text(
            "path,label\n" + "".join(f"{name},{name[:3]}\n" for name in names))
        (self.folder / "classes").write_text("ant\nbee\ncat\n")
        (self.folder / "config").write_text("size = 20\n")
        self.refused("list", "--files-from", "list")
        self.refused("labels.csv", "--labels", "labels.csv")
        self.refused("classes", "--classes", "classes")
        self.refused("config", "--config", "config")
        self.refused("photos/ant/00.png")

    def test_a_folder_behind_a_loop_of_links(self):
        (self.folder / "loop").symlink_to("loop")
        self.assertIn("'loop/r.json'", self.refused("loop/r.json"))
        self.assertIn("'loop/out'", self.refused("r.json", output="loop/out"))

    def test_places_that_cannot_be(self):
        self.assertIn("inside the output", self.refused("out/r.json"))
        self.assertIn("inside the input", self.refused("photos"))
        self.assertIn("inside the input", self.refused("photos/r.json"))
        (self.folder / "link").symlink_to("photos/ant")
        self.assertIn("inside the input", self.refused("link/r.json"))
        self.assertIn("--dry-run", self.refused("r.json", "--dry-run"))

    def test_a_folder_that_is_not_there(self):
        self.assertIn("nowhere", self.refused("nowhere/r.json"))

    def test_a_run_that_fails_leaves_no_report(self):
        self.augment("photos", "-o", "out", "--report", "r.json", "--device", "cuda", code=FAILED)
        self.assertEqual(os.listdir(self.folder), ["photos"])

    def test_only_the_report_is_written_beside_it(self):
        partial = self.folder / "r.json.partial"
        partial.write_text("mine")
        self.augment("photos", "-o", "out", "--report", "r.json")
        self.assertEqual(partial.read_text(), "mine")
        self.assertEqual(sorted(os.listdir(self.folder)),
                         ["out", "photos", "r.json", "r.json.partial"])
        self.assertEqual((self.folder / "r.json").stat().st_mode,
                         (self.folder / "out" / "manifest.json").stat().st_mode)


if __name__ == "__main__":
    program.main()
