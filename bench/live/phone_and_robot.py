#!/usr/bin/python3
"""A phone and a robot at 'vividface serve', as published: 480x360 JPEG frames 30 times a second, 31 decimal texts back.

    bench/live/phone_and_robot.py --seconds 600
    bench/live/phone_and_robot.py --seconds 600 --load 90      # stress-ng on every core, watched by mpstat
    bench/live/phone_and_robot.py --seconds 120 --dashboard    # with somebody who watches

Prints the stage latencies and what arrived. Exit code 1: a frame or message was lost or wrong. How long they took decides nothing.
"""
import contextlib
import subprocess
import sys
import time

import clients
import run
import service


@contextlib.contextmanager
def load(percent, seconds):
    """Other work on every core; yields what says afterwards how busy the machine was."""
    if not percent:
        yield lambda: "no other load"
        return
    try:
        stress = subprocess.Popen(["stress-ng", "--quiet", "--cpu", "0", "--cpu-load", str(percent)])
        watch = subprocess.Popen(["mpstat", str(seconds), "1"], stdout=subprocess.PIPE, text=True)
    except FileNotFoundError as error:
        raise SystemExit(f"{error.filename} is missing: apt-get install stress-ng sysstat")
    try:
        yield lambda: f"stress-ng {percent} %; mpstat:\n" + watch.communicate()[0].strip()
    finally:
        for process in (stress, watch):
            process.terminate()
            process.wait()


def main():
    parser = run.options(__doc__, seconds=600)
    parser.add_argument("--rate", type=float, default=30, help="frames a second [30]")
    parser.add_argument("--load", type=int, default=0, help="percent of every core that stress-ng takes [0]")
    parser.add_argument("--dashboard", action="store_true", help="take what an open dashboard takes, numbers and pictures")
    args = parser.parse_args()

    with run.Run(args.program, args.serve) as served:
        while not served.robot.messages or not served.json_robot.messages:  # both are heard from before the first frame
            time.sleep(0.01)
        with load(args.load, args.seconds) as said:
            paths = ("/ws/state", "/ws/preview") if args.dashboard else ()
            watching = [clients.Dashboard(served.server.port, path) for path in paths]
            phone = clients.Phone(served.server.port, served.frames, args.rate)
            time.sleep(args.seconds)
            phone.end()
            time.sleep(1)  # the last frame is in work
            for dashboard in watching:
                dashboard.end()
            busy = said()

    posted = phone.answers.get("OK", 0)
    looked_at, shadowed, superseded = service.frames_of_summary(served.summary)
    followed, delays = served.json_robot.followed, served.json_robot.delays
    print(busy)
    if watching:
        print("the dashboard took", ", ".join(f"{it.messages} of {path}" for it, path in zip(watching, paths)))
    print(served.summary, end="")
    print(f"{'Last byte to the subscriber':<28}{sum(delays) / max(1, len(delays)) * 1e3:>8.2f}{'':>8}"
          f"{clients.percentile(delays, 0.5) * 1e3:>8.2f}{clients.percentile(delays, 0.95) * 1e3:>8.2f}"
          f"{clients.percentile(delays, 0.99) * 1e3:>8.2f}{max(delays, default=0) * 1e3:>8.2f}")
    held_up = "" if args.untimed else "must be 0"
    rows = [
        ("frames posted", posted, "other answers: " + str({k: v for k, v in phone.answers.items() if k != "OK"})),
        ("superseded by a newer frame", superseded, ""),
        ("lost before they were looked at", posted - looked_at - superseded, "must be 0"),
        ("shadowed, of which no message came", shadowed - followed, held_up),
        ("messages of 30 values and a time", served.robot.messages, ""),
        ("messages lost", served.lost, held_up),
        ("values wrong, out of range, too fast", len(served.faults), "must be 0"),
    ]
    for what, count, note in rows:
        print(f"{what:<40}{count:>8}  {note}")
    served.complain()
    is_good = (served.code == 0 and posted and followed and set(phone.answers) == {"OK"}
               and not any(count for _, count, note in rows if note == "must be 0"))
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
