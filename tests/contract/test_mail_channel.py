"""The mail channel on a real SMTP server: each recipient at most once, whatever happens in the middle."""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import re
import socket
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP

from pipeline.channels.contract import Channel, Diagnoses, Holds, Names
from pipeline.channels.mail.channel import MailChannel
from pipeline.delivery import Receipt
from pipeline.errors import ConfigError, LedgerError, NotAuthorizedError, NotSentError, RejectedError, UnconfirmedError
from pipeline.testing.contract import NOW, ChannelContract
from pipeline.testing.server import Answer, FakeServer

KEY = "walk/day-02/mail"
PEOPLE = "ada@example.org\nBo Björk <bo@example.org>  # since May\n\n# nobody\nADA@EXAMPLE.ORG\ncy@example.org\n"


class Contract(ChannelContract):
    name = "mail"
    kind = MailChannel
    __test__ = False


CONTRACT = Contract()


class Server:
    """A real SMTP server that may fail at one address."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, bytes]] = []
        #: Address → what is said to it: ``450``, ``550``, …, or after the data ``451``, ``554`` or ``lost``.
        self.answers: dict[str, str] = {}
        #: What is said to every sender.
        self.to_senders = "250 OK"
        self._loop = asyncio.new_event_loop()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        started = threading.Event()

        async def serve() -> None:
            self._server = await self._loop.create_server(lambda: SMTP(self, hostname="mail.test"), sock=self._socket)
            started.set()

        def run() -> None:
            asyncio.set_event_loop(self._loop)
            self._loop.run_until_complete(serve())
            self._loop.run_forever()

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()
        started.wait(10)

    async def handle_MAIL(  # noqa: N802 - the server's own name
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        del server, session, options
        if self.to_senders.startswith("250"):
            envelope.mail_from = address
        return self.to_senders

    async def handle_RCPT(  # noqa: N802 - the server's own name
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        del server, session, options
        said = self.answers.get(address, "")
        if said in ("450", "550", "550 5.7.1", "530 5.7.0"):
            return f"{said} not {address}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the same
        del session
        [address] = envelope.rcpt_tos
        self.mails.append((address, envelope.content))
        if self.answers.get(address) == "lost":
            server.transport.abort()
        if self.answers.get(address) == "554":
            self.mails.pop()
            return "554 5.7.1 spam"
        if self.answers.get(address) == "451":
            self.mails.pop()
            return "451 later"
        return "250 taken"

    def close(self) -> None:
        async def end() -> None:
            self._server.close()
            others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def to(self) -> list[str]:
        return [address for address, _ in self.mails]

    def mail(self, address: str) -> EmailMessage:
        [data] = [data for to, data in self.mails if to == address]
        return email.message_from_bytes(data, policy=email.policy.default)


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYCAST_MAIL_KEY", "canary-of-the-recipients-0123456789")
    (tmp_path / "recipients.txt").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "series/walk").mkdir(parents=True)


def opened(server: Server, folder: Path, **more: object) -> Channel:
    options = {"sender": "Mara <mara@walks.example>", "smtp": f"127.0.0.1:{server.port}", "security": "none", **more}
    return CONTRACT.make(options, folder)


def sent(channel: Channel, folder: Path, **entry: object) -> Receipt:
    return channel.publish(channel.render(CONTRACT.context(folder, **entry)), key=KEY)  # type: ignore[arg-type]


def test_everybody_gets_one_mail_of_html_and_text(server: Server, tmp_path: Path) -> None:
    channel = opened(server, tmp_path, unsubscribe="https://walks.example/out?t={token}")
    assert sent(channel, tmp_path) == Receipt(remote_id="3 of 3", url=None)
    assert server.to() == ["ada@example.org", "bo@example.org", "cy@example.org"]
    mail = server.mail("bo@example.org")
    assert mail["To"] == "Bo Björk <bo@example.org>"
    assert mail["From"] == "Mara <mara@walks.example>"
    assert mail["Subject"] == "To the mill (#Day2/10)"
    assert mail["Date"] == "Mon, 23 Nov 2026 09:00:00 +0000"
    assert re.fullmatch(r"<[0-9a-f]{24}@walks\.example>", mail["Message-ID"])
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    way = mail["List-Unsubscribe"].strip("<>")
    assert way.startswith("https://walks.example/out?t=")
    html = mail.get_body(("html",))
    text = mail.get_body(("plain",))
    assert html is not None
    assert text is not None
    page, plain = html.get_content(), text.get_content()
    assert way in page
    assert way in plain
    assert "<em>two</em>" in page
    assert "<style" not in page
    assert re.search(r"<h1 style=\"[^\"]*font-size", page)
    assert "the mill (https://mill.example/)" in plain
    assert "https://walks.example/walk/day-02/" in plain
    assert len({server.mail(to)["List-Unsubscribe"] for to in server.to()}) == 3


def test_again_is_to_nobody(server: Server, tmp_path: Path) -> None:
    channel = opened(server, tmp_path)
    first = sent(channel, tmp_path)
    assert sent(opened(server, tmp_path), tmp_path) == first
    assert len(server.mails) == 3
    (tmp_path / "recipients.txt").write_text(f"{PEOPLE}dee@example.org\n", encoding="utf-8")
    sent(opened(server, tmp_path), tmp_path)
    assert server.to()[3:] == ["dee@example.org"]


def test_no_address_is_written_down(server: Server, tmp_path: Path) -> None:
    sent(opened(server, tmp_path), tmp_path)
    noted = (tmp_path / "series/walk/mail.jsonl").read_text(encoding="utf-8")
    assert "example.org" not in noted
    assert "canary" not in noted
    states = [json.loads(line) for line in noted.splitlines()]
    assert [line["state"] for line in states] == ["begun", "sent"] * 3
    assert {line["key"] for line in states} == {KEY}


def test_who_is_not_taken_for_now_is_tried_again_alone(server: Server, tmp_path: Path) -> None:
    server.answers = {"bo@example.org": "450"}
    channel = opened(server, tmp_path)
    with pytest.raises(NotSentError, match="2 of 3 have it"):
        sent(channel, tmp_path)
    assert server.to() == ["ada@example.org", "cy@example.org"]
    server.answers = {}
    assert sent(channel, tmp_path).remote_id == "3 of 3"
    assert server.to() == ["ada@example.org", "cy@example.org", "bo@example.org"]


def test_who_is_refused_for_ever_is_told_by_a_mark(server: Server, tmp_path: Path) -> None:
    server.answers = {"bo@example.org": "550"}
    receipt = sent(opened(server, tmp_path), tmp_path)
    assert receipt.remote_id == "2 of 3"
    told = re.fullmatch(
        r"1 cannot be reached: ([0-9a-f]{24}); 'daycast doctor --whose \1' says who that is", receipt.note
    )
    assert told is not None
    channel = opened(server, tmp_path)
    assert isinstance(channel, Names)
    assert channel.whose(told[1]) == channel.whose(told[1][:8]) == ("bo@example.org",)
    assert channel.whose("0" * 24) == ()


def test_what_git_has_joined_in_any_order_is_sent_to_nobody_again(server: Server, tmp_path: Path) -> None:
    sent(opened(server, tmp_path), tmp_path)
    rows = tmp_path / "series/walk/mail.jsonl"
    rows.write_text("".join(sorted(rows.read_text(encoding="utf-8").splitlines(True), reverse=True)), encoding="utf-8")
    assert sent(opened(server, tmp_path), tmp_path) == Receipt(remote_id="3 of 3", url=None)
    assert len(server.mails) == 3


@pytest.mark.parametrize("said", ["530 5.7.0 sign in", "550 5.7.1 not you, ada@example.org"])
def test_a_sender_who_is_refused_is_the_accounts_and_marks_nobody(server: Server, tmp_path: Path, said: str) -> None:
    server.to_senders = said
    channel = opened(server, tmp_path)
    with pytest.raises(NotAuthorizedError, match=said[:9]) as raised:
        sent(channel, tmp_path)
    assert "example.org" not in str(raised.value)
    assert not (tmp_path / "series/walk/mail.jsonl").exists()
    server.to_senders = "250 OK"
    assert sent(channel, tmp_path).remote_id == "3 of 3"


@pytest.mark.parametrize(
    ("said", "error"), [("550 5.7.1", RejectedError), ("554", RejectedError), ("530 5.7.0", NotAuthorizedError)]
)
def test_what_is_taken_for_nobody_is_refused_and_marks_nobody(
    server: Server, tmp_path: Path, said: str, error: type[Exception]
) -> None:
    everybody = ("ada@example.org", "bo@example.org", "cy@example.org")
    server.answers = dict.fromkeys(everybody, said)
    channel = opened(server, tmp_path)
    with pytest.raises(error, match=said) as raised:
        sent(channel, tmp_path)
    assert type(raised.value) is error
    assert "example.org" not in str(raised.value)
    server.answers = {}
    assert sent(channel, tmp_path).remote_id == "3 of 3"
    assert server.to() == list(everybody)


def test_nobody_is_refused_for_ever_while_others_wait(server: Server, tmp_path: Path) -> None:
    server.answers = {"ada@example.org": "550", "bo@example.org": "450", "cy@example.org": "450"}
    channel = opened(server, tmp_path)
    with pytest.raises(NotSentError, match="nobody of 3 has it"):
        sent(channel, tmp_path)
    server.answers = {"ada@example.org": "550"}
    assert sent(channel, tmp_path).remote_id == "2 of 3"


def test_a_lost_answer_after_the_data_is_never_a_second_mail(server: Server, tmp_path: Path) -> None:
    server.answers = {"bo@example.org": "lost"}
    channel = opened(server, tmp_path)
    assert channel.idempotent
    with pytest.raises(NotSentError, match="may have arrived"):
        sent(channel, tmp_path)
    server.answers = {}
    receipt = sent(opened(server, tmp_path), tmp_path)
    assert sorted(server.to()) == ["ada@example.org", "bo@example.org", "cy@example.org"]
    assert receipt.note.startswith("1 may or may not have it: ")


def raw(server: Server, address: str) -> bytes:
    [data] = [data for to, data in server.mails if to == address]
    return data


def test_the_way_out_stays_in_clear_however_long_it_is(server: Server, tmp_path: Path) -> None:
    way = f"https://walks.example/{'a-long-way-' * 12}unsubscribe?t={{token}}"
    long = "Mara <mara@" + "sub." * 20 + "walks.example>"
    sent(opened(server, tmp_path, unsubscribe=way, sender=long), tmp_path)
    lines = raw(server, "ada@example.org").split(b"\r\n")
    [found] = [line for line in lines if line.startswith(b"List-Unsubscribe:")]
    start = way.partition("{")[0].encode()
    assert re.fullmatch(rb"List-Unsubscribe: <" + re.escape(start) + rb"[0-9a-f-]+>", found)
    [identity] = [line for line in lines if line.startswith(b"Message-ID:")]
    assert re.fullmatch(rb"Message-ID: <[0-9a-f]{24}@[a-z.]+>", identity)
    assert max(map(len, lines)) < 998


def test_another_key_is_told_and_reaches_nobody_twice(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers = {"bo@example.org": "450"}
    with pytest.raises(NotSentError, match="2 of 3 have it"):
        sent(opened(server, tmp_path), tmp_path)
    server.answers = {}
    first = opened(server, tmp_path)
    assert isinstance(first, Holds)
    before = first.fingerprint
    monkeypatch.setenv("DAYCAST_MAIL_KEY", "another-of-the-recipients-9876543210")
    changed = opened(server, tmp_path)
    with pytest.raises(NotAuthorizedError, match=r"another key than the one that series/walk/mail\.jsonl"):
        sent(changed, tmp_path)
    assert isinstance(changed, Diagnoses)
    [finding] = changed.diagnose(now=NOW, last_day=None)
    assert (finding.level, "another key" in finding.message) == ("error", True)
    assert isinstance(changed, Holds)
    assert changed.fingerprint != before
    assert server.to() == ["ada@example.org", "cy@example.org"]
    monkeypatch.setenv("DAYCAST_MAIL_KEY", "canary-of-the-recipients-0123456789")
    assert sent(opened(server, tmp_path), tmp_path).remote_id == "3 of 3"


def test_a_server_without_encryption_is_told_what_to_set(server: Server, tmp_path: Path) -> None:
    with pytest.raises(NotSentError, match='security = "none"'):
        sent(opened(server, tmp_path, security="starttls"), tmp_path)


def test_a_short_key_is_told(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYCAST_MAIL_KEY", "tooshort")
    with pytest.raises(NotAuthorizedError, match="has 8 characters"):
        sent(opened(server, tmp_path), tmp_path)
    assert server.mails == []


def test_a_server_that_is_gone_has_sent_nothing(server: Server, tmp_path: Path) -> None:
    channel = opened(server, tmp_path, smtp="127.0.0.1:1")
    with pytest.raises(NotSentError):
        sent(channel, tmp_path)
    assert not (tmp_path / "series/walk/mail.jsonl").exists()


@pytest.mark.parametrize(
    "line", ["nobody", "a b@example.org", "x@y", "evil@example.org\r\nBcc: all@example.org", "ü@x.org"]
)
def test_what_is_no_address_keeps_everything_back(server: Server, tmp_path: Path, line: str) -> None:
    (tmp_path / "recipients.txt").write_text(f"ada@example.org\n{line}\n", encoding="utf-8")
    with pytest.raises(RejectedError, match=r"recipients\.txt:\d"):
        sent(opened(server, tmp_path), tmp_path)
    assert server.mails == []


def test_a_title_cannot_add_headers(server: Server, tmp_path: Path) -> None:
    sent(opened(server, tmp_path), tmp_path, title="Hello\r\nBcc: all@example.org")
    mail = server.mail("ada@example.org")
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Hello Bcc: all@example.org (#Day2/10)"


def test_a_damaged_row_stops_everything(server: Server, tmp_path: Path) -> None:
    (tmp_path / "series/walk/mail.jsonl").write_text("no json\n", encoding="utf-8")
    with pytest.raises(LedgerError):
        sent(opened(server, tmp_path), tmp_path)
    assert server.mails == []


def test_who_was_not_taken_after_the_data_is_not_forgotten(server: Server, tmp_path: Path) -> None:
    server.answers = {"bo@example.org": "451"}
    with pytest.raises(NotSentError, match="2 of 3 have it"):
        sent(opened(server, tmp_path), tmp_path)
    assert '"open"' in (tmp_path / "series/walk/mail.jsonl").read_text(encoding="utf-8")
    server.answers = {}
    assert sent(opened(server, tmp_path), tmp_path).remote_id == "3 of 3"
    assert sorted(server.to()) == ["ada@example.org", "bo@example.org", "cy@example.org"]


def test_a_row_that_was_cut_off_announces_nothing(server: Server, tmp_path: Path) -> None:
    rows = tmp_path / "series/walk/mail.jsonl"
    server.answers = {"cy@example.org": "450"}
    with pytest.raises(NotSentError):
        sent(opened(server, tmp_path), tmp_path)
    rows.write_bytes(rows.read_bytes() + b'{"key": "walk/day-02/mail", "to": "ab')
    server.answers = {}
    assert sent(opened(server, tmp_path), tmp_path).remote_id == "3 of 3"
    assert sent(opened(server, tmp_path), tmp_path).remote_id == "3 of 3"
    assert len(server.mails) == 3
    assert all(json.loads(line) for line in rows.read_text(encoding="utf-8").splitlines())


def test_without_a_key_nothing_is_sent(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAYCAST_MAIL_KEY")
    with pytest.raises(NotAuthorizedError, match="DAYCAST_MAIL_KEY"):
        sent(opened(server, tmp_path), tmp_path)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"sender": "Mara"},
        {"via": "listmonk"},
        {"sender": "a@b.c", "unsubscribe": "javascript:x"},
        {"sender": "a@b.c", "unsubscribe": "https://x.example/a b"},
        {"sender": "a@b.c", "unsubscribe": "https://x.example/ü"},
        {"sender": "a@b.c", "smtp": "mail.example:25", "security": "none", "user": "mara"},
    ],
)
def test_settings_that_cannot_work_are_told_at_once(tmp_path: Path, options: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match=r"\[channels.mail\]"):
        CONTRACT.make(options, tmp_path)


def test_doctor_counts_and_knocks(server: Server, tmp_path: Path) -> None:
    channel = opened(server, tmp_path)
    assert isinstance(channel, Diagnoses)
    finding, advice = channel.diagnose(now=NOW, last_day=None)
    assert (finding.level, finding.message) == ("ok", "3 recipients, and the server answers")
    assert (advice.level, advice.code) == ("warning", "no-unsubscribe")
    channel = opened(server, tmp_path, unsubscribe="mailto:out@walks.example")
    assert isinstance(channel, Diagnoses)
    assert len(channel.diagnose(now=NOW, last_day=None)) == 1


def test_buttondown_sends_to_its_own_list(tmp_path: Path) -> None:
    with FakeServer() as service:
        service.on("POST /v1/emails", Answer(201, {"id": "e7", "absolute_url": "https://b.example/e7"}))
        channel = CONTRACT.make({"via": "buttondown", "service": service.url}, tmp_path)
        assert sent(channel, tmp_path) == Receipt(remote_id="e7", url="https://b.example/e7")
        service.fail("POST /v1/emails", "reset")
        with pytest.raises(UnconfirmedError):
            sent(channel, tmp_path)
    value = json.loads(service.asked[0].body)
    assert (value["subject"], value["status"]) == ("To the mill (#Day2/10)", "about_to_send")


def test_listmonk_gets_a_campaign_that_runs(tmp_path: Path) -> None:
    with FakeServer() as service:
        service.on("POST /api/campaigns", Answer(200, {"data": {"id": 4}}))
        service.on("PUT /api/campaigns/4/status", Answer(200, {"data": {}}))
        channel = CONTRACT.make({"via": "listmonk", "service": service.url, "lists": [1, 2]}, tmp_path)
        assert sent(channel, tmp_path).remote_id == "4"
    made, started = service.asked
    assert json.loads(made.body)["lists"] == [1, 2]
    assert json.loads(started.body) == {"status": "running"}
