"""The Bluesky channel on a real PDS, with a directory of its own, on this machine alone."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from pipeline.channels.bluesky.channel import BlueskyChannel
from pipeline.channels.contract import Channel, Finds, Prepares, Retracts
from pipeline.delivery import Artifact
from pipeline.errors import NotAuthorizedError
from pipeline.testing.contract import ChannelContract
from tests.contract.test_channels import png
from tests.system.web import NODE

HANDLE, PASSWORD = "walker.test", "secret-of-the-walker"
HERE = Path(__file__).parent


class Contract(ChannelContract):
    name = "bluesky"
    kind = BlueskyChannel
    __test__ = False


CONTRACT = Contract()
KEY = CONTRACT.key


@pytest.fixture(scope="module")
def pds(command: Callable[[str, str], str], node_package: Callable[[str, str], Path]) -> Iterator[str]:
    """The address of a PDS that has one account."""
    node = command("a PDS", "node")
    node_package("a PDS", "@atproto/pds")
    script = NODE / "pds.mjs"  # a module finds its packages from where it lies
    script.write_bytes((HERE / "pds.mjs").read_bytes())
    with subprocess.Popen(
        [node, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as running:
        assert running.stdout is not None
        lines = iter(running.stdout.readline, "")
        url = next(line.strip() for line in lines if line.startswith("http://localhost:"))
        url = url.replace("localhost", "127.0.0.1")
        account = {"handle": HANDLE, "email": "walker@example.org", "password": PASSWORD}
        asked(f"{url}/xrpc/com.atproto.server.createAccount", account)
        yield url
        assert running.stdin is not None
        running.stdin.close()
        running.wait(30)


def asked(url: str, value: object = None) -> Any:
    request = urllib.request.Request(url, None if value is None else json.dumps(value).encode())
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def records(pds: str) -> list[Any]:
    query = urlencode({"repo": HANDLE, "collection": "app.bsky.feed.post"})
    return list(asked(f"{pds}/xrpc/com.atproto.repo.listRecords?{query}")["records"])


def ready(channel: Channel, folder: Path, **entry: object) -> Artifact:
    artifact = channel.render(CONTRACT.context(folder, **entry))  # type: ignore[arg-type]
    assert isinstance(channel, Prepares)
    return channel.prepare(artifact, key=KEY, root=folder)


def test_an_entry_is_one_record_whatever_is_lost_on_the_way(pds: str, tmp_path: Path) -> None:
    png(tmp_path, size=300)
    channel = CONTRACT.make({"service": pds, "handle": HANDLE}, tmp_path, secret=PASSWORD)
    body = "Grüße 🥾 an @walker.test und @nobody.test: https://mill.example/ #Mühle\n"
    entry: dict[str, Any] = {"image": "mill.png", "image_alt": "A mill", "body": body}
    first = ready(channel, tmp_path, **entry)
    assert isinstance(channel, Finds)
    assert channel.find(first, key=KEY) is None
    receipt = channel.publish(first, key=KEY)
    # Its answer lost: sent again, and begun again from the entry.
    assert channel.publish(first, key=KEY) == receipt
    assert channel.publish(ready(channel, tmp_path, **entry), key=KEY) == receipt
    assert channel.find(first, key=KEY) == receipt
    [record] = records(pds)
    assert record["uri"] == receipt.remote_id
    value = record["value"]
    data = value["text"].encode()
    pieces = {
        data[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(): facet["features"][0]["$type"]
        for facet in value["facets"]
    }
    assert pieces["@walker.test"].endswith("#mention")
    assert pieces["https://mill.example/"].endswith("#link")
    assert pieces["#Mühle"].endswith("#tag")
    assert "@nobody.test" not in pieces
    external = value["embed"]["external"]
    assert external["uri"] == "https://walks.example/walk/day-02/"
    assert external["thumb"]["mimeType"] == "image/png"

    assert isinstance(channel, Retracts)
    channel.retract(receipt)
    channel.retract(receipt)
    assert records(pds) == []
    assert channel.find(first, key=KEY) is None


def test_pictures_are_taken_with_what_they_show(pds: str, tmp_path: Path) -> None:
    png(tmp_path, size=40)
    channel = CONTRACT.make({"service": pds, "handle": HANDLE}, tmp_path, secret=PASSWORD)
    entry: dict[str, Any] = {"overrides": {"bluesky": {"images": [{"src": "mill.png", "alt": "A mill"}]}}}
    receipt = channel.publish(ready(channel, tmp_path, **entry), key=KEY)
    [record] = records(pds)
    assert record["value"]["embed"]["images"][0]["alt"] == "A mill"
    assert isinstance(channel, Retracts)
    channel.retract(receipt)


def test_a_wrong_password_is_the_accounts(pds: str, tmp_path: Path) -> None:
    channel = CONTRACT.make({"service": pds, "handle": HANDLE}, tmp_path, secret="wrong wrong wrong")
    with pytest.raises(NotAuthorizedError):
        ready(channel, tmp_path)
