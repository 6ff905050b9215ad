"""What both benchmarks do: 'vividface serve', with the phone's frames at hand and both robots listening."""
import argparse
import sys
import tempfile
import time

import clients
import service


def options(description, seconds):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=service.ROOT / "build/release/vividface")
    parser.add_argument("--seconds", type=int, default=seconds)
    parser.add_argument("--untimed", action="store_true",
                        help="on a machine that is held up, as in the tests: a message may be late or lost")
    parser.add_argument("serve", nargs="*", help="more options of 'vividface serve', after --")
    return parser


class Run:
    """`with Run(...) as run:` serves; afterwards it has ended and what came of it is known."""

    def __init__(self, program, serve):
        with tempfile.TemporaryDirectory() as folder:
            self.frames = service.phone_frames(program, folder)
        self.server = service.Service(program, serve)
        self.code, self.summary = None, ""

    def __enter__(self):
        self.robot, self.json_robot = clients.Robot(self.server.controls), clients.JsonRobot(self.server.json)
        return self

    def __exit__(self, kind, *_):
        if kind is not None:
            self.server.kill()
            return
        self.code, self.summary = self.server.end()
        time.sleep(0.5)  # what is on the way
        self.robot.end(), self.json_robot.end()

    @property
    def faults(self):
        return self.robot.faults + self.json_robot.faults

    @property
    def lost(self):
        return clients.lost_by_robot(self.robot, self.json_robot) + self.json_robot.lost

    def complain(self):
        for fault in self.faults[:10]:
            print(fault, file=sys.stderr)
        if self.code != 0:
            print(f"the server ended with {self.code}: {self.server.errors()}", file=sys.stderr)
