"""An id is a tag: URI that is the same for ever and nobody else's."""

from __future__ import annotations

import re

import pytest

from pipeline.feed import guid

#: RFC 4151 §2.1, less the forms nobody writes: ``tag:`` authority ``,`` date ``:`` specific.
TAG = re.compile(
    r"tag:([a-z0-9._-]+@)?[a-z0-9-]+(\.[a-z0-9-]+)*,\d{4}(-\d\d(-\d\d)?)?:([A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-F]{2})*"
)


@pytest.mark.parametrize(
    ("authority", "series_id", "key", "expected"),
    [
        pytest.param("example.org,2026", "genai", "day-02", "tag:example.org,2026:genai/day-02", id="plain"),
        pytest.param("example.org,2026", "gen ai", "day-02", "tag:example.org,2026:gen%20ai/day-02", id="space"),
        pytest.param("example.org,2026", "größe", "50%", "tag:example.org,2026:gr%C3%B6%C3%9Fe/50%25", id="beyond"),
        pytest.param("example.org,2026", "a/b", "#c?", "tag:example.org,2026:a%2Fb/%23c%3F", id="delimiters"),
        pytest.param("bücher.example,2026", "a", "b", "tag:xn--bcher-kva.example,2026:a/b", id="host beyond ASCII"),
        pytest.param("ann@example.org,2026-05", "a", "b", "tag:ann@example.org,2026-05:a/b", id="e-mail and month"),
        pytest.param(
            "example.org,2026", "caf\udce9", "b", "tag:example.org,2026:caf%ED%B3%A9/b", id="undecodable name"
        ),
    ],
)
def test_a_guid_names_authority_series_and_key(authority: str, series_id: str, key: str, expected: str) -> None:
    made = guid(authority, series_id, key)
    assert (made, bool(TAG.fullmatch(made))) == (expected, True)


def test_a_decomposed_folder_name_gives_the_same_guid() -> None:
    assert guid("example.org,2026", "cafe\u0301", "a") == guid("example.org,2026", "caf\u00e9", "a")


def test_two_entries_never_share_a_guid_by_where_the_slash_is() -> None:
    assert guid("example.org,2026", "a/b", "c") != guid("example.org,2026", "a", "b/c")


def test_a_name_that_is_encoded_already_is_another_name() -> None:
    assert guid("example.org,2026", "a b", "c") != guid("example.org,2026", "a%20b", "c")
