"""Clients written from what is published of the phone app and the robot's script alone."""
import http.client
import json
import math
import pathlib
import threading
import time

import websocket
import zmq

CONFIG = pathlib.Path(__file__).resolve().parents[2] / "config"
CONTROLS = json.loads((CONFIG / "ameca.json").read_text())["controls"]
SAFETY = json.loads((CONFIG / "safety.json").read_text())
FASTEST = {name: rate for region in SAFETY["regions"] for name, rate in region["fastest"].items()}


class Repeating:
    """A thread that does turn() until it is ended."""

    def __init__(self):
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while not self._end.is_set():
            self.turn()

    def pause(self, seconds):
        self._end.wait(seconds)

    def end(self):
        self._end.set()
        self._thread.join()


class Phone(Repeating):
    """POST /stream, one JPEG a request, `rate` a second; one that is late is not sent later."""

    def __init__(self, port, frames, rate=30):
        self.answers = {}  # how often each came
        self._port, self._frames, self._rate = port, frames, rate
        self._connection, self._sent, self._due = None, 0, time.monotonic()
        super().__init__()

    def turn(self):
        self._due = max(self._due + 1 / self._rate, time.monotonic() - 1 / self._rate)
        self.pause(self._due - time.monotonic())
        answer = self.post(self._frames[self._sent % len(self._frames)])
        self.answers[answer] = self.answers.get(answer, 0) + 1
        self._sent += 1

    def post(self, body):
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
            self._connection.request("POST", "/stream", body, {"Content-Type": "application/octet-stream"})
            return self._connection.getresponse().read().decode()
        except (OSError, http.client.HTTPException) as error:
            self.hang_up()
            return type(error).__name__

    def hang_up(self):
        if self._connection is not None:
            self._connection.close()
        self._connection = None


class Dashboard(Repeating):
    """Takes what the dashboard takes by one of its WebSockets, /ws/state or /ws/preview."""

    def __init__(self, port, path):
        self.messages = 0
        self._socket = websocket.create_connection(f"ws://127.0.0.1:{port}{path}", timeout=0.1)
        super().__init__()

    def turn(self):
        try:
            self._socket.recv()
            self.messages += 1
        except websocket.WebSocketTimeoutException:
            pass

    def end(self):
        super().end()
        self._socket.close()


class Subscriber(Repeating):
    """Takes every message, part by part."""

    def __init__(self, endpoint):
        self.messages, self.faults = 0, []
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.SUB)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.setsockopt(zmq.SUBSCRIBE, b"")
        self._socket.connect(endpoint)
        super().__init__()

    def turn(self):
        if not self._socket.poll(20):
            return
        parts, now = self._socket.recv_multipart(), time.time()
        self.messages += 1
        try:
            self.take(parts, now)
        except (ValueError, KeyError, TypeError) as error:
            self.faults.append(f"malformed: {error!r} {parts[:2]}")

    def end(self):
        super().end()
        self._socket.close()
        self._context.term()

    def fault(self, what):
        self.faults.append(what)

    def check_ranges(self, values):
        for value, control in zip(values, CONTROLS):
            least, most = control["shadowing_range"]
            if not (math.isfinite(value) and least <= value <= most):
                self.fault(f"out of range: {control['name']} {value}")


class Robot(Subscriber):
    """The published robot script with the send time: 31 parts."""

    def __init__(self, endpoint):
        self.poses = []  # each message's values, as texts
        super().__init__(endpoint)

    def take(self, parts, now):
        if len(parts) != len(CONTROLS) + 1:
            raise ValueError(f"{len(parts)} parts")
        self.check_ranges([float(part) for part in parts[1:]])
        self.poses.append(tuple(float(part) for part in parts[1:]))


class JsonRobot(Subscriber):
    """The JSON messages: gaps, rates, and the way from a frame to here."""

    def __init__(self, endpoint):
        self.poses, self.followed, self.lost = [], 0, 0
        self.delays = []  # s from a frame's last byte to here
        self._before = None
        super().__init__(endpoint)

    def take(self, parts, now):
        (text,) = parts
        pose = json.loads(text)
        if (pose["message"], pose["version"]) != ("vividface.controls", 1):
            raise ValueError("another message")
        values = tuple(float(pose["controls"][control["name"]]) for control in CONTROLS)
        self.check_ranges(values)
        self.poses.append(values)
        before, self._before = self._before, (pose, values)
        if before is not None:
            self.lost += pose["sequence"] - before[0]["sequence"] - 1
            if pose["sequence"] == before[0]["sequence"] + 1:
                self.check_rates(pose["clock_s"] - before[0]["clock_s"], before[1], values)
        captured = pose["captured_s"]
        if captured is not None and (before is None or before[0]["captured_s"] is None
                                     or captured - before[0]["captured_s"] > 1e-4):
            self.followed += 1
            self.delays.append(now - captured)

    def check_rates(self, elapsed, before, after):
        step = min(elapsed, SAFETY["longest_step_s"]) + 2e-6  # times are in microseconds
        for control, a, b in zip(CONTROLS, before, after):
            if abs(b - a) > FASTEST[control["name"]] * step + 1e-5 * max(1, abs(a)):
                self.fault(f"too fast: {control['name']} {a} to {b} in {elapsed} s")


def lost_by_robot(robot, json_robot):
    """How many poses of the JSON messages the robot's messages lack, since the robot's first. Both end with the same."""
    known = min(len(robot.poses), len(json_robot.poses))
    ours, theirs = robot.poses[-known:], json_robot.poses[-known:]
    return sum(a != b for a, b in zip(ours, theirs))


def percentile(values, fraction):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(fraction * len(ordered)))] if ordered else math.nan
