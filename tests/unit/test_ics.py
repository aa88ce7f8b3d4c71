"""A calendar that other programs can read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from pipeline.render.ics import Event, calendar

AT = datetime(2026, 10, 19, 9, tzinfo=timezone(timedelta(hours=2)))


def unfolded(data: bytes) -> list[str]:
    return data.decode().replace("\r\n ", "").split("\r\n")


def test_an_event_is_told_in_utc_with_its_text_escaped() -> None:
    event = Event(uid="tag:x,2026:s/day-01", at=AT, summary="a; b, c\\d", description="one\ntwo", url="https://x/a")
    lines = unfolded(calendar("Walks", [event]))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert "DTSTART:20261019T070000Z" in lines
    assert "SUMMARY:a\\; b\\, c\\\\d" in lines
    assert "DESCRIPTION:one\\ntwo" in lines
    assert "URL:https://x/a" in lines
    assert lines[-2:] == ["END:VCALENDAR", ""]


def test_the_same_events_give_the_same_bytes() -> None:
    events = [Event(uid="a", at=AT, summary="x")]
    assert calendar("n", events) == calendar("n", events)
    assert calendar("n", [Event(uid="a", at=AT.astimezone(UTC), summary="x")]) == calendar("n", events)


@given(st.text(), st.text())
def test_no_text_breaks_a_line(summary: str, name: str) -> None:
    data = calendar(name, [Event(uid="u", at=AT, summary=summary)])
    for line in data.split(b"\r\n"):
        assert len(line) <= 75
        assert b"\n" not in line
        line.decode()
    names = [line.partition(":")[0].partition(";")[0] for line in unfolded(data) if line]
    assert names.count("SUMMARY") == 1
    assert names == [
        "BEGIN", "VERSION", "PRODID", "CALSCALE", "METHOD", "X-WR-CALNAME", "REFRESH-INTERVAL", "X-PUBLISHED-TTL",
        "BEGIN", "UID", "DTSTAMP", "DTSTART", "SUMMARY", "TRANSP", "END", "END",
    ]  # fmt: skip
