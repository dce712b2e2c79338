"""What scripts/demo and scripts/test do about packages, on systems that are not this one."""

import os
import pathlib
import subprocess
import tempfile
import unittest

PREPARE = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "lib" / "prepare.sh"


class Packages(unittest.TestCase):
    """install_packages with stand-ins for apt, dpkg and sudo, which note how they are called."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="guidedmixup-scripts-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.log = self.folder / "log"
        self.bin = self.folder / "bin"
        self.bin.mkdir()
        for name in ("bash", "env", "dirname"):
            (self.bin / name).symlink_to(f"/usr/bin/{name}")
        self.stub("sudo", 'exec "$@"')
        self.stub("apt-get", f'echo "apt-get $*" >> {self.log}')
        self.stub("dpkg-query", f'case "$*" in *" here") echo installed;; *) exit 1;; esac')

    def stub(self, name, body):
        file = self.bin / name
        file.write_text(f"#!/usr/bin/env bash\n{body}\n")
        file.chmod(0o755)

    def install(self, system, *packages, **environment):
        """(exit code, standard error, calls of apt-get)."""
        script = (f"set -euo pipefail; source '{PREPARE}'; system_name() {{ echo {system}; }}; "
                  f"install_packages {' '.join(packages)}; echo went on >&2")
        done = subprocess.run(["/usr/bin/bash", "-c", script], capture_output=True, text=True,
                              env={"PATH": str(self.bin), **environment}, check=False)
        calls = self.log.read_text().splitlines() if self.log.exists() else []
        return done.returncode, done.stderr, calls

    def test_known_systems_install_what_is_missing(self):
        for system in ("debian:12", "debian:13", "ubuntu:24.04"):
            self.log.unlink(missing_ok=True)
            code, said, calls = self.install(system, "here", "absent")
            self.assertEqual(code, 0, said)
            self.assertEqual(calls, ["apt-get update -qq",
                                     "apt-get install -y -qq --no-install-recommends absent"])
            self.assertEqual(said.splitlines(), ["Installing: absent", "went on"])

    def test_unknown_systems_say_so_and_try(self):
        for system in ("linuxmint:22", "debian:11", "debian:", "unknown"):
            self.log.unlink(missing_ok=True)
            code, said, calls = self.install(system, "here", "absent")
            self.assertEqual(code, 0, said)
            self.assertEqual(len(calls), 2)
            self.assertIn(f"this system is {system}", said)
            self.assertIn("Debian 13", said)

    def test_nothing_missing_asks_for_nothing_anywhere(self):
        for system in ("debian:13", "unknown"):
            code, said, calls = self.install(system, "here")
            self.assertEqual((code, said, calls), (0, "went on\n", []))

    def test_what_apt_cannot_install_ends_with_advice(self):
        self.stub("apt-get", '[[ $1 == update ]] || { echo "E: no such package" >&2; exit 100; }')
        code, said, _ = self.install("linuxmint:19", "absent")
        self.assertEqual(code, 1)
        self.assertIn("E: no such package", said)
        self.assertIn("GUIDEDMIXUP_SKIP_PACKAGES=1", said)
        self.assertNotIn("went on", said)

    def test_without_apt_the_packages_are_listed(self):
        os.remove(self.bin / "apt-get")
        code, said, _ = self.install("fedora:41", "here", "absent")
        self.assertEqual(code, 1)
        self.assertIn("  here absent\n", said)
        self.assertIn("GUIDEDMIXUP_SKIP_PACKAGES=1", said)

    def test_packages_can_be_skipped(self):
        os.remove(self.bin / "apt-get")
        code, said, _ = self.install("fedora:41", "absent", GUIDEDMIXUP_SKIP_PACKAGES="1")
        self.assertEqual((code, said), (0, "went on\n"))

    def test_this_system_has_a_name(self):
        script = f"source '{PREPARE}'; system_name"
        done = subprocess.run(["/usr/bin/bash", "-c", script], capture_output=True, text=True,
                              check=True)
        self.assertRegex(done.stdout, r"^([a-z._-]+:.*|unknown)\n$")


if __name__ == "__main__":
    unittest.main()
