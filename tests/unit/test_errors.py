"""Errors say what to type."""

from __future__ import annotations

import pytest

from pipeline.errors import remedy_of


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("uv-receipt.toml", "uv tool install 'daycast[cards]'"),
        ("pipx_metadata.json", "pipx install --force 'daycast[cards]'"),
        ("pyvenv.cfg", "pip install 'daycast[cards]'"),
    ],
)
def test_a_missing_extra_is_installed_as_daycast_was(tmp_path, file, said):
    (tmp_path / file).write_text("")
    assert remedy_of("cards", str(tmp_path)) == said
