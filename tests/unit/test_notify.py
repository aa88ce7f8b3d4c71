"""Telling a person: every way gets the event, and a way that fails is a sentence."""

from __future__ import annotations

import hashlib
import hmac
import json
import socketserver
import threading
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from pipeline import notify
from pipeline.config import Notify
from pipeline.notify import Event, beat
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


class Mails(socketserver.StreamRequestHandler):
    """Takes a mail, as a mail server does."""

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


@pytest.fixture
def mail_server():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mails) as server:
        server.mails = []
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


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
    port = mail_server.server_address[1]
    assert send(EVENT, Notify(email="me@example.org", smtp=f"127.0.0.1:{port}")) == ()
    mail = message_from_bytes(mail_server.mails[0], policy=default)
    assert (mail["To"], mail["Subject"]) == ("me@example.org", "daycast: walk/day-02/linkedin: unconfirmed")
    assert mail.get_content().split() == f"{EVENT.text} {EVENT.url}".split()


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
    assert "s3cret" not in (beat("http://127.0.0.1:9/s3cret") or "")
