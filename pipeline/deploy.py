"""Bring the built site online, and see that it is: the deploy command, the live page, the hub's ping."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO
from urllib.parse import urlencode

from pipeline import host, http
from pipeline.config import Deploy
from pipeline.errors import NotSentError, UnconfirmedError
from pipeline.secrets import masked

_LAST_LINES, _LAST_BYTES = 8, 64 << 10
_PROBE_SECONDS = 10.0
_PROBE_BYTES = 2 << 20
_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 30.0


def run(command: str | tuple[str, ...], *, root: Path, site: Path, timeout: float) -> None:
    """Run a command at the project's root, with the site's folder in ``DAYCAST_SITE``; text runs in the shell.

    Raises NotSentError, with the last lines the command wrote, where it fails, is not there, or takes longer than
    ``timeout`` seconds; then everything it has started is ended. What it leaves running when it succeeds is left so.
    """
    shown = masked(command if isinstance(command, str) else " ".join(command))
    try:
        # A file, since a pipe stays open for as long as anything that was started holds its other end.
        with tempfile.TemporaryFile() as said:
            child = subprocess.Popen(
                command if isinstance(command, str) else list(command),
                shell=isinstance(command, str),
                cwd=root,
                env={**os.environ, "DAYCAST_SITE": str(site.absolute())},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=sys.platform != "win32",
            )
            try:
                code = child.wait(timeout)
            except BaseException:
                host.end_group(child)
                raise
            finally:
                tail = _tail(said)
    except subprocess.TimeoutExpired as error:
        raise NotSentError(f"'{shown}' was ended after {timeout:g} s{tail}") from error
    except (OSError, ValueError) as error:
        raise NotSentError(f"'{shown}' cannot be run: {getattr(error, 'strerror', None) or error}") from error
    if code != 0:
        raise NotSentError(f"'{shown}' failed with exit code {code}{tail}")


def bring_online(settings: Deploy, *, root: Path, site: Path, timeout: float) -> str:
    """Bring the site to its target, or run the command that does. Gives what was done, in words; mostly empty.

    Raises NotSentError where it is not online.
    """
    if settings.command is not None:
        run(settings.command, root=root, site=site, timeout=timeout)
        return ""
    if settings.target is None:
        return ""
    from pipeline.targets import bring

    done = bring(settings.target, root=root, site=site, timeout=timeout, endpoint=settings.endpoint)
    return f"{done.written} files written, {done.removed} removed"


def probe(url: str, title: str) -> str | None:
    """Look at a page once. None where it answers 200 and names the entry, else why not, in words."""
    try:
        got = http.send("GET", url, timeout=_PROBE_SECONDS, follow=True, limit=_PROBE_BYTES)
    except (NotSentError, UnconfirmedError, ValueError) as error:
        return f"{url} cannot be reached: {error}"
    if got.status != 200:
        return f"{url} answers {got.status}"
    page = got.body.decode("utf-8", "replace")
    if _folded(title) in _folded(_unescaped(re.sub(r"<[^<>]*>", " ", page))) or _canonical(page) == url:
        return None
    return f"{url} answers, but does not name '{title}' yet"


def wait_live(
    url: str, title: str, *, timeout: timedelta, clock: Callable[[], datetime], wait: Callable[[float], None]
) -> str | None:
    """Look at a page until it is live or ``timeout`` is over. None where it is, else why not, in words."""
    end = clock() + timeout
    pause = _FIRST_PAUSE
    while (reason := probe(url, title)) is not None:
        left = (end - clock()).total_seconds()
        if left <= 0:
            return reason
        before = clock()
        wait(min(pause, left))
        if clock() <= before:
            return reason  # a clock that stands still will not reach the end
        pause = min(pause * 1.5, _LONGEST_PAUSE)
    return None


def ping(hub: str, feeds: Sequence[str]) -> tuple[str, ...]:
    """Tell a WebSub hub that feeds have changed. Gives what failed, in sentences; never raises for the hub.

    The form is what hubs agree on (``hub.mode=publish``); WebSub (W3C, 2018) leaves it to them.
    """
    body = urlencode([("hub.mode", "publish"), *(("hub.url", feed) for feed in feeds)]).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        got = http.send("POST", hub, headers=headers, body=body, timeout=_PROBE_SECONDS)
    except (NotSentError, UnconfirmedError) as error:
        return (f"the hub was not told of the feeds: {error}",)
    if 200 <= got.status < 300:
        return ()
    return (f"the hub {http.place_of(hub)} answers {got.status} to the news of the feeds",)


def _tail(said: IO[bytes]) -> str:
    """The last lines a command wrote, without secrets."""
    start = max(said.seek(0, os.SEEK_END) - _LAST_BYTES, 0)
    said.seek(start)
    text = said.read().decode("utf-8", "replace")
    if start:
        text = text.partition("\n")[2]  # the first line is cut, and a secret in it would not be known
    lines = [line.rstrip() for line in masked(text).splitlines() if line.strip()][-_LAST_LINES:]
    return f": {' / '.join(lines)}" if lines else ""


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _unescaped(text: str) -> str:
    """HTML's text. A reference to a number that no character has stands for U+FFFD, however long it is."""
    return html.unescape(re.sub(r"&#[0-9]{9,};?", "\ufffd", text))


def _canonical(page: str) -> str | None:
    for tag in re.findall(r"<link\b[^<>]*>", page, re.IGNORECASE):
        if re.search(r"""\brel\s*=\s*["']?canonical\b""", tag, re.IGNORECASE):
            found = re.search(r"""\bhref\s*=\s*["']?([^"'\s>]+)""", tag, re.IGNORECASE)
            return _unescaped(found[1]) if found else None
    return None
