"""What every channel that posts over HTTP must hold: a class of tests to derive from.

Derive from `ChannelContract`, say what is tested (``name``, ``kind``), where it publishes (``place``), what its table
says (``options``) and how its server answers when all is well (``well``), and run pytest. It needs pytest, which
daycast itself does not install. docs/howto/add-a-channel.md has a whole one.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from pipeline import config
from pipeline.channels.contract import Channel, Context, Prepares, Setup
from pipeline.channels.registry import options_of
from pipeline.delivery import Artifact, Receipt
from pipeline.errors import NotAuthorizedError, NotSentError, RejectedError, UnconfirmedError
from pipeline.model import Cadence, Entry, Series
from pipeline.render.edition import edition
from pipeline.render.templates import Templates, built_in
from pipeline.testing.server import Answer, FakeServer

SECRET = "canary-AQX-0123456789"  # noqa: S105 - of tests
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
BODY = "We walked *two* miles to [the mill](https://mill.example/), and back.\n\nThen it rained on #walks.\n"


class ChannelContract:
    """Tests that hold for any channel: set ``name``, ``kind`` and ``place``, and write ``well`` and ``options``."""

    #: Of the instance.
    name: str = "example"
    #: The channel's class, or what its entry point leads to.
    kind: Callable[..., Channel]
    #: Where the server gets what cannot be taken back: ``POST /posts``.
    place: str = "POST /"
    #: Whether a server error after the request leaves it in doubt; False where sending again does no harm.
    doubtful: bool = True
    #: Statuses that other channels take for a refusal, and this one for something that may pass.
    passing: frozenset[int] = frozenset()

    def well(self, server: FakeServer) -> None:
        """Let the server answer as it does when all is well."""
        raise NotImplementedError

    def options(self, server: FakeServer) -> Mapping[str, object]:
        """The keys of the channel's table."""
        return {"url": server.url}

    # ── what the tests stand on ──────────────────────────────────────────────────────────────────

    @pytest.fixture
    def server(self) -> Iterator[FakeServer]:
        with FakeServer() as running:
            self.well(running)
            yield running

    @pytest.fixture
    def folder(self) -> Iterator[Path]:
        place = Path(tempfile.mkdtemp())
        yield place
        shutil.rmtree(place)

    @pytest.fixture
    def clock(self) -> Callable[[], datetime]:
        return lambda: NOW

    @pytest.fixture
    def channel(self, server: FakeServer, folder: Path, clock: Callable[[], datetime]) -> Channel:
        return self.make(self.options(server), folder, clock)

    def make(
        self,
        options: Mapping[str, object],
        folder: Path,
        clock: Callable[[], datetime] = lambda: NOW,
        secret: str | None = SECRET,
    ) -> Channel:
        """The channel as a project would open it."""
        settings = config.parse(
            {
                "site": {"title": "Walks", "url": "https://walks.example"},
                "channels": {self.name: {"type": "x", **options}},
            },
            source="daycast.toml",
        )
        setup = Setup(name=self.name, root=folder, config=settings, options=options, secret=lambda: secret, clock=clock)
        wanted = getattr(self.kind, "Options", None)
        return self.kind(setup, options_of(wanted, setup)) if wanted is not None else self.kind(setup)

    def context(self, folder: Path, *, body: str = BODY, **more: object) -> Context:
        """An entry, out, in a project of its own."""
        settings = config.parse({"site": {"title": "Walks", "url": "https://walks.example"}}, source="daycast.toml")
        fields: dict[str, object] = {
            "path": "series/walk/day-02.md",
            "series": "walk",
            "day": 2,
            "slug": "day-02",
            "title": "To the mill",
            "body": body,
            "tags": ("Walking", "Mills"),
            **more,
        }
        entry = Entry(**fields)  # type: ignore[arg-type]
        series = Series(
            slug="walk",
            id="walk",
            title="Ten walks",
            hashtag="tenwalks",
            length=10,
            cadence=Cadence(start=date(2026, 11, 21), time=time(9), zone="UTC"),
            entries=(entry,),
            path="series/walk/_index.md",
        )
        made = edition((series,), settings.site, NOW)
        return Context(
            posted=made.posted[entry.path],
            edition=made,
            root=folder,
            config=settings,
            templates=Templates((built_in(),)),
            # As a writer's own, where the text is ours; else the start of the text.
            summary="Two miles and a mill." if body == BODY else " ".join(body.split())[:160],
        )

    def sent(self, channel: Channel, folder: Path, artifact: Artifact | None = None) -> Receipt:
        """Publish an entry as daycast does: render, prepare, publish."""
        ready = artifact or self.ready(channel, folder)
        return channel.publish(ready, key=self.key)

    def ready(self, channel: Channel, folder: Path) -> Artifact:
        """What is frozen before it is sent."""
        artifact = channel.render(self.context(folder))
        return channel.prepare(artifact, key=self.key, root=folder) if isinstance(channel, Prepares) else artifact

    @property
    def key(self) -> str:
        """The slot's key."""
        return f"walk/day-02/{self.name}"

    # ── what must hold ───────────────────────────────────────────────────────────────────────────

    def test_the_same_entry_gives_the_same_bytes(self, channel: Channel, folder: Path) -> None:
        first, second = (channel.render(self.context(folder)) for _ in range(2))
        assert first == second
        assert first.text

    def test_another_text_is_another_artifact(self, channel: Channel, folder: Path) -> None:
        first = channel.render(self.context(folder))
        assert channel.render(self.context(folder, body="Other words.\n")).digest != first.digest

    def test_rendering_asks_nobody(self, channel: Channel, server: FakeServer, folder: Path) -> None:
        channel.render(self.context(folder))
        assert server.asked == []

    def test_it_is_published_once_with_a_receipt(self, channel: Channel, server: FakeServer, folder: Path) -> None:
        receipt = self.sent(channel, folder)
        assert receipt.remote_id or receipt.url
        assert len(server.requests(self.place)) == 1

    def test_nobody_there_means_that_nothing_left(self, channel: Channel, server: FakeServer, folder: Path) -> None:
        ready = self.ready(channel, folder)
        other = self.make(self._gone(server), folder)
        with pytest.raises(NotSentError):
            other.publish(ready, key=self.key)

    def _gone(self, server: FakeServer) -> Mapping[str, object]:
        with FakeServer() as other:
            gone = other.url
        return {
            key: str(value).replace(server.url, gone) if isinstance(value, str) else value
            for key, value in self.options(server).items()
        }

    @pytest.mark.parametrize("status", [401, 403])
    def test_an_account_that_may_not_is_told_from_a_text_that_may_not(
        self, channel: Channel, server: FakeServer, folder: Path, status: int
    ) -> None:
        ready = self.ready(channel, folder)
        server.on(self.place, Answer(status, {"error": "no", "message": "no"}))
        with pytest.raises(NotAuthorizedError):
            channel.publish(ready, key=self.key)

    @pytest.mark.parametrize("status", [400, 404, 409, 413, 422])
    def test_what_is_read_and_refused_is_rejected(
        self, channel: Channel, server: FakeServer, folder: Path, status: int
    ) -> None:
        ready = self.ready(channel, folder)
        server.on(self.place, Answer(status, {"error": "InvalidRequest", "message": "too long by 7"}))
        with pytest.raises(NotSentError if status in self.passing else RejectedError) as raised:
            channel.publish(ready, key=self.key)
        assert not isinstance(raised.value, NotAuthorizedError)
        assert str(status) in str(raised.value)
        assert "too long by 7" in str(raised.value)

    def test_a_server_that_is_busy_names_the_moment(self, channel: Channel, server: FakeServer, folder: Path) -> None:
        ready = self.ready(channel, folder)
        server.on(self.place, Answer(429, {"error": "slow down"}, {"Retry-After": "120"}))
        with pytest.raises(NotSentError) as raised:
            channel.publish(ready, key=self.key)
        assert raised.value.retry_at == NOW + timedelta(seconds=120)

    @pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
    def test_a_server_that_fails_leaves_it_in_doubt(
        self, channel: Channel, server: FakeServer, folder: Path, status: int
    ) -> None:
        ready = self.ready(channel, folder)
        server.on(self.place, Answer(status, b"<title>oops</title>"))
        with pytest.raises(self._doubt):
            channel.publish(ready, key=self.key)

    @pytest.mark.parametrize("fault", ["reset", "cut"])
    def test_a_lost_answer_leaves_it_in_doubt(
        self, channel: Channel, server: FakeServer, folder: Path, fault: str
    ) -> None:
        ready = self.ready(channel, folder)
        server.fail(self.place, "reset" if fault == "reset" else "cut")
        with pytest.raises(self._doubt):
            channel.publish(ready, key=self.key)

    @property
    def _doubt(self) -> type[Exception]:
        return UnconfirmedError if self.doubtful else NotSentError

    def test_no_error_tells_the_secret(self, channel: Channel, server: FakeServer, folder: Path) -> None:
        ready = self.ready(channel, folder)
        server.on(self.place, Answer(400, {"error": f"bad {SECRET}", "message": SECRET}))
        with pytest.raises(RejectedError) as raised:
            channel.publish(ready, key=self.key)
        assert SECRET not in str(raised.value)
        assert SECRET not in repr(channel)

    def test_without_a_secret_nothing_is_sent(self, server: FakeServer, folder: Path) -> None:
        channel = self.make(self.options(server), folder)
        ready = self.ready(channel, folder)
        server.asked.clear()
        bare = self.make(self.options(server), folder, secret=None)
        with pytest.raises(NotAuthorizedError) as raised:
            bare.publish(ready, key=self.key)
        assert server.asked == []
        assert f"DAYCAST_{self.name.upper()}" in str(raised.value)
