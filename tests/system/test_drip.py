"""People who begin later read on for weeks, each with a feed reader of their own."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tests.system.web import Site, daycast, served

SETTINGS = '[site]\ntitle = "Walks"\nurl = "https://walks.example"\n[feed]\nauthority = "walks.example,2026"\n'
INDEX = """\
---
title: Ten walks
length: 10
start: 2026-10-15
time: "09:00"
zone: Europe/Berlin
weekdays: mon-fri
drip: true
---
"""
#: From the day before the first one; clocks go back on 25 October.
FIRST, DAYS = date(2026, 10, 14), 35


class Subscriber:
    """Somebody with newsboat, who reads what is new each day."""

    def __init__(self, newsboat: str, folder: Path, feed: str) -> None:
        self._newsboat, self._folder = newsboat, folder
        folder.mkdir()
        (folder / "urls").write_text(f"{feed}\n")
        (folder / "config").write_text("download-retries 1\ndownload-timeout 10\nreset-unread-on-update yes\n")

    def read(self) -> list[str]:
        """The titles of what is new, the oldest first; afterwards it is read."""
        ran = subprocess.run(
            [self._newsboat, "-C", "config", "-u", "urls", "-c", "cache.db", "-x", "reload"],
            cwd=self._folder,
            env={"HOME": str(self._folder), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        with closing(sqlite3.connect(self._folder / "cache.db")) as cache:
            new = [title for (title,) in cache.execute("SELECT title FROM rss_item WHERE unread = 1 ORDER BY pubDate")]
            cache.execute("UPDATE rss_item SET unread = 0")
            cache.commit()
        return new


def test_whoever_begins_later_reads_every_day_once_at_the_pace_of_the_series(
    command: Callable[[str, str], str], tmp_path: Path
) -> None:
    newsboat = command("newsboat", "newsboat")
    root = tmp_path / "project"
    (root / "series/walk").mkdir(parents=True)
    (root / "daycast.toml").write_text(SETTINGS, encoding="utf-8")
    (root / "series/walk/_index.md").write_text(INDEX, encoding="utf-8")
    for day in range(1, 11):
        text = f"---\ntitle: Walk {day}\n---\nWe walked {day} miles along the river and back.\n"
        (root / f"series/walk/day-{day:02}.md").write_text(text, encoding="utf-8")
    site = Site(root / "output/site", "https://walks.example")
    begin = {
        "at once": date(2026, 10, 15),
        "in the middle": date(2026, 10, 21),
        "after the clocks": date(2026, 10, 27),
        "when it is over": date(2026, 10, 30),
    }
    readers: dict[str, Subscriber] = {}
    got: dict[str, list[tuple[date, list[str]]]] = {name: [] for name in (*begin, "the main feed")}
    with served(site) as running:
        for today in (FIRST + timedelta(days=n) for n in range(DAYS)):
            noon = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
            daycast("build", "-q", "--now", noon.isoformat(), root=root)
            for feed in site.folder.rglob("*.xml"):  # a server tells a day's change by the time of the file
                os.utime(feed, (noon.timestamp(), noon.timestamp()))
            if not readers:
                readers["the main feed"] = Subscriber(newsboat, tmp_path / "main", f"{running.address}/walk/feed.xml")
            for name, start in begin.items():
                if today == start:
                    feed_of_theirs = f"{running.address}/walk/drip/{start}.xml"
                    readers[name] = Subscriber(newsboat, tmp_path / name.replace(" ", "-"), feed_of_theirs)
            for name, reader in readers.items():
                if new := reader.read():
                    got[name].append((today, new))
    workdays = [FIRST + timedelta(days=n) for n in range(DAYS) if (FIRST + timedelta(days=n)).weekday() < 5]
    every = [[f"Walk {day}"] for day in range(1, 11)]
    for name, start in {"the main feed": date(2026, 10, 15), **begin}.items():
        their_days = [day for day in workdays if day >= start][:10]
        assert got[name] == list(zip(their_days, every, strict=True)), name
