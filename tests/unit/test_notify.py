"""Telling a person: every way gets the event, and a way that fails is a sentence."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import signal
import socketserver
import threading
from contextlib import contextmanager, suppress
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from pipeline import notify
from pipeline.config import Notify
from pipeline.notify import Event, beat
from tests.support_processes import Thread
from tests.support_web import web

EVENT = Event(
    kind="unconfirmed",
    key="walk/day-02/linkedin",
    subject="walk/day-02/linkedin:\nunconfirmed",
    text="It may be out: look — then resolve.",
    url="https://www.linkedin.com/feed/",
)


def send(event, settings):
    return notify.send(event, settings, root=Path())


@pytest.fixture
def server():
    with web() as found:
        yield found


class MailServer(socketserver.ThreadingTCPServer):
    """Keeps the mails it took."""

    daemon_threads = True

    def __init__(self, handler):
        super().__init__(("127.0.0.1", 0), handler)
        self.mails: list[bytes] = []

    @property
    def place(self):
        return f"127.0.0.1:{self.server_address[1]}"


class Mails(socketserver.StreamRequestHandler):
    """Takes a mail, as a mail server does."""

    server: MailServer

    def handle(self):
        self.say("220 hello")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.say("354 go on")
                data = b""
                while (row := self.rfile.readline()) != b".\r\n":
                    data += row
                self.server.mails.append(data)
                self.say("250 taken")
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


class Drips(socketserver.StreamRequestHandler):
    """Says a byte at a time, and never enough."""

    def handle(self):
        pause = threading.Event()
        with suppress(OSError):
            while not pause.wait(0.05):
                self.wfile.write(b"2")


@contextmanager
def mails(handler):
    with MailServer(handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def mail_server():
    with mails(Mails) as server:
        yield server


def test_a_command_gets_the_event(tmp_path):
    command = f"cat > {tmp_path}/event; echo $DAYCAST_EVENT $DAYCAST_KEY > {tmp_path}/words"
    assert send(EVENT, Notify(command=command)) == ()
    assert json.loads((tmp_path / "event").read_text())["text"] == EVENT.text
    assert (tmp_path / "words").read_text() == "unconfirmed walk/day-02/linkedin\n"


def test_a_command_runs_at_the_project_s_root(tmp_path):
    assert notify.send(EVENT, Notify(command="pwd > where"), root=tmp_path) == ()
    assert (tmp_path / "where").read_text() == f"{tmp_path}\n"


def test_a_command_that_fails_is_a_sentence():
    assert send(EVENT, Notify(command="echo no bus >&2; exit 4")) == ("[notify] command: exit code 4: no bus",)
    assert send(EVENT, Notify(command=("no-such-program",))) == ("[notify] command: FileNotFoundError",)


def test_a_command_that_hangs_is_ended_with_all_it_started(tmp_path):
    life = Thread(tmp_path / "life")
    settings = Notify(command=f"sh -c '{life.hang}'; true")
    assert notify.send(EVENT, settings, root=tmp_path, timeout=1) == ("[notify] command: ended after 1 s",)
    assert life.was_held_and_cut()


def test_a_command_that_leaves_something_running_has_told(tmp_path):
    settings = Notify(command="sleep 600 & echo $! > left")
    assert notify.send(EVENT, settings, root=tmp_path, timeout=1) == ()
    os.kill(int((tmp_path / "left").read_text()), signal.SIGKILL)


def test_a_command_that_reads_nothing_has_told():
    assert send(replace(EVENT, text="x" * (1 << 20)), Notify(command="true")) == ()


def test_a_secret_that_a_command_prints_is_not_told(monkeypatch):
    monkeypatch.setenv("BUS_PASSWORD", "canary-1234")
    assert send(EVENT, Notify(command='echo "bad $BUS_PASSWORD" >&2; exit 1')) == (
        "[notify] command: exit code 1: bad ***",
    )


def test_a_webhook_gets_it_signed(server, monkeypatch):
    monkeypatch.setenv("DAYCAST_NOTIFY_SECRET", "s3cret")
    url = server.say("/hook", status=204)
    assert send(EVENT, Notify(webhook=url)) == ()
    [(_, _, headers, body)] = server.seen
    assert json.loads(body)["key"] == EVENT.key
    expected = hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
    assert headers["X-Daycast-Signature"] == f"sha256={expected}"


def test_a_webhook_that_fails_is_a_sentence_without_its_path(server):
    assert send(EVENT, Notify(webhook=server.url + "/s3cret-path")) == ("[notify] webhook: answers 404",)
    [said] = send(EVENT, Notify(webhook="http://127.0.0.1:9/s3cret-path"))
    assert "s3cret-path" not in said


def test_a_mail_is_sent(mail_server):
    assert send(EVENT, Notify(email="me@example.org", smtp=mail_server.place)) == ()
    mail = message_from_bytes(mail_server.mails[0], policy=default)
    assert (mail["To"], mail["Subject"]) == ("me@example.org", "daycast: walk/day-02/linkedin: unconfirmed")
    assert mail.get_content().split() == f"{EVENT.text} {EVENT.url}".split()


def test_a_mail_server_that_drips_is_cut_off():
    with mails(Drips) as server:
        settings = Notify(email="me@example.org", smtp=server.place)
        [said] = notify.send(EVENT, settings, root=Path(), timeout=0.5)
    assert said.startswith("[notify] email: SMTP")


@pytest.mark.parametrize(
    "settings",
    [
        Notify(email="me@example.org", smtp="localhost:mail"),
        Notify(email="me@example.org\nBcc: you@example.org", smtp="localhost:9"),
        Notify(webhook="http://[::1/x"),
    ],
    ids=["a port that is none", "an address of two lines", "a web address that is none"],
)
def test_a_setting_that_cannot_be_used_is_a_sentence(settings):
    [said] = send(EVENT, settings)
    assert said.startswith("[notify] ")


def test_an_event_that_cannot_be_written_is_a_sentence_of_each_way():
    event = replace(EVENT, text="half an emoji: \ud83d")
    said = send(event, Notify(command="cat", webhook="http://127.0.0.1:9/", email="me@example.org"))
    assert [one.split(":")[0] for one in said] == ["[notify] command", "[notify] webhook", "[notify] email"]
    assert send(replace(EVENT, subject="a\0b"), Notify(command="cat")) == ("[notify] command: ValueError",)


def test_a_mail_server_that_is_not_there_is_a_sentence():
    [said] = send(EVENT, Notify(email="me@example.org", smtp="127.0.0.1:9"))
    assert said.startswith("[notify] email: ConnectionRefusedError")


def test_one_way_that_fails_keeps_no_other_back(server):
    url = server.say("/hook", status=200)
    said = send(EVENT, Notify(command="exit 1", webhook=url))
    assert (said, len(server.seen)) == (("[notify] command: exit code 1",), 1)


def test_a_heartbeat_is_a_call(server):
    assert beat(server.say("/beat")) is None
    assert beat(server.url + "/none") == "the heartbeat address answers 404"
    moved = server.say("/moved", "", 301, Location="http://127.0.0.1:9/s3cret")
    for url in ("http://127.0.0.1:9/s3cret", moved):
        said = beat(url)
        assert said is not None
        assert "s3cret" not in said


def test_a_heartbeat_to_what_is_no_address_is_a_sentence(server):
    assert "was not taken" in (beat("http://[::1") or "")
    assert "was not taken" in (beat(server.say("/x", "", 301, Location="http://[")) or "")
