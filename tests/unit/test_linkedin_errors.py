"""What LinkedIn's answers say of the world, and the sentences they become."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.channels.linkedin.api import in_path, permalink, post_urn
from pipeline.channels.linkedin.diagnose import age, life
from pipeline.channels.linkedin.errors import TABLE, Account, error_of
from pipeline.channels.linkedin.media import is_ours, named, upload_of
from pipeline.errors import (
    DuplicateError,
    NotAuthorizedError,
    NotSentError,
    RejectedError,
    UnconfirmedError,
)
from pipeline.http import Response
from pipeline.secrets import remember

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DATE = "Mon, 23 Nov 2026 09:00:00 GMT"
URN = "urn:li:share:7141138937766391808"
ACCOUNT = Account(name="acme", version="202609", author="urn:li:person:a")
#: As LinkedIn answers a text that is out already (seen in issue 5 of Arisamiga/Linkedin-RSS).
DUPLICATE = {
    "status": 422,
    "errorDetailType": "com.linkedin.common.error.BadRequest",
    "message": f"com.linkedin.content.common.exception.BadRequestResponseException: Content is a duplicate of {URN}",
    "errorDetails": {
        "inputErrors": [{"code": "DUPLICATE_POST", "description": "Duplicate post is detected", "input": {}}]
    },
}


def answer(status: int, body: object = None, **headers: str) -> Response:
    data = body if isinstance(body, bytes) else json.dumps(body if body is not None else {}).encode()
    return Response(
        status=status, headers={name.replace("_", "-"): value for name, value in headers.items()}, body=data
    )


def error(status: int, body: object = None, *, repeatable: bool = False, account: Account = ACCOUNT, **headers):
    return error_of(
        answer(status, body, **headers), action="publish", account=account, unclear="look there", repeatable=repeatable
    )


def coded(code: str) -> dict[str, object]:
    return {"code": code, "message": "No."}


#: Answer → class, and what the sentence tells to do.
CASES: dict[str, tuple[int, object, type, str]] = {
    "400 too long": (400, coded("FIELD_LENGTH_TOO_LONG"), RejectedError, "shorten the entry"),
    "400 too long, other name": (400, coded("FIELD_ARRAY_SIZE_TOO_HIGH"), RejectedError, "[channels.acme] limit"),
    "400 field missing": (400, coded("MISSING_FIELD"), RejectedError, "give the entry what is named"),
    "400 urn type": (400, coded("INVALID_URN_TYPE"), RejectedError, "author and mentions"),
    "400 urn": (400, coded("INVALID_URN_ID"), RejectedError, "author and mentions"),
    "400 value": (400, coded("INVALID_VALUE_FOR_FIELD"), RejectedError, "change what is named"),
    "400 no version": (400, coded("VERSION_MISSING"), NotAuthorizedError, "set [channels.acme] version"),
    "400 not uploaded": (400, coded("MEDIA_ASSET_WAITING_UPLOAD"), NotSentError, "uploaded again"),
    "400 upload too late": (400, coded("EXPIRED_UPLOAD_URL"), NotSentError, "uploaded again"),
    "400 bad file": (400, coded("MEDIA_ASSET_PROCESSING_FAILED"), RejectedError, "save it anew"),
    "400 other": (400, {"message": "Syntax exception in path variables"}, RejectedError, "change what it names"),
    "401 none": (401, coded("EMPTY_ACCESS_TOKEN"), NotAuthorizedError, "run 'daycast login acme'"),
    "401 revoked": (401, coded("REVOKED_ACCESS_TOKEN"), NotAuthorizedError, "run 'daycast login acme'"),
    "401 expired": (401, coded("EXPIRED_ACCESS_TOKEN"), NotAuthorizedError, "after 60 days"),
    "401 other": (401, {}, NotAuthorizedError, "run 'daycast login acme'"),
    "403": (403, coded("ACCESS_DENIED"), NotAuthorizedError, "add the product 'Share on LinkedIn'"),
    "404": (404, {}, RejectedError, "author and api_base"),
    "407": (407, b"<html>", NotSentError, "HTTPS_PROXY"),
    "408": (408, {}, UnconfirmedError, "look there"),
    "409": (409, coded("CONFLICT"), NotSentError, "tried once more"),
    "413": (413, {}, RejectedError, "make it smaller"),
    "415": (415, {}, RejectedError, "use JPG, PNG or GIF"),
    "418": (418, {}, RejectedError, "change what it names"),
    "422 duplicate": (422, DUPLICATE, DuplicateError, "change the entry's text"),
    "422 other": (422, {"message": "unrecognized field found but not allowed"}, RejectedError, "change what it names"),
    "425": (425, {}, NotSentError, "not ready"),
    "426": (
        426,
        coded("NONEXISTENT_VERSION"),
        NotAuthorizedError,
        "set [channels.acme] version (or DAYCAST_LINKEDIN_V",
    ),
    "429": (429, {}, NotSentError, "no more requests for now"),
    "500": (500, {}, UnconfirmedError, "look there"),
    "502": (502, b"<html>Bad Gateway</html>", UnconfirmedError, "look there"),
    "503": (503, {}, UnconfirmedError, "look there"),
    "504": (504, b"", UnconfirmedError, "look there"),
    "599": (599, b"", UnconfirmedError, "look there"),
    "302": (302, b"", RejectedError, "api_base of [channels.acme]"),
    "307": (307, b"", RejectedError, "api_base of [channels.acme]"),
    "200 of a portal": (200, b"<html>Welcome to our hotel</html>", UnconfirmedError, "look there"),
    "204": (204, b"", UnconfirmedError, "look there"),
    "garbage": (400, b"\xff\xfe\0[[[[", RejectedError, "change what it names"),
}


@pytest.mark.parametrize("case", CASES)
def test_an_answer_says_what_is_known_of_the_world_and_what_to_do(case):
    status, body, kind, remedy = CASES[case]
    got = error(status, body)
    assert type(got) is kind
    assert remedy in str(got)
    assert str(got).startswith(f"publish: LinkedIn answered {status}")


def test_every_row_of_the_table_is_met():
    met = {
        next(row for row in TABLE if row.status == status and (not row.codes or any(c in str(body) for c in row.codes)))
        for status, body, _, _ in CASES.values()
        if any(row.status == status for row in TABLE)
    }
    assert met == set(TABLE)


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 200])
def test_what_may_be_repeated_is_never_unclear(status):
    assert type(error(status, repeatable=True)) is NotSentError


def test_a_duplicate_names_the_post_that_is_out():
    got = error(422, DUPLICATE)
    assert isinstance(got, DuplicateError)
    assert (got.remote_id, got.url) == (URN, f"https://www.linkedin.com/feed/update/{URN}/")


@pytest.mark.parametrize("urn", ["urn:li:person:abc", "urn:li:share:", "nothing", "urn:li:organization:7"])
def test_a_duplicate_of_what_is_no_post_is_a_plain_refusal(urn):
    body = {"message": f"Content is a duplicate of {urn}", "code": "DUPLICATE_POST"}
    assert type(error(422, body)) is RejectedError


def test_an_organization_needs_another_product():
    account = Account(name="acme", version="202609", author="urn:li:organization:7")
    assert "'Community Management API'" in str(error(403, account=account))


def test_what_linkedin_said_is_told_short_on_one_line_without_secrets():
    remember("canary-token-1")
    said = str(error(400, {"message": f"no\n\x1b[31m canary-token-1 {'x' * 1000}"}, x_li_uuid="AAYx7"))
    assert "request AAYx7" in said
    assert len(said) < 700
    assert not {"\n", "\x1b"} & set(said)
    assert "canary" not in said


# ── waiting ──────────────────────────────────────────────────────────────────────────────────────

WAITS: dict[str, tuple[dict[str, Any], timedelta]] = {
    "as asked": ({"date": DATE, "retry_after": "120"}, timedelta(seconds=120)),
    "until a date": ({"date": DATE, "retry_after": "Mon, 23 Nov 2026 09:10:00 GMT"}, timedelta(minutes=10)),
    "too long": ({"date": DATE, "retry_after": "9999999"}, timedelta(days=1)),
    "not asked": ({"date": DATE}, timedelta(minutes=15)),
    "garbage": ({"date": DATE, "retry_after": "soon"}, timedelta(minutes=15)),
}


@pytest.mark.parametrize("case", WAITS)
def test_a_429_waits_as_long_as_it_says_else_a_quarter_of_an_hour(case):
    headers, wait = WAITS[case]
    assert error(429, **headers).retry_at == NOW + wait


def test_a_clock_that_is_given_counts_in_place_of_linkedins():
    later = NOW + timedelta(days=30)
    got = error_of(
        answer(429, date=DATE, retry_after="Mon, 23 Nov 2026 09:10:00 GMT"),
        action="publish",
        account=ACCOUNT,
        unclear="",
        repeatable=False,
        clock=lambda: later,
    )
    assert isinstance(got, NotSentError)
    assert got.retry_at == later + timedelta(minutes=10)


def test_without_any_clock_no_moment_is_named():
    assert error(429).retry_at is None


# ── names ────────────────────────────────────────────────────────────────────────────────────────

HEADERS: dict[str | None, str | None] = {
    URN: URN,
    "urn:li:ugcPost:12": "urn:li:ugcPost:12",
    "7141138937766391808": URN,
    f"urn:li:share:{URN}": URN,
    "urn%3Ali%3Ashare%3A12": "urn:li:share:12",
    f"  {URN} ": URN,
    "urn:li:person:abc": None,
    "": None,
    None: None,
    "٣": None,
}


@pytest.mark.parametrize("header", HEADERS)
def test_the_urn_of_a_post_is_found_in_every_form_it_came_in(header):
    assert post_urn(header) == HEADERS[header]


def test_a_urn_in_a_path_has_no_colon():
    assert in_path("urn:li:share:1") == "urn%3Ali%3Ashare%3A1"
    assert permalink("urn:li:share:1") == "https://www.linkedin.com/feed/update/urn:li:share:1/"


BASE = "https://api.linkedin.com"
ADDRESSES = {
    "https://www.linkedin.com/dms-uploads/x?a=b": True,
    "https://dms.licdn.linkedin.com/x": True,
    "https://linkedin.com/x": True,
    "https://www.linkedin.com:443/x": True,
    "https://api.linkedin.com/x": True,
    "http://www.linkedin.com/x": False,
    "https://www.linkedin.com:8443/x": False,
    "https://evil.example/x": False,
    "https://linkedin.com.evil.example/x": False,
    "https://notlinkedin.com/x": False,
    "https://evil.example/.linkedin.com": False,
    "https://evil.example\\.linkedin.com/x": False,
    "https://evil.example#.linkedin.com/x": False,
    "https://evil.example?.linkedin.com/x": False,
    "https://www.linkedin.com@evil.example/x": False,
    "https://me@www.linkedin.com/x": False,
    "https://evil.example%2f.linkedin.com/x": False,
    "https://evil.example\t.linkedin.com/x": False,
    "//www.linkedin.com/x": False,
    "file:///etc/passwd": False,
    "https://[::1]/x": False,
    "https://127.0.0.1/x": False,
    "https://www.linkedin.com:port/x": False,
    "": False,
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_linkedin_is_sent_the_token(address):
    assert is_ours(address, BASE) == ADDRESSES[address]


def test_the_host_of_the_configured_api_is_sent_it_too():
    base = "http://127.0.0.1:8123"
    assert is_ours(f"{base}/upload/1", base)
    assert not is_ours("http://127.0.0.1:9000/upload/1", base)
    assert not is_ours("https://127.0.0.1:8123/upload/1", base)


def test_an_address_elsewhere_is_named_without_its_query():
    value = {"value": {"uploadUrl": "https://evil.example/x?secret=1", "image": "urn:li:image:1"}}
    with pytest.raises(RejectedError, match=r"https://evil\.example/x to upload to, which is not LinkedIn"):
        upload_of(value, "image", BASE)


@pytest.mark.parametrize(
    "value", [{}, {"value": []}, {"value": {"uploadUrl": 3}}, {"value": {"image": "urn:li:image:1"}}]
)
def test_an_answer_without_an_address_is_tried_again(value):
    with pytest.raises(NotSentError, match="none of LinkedIn's"):
        upload_of(value, "image", BASE)


def test_a_name_takes_the_place_of_its_file_and_of_nothing_else():
    body = {
        "commentary": "see urn:li:image:a1",
        "content": {"multiImage": {"images": [{"id": "urn:li:image:a1", "altText": "x"}, {"id": "urn:li:image:b2"}]}},
    }
    made = named(body, {"urn:li:image:a1": "urn:li:image:REMOTE"})
    assert made == {
        "commentary": "see urn:li:image:a1",
        "content": {
            "multiImage": {"images": [{"id": "urn:li:image:REMOTE", "altText": "x"}, {"id": "urn:li:image:b2"}]}
        },
    }


# ── doctor's rules ───────────────────────────────────────────────────────────────────────────────

LIVES = {
    "long": (timedelta(days=40), None, ("ok", "token-life")),
    "not known": (None, None, ("ok", "token-life")),
    "a fortnight": (timedelta(days=14), None, ("warning", "token-expires-14")),
    "a week": (timedelta(days=6, hours=5), None, ("warning", "token-expires-7")),
    "a day": (timedelta(hours=20), None, ("warning", "token-expires-1")),
    "over": (timedelta(0), None, ("error", "token-expired")),
    "too short for the series": (timedelta(days=20), timedelta(days=25), ("warning", "token-too-short")),
    "long enough for the series": (timedelta(days=26), timedelta(days=25), ("ok", "token-life")),
}


@pytest.mark.parametrize("case", LIVES)
def test_a_tokens_life_is_held_against_today_and_the_last_day(case):
    left, last, expected = LIVES[case]
    found = list(life(NOW + left if left is not None else None, "acme", now=NOW, last_day=NOW + last if last else None))
    assert [(finding.level, finding.code) for finding in found] == [expected]
    assert expected[0] == "ok" or "daycast login acme" in found[0].message


VERSIONS = {
    ("202609", "2027-07-31"): ("ok", "version-age"),
    ("202609", "2027-08-01"): ("warning", "version-ends"),
    ("202609", "2028-01-01"): ("warning", "version-ends"),
    ("202601", "2026-12-01"): ("warning", "version-ends"),
    ("202612", "2027-10-31"): ("ok", "version-age"),
    ("2026-09", "2026-11-23"): ("error", "version-odd"),
    ("202613", "2026-11-23"): ("error", "version-odd"),
}


@pytest.mark.parametrize(("version", "day"), VERSIONS)
def test_a_version_is_spoken_of_from_a_month_before_its_expected_end(version, day):
    found = age(version, "acme", now=datetime.fromisoformat(day).replace(tzinfo=UTC))
    assert (found.level, found.code) == VERSIONS[version, day]


def test_a_versions_expected_end_is_in_the_middle_of_its_month_a_year_on():
    assert "about 2027-09-15" in age("202609", "acme", now=NOW).message
