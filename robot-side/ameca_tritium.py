"""Ameca's side of vividface: a Tritium script that shows on the robot what 'vividface serve' publishes.

Put it on the robot (Tritium's script editor), set ENDPOINT to the machine that serves, and start it. The machine serves with

    vividface serve --bind 0.0.0.0 --allow-anonymous-stream --zmq tcp://*:6666

It takes the published messages: 30 decimal texts in the order of CONTROLS, or 31 with the send time first. The newest
message wins. A message with anything that is no finite number is dropped whole; values are limited to the control's range.
Without a message for HOLD_S the face is held no longer and eases to neutral within EASE_S; when messages come again it is
taken over softly. The bid for the controls is released when the script stops.

Never tried on a robot: it was written from public Tritium scripts and is tested with a stand-in for `system` over a real
ZeroMQ socket (tests/robot-side). Not known for certain, so look at these first:
- that the robot's Python has pyzmq;
- that the specifiers of BID cover all controls on your robot's head (public scripts use these);
- Jaw Yaw's namespace: none in the published table, "Mesmer Mouth 2" in some scripts. Both are tried;
- how a bid is ended: `release`, `close` or `cancel` is called, whichever there is, and the script forgets the bid. No
  public script ends one by hand; BidType.ON_DEMAND may need no more;
- the tick's rate under load: demands are set in TICK_FPS ticks a second, in the thread that all scripts share.
"""
import math
import time

import zmq

ENDPOINT = "tcp://127.0.0.1:6666"  # the machine that serves, such as tcp://192.168.1.20:6666
SERVER_KEY = ""  # the server's public CURVE key, 40 characters, if it has one
TICK_FPS = 60
HOLD_S = 0.5  # without a message for so long, the watchdog takes over
EASE_S = 1.5  # from there to neutral: 2 s after the last message the face is at rest
TAKEOVER_S = 1.0  # from the pose that is found to what is published

MOUTH = "Mesmer Mouth 2"
# name, namespace, least, most, neutral: config/ameca.json (a test holds them equal)
CONTROLS = (
    ("Brow Inner Left", "Mesmer Brows 1", 0, 1, 0.6),
    ("Brow Inner Right", "Mesmer Brows 1", 0, 1, 0.68),
    ("Brow Outer Left", "Mesmer Brows 1", 0, 1, 0.65),
    ("Brow Outer Right", "Mesmer Brows 1", 0, 1, 0.53),
    ("Eyelid Lower Left", "Mesmer Eyelids 1", -1, 2, 1),
    ("Eyelid Lower Right", "Mesmer Eyelids 1", -1, 2, 1),
    ("Eyelid Upper Left", "Mesmer Eyelids 1", -1, 2, 1),
    ("Eyelid Upper Right", "Mesmer Eyelids 1", -1, 2, 1),
    ("Gaze Target Phi", "Mesmer Gaze 1", -130, 130, 0),
    ("Gaze Target Theta", "Mesmer Gaze 1", -60, 60, 0),
    ("Head Pitch", "Mesmer Neck 1", -20, 20, 0),
    ("Head Roll", "Mesmer Neck 1", -10, 10, 0),
    ("Head Yaw", "Mesmer Neck 1", -20, 20, 0),
    ("Jaw Pitch", None, 0.5, 1, 1),
    ("Jaw Yaw", None, 0, 1, 0.5),
    ("Lip Bottom Curl", None, 0, 1, 0.46),
    ("Lip Bottom Depress Left", None, 0, 1, 0.56),
    ("Lip Bottom Depress Middle", None, 0, 1, 0.43),
    ("Lip Bottom Depress Right", None, 0, 1, 0.54),
    ("Lip Corner Raise Left", None, 0, 1, 0.47),
    ("Lip Corner Raise Right", None, 0, 1, 0.62),
    ("Lip Corner Stretch Left", None, 0, 1, 0.64),
    ("Lip Corner Stretch Right", None, 0, 1, 0.31),
    ("Lip Top Curl", None, 0, 1, 0.41),
    ("Lip Top Raise Left", None, 0, 1, 0.48),
    ("Lip Top Raise Middle", None, 0, 1, 0.3),
    ("Lip Top Raise Right", None, 0, 1, 0.45),
    ("Neck Pitch", "Mesmer Neck 1", -20, 20, 0),
    ("Neck Roll", "Mesmer Neck 1", -12, 12, 0),
    ("Nose Wrinkle", "Mesmer Nose 1", 0, 1, 0),
)
BID = (
    "Control/Direct Motors/Lip Motors",
    "Control/Direct Motors/Mouth Motors",
    "Control/Mesmer Mouth 2",
    "Control/Mesmer Brows 1",
    "Control/Mesmer Eyelids 1",
    "Control/Mesmer Gaze 1",
    "Control/Mesmer Neck 1",
    "Control/Mesmer Nose 1",
)
NEUTRAL = tuple(control[4] for control in CONTROLS)


