"""The verbs over the Model Context Protocol: a real process, and the protocol's own client."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.types import ElicitResult

from tests.support import Folder, entry

READS = {"plan", "status", "check", "render", "rehearse", "preflight", "verify"}
WRITES = {"build", "pause", "done", "publish"}
INDEX = "---\nid: walk\ntitle: Walks\nlength: 3\nstart: 2026-10-19\nzone: UTC\nchannels: [post]\n---\n"


@pytest.fixture
def walks(folder: Folder) -> Folder:
    post = [sys.executable, "-c", "import sys; open('sent', 'ab').write(sys.stdin.buffer.read())"]
    listed = ", ".join(f'"{word}"' for word in post)
    folder.write(
        {"daycast.toml": f'[site]\ntitle = "Walks"\n[channels.post]\ntype = "command"\ncommand = [{listed}]\n'}
    )
    folder.write({"series/walk/_index.md": INDEX, "series/walk/day-01.md": entry(1), "series/walk/day-02.md": entry(2)})
    return folder


def asked(
    walks: Folder,
    *words: str,
    work: Callable[[Client], Awaitable[Any]],
    answer: ElicitResult | None = None,
    meanwhile: Callable[[], object] = lambda: None,
    mode: str = "auto",
) -> tuple[Any, list[str]]:
    """What a client gets of a server of the project, and what its person was asked."""
    questions: list[str] = []

    async def ask(context: Any, params: Any) -> ElicitResult:
        del context
        questions.append(params.message)
        assert answer is not None
        meanwhile()
        return answer

    async def run() -> Any:
        command = StdioServerParameters(
            command=sys.executable, args=["-m", "pipeline", "-C", str(walks.path), "mcp", *words]
        )
        asking = ask if answer is not None else None
        async with Client(command, elicitation_callback=asking, mode=mode) as client:
            return await work(client)

    return asyncio.run(run()), questions


async def names(client: Client) -> set[str]:
    return {tool.name for tool in (await client.list_tools()).tools}


def calling(name: str, **arguments: object) -> Callable[[Client], Awaitable[Any]]:
    async def call(client: Client) -> Any:
        result = await client.call_tool(name, arguments)
        return result.structured_content if not result.is_error else f"error: {result.content[0].text}"  # type: ignore[union-attr]

    return call


def test_without_being_asked_for_more_it_can_only_be_read(walks: Folder) -> None:
    assert asked(walks, work=names)[0] == READS
    assert asked(walks, "--write", work=names)[0] == READS | WRITES


def test_a_program_gets_what_a_person_gets(walks: Folder) -> None:
    told, _ = asked(walks, work=calling("plan"))
    assert told["exit_code"] == 0
    assert [day["day"] for day in told["out"]] == [1, 2, 3]
    told, _ = asked(walks, work=calling("render", day="2", channel="blog"))
    assert told["exit_code"] == 1
    assert "does not go to blog" in told["err"]
    told, _ = asked(walks, work=calling("rehearse", day="2"))
    assert "Walk number 2" in told["out"]
    assert not (walks.path / "sent").exists()


@pytest.mark.parametrize("day", ["--help", "-x", "2; rm", ""])
def test_a_day_is_no_option(walks: Folder, day: str) -> None:
    told, _ = asked(walks, work=calling("rehearse", day=day))
    assert str(told).startswith("error: ")


def test_publishing_is_a_persons_word(walks: Folder) -> None:
    yes = ElicitResult(action="accept", content={"send": True})
    told, questions = asked(walks, "--write", work=calling("publish", day="2"), answer=yes)
    assert told["exit_code"] == 0, told
    [question] = questions
    assert "Walk number 2" in question
    assert "Walk number 2" in walks.read("sent")


@pytest.mark.parametrize(
    "answer",
    [
        ElicitResult(action="decline"),
        ElicitResult(action="cancel"),
        ElicitResult(action="accept", content={"send": False}),
    ],
)
def test_anything_but_yes_sends_nothing(walks: Folder, answer: ElicitResult) -> None:
    told, questions = asked(walks, "--write", work=calling("publish", day="2"), answer=answer)
    assert (told["exit_code"], len(questions)) == (1, 1)
    assert not (walks.path / "sent").exists()


def test_a_program_that_cannot_ask_sends_nothing(walks: Folder) -> None:
    told, _ = asked(walks, "--write", work=calling("publish", day="2"))
    assert told["exit_code"] == 1
    assert "cannot ask a person" in told["err"]
    assert "daycast publish day 2" in told["err"]
    assert not (walks.path / "sent").exists()


CHANGES: dict[str, Callable[[Folder], object]] = {
    "text": lambda walks: walks.write({"series/walk/day-02.md": entry(2, "Another text.")}),
    "channels": lambda walks: walks.write({"series/walk/day-02.md": entry(2, extra="channels: []\n")}),
    "label": lambda walks: walks.write({"series/walk/_index.md": INDEX.replace("length: 3", "length: 30")}),
}


@pytest.mark.parametrize("mode", ["legacy", "auto"])
@pytest.mark.parametrize("what", CHANGES)
def test_a_yes_is_to_what_was_shown(walks: Folder, what: str, mode: str) -> None:
    """What changes while a person reads is not sent; a program may be asked anew, but it is never sent unseen."""
    yes = ElicitResult(action="accept", content={"send": True})
    once: list[int] = []

    def changing() -> None:
        if not once:
            once.append(1)
            CHANGES[what](walks)

    told, questions = asked(
        walks, "--write", work=calling("publish", day="2"), answer=yes, meanwhile=changing, mode=mode
    )
    if len(questions) == 1:
        assert told["exit_code"] == 1
        assert not (walks.path / "sent").exists()
        assert not (walks.path / "series/walk/receipts.jsonl").exists()
    else:
        assert questions[0] != questions[1]


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_a_day_ahead_is_shown_and_sent_as_shown(walks: Folder, mode: str) -> None:
    walks.write({"series/walk/_index.md": INDEX.replace("2026-10-19", "2999-10-19")})
    yes = ElicitResult(action="accept", content={"send": True})
    told, questions = asked(walks, "--write", work=calling("publish", day=2), answer=yes, mode=mode)
    assert (told["exit_code"], len(questions)) == (0, 1), told
    assert "Walk number 2" in walks.read("sent")


def test_the_tools_take_what_the_commands_take(walks: Folder) -> None:
    shown, _ = asked(walks, work=calling("render", day=2, channel="post"))
    assert "Walk number 2" in shown["out"], shown
    told, _ = asked(walks, "--write", work=calling("done", day=1, channel="post", url="https://example.org/1"))
    assert told["exit_code"] == 0, told
    told, _ = asked(walks, "--write", work=calling("pause"))
    assert told["exit_code"] == 0, told
    assert (walks.path / "PAUSE").exists()


def test_what_cannot_be_sent_is_not_asked_about(walks: Folder) -> None:
    yes = ElicitResult(action="accept", content={"send": True})
    told, questions = asked(walks, "--write", work=calling("publish", day="3"), answer=yes)
    assert (told["exit_code"], questions) == (1, [])
    assert "no day 3 is written" in told["err"]
