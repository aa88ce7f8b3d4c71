"""Tell Prometheus how it goes: what is due and for how long, what came of it, how much is queued."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING

from pipeline.errors import ConfigError, LedgerError, remedy_of
from pipeline.ledger.agenda import Agenda
from pipeline.worker.children import Done

if TYPE_CHECKING:
    from prometheus_client.metrics_core import GaugeMetricFamily


class Metrics:
    """The figures of a worker, and of the database that it works at."""

    def __init__(self, url: str, *, clock: Callable[[], datetime], broken: Callable[[], int]) -> None:
        """``broken`` is how many folders of the workspace are no project that could be published.

        Raises ConfigError where prometheus-client is not installed.
        """
        if find_spec("prometheus_client") is None:
            raise ConfigError(f"--metrics needs prometheus-client: {remedy_of('postgres')}")
        from prometheus_client import CollectorRegistry, Counter

        self._url, self._clock = url, clock
        self._registry = CollectorRegistry()
        self._registry.register(_Depth(url, clock, broken))
        self._outcomes = Counter(
            "daycast_deliveries",
            "What came of sends, by channel and class",
            ("channel", "outcome"),
            registry=self._registry,
        )
        self._jobs = Counter(
            "daycast_jobs", "Jobs that have ended, by kind and end", ("kind", "end"), registry=self._registry
        )

    def count(self, kind: str, project: str, done: Done) -> None:  # noqa: ARG002 - a label for each tenant is too many
        """Count a job's end."""
        self._jobs.labels(kind, "failed" if done.failure else "done").inc()
        for channel, outcome in done.outcomes:
            self._outcomes.labels(channel, outcome).inc()

    def listen(self, address: str) -> str:
        """Answer at an address such as ``127.0.0.1:9109``; gives where. Raises ConfigError where that cannot be."""
        from prometheus_client import start_http_server

        host, colon, port = address.rpartition(":")
        if not colon or not port.isdecimal():
            raise ConfigError(f"--metrics is '{address}', expected an address such as 127.0.0.1:9109")
        try:
            server, _ = start_http_server(int(port), addr=host, registry=self._registry)
        except (OSError, OverflowError) as error:
            raise ConfigError(f"--metrics {address}: cannot be listened on: {error}") from error
        return f"{host}:{server.server_port}"


class _Depth:
    """What the agenda says, asked each time somebody looks."""

    def __init__(self, url: str, clock: Callable[[], datetime], broken: Callable[[], int]) -> None:
        self._url, self._clock, self._broken = url, clock, broken

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing is asked before somebody looks."""
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges."""
        from prometheus_client.metrics_core import GaugeMetricFamily as Gauge

        try:
            with Agenda(self._url) as agenda:
                depth = agenda.depth(self._clock())
        except LedgerError:
            yield Gauge("daycast_database_up", "Whether the database answers", value=0)
            return
        yield Gauge("daycast_database_up", "Whether the database answers", value=1)
        yield Gauge("daycast_due_slots", "Slots whose moment has come and that no job has", value=depth.due)
        lag = depth.lag.total_seconds()
        yield Gauge("daycast_due_lag_seconds", "For how long the oldest of them has waited", value=lag)
        yield Gauge("daycast_queued_slots", "Slots that a job has", value=depth.queued)
        yield Gauge("daycast_ahead_slots", "Slots that wake some time", value=depth.ahead)
        troubles = len(depth.troubles) + self._broken()
        yield Gauge("daycast_projects_in_trouble", "Projects that cannot be read, built or deployed", value=troubles)
        if depth.tick_age is not None:
            age = depth.tick_age.total_seconds()
            yield Gauge("daycast_tick_age_seconds", "Since somebody last looked at what is due", value=age)