def parse(parts):
    """The values of one message, each in its control's range; None unless all of them are finite numbers."""
    if len(parts) == len(CONTROLS) + 1:
        parts = parts[1:]  # the send time
    if len(parts) != len(CONTROLS):
        return None
    try:
        values = [float(part.decode("ascii")) for part in parts]
    except ValueError:  # also what is no ASCII
        return None
    if not all(math.isfinite(value) for value in values):
        return None
    return tuple(min(max(value, least), most) for value, (_, _, least, most, _) in zip(values, CONTROLS))


def blend(start, end, progress):
    """From `start` to `end` while `progress` goes from 0 to 1, with no speed at either end."""
    x = min(max(progress, 0.0), 1.0)
    weight = x * x * (3 - 2 * x)
    return end if weight >= 1 else tuple(a + (b - a) * weight for a, b in zip(start, end))


class Face:
    """What the face is to show: a pure function of the messages and the times that it was given."""

    def __init__(self):
        self.pose = NEUTRAL
        self._from = NEUTRAL  # the pose when following or easing began
        self._wanted = NEUTRAL
        self._since = 0.0
        self._heard = None  # when the last good message came
        self._following = False

    def hear(self, values, now):
        if not self._following:
            self._following, self._from, self._since = True, self.pose, now
        self._wanted, self._heard = values, now

    def step(self, now):
        if self._heard is None:
            return self.pose
        if self._following and now - self._heard >= HOLD_S:
            self._following, self._from, self._since = False, self.pose, self._heard + HOLD_S
        if self._following:
            self.pose = blend(self._from, self._wanted, (now - self._since) / TAKEOVER_S)
        else:
            self.pose = blend(self._from, NEUTRAL, (now - self._since) / EASE_S)
        return self.pose


class Inbox:
    """The newest message of the server. Never waits."""

    def __init__(self, endpoint, server_key):
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.SUB)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.setsockopt(zmq.RCVHWM, 8)
        self._socket.setsockopt(zmq.SUBSCRIBE, b"")
        if server_key:
            public, secret = zmq.curve_keypair()
            self._socket.curve_publickey, self._socket.curve_secretkey = public, secret
            self._socket.curve_serverkey = server_key.encode("ascii")
        self._socket.connect(endpoint)

    def newest(self):
        """The values of the newest good message since the last call, or None."""
        newest = None
        for _ in range(64):  # a flood must not keep the robot's thread
            try:
                newest = parse(self._socket.recv_multipart(zmq.NOBLOCK)) or newest
            except zmq.Again:
                break
        return newest

    def close(self):
        self._socket.close()
        self._context.term()


def find_control(name, namespace):
    control = system.control(name, namespace, acquire=["demand"])
    if control is None and namespace is None:
        control = system.control(name, MOUTH, acquire=["demand"])
    return control


def end_bid(bid):
    for method in ("release", "close", "cancel"):
        if hasattr(bid, method):
            getattr(bid, method)()
            return


class Activity:
    inbox = bid = None

    def on_start(self):
        self.face = Face()
        self.controls = [find_control(name, namespace) for name, namespace, *_ in CONTROLS]
        missing = [CONTROLS[i][0] for i, control in enumerate(self.controls) if control is None]
        if missing:
            print("vividface: this robot does not have " + ", ".join(missing))
        self.inbox = Inbox(ENDPOINT, SERVER_KEY)
        self.bid = system.arbitration.make_bid(
            specifiers=list(BID),
            precedence=Precedence.VERY_HIGH,
            bid_type=BidType.ON_DEMAND,
        )

    @system.tick(fps=TICK_FPS)
    def on_tick(self):
        if self.inbox is None or self.bid is None:
            return
        now = time.monotonic()
        values = self.inbox.newest()
        if values is not None:
            self.face.hear(values, now)
        with self.bid.use():
            for control, value in zip(self.controls, self.face.step(now)):
                if control is not None:
                    control.demand = value

    def on_stop(self):
        inbox, bid = self.inbox, self.bid
        self.inbox = self.bid = None
        if bid is not None:
            end_bid(bid)
        if inbox is not None:
            inbox.close()

    def on_pause(self):
        self.on_stop()

    def on_resume(self):
        self.on_start()
