"""A channel that runs a program of one's own: the entry as JSON on its standard input, the receipt on its output."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from pipeline import host
from pipeline.channels.contract import NOT_ASKED, Context, Finding, Setup
from pipeline.channels.told import told
from pipeline.channels.web import sent_again, text_in, written
from pipeline.delivery import Artifact, Receipt, digest_of
from pipeline.errors import NotAuthorizedError, NotSentError, RejectedError, UnconfirmedError
from pipeline.records import dataclass
from pipeline.secrets import masked

#: Exit codes that say that nothing is out (sysexits.h): try again, refused, this account may not.
AGAIN, REFUSED, FORBIDDEN = 75, 65, 77
_MOST = 64 << 10
_LINES = 4


class CommandChannel:
    """An instance of the channel: one program."""

    #: Unless its settings say otherwise.
    idempotent = False

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Options:
        """The keys of ``[channels.command]``."""

        #: Text runs in the shell, a list as it is.
        command: str | tuple[str, ...]
        #: Whether running it twice for one key does no harm: then what is unclear is run again.
        idempotent: bool = False
        #: Seconds after which it is ended.
        timeout: int = 60

    def __init__(self, setup: Setup, options: Options) -> None:
        self.name = setup.name
        self.idempotent = options.idempotent
        self._root = setup.root
        self._command = options.command
        self._timeout = options.timeout

    def render(self, context: Context) -> Artifact:
        """The entry as JSON."""
        body = written(told(context, self.name))
        return Artifact(media_type="application/json", body=body, text=body.decode(), digest=digest_of(body))

    def diagnose(self, *, now: datetime, last_day: datetime | None) -> tuple[Finding, ...]:  # noqa: ARG002 (it ends never)
        """Whether the program is there; it is not run, since running it is sending."""
        try:
            words = shlex.split(self._command) if isinstance(self._command, str) else list(self._command)
        except ValueError:
            words = []
        first = words[0] if words else ""
        if isinstance(self._command, str) and "/" not in first:
            return (Finding(level="ok", code=NOT_ASKED, message="runs its command in the shell; it is not run now"),)
        place = self._root / first if "/" in first else Path(shutil.which(first) or "")
        if not first or not place.is_file():
            return (Finding(level="error", code="no-command", message=f"there is no program '{masked(first)}'"),)
        if not os.access(place, os.X_OK):
            why = f"'{masked(first)}' may not be run: 'chmod +x {masked(first)}' lets it"
            return (Finding(level="error", code="not-executable", message=why),)
        return (Finding(level="ok", code=NOT_ASKED, message=f"'{masked(first)}' is there; it is not run now"),)

    def publish(self, artifact: Artifact, *, key: str) -> Receipt:
        """Run it. Exit code 0 is out; 75 is not out and tried again, 65 refused, 77 not allowed; others may be out."""
        shown = masked(self._command if isinstance(self._command, str) else " ".join(self._command))
        unclear = sent_again(key, harmless=self.idempotent, out="be out")
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as wrong:
            given.write(artifact.body)
            given.seek(0)
            try:
                child = subprocess.Popen(
                    self._command if isinstance(self._command, str) else list(self._command),
                    shell=isinstance(self._command, str),
                    cwd=self._root,
                    env={**os.environ, "DAYCAST_KEY": key},
                    stdin=given,
                    stdout=said,
                    stderr=wrong,
                    start_new_session=sys.platform != "win32",
                )
            except (OSError, ValueError) as error:
                why = getattr(error, "strerror", None) or error
                raise NotSentError(f"'{shown}' cannot be run: {why}") from error
            try:
                code = child.wait(self._timeout)
            except subprocess.TimeoutExpired as error:
                host.end_group(child)
                raise UnconfirmedError(f"'{shown}' was ended after {self._timeout} s; {unclear}") from error
            except BaseException:
                host.end_group(child)
                raise
            said.seek(0)
            wrong.seek(0)
            out, told_why = said.read(_MOST), masked(wrong.read(_MOST).decode("utf-8", "replace"))
        tail = " / ".join(line.strip() for line in told_why.splitlines()[-_LINES:] if line.strip())
        why = f"'{shown}' ended with {code}{f': {tail}' if tail else ''}"
        match code:
            case 0:
                return _receipt(out)
            case code if code == AGAIN:
                raise NotSentError(why)
            case code if code == REFUSED:
                raise RejectedError(why)
            case code if code == FORBIDDEN:
                raise NotAuthorizedError(why)
            case _:
                raise UnconfirmedError(f"{why}; {unclear}")


def _receipt(out: bytes) -> Receipt:
    """What the program says of it: JSON with ``id`` and ``url``, or an address alone; nothing is fine too."""
    text = out.decode("utf-8", "replace").strip()
    last = text.splitlines()[-1].strip() if text else ""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if isinstance(found, dict):
        return Receipt(remote_id=text_in(found, "id"), url=text_in(found, "url"))
    return Receipt(remote_id=None, url=last if last.startswith(("https://", "http://")) else None)
