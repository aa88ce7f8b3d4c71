"""``daycast preview``: a real process on the loopback, asked as a browser would, and as somebody who is not let in."""

from __future__ import annotations

import html
import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.parse

import pytest

from tests.support import INDEX, entry

NOW = "2026-10-21T09:00:00Z"
DAY = "/walk/day/2"


def found_in(text, pattern, *flags):
    """The first group of a pattern that must be there."""
    match = re.search(pattern, text, *flags)
    assert match is not None, text
    return match[1]


class Running:
    """A preview in a process of its own."""

    def __init__(self, root, *words):
        self.process = subprocess.Popen(
            [*(sys.executable, "-m", "pipeline", "-C", str(root), "preview", "--port", "0", "--no-browser"), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        self.port = int(found_in(said, r"http://127\.0\.0\.1:(\d+)/"))

    def ask(self, path, *, method="GET", body=None, **headers):
        """Status, headers and body of an answer; a redirect is one."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"Host": f"127.0.0.1:{self.port}", **named})
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer.status, answer.headers, data.decode("utf-8", "replace")

    def page(self, path):
        status, _, text = self.ask(path)
        assert status == 200, text
        return text

    def token(self):
        return found_in(self.page("/"), r'name="token" value="([^"]+)"')

    def send(self, action, token=None, **form):
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{self.port}"}
        data = urllib.parse.urlencode({"token": token or self.token(), **form})
        return self.ask(f"/do/{action}", method="POST", body=data, **headers)

    def said(self, answer):
        """What the page says that a form leads to."""
        status, headers, _ = answer
        assert status == 303
        return html.unescape(found_in(self.page(headers["Location"]), r'<p class="(said.*?)</p>', re.DOTALL))

    def end(self, number=signal.SIGINT):
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, err


@pytest.fixture
def walks(folder):
    folder.write({"daycast.toml": '[site]\ntitle = "Walks"\nurl = "https://walks.example"\n[cards]\n'})
    folder.write({"series/walk/_index.md": INDEX})
    folder.write({f"series/walk/day-{day:02}.md": entry(day) for day in (1, 2, 3)})
    return folder


@pytest.fixture
def preview(walks):
    running = Running(walks.path, "--now", NOW)
    yield running
    if running.process.poll() is None:
        running.end(signal.SIGKILL)
    for stream in (running.process.stdout, running.process.stderr):
        assert stream is not None
        stream.close()


def tree(folder):
    return {path: path.read_bytes() for path in sorted(folder.path.rglob("*")) if path.is_file()}


def test_the_calendar_shows_every_day_with_where_it_stands(preview):
    text = preview.page("/")
    assert text.count('<li class="day ') == 30
    assert "3 of 30 written" in text
    assert re.search(r'<a href="/walk/day/3" aria-current="date">', text)
    assert text.count("not published yet: blog, linkedin, rss") == 1
    assert text.count("not published yet: blog, rss; left out: linkedin") == 2
    assert "09:00<span> · due</span>" in text


def test_what_is_past_its_time_is_explained_once_and_without_alarm(walks, preview):
    text = " ".join(preview.page("/").split())
    assert "<b>3 days are due and not published everywhere:</b> nothing has published here yet." in text
    assert '<li class="warn">' not in text
    preview.send("publish", series="walk", day="1", back="/walk/day/1")
    text = " ".join(preview.page("/").split())
    assert "nothing has published here yet" in text
    walks.daycast("publish", "due", "--now", NOW)
    assert "the last look was at 2026-10-21 09:00 UTC" in " ".join(preview.page("/").split())


def test_publishing_one_day_is_no_look_at_the_others(walks, preview):
    preview.send("publish", series="walk", day="1", back="/walk/day/1")
    status = walks.daycast("status", "--now", NOW).out
    assert "nothing has looked yet" in status
    assert "the last look was" not in status


def test_a_day_shows_exactly_what_would_be_sent(walks, preview):
    shown = preview.page(f"{DAY}/text/linkedin")
    assert shown == walks.daycast("render", "day", "2", "--channel", "linkedin", "--now", NOW).out
    wire = html.unescape(found_in(preview.page(DAY), r"<pre tabindex=\"0\">(\{.*?)</pre>", re.DOTALL))
    walks.write({"daycast.toml": walks.read("daycast.toml") + '[channels.linkedin]\nmode = "api"\n'})
    ran = walks.daycast("publish", "day", "2", "--channel", "linkedin", "--dry-run", "--json", "--now", NOW)
    sent = next(one for one in json.loads(ran.out)["deliveries"] if one["key"] == "walk/day-02/linkedin")
    assert json.loads(wire) == json.loads(sent["body"])


def test_a_day_that_is_cut_does_not_say_that_there_is_nothing_to_look_at(walks, preview):
    assert "nothing to look at" in preview.page(DAY)
    walks.write({"daycast.toml": walks.read("daycast.toml") + '[channels.bluesky]\nhandle = "w.example"\n'})
    long = "We walked two miles along the river and back again. " * 20
    for day in (1, 2):
        extra = "channels: [blog, bluesky]\n"
        walks.write({f"series/walk/day-{day:02}.md": entry(day, extra=extra, body=long)})
    page = preview.page(DAY)
    assert "the text is cut to 300 characters" in page
    assert "nothing to look at" not in page


def test_page_feed_item_and_picture_are_shown(preview):
    text = preview.page(DAY)
    assert f'src="{DAY}/page"' in text
    status, headers, page = preview.ask(f"{DAY}/page")
    assert (status, "<h1" in page, "<script src" in page) == (200, True, False)
    assert headers["Content-Security-Policy"].startswith("sandbox allow-same-origin; default-src 'none'")
    style = found_in(page, r'href="(/site/style\.css[^"]*)"')
    assert preview.ask(style)[0] == 200
    assert "We walked 2 miles" in preview.page(f"{DAY}/item") or "<p>" in preview.page(f"{DAY}/item")
    assert f'<img class="og" src="{DAY}/card"' in text
    assert preview.ask(f"{DAY}/card")[2].startswith("\ufffdPNG")
    picture = found_in(text, rf'src="({DAY}/picture/linkedin[^"]*)"')
    assert preview.ask(picture)[2].startswith("\ufffdPNG")


def test_looking_changes_nothing(walks, preview):
    before = tree(walks)
    for path in (
        "/",
        "/walk/",
        DAY,
        f"{DAY}/page",
        f"{DAY}/item",
        f"{DAY}/publish",
        f"{DAY}/text/linkedin",
        "/nothing",
    ):
        preview.ask(path)
    assert tree(walks) == before


def test_what_is_saved_is_shown_and_what_is_broken_is_told_with_its_place(walks, preview):
    preview.page(DAY)
    walks.write({"series/walk/day-02.md": entry(2).replace("title: ", "title: New ", 1)})
    assert '<h1 dir="auto">New ' in preview.page(DAY)
    walks.write({"series/walk/day-02.md": "---\ntitle: [\n---\n"})
    assert "series/walk/day-02.md:" in preview.page("/")
    walks.write({"daycast.toml": "[sites]\n"})
    text = preview.page("/")
    assert "unknown key &#39;sites&#39;" in text
    assert text.count('<li class="day ') == 30


def test_a_change_is_told_to_open_pages(walks, preview):
    with socket.create_connection(("127.0.0.1", preview.port), timeout=30) as page, page.makefile("rb") as lines:
        page.sendall(f"GET /events HTTP/1.1\r\nHost: 127.0.0.1:{preview.port}\r\n\r\n".encode())
        assert any(b"text/event-stream" in line for line in iter(lines.readline, b"\r\n"))
        assert any(line.startswith(b"retry:") for line in iter(lines.readline, b""))
        walks.write({"series/walk/day-02.md": entry(2) + "\nMore.\n"})
        assert any(line == b"event: changed\n" for line in iter(lines.readline, b""))


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1", "localhost:1", "127.0.0.1.evil.example", ""]
)
def test_another_name_for_this_machine_is_not_answered(preview, host):
    status, _, text = preview.ask("/", Host=host)
    assert (status, "token" in text) == (421, False)


def test_nobody_else_may_change_anything(walks, preview):
    token = preview.token()
    before = tree(walks)
    form = urllib.parse.urlencode({"token": token, "series": "walk"})
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    refused = [
        preview.ask("/do/pause", method="POST", body=form, Origin="https://evil.example", **kind),
        preview.ask("/do/pause", method="POST", body=form, Origin="null", **kind),
        preview.ask("/do/pause", method="POST", body=form, Sec_Fetch_Site="cross-site", **kind),
        preview.send("pause", "wrong", series="walk"),
        preview.send("pause", " ", series="walk"),
        preview.ask("/do/pause", method="POST", body="x" * 30_000, Origin=f"http://127.0.0.1:{preview.port}", **kind),
    ]
    assert [status for status, _, _ in refused] == [403, 403, 403, 403, 403, 413]
    assert preview.ask(f"/do/pause?{form}")[0] == 405
    assert tree(walks) == before


def test_every_answer_keeps_to_itself(preview):
    for path in ("/", DAY, "/preview/preview.js", "/nothing"):
        _, headers, _ = preview.ask(path)
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Origin" not in headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
    assert not re.search(r"<script>|<style|\son\w+=", preview.page(DAY))


@pytest.mark.parametrize(
    "path",
    [
        "/site/../daycast.toml",
        "/site/..%2f..%2fdaycast.toml",
        "/site/%2e%2e/daycast.toml",
        "/site/walk/_index.md",
        "/site/walk/day-01.md",
        "/site/walk/receipts.jsonl",
        "/site/%00",
        "/site//etc/passwd",
        "/preview/..%2f..%2fpyproject.toml",
        "/preview/day.html.j2",
    ],
)
def test_no_file_is_served_that_is_no_part_of_a_page(walks, preview, path):
    walks.write({"series/walk/receipts.jsonl": ""})
    status, _, text = preview.ask(path)
    assert status in (404, 400)
    assert "[site]" not in text
    assert "root:" not in text


def test_a_post_is_recorded_as_done_and_a_series_paused_from_the_page(walks, preview):
    post = "https://www.linkedin.com/feed/update/urn:li:share:7/"
    answer = preview.send("done", series="walk", day="2", channel="linkedin", url=post, back=DAY)
    assert re.fullmatch(rf"{DAY}\?told=[\w-]+", answer[1]["Location"])
    assert f"walk/day-02/linkedin: published {post}" in preview.said(answer)
    assert f'<a href="{post}">' in preview.page(DAY)
    preview.send("pause", series="walk")
    assert "paused" in preview.page("/")
    preview.send("resume", series="walk")
    assert [json.loads(line)["event"] for line in walks.read("series/walk/receipts.jsonl").splitlines()] == [
        "published",
        "paused",
        "resumed",
    ]


def test_a_slot_is_resolved_from_the_page(preview):
    preview.send("resolve", key="walk/day-01/linkedin", how="skip", back=DAY)
    assert "linkedin: skipped" in " ".join(preview.page("/walk/day/1").split())
    told = preview.said(preview.send("resolve", key="walk/day-99/linkedin", how="skip", back=DAY))
    assert told.startswith('said bad" role="alert">')
    assert "there is no slot" in told


def test_what_came_of_a_form_is_said_once_and_by_no_link(preview):
    _, headers, _ = preview.send("pause", series="walk", back="/walk/")
    assert '<p class="said" role="status">walk: paused</p>' in preview.page(headers["Location"])
    assert 'class="said' not in preview.page(headers["Location"])
    for path in ("/?said=Send+your+token+to+me", "/?told=Send+your+token+to+me"):
        assert "Send your token" not in preview.page(path)


def test_publishing_asks_first_and_shows_the_text(walks, preview):
    text = preview.page(f"{DAY}/publish")
    assert "#Day2/30" in text
    assert not (walks.path / "series/walk/receipts.jsonl").exists()
    preview.send("publish", series="walk", day="2", back=DAY)
    assert "walk/day-02/blog" in walks.read("series/walk/receipts.jsonl")


def test_publishing_says_beforehand_what_each_channel_gets(walks, preview):
    def promised():
        return html.unescape(" ".join(preview.page(f"{DAY}/publish").split()))

    text = promised()
    assert "<b>blog</b> is built into output/site and stays there: no [deploy] brings it online" in text
    assert "<b>linkedin</b> is not sent: its text is put into output/handouts/ for you to post once its page" in text
    assert "answers, since there is no token ('daycast login linkedin' gets one)" in text
    toml = walks.read("daycast.toml")
    local = toml.replace("https://walks.example", "http://localhost:8000")
    walks.write({"daycast.toml": local + '[deploy]\ntarget = "folder:/tmp/x"\n[channels.linkedin]\nmode = "manual"\n'})
    text = promised()
    assert "and [deploy] brings it to folder:/tmp/x; its addresses begin with http://localhost:8000" in text
    assert "for you to post, as its mode says" in text
    walks.write({"daycast.toml": toml + '[channels.linkedin]\nmode = "api"\n'})
    assert "<b>linkedin</b> is posted by its API once its page answers" in promised()
    walks.write({"daycast.toml": toml, "PAUSE": "Holidays"})
    text = promised()
    assert "There is nothing to publish." in text
    assert 'action="/do/publish"' not in text


def test_after_publishing_nothing_is_called_out_that_is_only_built(preview):
    told = preview.said(preview.send("publish", series="walk", day="2", back=DAY))
    assert "walk/day-02/blog: is built into output/site and stays there" in told
    assert "walk/day-02/linkedin: published" not in told
    assert "<b>blog</b> is out already" in preview.page(f"{DAY}/publish")


def test_a_post_without_a_card_says_why(walks, preview):
    assert "No card below the text" not in preview.page(DAY)
    walks.write({"daycast.toml": '[site]\nurl = "http://localhost:8000"\n'})
    assert "No card below the text: [site] url is http://localhost:8000" in preview.page(DAY)


def test_the_recap_is_shown_behind_the_days_and_recorded_by_its_name(walks, preview):
    walks.write({"series/walk/_index.md": INDEX.replace("length: 30", "length: 3\nrecap: true")})
    calendar = preview.page("/")
    assert calendar.count('<li class="day ') == 4
    assert "3 of 3 written" in calendar
    assert '<a href="/walk/day/4"><b>recap</b>' in calendar
    day = preview.page("/walk/day/4")
    assert "2. Walk number 2" in day
    assert 'name="day" value="recap"' in day
    answer = preview.send("done", series="walk", day="recap", channel="linkedin", back="/walk/day/4")
    assert answer[1]["Location"].startswith("/walk/day/4?told=")
    assert "walk/recap/linkedin: published" in preview.said(answer)


def test_what_waits_for_approval_says_so_in_the_calendar(walks, preview):
    settings = walks.read("daycast.toml")
    walks.write({"daycast.toml": settings + '\n[publish]\nrequire_approval = "approve"\n'})
    assert preview.page("/").count("waits until somebody approves it") == 3


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example", "/\\evil.example"]
)
def test_a_form_leads_back_to_the_preview_only(preview, back):
    _, headers, _ = preview.send("pause", series="walk", back=back)
    assert headers["Location"].startswith("/?told=")


def test_it_ends_at_once_with_open_pages_and_without_a_trace(preview):
    open_pages = []
    for _ in range(3):
        page = socket.create_connection(("127.0.0.1", preview.port), timeout=30)
        page.sendall(f"GET /events HTTP/1.1\r\nHost: 127.0.0.1:{preview.port}\r\n\r\n".encode())
        lines = page.makefile("rb")
        assert lines.readline().startswith(b"HTTP/1.1 200")
        assert any(line.startswith(b"retry:") for line in iter(lines.readline, b""))
        open_pages.append((page, lines))
    code, _, err = preview.end()
    assert (code, err) == (0, "")
    for page, lines in open_pages:
        with page, lines:
            assert b"event: ended\n" in lines.readlines()


def test_a_port_that_is_taken_is_told(walks, preview):
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "pipeline",
            "-C",
            str(walks.path),
            "preview",
            "--no-browser",
            "--port",
            str(preview.port),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, f"port {preview.port} cannot be had" in ran.stderr) == (1, True)


def test_without_the_extra_the_remedy_is_told(walks):
    code = "import sys; sys.modules['uvicorn'] = None; from pipeline.cli import main; sys.exit(main(sys.argv[1:]))"
    ran = subprocess.run(
        [sys.executable, "-c", code, "-C", str(walks.path), "preview"], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, "pip install 'daycast[preview]'" in ran.stderr) == (2, True)


def test_many_pages_at_once_get_their_answers(preview):
    found = []

    def ask():
        found.append(preview.ask(DAY)[0])

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * 20
