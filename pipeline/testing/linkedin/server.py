"""The server: what it is told beforehand, what becomes of each request, and what it saw."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import TracebackType
from typing import Self, assert_never

from pipeline.records import replace
from pipeline.testing.linkedin.accounts import SELF_SERVE, Accounts, Client
from pipeline.testing.linkedin.api import Api, RetryAfter
from pipeline.testing.linkedin.faults import (
    Answer,
    Cut,
    Drip,
    Drop,
    Fault,
    Garbage,
    Hang,
    Reset,
    Rule,
    Stall,
    name_of,
)
from pipeline.testing.linkedin.port import Port
from pipeline.testing.linkedin.posts import Ids, Posts
from pipeline.testing.linkedin.records import Post, Record, Reply, Request, Upload, without_secrets
from pipeline.testing.linkedin.uploads import Uploads
from pipeline.testing.linkedin.wire import NoHttpError, read_body, read_head, reset, written

#: Given where a fault lets bytes of an answer through and nothing was carried out.
_UNAVAILABLE = Reply(status=503, headers={"Content-Type": "text/html"}, body=b"<title>Service Unavailable</title>")


class FakeLinkedIn:
    """A LinkedIn on ``http://127.0.0.1:PORT``, from ``with`` until its end. All of it may be used by any thread."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        limit: int = 3000,
        daily: int | None = 150,
        retry_after: RetryAfter = None,
        duplicate_window: timedelta = timedelta(minutes=10),
        ghosts: timedelta = timedelta(hours=24),
        versions: Collection[str] | None = None,
        ids: Ids = "share",
        port: int = 0,
        on_record: Callable[[Record], object] | None = None,
    ) -> None:
        """A server that is not yet reached.

        ``clock`` gives aware datetimes, and all that depends on time. ``limit``: UTF-16 units of a commentary as sent.
        ``daily``: requests of a member until 00:00 UTC, then 429 with ``retry_after`` (None: no such header; seconds,
        a moment, or a text as it is). ``duplicate_window``: for how long a text cannot be posted again; ``ghosts``: the
        same after it was deleted. ``versions``: those alive (None: by the clock). ``ids``: what ``x-restli-id`` holds.
        ``port``: 0 for any. ``on_record`` is called with each record before its answer leaves, one at a time.
        """
        self._clock = clock
        self._wanted = port
        self._on_record = on_record
        self._accounts = Accounts(clock)
        self._uploads = Uploads(clock)
        self._posts = Posts(
            clock, self._uploads, limit=limit, duplicate_window=duplicate_window, ghosts=ghosts, ids=ids
        )
        self._api = Api(
            clock,
            self._accounts,
            self._uploads,
            self._posts,
            versions=versions,
            daily=daily,
            retry_after=retry_after,
        )
        self._changed = threading.Condition(threading.RLock())
        self._records: list[Record] = []
        self._connections = 0
        self._requests = 0
        self._hanging = 0
        self._rules: list[Rule] = []
        self._choosers: list[Callable[[Request], Fault | None]] = []
        self._released = threading.Event()
        self._stopped = False
        self._port: Port | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Take the port and listen."""
        self._port = Port(self._wanted, self._converse)
        self._port.accept()

    def stop(self) -> None:
        """Release what hangs, end all connections and give the port back."""
        with self._changed:
            self._stopped = True
            self._released.set()
        self._running.close()

    @property
    def port(self) -> int:
        """Its number, once started."""
        return self._running.number

    @property
    def url(self) -> str:
        """What ``api_base`` and ``oauth_base`` are to be, once started."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def _running(self) -> Port:
        if self._port is None:
            raise RuntimeError("the server has no port before it is started: use it within 'with'")
        return self._port

    # ── accounts ─────────────────────────────────────────────────────────────────────────────────

    def add_token(
        self,
        value: str,
        *,
        member: str,
        scopes: Iterable[str] = SELF_SERVE,
        organizations: Iterable[str] = (),
        expires_at: datetime | None = None,
        revoked: bool = False,
        client: str | None = None,
    ) -> None:
        """Make a token known: of ``urn:li:person:<member>``, who may also post as these ``organizations`` (URNs).

        Without ``expires_at`` (aware) it lives for 60 days from now. ``client``: the app that it was given to.
        """
        with self._changed:
            self._accounts.add_token(
                value,
                member=member,
                scopes=scopes,
                organizations=organizations,
                expires_at=expires_at,
                revoked=revoked,
                client=client,
            )

    def revoke(self, value: str) -> None:
        """End a token."""
        with self._changed:
            self._accounts.revoke(value)

    def add_client(
        self,
        client_id: str,
        secret: str,
        *,
        member: str,
        redirect_uris: Iterable[str] | None = None,
        scopes: Iterable[str] = SELF_SERVE,
    ) -> None:
        """Make an app known, and the ``member`` who consents in the browser.

        ``redirect_uris``: those registered, letter for letter (None: any on the loopback). ``scopes``: what its
        products allow.
        """
        with self._changed:
            self._accounts.add_client(
                Client(
                    id=client_id,
                    secret=secret,
                    redirect_uris=tuple(redirect_uris) if redirect_uris is not None else None,
                    member=member,
                    scopes=tuple(scopes),
                )
            )

    @property
    def consents(self) -> bool:
        """Whether the person in the browser consents; may be set."""
        return self._accounts.consents

    @consents.setter
    def consents(self, value: bool) -> None:
        self._accounts.consents = value

    # ── rules that a test may change ─────────────────────────────────────────────────────────────

    @property
    def ids(self) -> Ids:
        """What ``x-restli-id`` of a new post holds; may be set."""
        return self._posts.ids

    @ids.setter
    def ids(self, value: Ids) -> None:
        self._posts.ids = value

    def set_daily(self, daily: int | None, *, retry_after: RetryAfter = None) -> None:
        """Change the quota: requests of a member until 00:00 UTC, those made already included; None: no end."""
        with self._changed:
            self._api.daily, self._api.retry_after = daily, retry_after

    # ── faults ───────────────────────────────────────────────────────────────────────────────────

    def fail(
        self, fault: Fault, *, method: str | None = None, path: str = "", nth: int = 1, times: int | None = 1
    ) -> None:
        """Let a fault befall requests: of a method, with a path that starts so, from the nth on, so many times.

        ``nth`` counts the matching requests from this call on; ``times`` None: from then on for ever. A `Drop` befalls
        connections, which have neither method nor path. Where several fit, the first that was told is taken.
        """
        if isinstance(fault, Drop) and (method is not None or path):
            raise ValueError("a Drop comes before method and path are read: tell it without them")
        with self._changed:
            self._rules.append(Rule(fault, method=method, path=path, nth=nth, times=times))

    def fail_by(self, choose: Callable[[Request], Fault | None]) -> None:
        """Let a function choose what befalls each request that no rule of `fail` is for; it sees all of the request.

        It must not choose a `Drop`, and a `Stall` from it is a `Hang`. It is called for one request at a time.
        """
        with self._changed:
            self._choosers.append(choose)

    def heal(self) -> None:
        """Forget all faults that are still to come."""
        with self._changed:
            self._rules.clear()
            self._choosers.clear()

    def release(self) -> None:
        """Let go on what hangs now."""
        with self._changed:
            self._released.set()
            self._released = threading.Event()

    def refuse(self) -> None:
        """Refuse connections from now on: nobody listens at the port."""
        self._running.refuse()

    def accept(self) -> None:
        """Listen, again or still."""
        self._running.accept()

    # ── what was seen ────────────────────────────────────────────────────────────────────────────

    @property
    def posts(self) -> tuple[Post, ...]:
        """Every post that was created, deleted ones too, oldest first."""
        with self._changed:
            return self._posts.all

    @property
    def uploads(self) -> tuple[Upload, ...]:
        """Every file that was announced or uploaded, oldest first."""
        with self._changed:
            return self._uploads.all

    @property
    def log(self) -> tuple[Record, ...]:
        """A record of each request, in the order in which they were carried out."""
        with self._changed:
            return tuple(self._records)

    @property
    def connections(self) -> int:
        """How many connections were accepted."""
        with self._changed:
            return self._connections

    @property
    def hanging(self) -> int:
        """How many requests wait for `release` at this moment."""
        with self._changed:
            return self._hanging

    def wait_until(self, seen: Callable[[], bool], *, timeout: float = 10.0) -> None:
        """Wait until something is so, looked at whenever a record comes in or a request begins to hang.

        Raises TimeoutError when it is not so after ``timeout`` seconds.
        """
        with self._changed:
            if not self._changed.wait_for(seen, timeout):
                raise TimeoutError(f"it did not come to pass within {timeout:g} s; the log has {len(self._records)}")

    # ── connections ──────────────────────────────────────────────────────────────────────────────

    def _converse(self, connection: socket.socket) -> None:
        """Read a request, unless a fault comes before, and carry it out."""
        with self._changed:
            self._connections += 1
        dropped = self._fault_for(None, Drop)
        if dropped is not None:
            self._keep(None, dropped)
            if isinstance(dropped, Drop) and dropped.reset:
                reset(connection)
            return
        try:
            request = self._read(connection)
        except NoHttpError:
            connection.sendall(written(Reply(status=400), self._headers()))
            return
        if request is not None:
            self._carry_out(connection, request)

    def _read(self, connection: socket.socket) -> Request | None:
        """A request; None where the client went away, or nothing more is to be read."""
        with connection.makefile("rb") as reader:
            head = read_head(reader)
            if head is None:
                return None
            with self._changed:
                self._requests += 1
                head = replace(head, number=self._requests)
            stalled = self._fault_for(head, Stall)
            if stalled is not None:
                self._keep(head, stalled)
                self._wait()
                return None
            if head.headers.get("expect", "").lower() == "100-continue":
                connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            body = read_body(reader, head)
            return replace(head, body=body) if body is not None else None

    def _carry_out(self, connection: socket.socket, request: Request) -> None:
        """Do what is asked, unless a fault says otherwise, and answer."""
        fault = self._fault_for(request, None)
        match fault:
            case None:
                connection.sendall(self._done(request, fault))
            case Hang(carried_out=carried_out, answered=True):
                answer = self._done(request, fault) if carried_out else None
                if self._wait():
                    connection.sendall(answer if answer is not None else self._done(request, fault))
            case Hang(carried_out=True):
                self._done(request, fault, told=False)
                self._wait()
            case Hang() | Stall() | Drop():
                self._keep(request, fault)
                self._wait()
            case Reset(after=after, carried_out=carried_out):
                connection.sendall(self._done(request, fault, told=False, carried_out=carried_out)[:after])
                reset(connection)
            case Cut(after=after, carried_out=carried_out):
                connection.sendall(self._done(request, fault, told=False, carried_out=carried_out)[:after])
            case Drip(wait=wait, carried_out=carried_out):
                for index, byte in enumerate(self._done(request, fault, carried_out=carried_out)):
                    wait(index)
                    connection.sendall(bytes((byte,)))
            case Answer(status=status, body=body, headers=headers, carried_out=carried_out):
                instead = Reply(status=status, headers=headers, body=body)
                connection.sendall(self._done(request, fault, carried_out=carried_out, instead=instead))
            case Garbage(data=data, carried_out=carried_out):
                self._done(request, fault, told=False, carried_out=carried_out)
                connection.sendall(data)
            case never:
                assert_never(never)

    def _done(
        self,
        request: Request,
        fault: Fault | None,
        *,
        carried_out: bool = True,
        told: bool = True,
        instead: Reply | None = None,
    ) -> bytes:
        """The bytes of the answer to a request, which is on record now and, where it is to be, carried out.

        ``told``: whether they arrive whole; the record has no status otherwise. ``instead``: what is answered whatever
        came of it.
        """
        with self._changed:
            reply = self._api.answer(request, self.url) if carried_out else _UNAVAILABLE
            if instead is not None:
                reply = replace(instead, post=reply.post)
            answer = written(reply, self._headers())
            self._keep(request, fault, reply=reply, told=told, size=len(answer))
        return answer

    def _headers(self) -> dict[str, str]:
        date = format_datetime(self._clock().astimezone(UTC), usegmt=True)
        return {"Date": date, "x-li-uuid": f"AAY{self._requests:013}"}

    def _keep(
        self,
        request: Request | None,
        fault: Fault | None,
        *,
        reply: Reply | None = None,
        told: bool = True,
        size: int = 0,
    ) -> None:
        """Put a record into the log."""
        headers, body = without_secrets(request) if request is not None else ({}, b"")
        post = reply.post if reply is not None else None
        with self._changed:
            record = Record(
                at=self._clock(),
                method=request.method if request is not None else "",
                path=request.path if request is not None else "",
                headers=headers,
                body=body,
                status=reply.status if reply is not None and told else None,
                code=reply.code if reply is not None else None,
                fault=name_of(fault) if fault is not None else None,
                urn=post.urn if post is not None else None,
                visible=post.visible if post is not None else None,
                size=size,
            )
            self._records.append(record)
            if self._on_record is not None:
                self._on_record(record)
            self._changed.notify_all()

    def _fault_for(self, request: Request | None, kind: type[Drop | Stall] | None) -> Fault | None:
        """The fault whose turn it is; ``kind`` None: of those that come after all of a request is read."""
        with self._changed:
            found: Fault | None = None
            for rule in self._rules:
                due = isinstance(rule.fault, kind) if kind is not None else not isinstance(rule.fault, Drop | Stall)
                if due and rule.befalls(request) and found is None:
                    found = rule.fault
            if found is None and kind is None and request is not None:
                chosen = (choose(request) for choose in self._choosers)
                found = next((fault for fault in chosen if fault is not None), None)
            return found

    def _wait(self) -> bool:
        """Hang until released; False where that is the server's end."""
        with self._changed:
            released = self._released
            self._hanging += 1
            self._changed.notify_all()
        released.wait()
        with self._changed:
            self._hanging -= 1
            self._changed.notify_all()
            return not self._stopped
