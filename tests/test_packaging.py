"""What the wheel holds is enough to start a blog somewhere else."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from pipeline.testing.server import Answer, FakeServer

ROOT = Path(__file__).resolve().parents[1]


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command away from this checkout; what it printed."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**clean, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    return done.stdout


def build(target: str, *, of: Path, into: Path) -> Path:
    """A wheel or an sdist of a source tree, by hatchling itself: no network, no isolation."""
    run(sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", into, cwd=of)
    (made,) = into.iterdir()
    return made


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", of=ROOT, into=tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def scripts(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an environment that has the wheel, and borrows only its dependencies."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False, symlinks=os.name != "nt")
    paths = sysconfig.get_paths(scheme="venv", vars={"base": str(home), "platbase": str(home)})
    python = Path(paths["scripts"]) / "python"
    run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        wheel,
        cwd=home,
    )
    # A path file's folder is searched, but its own path files, such as this checkout's, are not read.
    Path(paths["purelib"], "borrowed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return Path(paths["scripts"])


def test_the_wheel_holds_the_package_its_templates_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    templates = {
        f"pipeline/_templates/{path.relative_to(ROOT / 'templates').as_posix()}"
        for path in (ROOT / "templates").rglob("*")
        if path.is_file()
    }
    package = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "pipeline").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert names == templates | package


def test_a_wheel_made_from_the_sdist_is_the_same(wheel: Path, tmp_path: Path) -> None:
    sdist = build("sdist", of=ROOT, into=tmp_path / "sdist")
    run(sys.executable, "-m", "tarfile", "--extract", sdist, tmp_path / "source", cwd=tmp_path)
    (source,) = (tmp_path / "source").iterdir()
    again = build("wheel", of=source, into=tmp_path / "wheel")
    assert again.read_bytes() == wheel.read_bytes()


def test_an_installed_daycast_starts_and_builds_a_blog_in_an_empty_folder(scripts: Path, tmp_path: Path) -> None:
    run(scripts / "daycast", "init", "blog", cwd=tmp_path)
    run(scripts / "daycast", "build", cwd=tmp_path / "blog")
    assert (tmp_path / "blog" / "output" / "site" / "index.html").is_file()


def test_an_installed_render_shows_day_one(scripts: Path, tmp_path: Path) -> None:
    run(scripts / "daycast", "init", "blog", cwd=tmp_path)
    assert "#Day1" in run(scripts / "render", "day", "1", cwd=tmp_path / "blog")


def test_the_module_runs_as_the_command_does(scripts: Path, tmp_path: Path) -> None:
    assert run(scripts / "python", "-m", "pipeline", "--version", cwd=tmp_path) == run(
        scripts / "daycast", "--version", cwd=tmp_path
    )


def test_the_channel_of_the_how_to_is_a_package_that_works(scripts: Path, tmp_path: Path) -> None:
    page = (ROOT / "docs/howto/add-a-channel.md").read_text(encoding="utf-8")
    shown = page[page.index("## A whole channel") :]
    project, module, tests, settings = re.findall(r"```(?:toml|python)\n(.*?)```", shown, re.DOTALL)
    assert len(module.splitlines()) <= 55
    package = tmp_path / "package"
    package.mkdir()
    (package / "pyproject.toml").write_text(project, encoding="utf-8")
    (package / "daycast_ntfy.py").write_text(module, encoding="utf-8")
    python = scripts / "python"
    made = build("wheel", of=package, into=tmp_path / "wheel")
    run(sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", "--no-index", made, cwd=tmp_path)
    (package / "test_ntfy.py").write_text(tests, encoding="utf-8")
    assert " passed" in run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_ntfy.py", cwd=package)
    blog = tmp_path / "blog"
    (blog / "series/walk").mkdir(parents=True)
    with FakeServer() as server:
        server.on("POST /", Answer(200, {"id": "m7"}))
        told = f'[site]\ntitle = "Walks"\n{settings}service = "{server.url}"\n'
        (blog / "daycast.toml").write_text(told, encoding="utf-8")
        head = "---\ntitle: Walks\nlength: 2\nstart: 2026-10-19\nchannels: [ntfy]\n---\n"
        (blog / "series/walk/_index.md").write_text(head, encoding="utf-8")
        (blog / "series/walk/day-01.md").write_text("---\ntitle: To the mill\n---\nText.\n", encoding="utf-8")
        os.environ["DAYCAST_NTFY_TOKEN"] = "canary-AQX"
        try:
            said = run(scripts / "daycast", "publish", "day", "1", cwd=blog)
        finally:
            del os.environ["DAYCAST_NTFY_TOKEN"]
    assert f"walk/day-01/ntfy: published {server.url}/my-series" in said
    [asked] = server.asked
    assert asked.headers["authorization"] == "Bearer canary-AQX"
    assert json.loads(asked.body)["title"] == "#Day1/2 To the mill"
