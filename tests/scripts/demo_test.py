"""scripts/demo, with a build and a program that only say how they were called."""
import os
import pathlib
import pty
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]


class Demo(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        (self.root / "scripts").mkdir()
        (self.root / "build/release").mkdir(parents=True)
        shutil.copy(SOURCE / "scripts/demo", self.root / "scripts/demo")
        for name in ("scripts/build", "build/release/vividface"):
            stub = self.root / name
            stub.write_text(f'#!/bin/sh\necho "{name} $*"\n')
            stub.chmod(0o755)

    def tearDown(self):
        self.folder.cleanup()

    @staticmethod
    def commands(said):
        return [line for line in said.splitlines() if line.startswith(("scripts/", "build/"))]

    def run_demo(self, *arguments):
        return subprocess.run([self.root / "scripts/demo", *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)

    def test_live_builds_and_serves_what_there_is(self):
        source = "--camera 0" if pathlib.Path("/dev/video0").exists() else "--replay assets/demo.mp4 --loop"
        done = self.run_demo("--live", "--port", "5001")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.commands(done.stdout),
                         ["scripts/build release vividface", f"build/release/vividface serve {source} --port 5001"])

    def test_live_takes_another_source(self):
        for source in (["--replay", "x.mp4"], ["--camera=1"], ["--config", "serve.toml"]):
            self.assertEqual(self.commands(self.run_demo("--live", *source).stdout)[1:],
                             ["build/release/vividface serve " + " ".join(source)])

    def test_live_asks_on_a_terminal(self):
        clip, phone, camera = "--replay assets/demo.mp4 --loop", "--bind 0.0.0.0", "--camera 0"
        has_camera = pathlib.Path("/dev/video0").exists()
        # What is not offered is asked again.
        for answer, source in (("1", clip), ("3", phone), ("", camera if has_camera else clip), ("5\nno\n3", phone),
                               ("2\n3", camera if has_camera else phone)):
            ours, theirs = pty.openpty()
            os.write(ours, answer.encode() + b"\n")
            demo = subprocess.Popen([self.root / "scripts/demo", "--live"], stdin=theirs, stdout=theirs, stderr=theirs)
            os.close(theirs)
            said = b""
            try:
                while part := os.read(ours, 4096):
                    said += part
            except OSError:  # the end, on Linux
                pass
            os.close(ours)
            self.assertEqual(demo.wait(timeout=60), 0)
            self.assertIn("QR code", said.decode())
            self.assertEqual(self.commands(said.decode())[-1], f"build/release/vividface serve {source}")

    def test_without_live_it_shadows_the_clip(self):
        self.assertEqual(self.run_demo("x.mp4").returncode, 2)
        (self.root / "x.mp4").touch()
        done = self.run_demo("x.mp4")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("vividface shadow x.mp4 --realtime", done.stdout)

    def test_help_and_wrong_options(self):
        self.assertIn("--live", self.run_demo("--help").stdout)
        self.assertEqual(self.run_demo("--nonsense").returncode, 2)


if __name__ == "__main__":
    unittest.main()
