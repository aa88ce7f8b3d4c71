"""The command channel: what a program is given, and what its end means."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from pipeline.channels.command import CommandChannel
from pipeline.channels.contract import Channel, Diagnoses
from pipeline.delivery import Receipt
from pipeline.errors import NotAuthorizedError, NotSentError, PipelineError, RejectedError, UnconfirmedError
from pipeline.testing.contract import NOW, ChannelContract

KEY = "walk/day-02/command"


class Made(ChannelContract):
    name = "command"
    kind = CommandChannel
    __test__ = False


def channel(folder: Path, *command: str, **more: object) -> Channel:
    return Made().make({"command": list(command), **more}, folder)


def sent(folder: Path, *command: str, **more: object) -> Receipt:
    made = channel(folder, *command, **more)
    return made.publish(made.render(Made().context(folder)), key=KEY)


def test_it_gets_the_entry_and_the_key(tmp_path: Path) -> None:
    code = "import os, sys; open('got', 'wb').write(sys.stdin.buffer.read()); print(os.environ['DAYCAST_KEY'])"
    assert sent(tmp_path, sys.executable, "-c", code) == Receipt(remote_id=None, url=None)
    told = json.loads((tmp_path / "got").read_bytes())
    assert (told["key"], told["entry"]["title"]) == (KEY, "To the mill")


@pytest.mark.parametrize(
    ("said", "receipt"),
    [
        ('{"id": 7, "url": "https://x.example/7"}', Receipt(remote_id="7", url="https://x.example/7")),
        ("posting\nhttps://x.example/7", Receipt(remote_id=None, url="https://x.example/7")),
        ("", Receipt(remote_id=None, url=None)),
        ("[1]", Receipt(remote_id=None, url=None)),
    ],
)
def test_what_it_says_is_the_receipt(tmp_path: Path, said: str, receipt: Receipt) -> None:
    assert sent(tmp_path, sys.executable, "-c", f"print({said!r})") == receipt


@pytest.mark.parametrize(
    ("code", "error"),
    [(75, NotSentError), (65, RejectedError), (77, NotAuthorizedError), (1, UnconfirmedError), (2, UnconfirmedError)],
)
def test_how_it_ends_says_whether_it_is_out(tmp_path: Path, code: int, error: type[PipelineError]) -> None:
    program = f"import sys; print('no mill today', file=sys.stderr); sys.exit({code})"
    with pytest.raises(error, match="no mill today") as raised:
        sent(tmp_path, sys.executable, "-c", program)
    assert type(raised.value) is error


def test_what_is_not_there_has_sent_nothing(tmp_path: Path) -> None:
    with pytest.raises(NotSentError, match="cannot be run"):
        sent(tmp_path, str(tmp_path / "nothing"))


def test_what_takes_too_long_is_ended_and_in_doubt(tmp_path: Path) -> None:
    with pytest.raises(UnconfirmedError, match="ended after 1 s"):
        sent(tmp_path, sys.executable, "-c", "import threading; threading.Event().wait()", timeout=1)


def test_text_runs_in_the_shell(tmp_path: Path) -> None:
    made = Made().make({"command": "cat > got && echo https://x.example/1"}, tmp_path)
    receipt = made.publish(made.render(Made().context(tmp_path)), key=KEY)
    assert receipt.url == "https://x.example/1"


def test_secrets_in_its_words_are_not_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYCAST_COMMAND_TOKEN", "canary-AQX-99")
    program = "import os, sys; print('bad ' + os.environ['DAYCAST_COMMAND_TOKEN'], file=sys.stderr); sys.exit(65)"
    with pytest.raises(RejectedError) as raised:
        sent(tmp_path, sys.executable, "-c", program)
    assert "canary" not in str(raised.value)


def test_doctor_says_whether_the_program_may_be_run(tmp_path: Path) -> None:
    place = tmp_path / "bin/post"
    place.parent.mkdir()

    def found(*command: str) -> tuple[str, str]:
        made = channel(tmp_path, *command)
        assert isinstance(made, Diagnoses)
        [one] = made.diagnose(now=NOW, last_day=None)
        return one.level, one.message

    assert found("./bin/post") == ("error", "there is no program './bin/post'")
    place.write_text("#!/bin/sh\ntouch ran\n", encoding="utf-8")
    place.chmod(0o644)
    assert found("./bin/post", "--to", "club") == (
        "error",
        "'./bin/post' may not be run: 'chmod +x ./bin/post' lets it",
    )
    place.chmod(0o755)
    assert found("./bin/post")[0] == "ok"
    assert found("no-such-program-anywhere")[0] == "error"
    assert found(sys.executable)[0] == "ok"
    assert not (tmp_path / "ran").exists()
