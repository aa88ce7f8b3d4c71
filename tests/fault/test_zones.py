"""R5, R21: one instant a date in every zone, whatever its clocks do; new rules for a zone move what is not out."""

from __future__ import annotations

import json
import random
import struct
import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import islice, pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest

from pipeline import config
from pipeline.model import Cadence, Entry, Series
from pipeline.plan import dates, due_days
from pipeline.publish.decisions import move, opened
from pipeline.publish.due import load_sources
from pipeline.publish.peek import peeked
from pipeline.publish.status import status
from pipeline.wallclock import local, zone_of
from tests.fault.world import HOUR, KINDS, MINUTE, World, in_a_process, make, open_site, states, tick

DAY = timedelta(days=1)
TIMES = (time(0, 0), time(0, 30), time(1, 30), time(2, 30), time(23, 30))
START, DAYS = date(2026, 1, 1), 2 * 365
#: What becomes of Berlin: its rules as they are, and two that were proposed: summer, or winter, for ever.
AS_IT_IS, SUMMER, WINTER = "CET-1CEST,M3.5.0,M10.5.0/3", "CEST-2", "CET-1"


# ── R5 ───────────────────────────────────────────────────────────────────────────────────────────


def series(zone, wall, start=START, days=DAYS):
    cadence = Cadence(start=start, time=wall, zone=zone)
    path = "series/walk/day-01.md"
    return Series(
        slug="walk",
        id="walk",
        title="Walk",
        length=days,
        cadence=cadence,
        channels=("post",),
        path="series/walk/_index.md",
        entries=(Entry(path=path, series="walk", day=1, slug="day-01", title="Day 1", body="x"),),
    )


def some_zones(number):
    """That many zones, those with clock changes first in line."""
    names = sorted(available_timezones())
    random.Random(7).shuffle(names)
    return sorted(names, key=lambda name: len(offsets(name)) == 1)[:number]


def offsets(name):
    zone = ZoneInfo(name)
    return {datetime(2026, month, 1, tzinfo=zone).utcoffset() for month in range(1, 13)}


def test_every_date_of_two_years_has_one_instant_in_every_zone(many, record_figure):
    zones = some_zones(many(40, 100_000))
    wanted = list(islice(dates(series("UTC", time(9)).cadence), DAYS))
    slots, moved, wrong = 0, 0, []
    for zone in zones:
        for wall in TIMES:
            due = due_days(series(zone, wall))
            moments = list(due.values())
            slots += len(moments)
            if list(due) != list(range(1, DAYS + 1)):
                wrong.append((zone, wall, "a day is missing"))
            if any(after <= before for before, after in pairwise(moments)):
                wrong.append((zone, wall, "two at once, or not in order"))
            late = [
                local(moment, zone).replace(tzinfo=None) - datetime.combine(day, wall)
                for day, moment in zip(wanted, moments, strict=True)
            ]
            # A time that does not exist is as much later as the clocks go on, or earlier where that is another date.
            if any(abs(by) > 2 * HOUR for by in late):
                wrong.append((zone, wall, "at another time than that of the plan"))
            if [local(moment, zone).date() for moment in moments] != wanted:
                wrong.append((zone, wall, "a date is missing or there twice"))
            moved += sum(bool(by) for by in late)
    assert wrong == []
    words = f"{len(zones)} zones, {DAYS} dates, {len(TIMES)} times: {slots:,} instants, 0 skipped, 0 doubled"
    record_figure("R5", f"{words}, {moved} of them at a time that does not exist")


def changes(name):
    """The dates of 2027 on which a zone's clocks change."""
    zone = ZoneInfo(name)
    noons = [datetime(2027, 1, 1, 12, tzinfo=zone) + n * DAY for n in range(365)]
    return [after.date() for before, after in pairwise(noons) if before.utcoffset() != after.utcoffset()]


