"""The units and the container file that docs/running ships, as far as no engine is needed."""

from __future__ import annotations

import json
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.system.web import ROOT, copy_sample

RUNNING = ROOT / "docs" / "running"
UNITS = sorted(path.name for path in RUNNING.iterdir() if path.suffix in {".service", ".timer"})
#: Of systemd's scale from 0 (nothing can be harmed) to 10.
EXPOSURE = 2.0
PROGRAM = "/opt/daycast/bin/daycast"


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units, with a program that is there."""
    folder = tmp_path_factory.mktemp("units")
    for name in UNITS:
        text = (RUNNING / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace(PROGRAM, sys.executable), encoding="utf-8")
    return folder


def test_there_is_a_service_for_the_scheduler_and_one_with_a_timer() -> None:
    assert UNITS == ["daycast-schedule.service", "daycast.service", "daycast.timer"]


def test_systemd_finds_nothing_wrong_with_the_units(units: Path, command: Callable[[str, str], str]) -> None:
    analyze = command("units", "systemd-analyze")
    words = [analyze, "verify", "--man=no", *(str(units / name) for name in UNITS)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_a_service_can_harm_little(units: Path, name: str, command: Callable[[str, str], str]) -> None:
    analyze = command("units", "systemd-analyze")
    words = [analyze, "security", "--offline=true", "--no-pager", str(units / name)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    [level] = re.findall(r"Overall exposure level.*: ([\d.]+)", done.stdout)
    assert float(level) <= EXPOSURE, done.stdout


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_a_service_starts_a_command_that_there_is(name: str) -> None:
    [line] = re.findall(rf"^ExecStart={PROGRAM} (.+)$", (RUNNING / name).read_text(encoding="utf-8"), re.MULTILINE)
    words = shlex.split(line)
    asked = subprocess.run(
        [sys.executable, "-m", "pipeline", words[0], "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert [word for word in words if word.startswith("--") and word not in asked.stdout] == []


def instructions() -> dict[str, list[str]]:
    """The container file's instructions, each with its arguments."""
    text = "\n".join(
        line for line in (RUNNING / "Containerfile").read_text(encoding="utf-8").splitlines() if line[:1] != "#"
    )
    found: dict[str, list[str]] = {}
    for line in text.replace("\\\n", " ").splitlines():
        if line.strip():
            name, _, rest = line.partition(" ")
            found.setdefault(name, []).append(" ".join(rest.split()))
    return found


def test_the_container_is_nobody_special_and_has_one_volume_and_no_port() -> None:
    told = instructions()
    assert [user.partition(":")[0] for user in told["USER"]] == ["1000"]
    assert told["VOLUME"] == ["/project"]
    assert "EXPOSE" not in told


def test_the_containers_command_runs_is_healthy_and_ends_when_it_is_told_to(tmp_path: Path) -> None:
    told = instructions()
    [entry], [given] = told["ENTRYPOINT"], told["CMD"]
    [probe] = (json.loads(line.partition(" CMD ")[2]) for line in told["HEALTHCHECK"])
    assert json.loads(entry) == ["daycast"]
    words = [word.replace(":8911", ":0") for word in json.loads(given)]
    copy_sample(tmp_path / "project")
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "-C", str(tmp_path / "project"), *words, "--now", "2026-10-01T12:00:00Z"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    address = ""
    for line in process.stdout:
        event = json.loads(line)
        address = event["text"] if event["event"] == "health" else address
        if event["event"] == "ticked":
            break
    asked = [sys.executable, *(word.replace("http://127.0.0.1:8911/", address) for word in probe[1:])]
    healthy = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=30)
    process.send_signal(signal.SIGTERM)
    rest = process.stdout.read()
    assert (healthy.returncode, process.wait(timeout=60)) == (0, 0), healthy.stderr + rest
    process.stdout.close()
    silent = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=30)
    assert silent.returncode != 0


def test_the_web_server_beside_it_reads_the_site_and_nothing_else() -> None:
    told = yaml.safe_load((RUNNING / "compose.yml").read_text(encoding="utf-8"))
    web = told["services"]["web"]
    [settings, site] = web["volumes"]
    assert settings == "./nginx.conf:/etc/nginx/nginx.conf:ro"
    assert (site["source"].rpartition("}")[2], site["read_only"]) == ("/output/site", True)
    assert f"root {site['target']};" in (RUNNING / "nginx.conf").read_text(encoding="utf-8")
    assert all(service["read_only"] and service["cap_drop"] == ["ALL"] for service in told["services"].values())
    assert (RUNNING / told["services"]["daycast"]["build"]["dockerfile"]).is_file()
