"""scripts/set-expression-gain"""
import json
import pathlib
import struct
import subprocess
import tempfile
import unittest

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "scripts"


def write(path, values, metadata):
    data = struct.pack(f"<{len(values)}f", *values)
    header = {"__metadata__": metadata, "w": {"dtype": "F32", "shape": [len(values)], "data_offsets": [0, len(data)]}}
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def read(path):
    file = path.read_bytes()
    length, = struct.unpack("<Q", file[:8])
    header = json.loads(file[8:8 + length])
    return header.pop("__metadata__"), header, file[8 + length:]


class Gains(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        self.a, self.b, self.out = (self.root / f"{name}.safetensors" for name in ("a", "b", "out"))
        write(self.a, [1, 2, 3], {"command": "train"})

    def tearDown(self):
        self.folder.cleanup()

    def script(self, name, *arguments):
        return subprocess.run([SCRIPTS / name, *arguments], capture_output=True, text=True, timeout=60)

    def test_are_set_and_taken_away_and_nothing_else_changes(self):
        gain = {"gain": {"Jaw Pitch": 1.5}}
        (self.root / "gain.json").write_text(json.dumps(gain, indent=2))
        self.assertEqual(self.script("set-expression-gain", self.a, self.root / "gain.json", self.out).returncode, 0)
        metadata, header, data = read(self.out)
        self.assertEqual(json.loads(metadata.pop("expression_gain")), gain)
        self.assertEqual((metadata, header, data), read(self.a))
        self.script("set-expression-gain", self.out, "none", self.b)
        self.assertEqual(read(self.b), read(self.a))

    def test_refuses_what_is_none_in_one_line(self):
        (self.root / "text").write_text("no weights")
        for source, gain in ((self.a, "{"), (self.a, '{"gain": {"Tail": 1}}'), (self.a, '{"gain": {"Jaw Pitch": 5}}'),
                             (self.a, '{"gain": {"Jaw Pitch": "1"}}'), (self.a, "{}"), (self.root / "text", "{}"),
                             (self.root / "missing", "{}")):
            (self.root / "gain.json").write_text(gain)
            done = self.script("set-expression-gain", source, self.root / "gain.json", self.out)
            self.assertNotEqual(done.returncode, 0, gain)
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
            self.assertFalse(self.out.exists())


if __name__ == "__main__":
    unittest.main()
