"""The command line: read flags, call one function, say the result.

Only the command that is asked for is imported, and nothing at all for ``--version`` and ``--help``.
Exit codes: 0 done; 1 something needs a person; 2 wrong usage or configuration.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

#: Each command with the sentence ``--help`` shows, in the order a writer meets them.
COMMANDS = {
    "init": "make a new project",
    "new": "add an entry to a series, as a draft",
    "text": "convert any Markdown to LinkedIn text",
    "import": "bring posts from another tool",
    "localize": "bring pictures home that lie elsewhere",
    "render": "show and write what one day becomes",
    "preview": "look at everything in a browser before it goes out",
    "build": "write the blog, the feeds and the LinkedIn texts",
    "carousel": "make a day's document for LinkedIn",
    "book": "make a book of a series: EPUB and PDF",
    "plan": "show which day goes out when",
    "export": "write the plan as a table, a list or a calendar",
    "shift": "move the dates of a day and all after it",
    "insert": "add a day between others",
    "swap": "exchange two days",
    "renumber": "close the gaps between days",
    "rerun": "make a new series of one that has run",
    "preflight": "look at a whole series before its first day",
    "verify": "see that page, feeds and LinkedIn text agree",
    "share": "write a day as one file for a reviewer",
    "approve": "approve a day as it is",
    "publish": "send what is due, or one day by hand",
    "schedule": "publish by the clock until told to stop",
    "worker": "publish for many projects, beside other workers",
    "status": "show where every slot stands",
    "resolve": "settle a slot: out, try again, leave out",
    "done": "record that you posted a day by hand",
    "skip": "leave a day out, or a date",
    "pause": "stop sending",
    "resume": "send again after a pause",
    "update": "change the text of what is out",
    "retract": "take back what is out",
    "adopt": "start in the middle of a series",
    "login": "sign in to a channel",
    "doctor": "examine everything that publishing needs",
    "ledger": "rebuild the ledger from the journals",
    "check": "find what is wrong and what could be better",
    "mcp": "let programs look at a project, and act when asked",
    "templates": "see your own templates and what changed below them",
    "completion": "print a completion script for your shell",
}

HELP = f"""\
usage: daycast [-C DIR] COMMAND [OPTIONS]

Turn a series of Markdown entries into LinkedIn text, a blog and feeds.

commands:
{"".join(f"  {name:<12}{line}{chr(10)}" for name, line in COMMANDS.items())}
options:
  -C DIR      work in DIR instead of the current folder
  --version   print the version
  -h, --help  print this, or after a command all about it

a first look:
  daycast init blog --series 30days --title "30 days of tests"
  cd blog
  daycast render day 1
  daycast build

exit codes: 0 done, 1 something needs you, 2 wrong usage or configuration
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``daycast`` with the given arguments (the process's own by default); gives the exit code."""
    _open_what_is_closed()
    words = list(sys.argv[1:] if arguments is None else arguments)
    return _quietly(lambda: _dispatch(words))


def _dispatch(words: list[str]) -> int:
    folder = None
    while words and words[0].startswith("-"):
        first = words.pop(0)
        if first in ("-h", "--help"):
            print(HELP, end="")
            return 0
        if first == "--version":
            from pipeline import __version__

            print(f"daycast {__version__}")
            return 0
        if first == "-C" and words:
            folder = words.pop(0)
        elif first.startswith("-C") and len(first) > 2:
            folder = first[2:]
        else:
            return _usage(f"no option '{first}' before the command" if first != "-C" else "-C needs a folder")
    if not words or words[0] == "help":
        return _dispatch([*words[1:2], "--help"]) if words[1:] else _help(bool(words))
    name = words.pop(0)
    if name not in COMMANDS:
        return _unknown(name)
    if name in ("build", "render", "publish"):
        from pipeline.cli.quick import answer

        code = answer(name, words, folder)
        if code is not None:
            return code
    from pipeline.cli.run import run

    return run(name, words, folder)


def render_main() -> int:
    """``render day 2`` is ``daycast render day 2``."""
    words = sys.argv[1:]
    first = words[0] if words else ""
    before = 2 if first == "-C" else 1 if first.startswith("-C") or first == "--version" else 0
    return main([*words[:before], "render", *words[before:]])


def _help(asked: bool) -> int:
    print(HELP, end="", file=sys.stdout if asked else sys.stderr)
    return 0 if asked else 2


def _unknown(name: str) -> int:
    from difflib import get_close_matches

    near = get_close_matches(name, COMMANDS, n=1)
    hint = f"; did you mean '{near[0]}'?" if near else f"; there are: {', '.join(COMMANDS)}"
    return _usage(f"no command '{name}'{hint}")


def _usage(sentence: str) -> int:
    print(f"daycast: {sentence}", file=sys.stderr)
    return 2


def _open_what_is_closed() -> None:
    """A stream that was closed before the start takes everything and gives nothing."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 (open to the end)


def _quietly(call: Callable[[], int]) -> int:
    """Run, and end without a traceback where the reader of a pipe has gone or a person pressed Ctrl-C."""
    try:
        code = call()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        # A full disk behind "> file", say; what a command itself cannot read or write it tells by name.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 (what is left to flush has nowhere to go)
        print(f"daycast: the output cannot be written: {error.strerror}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("daycast: stopped", file=sys.stderr)
        return 130
    return code
