"""robot-side/ameca_tritium.py with a stand-in for Tritium's `system`, over real ZeroMQ sockets."""
import contextlib
import json
import pathlib
import time
import types
import unittest

import zmq

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONTROLS = json.loads((ROOT / "config/ameca.json").read_text())["controls"]
NEUTRAL = [control["neutral"] for control in CONTROLS]


class Bid:
    def __init__(self, **terms):
        self.terms, self.in_use, self.released = terms, False, False

    @contextlib.contextmanager
    def use(self):
        assert not self.released
        self.in_use = True
        yield
        self.in_use = False

    def release(self):
        self.released = True


class Control:
    """Takes demands like the robot's, and refuses what must never come."""

    def __init__(self, robot, spec):
        self._robot, self._range, self.demands = robot, spec["shadowing_range"], []

    @property
    def demand(self):
        return self.demands[-1]

    @demand.setter
    def demand(self, value):
        assert self._robot.bid.in_use, "a demand without a bid"
        assert type(value) in (int, float) and self._range[0] <= value <= self._range[1], value
        self.demands.append(value)


class Robot:
    """What a Tritium script finds as `system`."""

    def __init__(self, lacking=()):
        self.bid, self.fps = None, None
        self.controls = {(c["name"], c["namespace"]): Control(self, c) for c in CONTROLS if c["name"] not in lacking}
        self.arbitration = types.SimpleNamespace(make_bid=self._make_bid)

    def _make_bid(self, **terms):
        self.bid = Bid(**terms)
        return self.bid

    def control(self, name, namespace, acquire):
        assert acquire == ["demand"]
        return self.controls.get((name, namespace))

    def tick(self, fps):
        self.fps = fps
        return lambda method: method

    def demands(self):
        return [self.controls[c["name"], c["namespace"]].demand for c in CONTROLS]


def load(robot, **constants):
    """The script's globals, as Tritium runs it; `constants` replaces some of them."""
    script = {
        "system": robot,
        "Precedence": types.SimpleNamespace(VERY_HIGH="very high"),
        "BidType": types.SimpleNamespace(ON_DEMAND="on demand"),
    }
    exec(compile((ROOT / "robot-side/ameca_tritium.py").read_text(), "ameca_tritium.py", "exec"), script)
    script.update(constants)
    return script


def message(values):
    return [str(value).encode() for value in values]


def raised(fraction):
    """Every control at `fraction` of its range."""
    return [least + (most - least) * fraction for least, most in (c["shadowing_range"] for c in CONTROLS)]


class Table(unittest.TestCase):
    def test_is_that_of_the_project(self):
        script = load(Robot())
        self.assertEqual(
            list(script["CONTROLS"]),
            [(c["name"], c["namespace"], *c["shadowing_range"], c["neutral"]) for c in CONTROLS],
        )


class Messages(unittest.TestCase):
    def setUp(self):
        self.parse = load(Robot())["parse"]

    def test_have_30_parts_or_31(self):
        self.assertEqual(list(self.parse(message(NEUTRAL))), NEUTRAL)
        self.assertEqual(list(self.parse(message([1.7e9] + NEUTRAL))), NEUTRAL)

    def test_of_another_length_are_dropped(self):
        for parts in ([], [b""], message(NEUTRAL[:-1]), message(NEUTRAL + [0, 0])):
            self.assertIsNone(self.parse(parts))

    def test_with_anything_but_finite_numbers_are_dropped(self):
        for bad in (b"nan", b"inf", b"-inf", b"1e999", b"", b"brow", b"\xff\xfe", b"0x1", b"1 2"):
            for place in (0, 13, 29):
                parts = message(NEUTRAL)
                parts[place] = bad
                self.assertIsNone(self.parse(parts), bad)

    def test_are_limited_to_the_ranges(self):
        self.assertEqual(list(self.parse(message([1e9] * 30))), [c["shadowing_range"][1] for c in CONTROLS])
        self.assertEqual(list(self.parse(message([-1e9] * 30))), [c["shadowing_range"][0] for c in CONTROLS])


