#!/usr/bin/python3
"""What the safety stage's filter costs: lag, calm and what the rate limit holds back, of a recorded session.

    bench/live/phone_and_robot.py --seconds 30 -- --record session.vvf
    bench/live/filter_cost.py session.vvf

Of each step that follows a frame: what Algorithm 1 gave, and what was sent. The lag is the shift at which the first, joined by
straight lines, fits the second best; the jitter is the root mean square of the second
difference, the second's by the first's.
Controls that hardly move (less than 2 % of their range in their standard deviation) say nothing and are left out.
"""
import argparse
import bisect
import math
import sqlite3
import statistics
import struct

import clients

SHADOWING = 1
STILL = 0.02  # of the range
LONGEST_LAG = 0.08  # s
STEP = 0.001  # s


def read(session):
    """Times, and by control what was given and what was sent; of one stretch of shadowing after the other."""
    database = sqlite3.connect(f"file:{session}?mode=ro", uri=True)
    events = [(event, "result", None, None, controls)
              for event, controls in database.execute("SELECT event, controls FROM results WHERE status = 0")]
    events += [(event, "step", time, captured, sent) for event, time, captured, sent in database.execute(
        f"SELECT event, time, captured, sent FROM steps WHERE state = {SHADOWING}")]
    given, rows = None, []
    for _, kind, time, captured, controls in sorted(events):
        values = struct.unpack(f"<{len(clients.CONTROLS)}f", controls)
        if kind == "result":
            given = values
        elif captured is not None and given is not None:
            rows.append((time, given, values))
    takeover = clients.SAFETY["takeover_s"]
    return [row for row in rows if row[0] > rows[0][0] + takeover]


def lag(times, given, sent):
    def at(time):
        i = min(max(bisect.bisect(times, time), 1), len(times) - 1)
        share = (time - times[i - 1]) / (times[i] - times[i - 1])
        return given[i - 1] + share * (given[i] - given[i - 1])

    inner = [i for i in range(len(times)) if times[i] - times[0] > LONGEST_LAG]
    shifts = [step * STEP for step in range(round(LONGEST_LAG / STEP))]
    return min(shifts, key=lambda shift: sum((at(times[i] - shift) - sent[i]) ** 2 for i in inner))


def jitter(values):
    return sum((a - 2 * b + c) ** 2 for a, b, c in zip(values, values[1:], values[2:]))


def span(values, form):
    least, most = form.format(min(values)), form.format(max(values))
    return least if least == most else f"{least} to {most}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("session")
    rows = read(parser.parse_args().session)
    if len(rows) < 100:
        raise SystemExit(f"only {len(rows)} steps of shadowing: record some seconds of a moving face")
    times = [row[0] for row in rows]
    names = [control["name"] for control in clients.CONTROLS]
    print(f"{'':<18}{'lag, ms':>14}{'jitter left':>16}{'held back by the rate limit, %':>34}")
    for region in clients.SAFETY["regions"]:
        lags, jitters, held = [], [], []
        for name, fastest in region["fastest"].items():
            i = names.index(name)
            least, most = clients.CONTROLS[i]["shadowing_range"]
            given, sent = [row[1][i] for row in rows], [row[2][i] for row in rows]
            if statistics.pstdev(given) < STILL * (most - least):
                continue
            lags.append(1e3 * lag(times, given, sent))
            jitters.append(math.sqrt(jitter(sent) / jitter(given)))
            steps = [(abs(b - a), t - s) for a, b, s, t in zip(sent, sent[1:], times, times[1:])]
            held.append(100 * sum(way > 0.999 * fastest * dt for way, dt in steps) / len(steps))
        if lags:
            print(f"{region['name']:<18}{span(lags, '{:.0f}'):>14}{span(jitters, '{:.2f}'):>16}{span(held, '{:.1f}'):>34}")


if __name__ == "__main__":
    main()
