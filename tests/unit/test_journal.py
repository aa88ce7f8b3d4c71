"""A journal is written whole or not at all, and read for what it says."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.errors import LedgerError
from pipeline.ledger.journal import append, read
from pipeline.ledger.lines import Line, parsed, written

NOON = datetime(2026, 10, 20, 12, tzinfo=UTC)
KEY = "walk/day-02/linkedin"
INTENT = Line(at=NOON, event="intent", key=KEY, attempt=1, claim="laptop/1", due=NOON, digest="d", source="s")
OUT = Line(
    at=NOON + timedelta(seconds=1),
    event="published",
    key=KEY,
    attempt=1,
    claim="laptop/1",
    remote_id="urn:li:share:1",
    url="https://www.linkedin.com/feed/update/urn:li:share:1/",
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "receipts.jsonl"


@pytest.fixture
def write(tmp_path, path):
    return lambda *lines: append(path, lines, lock=tmp_path / "lock")


def test_what_is_written_is_read(path, write):
    write(INTENT)
    write(OUT)
    assert read(path) == (INTENT, OUT)


def test_a_line_is_one_object_of_what_is_known(write, path):
    write(OUT)
    told = json.loads(path.read_text())
    assert told == {
        "at": "2026-10-20T12:00:01.000000Z",
        "event": "published",
        "key": KEY,
        "attempt": 1,
        "claim": "laptop/1",
        "remote_id": "urn:li:share:1",
        "url": "https://www.linkedin.com/feed/update/urn:li:share:1/",
    }


def test_there_may_be_no_journal_yet(path):
    assert read(path) == ()


def test_every_torn_end_is_survived(path, write):
    write(INTENT, OUT)
    data = path.read_bytes()
    start = data.index(b"\n") + 1
    for end in range(start, len(data) - 1):
        path.write_bytes(data[:end])
        assert read(path) == (INTENT,)
        write(OUT)
        assert read(path) == (INTENT, OUT)


def test_a_last_line_without_its_newline_is_whole(path, write):
    write(INTENT)
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    assert read(path) == (INTENT,)
    write(OUT)
    assert read(path) == (INTENT, OUT)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (b"{", "is no line of JSON"),
        (b"[]", "is no JSON object"),
        (b"<<<<<<< HEAD", "settle the merge"),
        (b'{"event": "sang"}', "which this version of daycast does not know"),
        (b'{"event": "intent", "key": "a/b/c"}', "names no moment"),
        (b'{"event": "intent", "key": "a/b/c", "at": "noon"}', "expected a moment"),
        (b'{"event": "intent", "key": 3, "at": "2026-10-20T12:00:00Z"}', "expected text"),
        (b'{"event": "intent", "key": "a/b/c", "at": "2026-10-20T12:00:00Z", "attempt": -1}', "expected a number"),
        (b"\xff\xfe", "is no line of JSON"),
    ],
)
def test_damage_within_is_told_with_its_line(path, write, row, said):
    write(INTENT)
    path.write_bytes(row + b"\n" + path.read_bytes())
    with pytest.raises(LedgerError, match=said) as told:
        read(path)
    assert "receipts.jsonl:1: " in str(told.value)


def test_a_journal_of_another_series_is_an_error(path, write):
    write(INTENT)
    with pytest.raises(LedgerError, match="write id: walk again"):
        read(path, series="hike")


def test_keys_that_a_newer_version_adds_are_passed_over():
    row = written(INTENT).replace(b"{", b'{"mood": [1], ', 1)
    assert parsed(row) == INTENT


def test_a_disk_that_refuses_leaves_the_journal_as_it_was(path, write, monkeypatch):
    write(INTENT)

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LedgerError, match="nothing is sent until it can"):
        write(OUT)
    assert read(path) == (INTENT,)
