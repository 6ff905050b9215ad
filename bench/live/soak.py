#!/usr/bin/python3
"""Bad days at 'vividface serve': frames at 30 a second while clients drop, subscribers are killed, bodies are garbage,
senders are slow and 200 connections idle.

    bench/live/soak.py --seconds 1800

Prints what was done, what came out and how the memory went. Exit code 1: the server ended or did not answer, a frame was not
taken, a value was out of range or too fast, a message was lost, or in a run of 5 minutes and more the memory grew by 5 MB.
"""
import random
import select
import socket
import subprocess
import sys
import tempfile
import time

import clients
import run

MEMORY_BAR_MB, MEMORY_BAR_SECONDS = 5, 300
IDLE, TOO_MANY, PLACES = 200, 300, 256
SUBSCRIBER = """
import sys, zmq
socket = zmq.Context().socket(zmq.SUB)
socket.setsockopt(zmq.SUBSCRIBE, b"")
socket.connect(sys.argv[1])
print("hears", socket.recv()[:0], flush=True)
while sys.argv[2] == "reads":
    socket.recv()
import time; time.sleep(1000)  # connected, and never reads again
"""


class Nuisance(clients.Repeating):
    """Does something bad over and over; `random` is its own, from the seed of the run."""

    note = ""

    def __init__(self, server, frames, seed):
        self.server, self.frames, self.times = server, frames, 0
        self.random = random.Random(f"{type(self).__name__} {seed}")
        super().__init__()

    def turn(self):
        try:
            self.bother()
        except OSError:  # the server hung up, which is its right
            pass
        self.times += 1

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.server.port), timeout=30)

    def header(self, length, kind="application/octet-stream", path="/stream"):
        return (f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n").encode()


class Dropper(Nuisance):
    """Goes away in the middle of a frame."""

    name = "clients that dropped in a frame"

    def bother(self):
        frame = self.random.choice(self.frames)
        with self.connect() as connection:
            connection.sendall(self.header(len(frame)) + frame[: self.random.randrange(len(frame))])
            if self.random.random() < 0.5:  # a reset instead of an end
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.pause(self.random.uniform(0, 0.5))


class Garbage(Nuisance):
    """Bodies and requests that are none."""

    name = "garbage bodies and requests"

    def bother(self):
        frame = bytearray(self.random.choice(self.frames))
        noise = self.random.randbytes(self.random.randrange(1, 4000))
        for _ in range(20):
            frame[self.random.randrange(3, len(frame))] = self.random.randrange(256)
        huge = frame[:2] + b"\xff\xc0\0\x11\x08\xff\xff\xff\xff\3\1\x22\0\2\x11\1\3\x11\1" + frame[2:]  # 65535×65535
        requests = [
            self.header(len(noise)) + noise,
            self.header(len(noise) + 3) + b"\xff\xd8\xff" + noise,
            self.header(len(frame) // 2) + frame[: len(frame) // 2],
            self.header(len(frame)) + frame,
            self.header(len(huge)) + huge,
            self.header(1 << 40),
            self.header("many"),
            self.header(len(frame), "text/plain") + frame,
            self.header(0, path="/nowhere"),
            b"GET / HTTP/9.9\r\n\r\n",
            b"POST /stream HTTP/1.1\r\n" + b"X: y\r\n" * 5000,
            noise,
        ]
        with self.connect() as connection:
            connection.sendall(self.random.choice(requests))
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(1 << 12):
                pass
        self.pause(self.random.uniform(0, 0.2))


class SlowSender(Nuisance):
    """A frame of which a few bytes come now and then."""

    name = "slow senders"

    def bother(self):
        with self.connect() as connection:
            connection.sendall(self.header(100_000))
            while not self._end.is_set():
                connection.sendall(b"\xff\xd8\xff")
                self.pause(0.3)


class Idle(Nuisance):
    """200 connections that say nothing, and now and then more than there are places for."""

    name = "idle connections made"

    def bother(self):
        count = TOO_MANY if self.random.random() < 0.2 else IDLE
        waiting = []
        for _ in range(count):
            waiting.append(self.connect())
            self.times += 1
        self.pause(2)
        closed = len(select.select(waiting, [], [], 0)[0])
        self.closed[count] = self.closed.get(count, 0) + closed
        for connection in waiting:
            connection.close()

    def __init__(self, *args):
        self.closed = {}  # by the server, by how many there were
        super().__init__(*args)

    @property
    def note(self):
        return ", ".join(f"of {count} at once, {closed} closed in all" for count, closed in sorted(self.closed.items()))


class KilledSubscriber(Nuisance):
    """A robot that dies, or hangs and dies."""

    name = "subscribers killed"

    def bother(self):
        endpoint = self.random.choice([self.server.controls, self.server.json])
        how = self.random.choice(["reads", "hangs"])
        process = subprocess.Popen([sys.executable, "-c", SUBSCRIBER, endpoint, how], stdout=subprocess.PIPE)
        process.stdout.readline()
        self.pause(self.random.uniform(0, 3))
        process.kill()
        process.communicate()


class RestlessPhone(clients.Phone):
    """The phone itself hangs up now and then, sometimes for long enough that the robot goes to neutral."""

    def __init__(self, *args):
        self._random, self.pauses = random.Random(1), 0
        super().__init__(*args)

    def turn(self):
        super().turn()
        if self._random.random() < 1 / 150:
            self.hang_up()
            self.pause(self._random.choice([0.1, 0.7, 3]))
            self.pauses += 1


class Memory(clients.Repeating):
    def __init__(self, server):
        self.megabytes, self._server = [], server
        super().__init__()

    def turn(self):
        if self._server.lives():
            self.megabytes.append(self._server.resident_megabytes())
        self.pause(0.5)


def main():
    parser = run.options(__doc__, seconds=1800)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()

    unanswered, states = 0, set()
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as places:
        places.write(f"max_connections = {PLACES}\nmax_client_connections = {PLACES}\n")
        places.flush()
        served = run.Run(args.program, ["--config", places.name, *args.serve])
    with served:
        server = served.server
        memory, phone = Memory(server), RestlessPhone(server.port, served.frames)
        nuisances = [kind(server, served.frames, args.seed)
                     for kind in (Dropper, Garbage, SlowSender, Idle, KilledSubscriber)]
        end = time.monotonic() + args.seconds
        while time.monotonic() < end and server.lives():
            try:
                states.add(server.state())
            except OSError:
                unanswered += 1
            time.sleep(0.2)
        for client in (*nuisances, phone):
            client.end()
        memory.end()

    third = len(memory.megabytes) // 3
    early, late = max(memory.megabytes[third:2 * third], default=0), max(memory.megabytes[2 * third:], default=0)
    others = {answer: count for answer, count in phone.answers.items() if answer != "OK"}
    for nuisance in nuisances:
        print(f"{nuisance.name:<40}{nuisance.times:>8}  {nuisance.note}")
    print(f"{'times that the phone hung up':<40}{phone.pauses:>8}")
    print(f"{'frames posted':<40}{phone.answers.get('OK', 0):>8}  other answers, must be none: {others}")
    print(f"{'states asked for without an answer':<40}{unanswered:>8}  seen: {', '.join(sorted(states))}")
    print(f"{'messages':<40}{served.robot.messages:>8}  and {served.json_robot.messages} as JSON")
    print(f"{'messages lost':<40}{served.lost:>8}")
    print(f"{'values wrong, out of range, too fast':<40}{len(served.faults):>8}  must be 0")
    print(f"{'memory, MB':<40}{late:>8.1f}  in the last third, {late - early:+.1f} against the second")
    print(served.summary, end="")
    served.complain()
    grew = args.seconds >= MEMORY_BAR_SECONDS and late - early > MEMORY_BAR_MB
    lost_too_many = served.lost and not args.untimed
    is_bad = served.code != 0 or served.faults or lost_too_many or unanswered or grew or others
    return 1 if is_bad or not phone.answers.get("OK") else 0


if __name__ == "__main__":
    sys.exit(main())
