"""Telling a person: every way gets the event, and a way that fails is a sentence."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import signal
import socketserver
import ssl
import threading
from base64 import b64decode, b64encode
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

#: This machine, by an address that does not say so.
ELSEWHERE = "0.0.0.0"  # noqa: S104 (nothing is bound to it)
#: For that address, signed by itself, valid for a hundred years; with a key that guards nothing.
CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBZTCCAQugAwIBAgIBATAKBggqhkjOPQQDAjASMRAwDgYDVQQDDAcwLjAuMC4w
MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjASMRAwDgYDVQQDDAcw
LjAuMC4wMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEnBXXmQQHIJ9g4QPhmDx2
V+r81/+OI2Ej4J7U+n97ZqXfQh4IvWbwar779HsiCJGTRUbasKLmHrAvkV1J6G31
xqNQME4wDwYDVR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwQAAAAAMAsGA1UdDwQE
AwIChDAdBgNVHQ4EFgQUtEbHVEeXic69HbZ6H5zR8zypyhgwCgYIKoZIzj0EAwID
SAAwRQIgbYZIGpq5OOJUMBl0bbPyeTt1cF4HjVpb6uTqwXXXlsoCIQDiX0rqwxOt
xn8qJkJw+wdmJAOSPSZxFX0legCEnCuYPg==
-----END CERTIFICATE-----
"""
KEY = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgPv6/feE5irRLQZzD
NBRt42GKKAi9jzz40julMUtNXpChRANCAAScFdeZBAcgn2DhA+GYPHZX6vzX/44j
YSPgntT6f3tmpd9CHgi9ZvBqvvv0eyIIkZNFRtqwouYesC+RXUnobfXG
-----END PRIVATE KEY-----
"""
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
        #: Name, password and whether they came in the clear, of each who signed in.
        self.signed_in: list[tuple[str, str, bool]] = []
        self.tls: ssl.SSLContext | None = None

    @property
    def port(self):
        return self.server_address[1]

    @property
    def place(self):
        return f"127.0.0.1:{self.port}"


class Mails(socketserver.StreamRequestHandler):
    """Takes a mail, as a mail server does."""

    server: MailServer

    abilities: tuple[str, ...] = ("AUTH PLAIN",)
    to_starttls = "220 go on"
    to_auth = "235 welcome"

    def handle(self):
        self.say("220 hello")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                self.say("250-mail.example")
                for ability in self.abilities:
                    self.say(f"250-{ability}")
                self.say("250 ENHANCEDSTATUSCODES")
            elif verb == b"STAR":
                self.say(self.to_starttls)
                if self.to_starttls.startswith("220") and not self.encrypt():
                    return
            elif verb == b"AUTH":
                _, name, password = b64decode(line.split()[-1]).decode().split("\0")
                self.server.signed_in.append((name, password, not isinstance(self.connection, ssl.SSLSocket)))
                self.say(self.to_auth.format(line.split()[-1].decode()))
            elif verb == b"DATA":
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

    def encrypt(self):
        assert self.server.tls is not None
        try:
            self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        except OSError:  # the other side does not trust us
            return False
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)
        return True

    def finish(self):
        super().finish()
        self.connection.close()

    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


class Encrypts(Mails):
    """Offers TLS."""

    abilities = ("STARTTLS", "AUTH PLAIN")


class CannotEncrypt(Encrypts):
    """Offers TLS and then has none."""

    to_starttls = "454 not now"


class RefusesTelling(Encrypts):
    """Lets nobody in, and says back what it was told."""

    to_auth = "535 bad {}"


class Old(Mails):
    """Knows no EHLO."""

    def handle(self):
        self.say("220 hello")
        assert self.rfile.readline().startswith(b"ehlo")
        self.say("502 what?")
        assert self.rfile.readline().startswith(b"helo")
        self.say("250 ok")
        self.rfile.readline()
        self.say("451 no mail today")


def drip(handler):
    """Say a byte at a time, and never enough."""
    pause = threading.Event()
    with suppress(OSError):
        while not pause.wait(0.05):
            handler.wfile.write(b"2")


class Drips(socketserver.StreamRequestHandler):
    def handle(self):
        drip(self)


class DripsInside(Encrypts):
    """Drips once it is encrypted."""

    def encrypt(self):
        if super().encrypt():
            drip(self)
        return False


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


@contextmanager
def encrypting(handler, folder):
    """A mail server with a certificate for ``ELSEWHERE``."""
    (folder / "cert.pem").write_text(CERTIFICATE)
    (folder / "key.pem").write_text(KEY)
    with mails(handler) as server:
        server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.tls.load_cert_chain(folder / "cert.pem", folder / "key.pem")
        yield server


@pytest.fixture
def password(monkeypatch):
    monkeypatch.setenv("DAYCAST_SMTP_USER", "me")
    monkeypatch.setenv("DAYCAST_SMTP_PASSWORD", "canary-1234")
    return "canary-1234"


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


@pytest.mark.parametrize("more", ["", "long " * 300], ids=["short", "long"])
def test_a_mail_passes_where_only_seven_bits_do(mail_server, more):
    event = replace(EVENT, text=f"Überfällig — 🚶\n{more}")
    assert send(event, Notify(email="me@example.org", smtp=mail_server.place)) == ()
    [mail] = mail_server.mails
    assert mail.isascii()
    assert max(map(len, mail.split(b"\r\n"))) <= 78
    assert message_from_bytes(mail, policy=default).get_content().splitlines()[0] == "Überfällig — 🚶"


def test_a_mail_goes_encrypted_where_the_server_can(tmp_path):
    with encrypting(Encrypts, tmp_path) as server:
        for host in ("127.0.0.1", "localhost", ELSEWHERE):
            assert send(EVENT, Notify(email="me@example.org", smtp=f"{host}:{server.port}")) == ()
    assert (len(server.mails), server.signed_in) == (3, [])


def test_a_password_goes_to_a_server_that_proves_who_it_is(tmp_path, password, monkeypatch):
    with encrypting(Encrypts, tmp_path) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        assert send(EVENT, Notify(email="me@example.org", smtp=f"{ELSEWHERE}:{server.port}")) == ()
    assert (len(server.mails), server.signed_in) == (1, [("me", password, False)])


@pytest.mark.usefixtures("password")
def test_a_password_does_not_go_to_a_server_that_nobody_vouches_for(tmp_path):
    with encrypting(Encrypts, tmp_path) as server:
        [said] = send(EVENT, Notify(email="me@example.org", smtp=f"{ELSEWHERE}:{server.port}"))
    assert said.startswith("[notify] email: SSLCertVerificationError")
    assert (server.mails, server.signed_in) == ([], [])


@pytest.mark.usefixtures("password")
def test_a_password_does_not_go_in_the_clear_to_another_machine(mail_server):
    said = send(EVENT, Notify(email="me@example.org", smtp=f"{ELSEWHERE}:{mail_server.port}"))
    assert said == (f"[notify] email: {ELSEWHERE} offers no STARTTLS, and the password was not sent in the clear",)
    assert (mail_server.mails, mail_server.signed_in) == ([], [])


def test_a_server_on_this_machine_needs_no_proof(tmp_path, password):
    for handler, clear in ((Mails, True), (Encrypts, False)):
        with encrypting(handler, tmp_path) as server:
            assert send(EVENT, Notify(email="me@example.org", smtp=server.place)) == ()
        assert server.signed_in == [("me", password, clear)]


def test_a_password_that_a_server_says_back_is_not_told(tmp_path, password):
    with encrypting(RefusesTelling, tmp_path) as server:
        [said] = send(EVENT, Notify(email="me@example.org", smtp=server.place))
    assert said.startswith("[notify] email: SMTPAuthenticationError")
    for before in ("", "m", "me"):  # wherever Base64 divides
        assert b64encode(f"{before}{password}".encode()).decode()[4:-4] not in said


def test_a_server_that_offers_tls_and_has_none_is_a_sentence(tmp_path):
    with encrypting(CannotEncrypt, tmp_path) as server:
        [said] = send(EVENT, Notify(email="me@example.org", smtp=server.place))
    assert said.startswith("[notify] email: SMTPResponseException: (454")


def test_an_old_mail_server_is_greeted_as_it_knows():
    with mails(Old) as server:
        [said] = send(EVENT, Notify(email="me@example.org", smtp=server.place))
    assert "no mail today" in said


def test_a_mail_server_that_drips_once_encrypted_is_cut_off(tmp_path):
    with encrypting(DripsInside, tmp_path) as server:
        [said] = notify.send(EVENT, Notify(email="me@example.org", smtp=server.place), root=Path(), timeout=0.5)
    assert said.startswith("[notify] email: ")
    assert server.mails == []


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
