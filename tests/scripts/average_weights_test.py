"""scripts/average-weights on small files, good and bad."""
import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts/average-weights"


def safetensors(tensors, metadata=None):
    """tensors: name → (dtype, bytes, count)."""
    header, data = {}, b""
    if metadata is not None:
        header["__metadata__"] = metadata
    for name, (dtype, content, count) in tensors.items():
        header[name] = {"dtype": dtype, "shape": [count], "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def floats(*values):
    return "F32", struct.pack(f"<{len(values)}f", *values), len(values)


class AverageWeights(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def average(self, a, b, out="out.safetensors"):
        (self.folder / "a.safetensors").write_bytes(a)
        (self.folder / "b.safetensors").write_bytes(b)
        return subprocess.run([sys.executable, "-B", SCRIPT, "a.safetensors", "b.safetensors", out], cwd=self.folder,
                              capture_output=True, text=True, timeout=30)

    def result(self, out="out.safetensors"):
        content = (self.folder / out).read_bytes()
        size, = struct.unpack("<Q", content[:8])
        header, data = json.loads(content[8:8 + size]), content[8 + size:]
        return header, {name: data[slice(*tensor["data_offsets"])] for name, tensor in header.items()
                        if name != "__metadata__"}

    def assert_refused(self, run, *words):
        self.assertEqual(run.returncode, 2, run.stderr)
        self.assertEqual(run.stderr.count("\n"), 1, run.stderr)
        for word in words:
            self.assertIn(word, run.stderr)
        self.assertEqual({path.name for path in self.folder.iterdir()}, {"a.safetensors", "b.safetensors"})

    def test_takes_the_mean_and_leaves_counts(self):
        count = lambda n: ("I64", struct.pack("<q", n), 1)
        half = lambda x: ("F16", struct.pack("<e", x), 1)
        run = self.average(safetensors({"w": floats(1, 2), "h": half(1), "n": count(3)}, {"command": "one"}),
                           # Another order in the file is the same architecture.
                           safetensors({"n": count(8), "h": half(2), "w": floats(3, 6)},
                                       {"command": "two", "evaluation": "{}", "expression_gain": "[]", "mean": "[0]"}))
        self.assertEqual(run.returncode, 0, run.stderr)
        header, tensors = self.result()
        self.assertEqual(struct.unpack("<2f", tensors["w"]), (2, 4))
        self.assertEqual(struct.unpack("<e", tensors["h"]), (1.5,))
        self.assertEqual(struct.unpack("<q", tensors["n"]), (8,))
        self.assertEqual(header["__metadata__"],
                         {"command": "scripts/average-weights of two and its --init", "mean": "[0]"})
        self.assertFalse(list(self.folder.glob("*.partial")))

    def test_needs_no_metadata(self):
        self.assertEqual(self.average(safetensors({"w": floats(1)}), safetensors({"w": floats(2)})).returncode, 0)

    def test_refuses_other_types(self):
        file = safetensors({"w": ("BF16", b"\x80\x3f", 1)}, {})
        self.assert_refused(self.average(file, file), "tensor w is BF16")

    def test_refuses_other_architectures(self):
        one, two = safetensors({"w": floats(1)}, {}), safetensors({"w": floats(1), "v": floats(2)}, {})
        self.assert_refused(self.average(one, two), "different architectures: tensor v")
        self.assert_refused(self.average(two, one), "different architectures: tensor v")
        self.assert_refused(self.average(one, safetensors({"w": floats(1, 2)}, {})), "tensor w")

    def test_refuses_what_is_no_weight_file(self):
        good = safetensors({"w": floats(1)}, {})
        lies = good.replace(b'"shape": [1]', b'"shape": [7]')
        for bad in (b"", b"12345678", good[:-2], lies, struct.pack("<Q", 1 << 62) + good[8:], struct.pack("<Q", 2) + b"[]"):
            with self.subTest(bad=bad[:12]):
                self.assert_refused(self.average(good, bad), "b.safetensors")

    def test_keeps_what_was_there_when_it_cannot_write(self):
        good = safetensors({"w": floats(1)}, {})
        self.assert_refused(self.average(good, good, "no/such/folder.safetensors"), "no/such/folder.safetensors")


if __name__ == "__main__":
    unittest.main()