def test_each_day_around_a_clock_change_is_posted_once_on_its_date(tmp_path, many, record_figure):
    zones = [name for name in some_zones(many(12, 250)) if changes(name)]
    cases = 0
    for zone in zones:
        for changed in changes(zone):
            wall = TIMES[cases % len(TIMES)]
            root = tmp_path / f"{cases}"
            first = changed - 2 * DAY
            days = [first + n * DAY for n in range(4)]
            wanted = [day + DAY * (wall.hour == 23 and not exists(day, wall, zone)) for day in days]
            assert posted(root, zone, wall, first) == wanted, (zone, wall, changed)
            cases += 1
    record_figure("R5", f"{cases} clock changes in {len(zones)} zones lived through: one post a date")


def exists(day, wall, zone):
    """Whether a zone has that time on that date."""
    there = datetime.combine(day, wall, ZoneInfo(zone))
    return there.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == there.replace(tzinfo=None)


def posted(root, zone, wall, first):
    """The local dates on which the four days from ``first`` are posted, by looks whenever there is something to do."""
    world, found = World(root), []
    make(root, channels="post", days=4)
    index = root / "series/walk/_index.md"
    text = index.read_text().replace("2026-10-19", first.isoformat()).replace("Europe/Berlin", zone)
    index.write_text(text.replace('"09:00"', f'"{wall:%H:%M}"'))
    now: datetime | None = datetime.combine(first, time(), UTC) - DAY
    end = datetime.combine(first, time(), UTC) + 9 * DAY
    while now is not None:
        before = world.counts().total()
        report = tick(root, now, {"post": KINDS["plain"]("post", world)})
        found += [local(now, zone).date()] * (world.counts().total() - before)
        now = report.next_at if report.next_at and report.next_at < end else None
    assert [post["key"] for post in world.posts()] == [f"walk/day-{day:02}/post" for day in range(1, 5)]
    return found


# ── R21 ──────────────────────────────────────────────────────────────────────────────────────────


def zone_file(rules):
    """A TZif file (RFC 8536) without any transitions, which follows a rule from the beginning of time."""
    head = struct.pack(">4sc15x6l", b"TZif", b"2", 0, 0, 0, 0, 1, 4)
    block = struct.pack(">lbb4s", 3600, 0, 0, b"CET\0")
    return head + block + head + block + f"\n{rules}\n".encode()


class Berlin:
    """A project on Berlin's time, by rules that may change between two runs."""

    def __init__(self, root):
        self.root, self.world = root, World(root)
        make(root, channels="post", days=8)
        index = root / "series/walk/_index.md"
        # The clocks go back on the third day.
        index.write_text(index.read_text().replace("2026-10-19", "2026-10-23"))

    def look(self, now, rules):
        """A run by some rules; gives the sentences on what has moved."""
        return self._by(rules, partial(self._look, now))

    def due(self, now, rules):
        """When each day is due by ``status``."""
        return {int(day): datetime.fromisoformat(at) for day, at in self._by(rules, partial(self._due, now)).items()}

    def move(self, day, to, rules):
        def work():
            project = load_sources(self.root, config.load(self.root))
            with opened(project, to) as desk:
                move(desk, project.series[0], f"day-{day:02}", to)
            return []

        return self._by(rules, work)

    def _by(self, rules, work):
        """Do something in a process that finds these rules on its disk."""
        (self.root / "zones/Europe").mkdir(parents=True, exist_ok=True)
        (self.root / "zones/Europe/Berlin").write_bytes(zone_file(rules))
        told = self.root / "told.json"

        def run():
            zoneinfo.reset_tzpath([self.root / "zones"])
            ZoneInfo.clear_cache()
            zone_of.cache_clear()
            told.write_text(json.dumps(work()))

        assert in_a_process(run) == 0
        return json.loads(told.read_text())

    def _look(self, now):
        return list(tick(self.root, now, {"post": KINDS["plain"]("post", self.world)}).moved)

    def _due(self, now):
        project = load_sources(self.root, config.load(self.root))
        channels = {**open_site(self.root), "post": KINDS["plain"]("post", self.world)}
        with peeked(project, now) as ledger:
            found = status(project, ledger, channels, now, runner=None)
        return {one.day: one.due.isoformat() for one in found.deliveries}