class Watchdog(unittest.TestCase):
    """The face as a function of time; no clock is waited for."""

    def setUp(self):
        self.face = load(Robot())["Face"]()

    def follow(self, values, start, end):
        for tick in range(round((end - start) * 60) + 1):
            self.face.hear(tuple(values), start + tick / 60)
            self.face.step(start + tick / 60)

    def test_is_neutral_before_anything_comes(self):
        self.assertEqual(list(self.face.step(100)), NEUTRAL)

    def test_takes_over_softly(self):
        self.follow(raised(1), 0, 0)
        self.assertEqual(list(self.face.step(0)), NEUTRAL)
        self.follow(raised(1), 0.1, 0.5)
        self.assertNotIn(self.face.pose[0], (NEUTRAL[0], 1))
        self.follow(raised(1), 0.6, 1.1)
        self.assertEqual(list(self.face.pose), raised(1))

    def test_holds_then_is_neutral_2_s_after_the_last_message(self):
        self.follow(raised(1), 0, 2)
        self.assertEqual(list(self.face.step(2.4)), raised(1))
        self.assertLess(self.face.step(3)[0], 1)
        self.assertEqual(list(self.face.step(4)), NEUTRAL)
        self.assertEqual(list(self.face.step(1000)), NEUTRAL)

    def test_follows_again(self):
        self.follow(raised(1), 0, 2)
        halfway = self.face.step(3.2)
        self.face.hear(tuple(raised(0)), 3.2)
        self.assertEqual(self.face.step(3.2), halfway)
        self.follow(raised(0), 3.3, 4.5)
        self.assertEqual(list(self.face.pose), raised(0))

    def test_does_not_jump(self):
        self.follow(raised(1), 0, 2)
        before = self.face.pose
        for tick in range(200):
            pose = self.face.step(2 + tick / 60)
            for (least, most), a, b in zip((c["shadowing_range"] for c in CONTROLS), before, pose):
                self.assertLessEqual(abs(b - a), 0.03 * (most - least))
            before = pose


class OverASocket(unittest.TestCase):
    def setUp(self):
        self.context = zmq.Context()
        self.publisher = self.context.socket(zmq.PUB)
        self.publisher.setsockopt(zmq.LINGER, 0)
        self.robot = Robot()

    def tearDown(self):
        self.publisher.close()
        self.context.term()

    def start(self, robot=None, **constants):
        port = self.publisher.bind_to_random_port("tcp://127.0.0.1")
        script = load(robot or self.robot, ENDPOINT=f"tcp://127.0.0.1:{port}", TAKEOVER_S=0.05, **constants)
        activity = script["Activity"]()
        activity.on_start()
        self.addCleanup(activity.on_stop)
        return activity

    def tick_until(self, activity, wanted, parts=None):
        for _ in range(2000):
            if parts is not None:
                self.publisher.send_multipart(parts)
            activity.on_tick()
            if self.robot.demands() == wanted:
                return
            time.sleep(0.005)
        self.fail("the demands never became what was published")

    def test_bids_follows_eases_to_neutral_and_releases(self):
        activity = self.start(HOLD_S=0.05, EASE_S=0.05)
        self.assertEqual(self.robot.bid.terms["precedence"], "very high")
        self.assertEqual(self.robot.bid.terms["bid_type"], "on demand")
        for namespace in {c["namespace"] for c in CONTROLS} - {None}:
            self.assertIn("Control/" + namespace, self.robot.bid.terms["specifiers"])
        self.assertGreaterEqual(self.robot.fps, 30)
        self.tick_until(activity, NEUTRAL)
        self.tick_until(activity, raised(0.75), message(raised(0.75)))
        self.tick_until(activity, raised(0.25), message([time.time()] + raised(0.25)))
        self.tick_until(activity, NEUTRAL)
        activity.on_stop()
        self.assertTrue(self.robot.bid.released)
        activity.on_tick()  # a tick that was due already does nothing
        activity.on_stop()

    def test_hostile_messages_move_nothing(self):
        activity = self.start(HOLD_S=1000)
        self.tick_until(activity, raised(0.75), message(raised(0.75)))
        for parts in ([b"nan"] * 30, [b""], [b"\xff" * 1000] * 31, [b"9"] * 29):
            for _ in range(5):
                self.publisher.send_multipart(parts)
                activity.on_tick()
                self.assertEqual(self.robot.demands(), raised(0.75))
        self.tick_until(activity, [c["shadowing_range"][1] for c in CONTROLS], [b"1e30"] * 30)

    def test_a_robot_that_lacks_a_control_shows_the_others(self):
        robot = Robot(lacking=("Jaw Yaw",))
        activity = self.start(robot)
        activity.on_tick()
        self.assertEqual(robot.controls["Jaw Pitch", None].demand, 1)

    def test_with_the_servers_key(self):
        public, secret = zmq.curve_keypair()
        self.publisher.curve_server = True
        self.publisher.curve_secretkey = secret
        activity = self.start(SERVER_KEY=public.decode())
        self.tick_until(activity, raised(0.75), message(raised(0.75)))


if __name__ == "__main__":
    unittest.main()
