"""The verbs as a server of the Model Context Protocol, on standard input and output. Only place that knows ``mcp``.

Each tool runs the command of its name in a process of its own and gives back what it prints, so that a program gets
what a person gets. What changes anything is there only when asked for, and what sends anything asks a person each time,
with the text in front of them.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

from mcp.server import MCPServer
from mcp.server.mcpserver import Context, Elicit, ElicitationResult, Resolve
from mcp.types import ToolAnnotations
from pydantic import BaseModel, Field

from pipeline import __version__

#: Seconds for one command.
LONGEST = 600
#: How long a question is the same one.
_WHILE = timedelta(minutes=10)
_READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_CHANGES = ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False)
_SENDS = ToolAnnotations(read_only_hint=False, destructive_hint=True, open_world_hint=True)

Series = Annotated[str | None, Field(description="Name of the series; needed only where there are several.")]
Day = Annotated[
    Annotated[int, Field(ge=0, le=99999)] | Annotated[str, Field(pattern=r"^\w[\w-]{0,19}$")],
    Field(description="Which entry: a number such as 2, or 'recap'."),
]
Channel = Annotated[
    str | None,
    Field(description="Name of one channel, such as 'linkedin' or 'mastodon'.", pattern=r"^\w[\w-]{0,39}$"),
]
Url = Annotated[str | None, Field(description="The post's address or URN.", pattern=r"^(https?:|urn:)\S*$")]


class Confirmation(BaseModel):
    """What a person answers before anything is sent."""

    send: bool = Field(description="Send exactly this, now")


class Said(BaseModel):
    """What a command said."""

    #: 0 done, 1 something needs a person, 2 wrong usage or settings.
    exit_code: int
    #: JSON where the command has it, else text.
    out: object
    #: What it said of problems.
    err: str = ""


class Shown(BaseModel):
    """What a person is asked about."""

    said: Said
    #: What ``--only-if`` takes.
    mark: str


def server(root: Path, *, write: bool, clock: Callable[[], datetime]) -> MCPServer:
    """The server of the project at ``root``. With ``write`` there are tools that change and send."""
    made = MCPServer(
        "daycast",
        version=__version__,
        instructions="A publishing pipeline for content series: one Markdown entry a day, each sent out on its day.",
    )

    async def command(*words: str) -> Said:
        return await _ran(root, words)

    @made.tool(annotations=_READS, description="Every day of every series: label, time, state, title.")
    async def plan(series: Series = None) -> Said:
        return await command("plan", *_named(series), "--json")

    @made.tool(annotations=_READS, description="Where every slot stands, what needs a person, streaks and gaps.")
    async def status(series: Series = None) -> Said:
        return await command("status", *_named(series), "--json")

    @made.tool(annotations=_READS, description="Everything wrong with the entries, and advice.")
    async def check() -> Said:
        return await command("check", "--json")

    @made.tool(annotations=_READS, description="What one day becomes on one channel. Writes nothing.")
    async def render(day: Day, channel: Channel = "linkedin", series: Series = None) -> Said:
        return await command("render", *_day(day), *_option(series), "--channel", channel or "linkedin")

    @made.tool(annotations=_READS, description="What would be sent of one day on all its channels. Sends nothing.")
    async def rehearse(day: Day, series: Series = None) -> Said:
        return await command("publish", *_day(day), *_option(series), "--dry-run")

    @made.tool(annotations=_READS, description="A whole series looked at before its first day, without the network.")
    async def preflight(series: Series = None) -> Said:
        return await command("preflight", *_named(series), "--offline", "--json")

    @made.tool(annotations=_READS, description="Whether page, feeds and LinkedIn text of each day agree.")
    async def verify(series: Series = None) -> Said:
        return await command("verify", *_named(series), "--json")

    if not write:
        return made

    @made.tool(annotations=_CHANGES, description="Build the site and the texts into output/.")
    async def build() -> Said:
        return await command("build", "--json")

    @made.tool(annotations=_CHANGES, description="Stop sending: one series, or without a name everything.")
    async def pause(series: Series = None) -> Said:
        return await command("pause", *(_named(series) or ("--all",)))

    @made.tool(annotations=_CHANGES, description="Note that a person has posted a day by hand.")
    async def done(day: Day, url: Url = None, channel: Channel = None, series: Series = None) -> Said:
        on = ("--channel", channel) if channel else ()
        return await command("done", *_day(day), *((url,) if url else ()), *on, *_option(series))

    #: The moments from which days are shown that a person is being asked about.
    asked: dict[tuple[str, ...], datetime] = {}

    async def shown(day: Day, series: Series = None) -> Shown:
        words = (*_day(day), *_option(series))
        at, now = asked.get(words), clock()
        if at is None or now - at > _WHILE:
            # Protocols ask in several rounds: within all of them it is one question.
            at = asked[words] = now
        said = await command("publish", *words, "--dry-run", "--json", "--now", at.isoformat())
        return _shown(said)

    async def confirmed(
        what: Annotated[Shown, Resolve(shown)], context: Context
    ) -> Elicit[Confirmation] | Confirmation:
        if what.said.exit_code != 0 or not _asks(context):
            return Confirmation(send=False)  # there is nothing, or nobody, to ask
        return Elicit(f"Send this now?\n\n{what.said.out}\n({what.mark[:8]})", Confirmation)

    async def publish(
        day: Day, what: Shown, answer: ElicitationResult[Confirmation], context: Context, series: Series = None
    ) -> Said:
        words = (*_day(day), *_option(series))
        asked.pop(words, None)
        if what.said.exit_code != 0:
            return what.said
        if not _asks(context):
            typed = f"daycast publish {' '.join(words)}"
            why = f"this program cannot ask a person, so it may not publish: nothing was sent; type '{typed}' yourself"
            return Said(exit_code=1, out=what.said.out, err=why)
        if answer.action == "accept" and answer.data.send:
            return await command("publish", *words, "--only-if", what.mark)
        return Said(exit_code=1, out=what.said.out, err="a person said no: nothing was sent")

    # What a tool's parameters mean is read when it is made: these are no arguments, but what is shown and answered.
    for one, meant in (
        (confirmed, {"what": Annotated[Shown, Resolve(shown)]}),
        (publish, {"what": Annotated[Shown, Resolve(shown)]}),
        (publish, {"answer": Annotated[ElicitationResult[Confirmation], Resolve(confirmed)]}),
    ):
        one.__annotations__ |= meant
    about = "Send one day now on all its channels. A person is asked first."
    made.tool(annotations=_SENDS, description=about)(publish)
    return made


def _asks(context: Context) -> bool:
    """Whether the program at the other end can ask a person."""
    can = context.client_capabilities
    asking = can.elicitation if can is not None else None
    return asking is not None and (asking.form is not None or asking.url is None)


def _shown(said: Said) -> Shown:
    """What a dry run told as JSON, in words, with what it is known by."""
    told = said.out
    if not isinstance(told, dict):
        return Shown(said=said, mark="")
    lines = [f"nothing would be sent: {reason}" for reason in told.get("stopped", [])]
    lines += [f"{one['key']}\n{one['shown']}\n" for one in told.get("deliveries", [])]
    words = "\n".join(lines) or "nothing would be sent"
    return Shown(said=said.model_copy(update={"out": words}), mark=str(told.get("shown", "")))


async def _ran(root: Path, words: Sequence[str]) -> Said:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "pipeline",
        "-C",
        str(root),
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(LONGEST):
            out, err = await child.communicate()
    except BaseException:
        child.kill()
        await child.wait()
        raise
    text = out.decode("utf-8", "replace")
    told: object = text
    if "--json" in words:
        try:
            told = json.loads(text)
        except ValueError:
            told = text  # where it failed it says so in words
    return Said(exit_code=child.returncode or 0, out=told, err=err.decode("utf-8", "replace"))


def _named(series: str | None) -> tuple[str, ...]:
    return (series,) if series and not series.startswith("-") else ()


def _option(series: str | None) -> tuple[str, ...]:
    return ("--series", series) if series and not series.startswith("-") else ()


def _day(day: int | str) -> tuple[str, ...]:
    return ("day", str(day)) if str(day).isdecimal() else (str(day),)
