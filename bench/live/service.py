"""'vividface serve' as a process on free ports of 127.0.0.1."""
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Service:
    def __init__(self, program, options=()):
        self._errors = tempfile.TemporaryFile("w+")
        endpoint = "tcp://127.0.0.1:*"
        self._process = subprocess.Popen(
            [program, "serve", "--port", "0", "--zmq", endpoint, "--zmq-json", endpoint, "--zmq-timestamp", *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._errors, text=True)
        ready = self._process.stdout.readline()
        found = re.match(r"serving on http://127\.0\.0\.1:(\d+), controls on (\S+), as JSON on (\S+)", ready)
        if not found:
            raise SystemExit(f"{program} does not serve: {ready}{self.errors()}")
        self.port, self.controls, self.json = int(found[1]), found[2], found[3]

    def errors(self):
        self._errors.seek(0)
        return self._errors.read()

    def lives(self):
        return self._process.poll() is None

    def state(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/state", timeout=30) as answer:
            return answer.read().decode()

    def resident_megabytes(self):
        pages = int(pathlib.Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGESIZE") / 1e6

    def end(self):
        """Ends it as a person would; its exit code and its summary."""
        self._process.send_signal(signal.SIGINT)
        try:
            summary, _ = self._process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            self.kill()
            return "no end", ""
        return self._process.returncode, summary

    def kill(self):
        self._process.kill()
        self._process.communicate()


def phone_frames(program, folder):
    """What the published phone app would send of the bundled clip, there and back again so that nothing jumps."""
    subprocess.run([program, "bench", "frames", "--out", folder], check=True, stdout=subprocess.DEVNULL)
    frames = [file.read_bytes() for file in sorted(pathlib.Path(folder).glob("*.jpg"))]
    return frames + frames[-2:0:-1]


def frames_of_summary(summary):
    """How many frames were looked at, shadowed, and superseded by a newer one."""
    counts = re.search(r"(\d+) frames: (\d+) shadowed.*?(\d+) dropped", summary)
    return tuple(int(count) for count in counts.groups()) if counts else (0, 0, 0)
