"""Bring the built site online, and see that it is: the deploy command, the live page, the hub's ping."""

from __future__ import annotations

import html
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from pipeline import http
from pipeline.errors import NotSentError, UnconfirmedError

_SECRET = re.compile(r"(?:_|^)(?:TOKEN|PASSWORD|SECRET|KEY)$")
_LAST_LINES = 8
_PROBE_SECONDS = 10.0
_PROBE_BYTES = 2 << 20
_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 30.0


def run(command: str | tuple[str, ...], *, root: Path, site: Path, timeout: float) -> None:
    """Run a command at the project's root, with the site's folder in ``DAYCAST_SITE``; text runs in the shell.

    Raises NotSentError, with the last lines the command wrote, where it fails, is not there, or takes longer than
    ``timeout`` seconds; then everything it has started is ended.
    """
    shown = command if isinstance(command, str) else " ".join(command)
    try:
        child = subprocess.Popen(
            command if isinstance(command, str) else list(command),
            shell=isinstance(command, str),
            cwd=root,
            env={**os.environ, "DAYCAST_SITE": str(site)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=sys.platform != "win32",
        )
    except OSError as error:
        raise NotSentError(f"'{shown}' cannot be run: {error.strerror}") from error
    try:
        said, _ = child.communicate(timeout=timeout)
    except subprocess.TimeoutExpired as error:
        _end(child)
        said, _ = child.communicate()
        raise NotSentError(f"'{shown}' was ended after {timeout:.0f} s{_tail(said)}") from error
    except BaseException:
        _end(child)
        raise
    if child.returncode != 0:
        raise NotSentError(f"'{shown}' failed with exit code {child.returncode}{_tail(said)}")


def probe(url: str, title: str) -> str | None:
    """Look at a page once. None where it answers 200 and names the entry, else why not, in words."""
    try:
        got = http.send("GET", url, timeout=_PROBE_SECONDS, follow=True, limit=_PROBE_BYTES)
    except (NotSentError, UnconfirmedError) as error:
        return f"{url} cannot be reached: {error}"
    if got.status != 200:
        return f"{url} answers {got.status}"
    page = got.body.decode("utf-8", "replace")
    if _folded(title) in _folded(html.unescape(re.sub(r"<[^>]*>", " ", page))) or _canonical(page) == url:
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
    return () if 200 <= got.status < 300 else (f"the hub {hub} answers {got.status} to the news of the feeds",)


def _end(child: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        child.kill()
        return
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        child.kill()


def _tail(said: bytes) -> str:
    """The last lines a command wrote, without secrets."""
    text = said.decode("utf-8", "replace")
    for name, value in os.environ.items():
        if _SECRET.search(name) and len(value) >= 4:
            text = text.replace(value, "***")
    lines = [line.rstrip() for line in text.splitlines() if line.strip()][-_LAST_LINES:]
    return f": {' / '.join(lines)}" if lines else ""


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _canonical(page: str) -> str | None:
    for tag in re.findall(r"<link\b[^>]*>", page, re.IGNORECASE):
        if re.search(r"""\brel\s*=\s*["']?canonical\b""", tag, re.IGNORECASE):
            found = re.search(r"""\bhref\s*=\s*["']?([^"'\s>]+)""", tag, re.IGNORECASE)
            return html.unescape(found[1]) if found else None
    return None
