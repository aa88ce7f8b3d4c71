"""Print a completion script for your shell.

bash  eval "$(daycast completion bash)"          in ~/.bashrc
zsh   eval "$(daycast completion zsh)"           in ~/.zshrc
fish  daycast completion fish | source           in ~/.config/fish/config.fish
"""

from __future__ import annotations

import argparse
from pathlib import Path

SHELLS = ("bash", "zsh", "fish", "tcsh", "powershell")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``completion``."""
    parser.add_argument("shell", choices=SHELLS)


def run(options: argparse.Namespace, here: Path) -> int:  # noqa: ARG001 (every command has this shape)
    """Print the script."""
    import shtab

    from pipeline.cli import COMMANDS
    from pipeline.cli.run import command_of

    parser = argparse.ArgumentParser(prog="daycast", description="Turn a series into LinkedIn text, a blog and feeds.")
    parser.add_argument("-C", metavar="DIR", help="work in DIR instead of the current folder")
    parser.add_argument("--version", action="version", version="")
    commands = parser.add_subparsers(dest="command")
    for name, line in COMMANDS.items():
        command_of(name).add_arguments(commands.add_parser(name, help=line, description=line))
    print(shtab.complete(parser, options.shell), end="")
    alone = argparse.ArgumentParser(prog="render", description=COMMANDS["render"])
    command_of("render").add_arguments(alone)
    print(shtab.complete(alone, options.shell), end="")
    return 0