def at(day, hour, minute=0):
    return datetime(2026, 10, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def berlin(tmp_path):
    return Berlin(tmp_path)


#: Rules before and after, the hours at which four days are out by then, and those of the others before and after.
CHANGES = {
    "summer for ever": (AS_IT_IS, SUMMER, (7, 7, 8, 8), 8, 7),
    "winter comes back": (SUMMER, AS_IT_IS, (7, 7, 7, 7), 7, 8),
    "another zone altogether": (SUMMER, WINTER, (7, 7, 7, 7), 7, 8),
}


@pytest.mark.parametrize("change", CHANGES)
def test_new_rules_move_what_is_not_out_and_each_is_reported(berlin, change):
    before, after, out, earlier, later = CHANGES[change]
    assert [berlin.look(at(23 + n, hour), before) for n, hour in enumerate(out)] == [[]] * 4
    assert berlin.world.counts().total() == 4
    moved = berlin.look(at(26, 12), after)
    assert [one.partition(":")[0] for one in moved] == [f"walk/day-{day:02}" for day in (5, 6, 7, 8)]
    for day, sentence in zip((5, 6, 7, 8), moved, strict=True):
        here = f"2026-10-{22 + day} 09:00 Europe/Berlin"
        assert f"the rules of Europe/Berlin changed: due {here}, formerly 2026-10-{22 + day}" in sentence
    expected = {day: at(22 + day, hour) for day, hour in enumerate(out, 1)}
    expected |= {day: at(22 + day, later) for day in (5, 6, 7, 8)}
    assert berlin.due(at(26, 12), after) == expected
    assert berlin.look(at(26, 13), after) == []
    first, second = sorted((earlier, later))
    berlin.look(at(27, first), after)
    assert berlin.world.counts()["walk/day-05/post"] == (later == first)
    berlin.look(at(27, second), after)
    assert berlin.world.counts() == {f"walk/day-{day:02}/post": 1 for day in range(1, 6)}


def test_a_day_that_new_rules_make_due_in_the_past_goes_out_at_once(berlin):
    for day, hour in enumerate((7, 7, 8, 8), 23):
        berlin.look(at(day, hour), AS_IT_IS)
    berlin.look(at(27, 7, 30), AS_IT_IS)
    assert berlin.world.counts()["walk/day-05/post"] == 0
    assert len(berlin.look(at(27, 7, 31), SUMMER)) == 4
    assert berlin.world.counts()["walk/day-05/post"] == 1
    berlin.look(at(27, 8), AS_IT_IS)
    berlin.look(at(27, 8) + HOUR, AS_IT_IS)
    assert berlin.world.counts()["walk/day-05/post"] == 1


def test_a_day_that_was_moved_by_hand_stays_there(berlin):
    berlin.look(at(23, 7), AS_IT_IS)
    berlin.move(6, at(26, 9), AS_IT_IS)
    moved = berlin.look(at(24, 7), SUMMER)
    assert [one.partition(":")[0] for one in moved] == [f"walk/day-{day:02}" for day in (3, 4, 5, 7, 8)]
    assert berlin.due(at(24, 7), SUMMER)[6] == at(26, 9)


def test_rules_that_change_nothing_here_are_not_worth_a_word(berlin):
    for day, hour in enumerate((7, 7, 8), 23):
        assert berlin.look(at(day, hour), AS_IT_IS) == []
    assert berlin.look(at(25, 9), "CET-1CEST,M4.1.0,M10.5.0/3") == []
    assert berlin.look(at(25, 9) + MINUTE, WINTER) == []
    assert set(states(berlin.root).values()) == {"published"}


def test_every_change_of_rules_was_made(record_figure):
    record_figure("R21", f"{len(CHANGES)} changes of rules: all that was out stayed, each of the others was reported")
