"""The verbs as a server of the Model Context Protocol, on standard input and output. Only place that knows ``mcp``.

Each tool runs the command of its name in a process of its own and gives back what it prints, so that a program gets
what a person gets. What changes anything is there only when asked for, and what sends anything asks a person each time,
with the text in front of them.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from mcp.server import MCPServer
from mcp.server.mcpserver import Elicit, ElicitationResult, Resolve
from mcp.types import ToolAnnotations
from pydantic import BaseModel, Field

from pipeline import __version__

#: Seconds for one command.
LONGEST = 600
_READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_CHANGES = ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False)
_SENDS = ToolAnnotations(read_only_hint=False, destructive_hint=True, open_world_hint=True)

Series = Annotated[str | None, Field(description="Name of the series; needed only where there are several.")]
Day = Annotated[str, Field(description="Which entry: a number such as 2, or 'recap'.", pattern=r"^\w[\w-]{0,19}$")]
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


def server(root: Path, *, write: bool) -> MCPServer:
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
    async def render(day: Day, channel: Literal["linkedin", "blog", "rss"] = "linkedin", series: Series = None) -> Said:
        return await command("render", *_day(day), *_option(series), "--channel", channel)

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

    @made.tool(annotations=_CHANGES, description="Stop sending: one series, or everything.")
    async def pause(series: Series = None) -> Said:
        return await command("pause", *_named(series))

    @made.tool(annotations=_CHANGES, description="Note that a person has posted a day by hand.")
    async def done(day: Day, url: Url = None, series: Series = None) -> Said:
        return await command("done", *_day(day), *((url,) if url else ()), *_option(series))

    async def confirmed(day: Day, series: Series = None) -> Elicit[Confirmation] | Confirmation:
        shown = await command("publish", *_day(day), *_option(series), "--dry-run")
        if shown.exit_code != 0:
            return Confirmation(send=False)  # there is nothing to ask about
        return Elicit(f"Send this now?\n\n{shown.out}", Confirmation)

    async def publish(day: Day, answer: ElicitationResult[Confirmation], series: Series = None) -> Said:
        words = (*_day(day), *_option(series))
        if answer.action == "accept" and answer.data.send:
            return await command("publish", *words)
        shown = await command("publish", *words, "--dry-run")
        return (
            shown
            if shown.exit_code != 0
            else Said(exit_code=1, out=shown.out, err="a person said no: nothing was sent")
        )

    # What a tool's parameters mean is read when it is made: this one is no argument, but what a person answers.
    publish.__annotations__["answer"] = Annotated[ElicitationResult[Confirmation], Resolve(confirmed)]
    about = "Send one day now on all its channels. A person is asked first."
    made.tool(annotations=_SENDS, description=about)(publish)
    return made


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


def _day(day: str) -> tuple[str, ...]:
    return ("day", day) if day.isdecimal() else (day,)
