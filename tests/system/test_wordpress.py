"""The WordPress channel on a real WordPress: Debian's, with a database of its own, on this machine alone."""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.channels.contract import Channel, Finds, Prepares, Retracts, Updates
from pipeline.channels.wordpress import WordPressChannel
from pipeline.delivery import Artifact
from pipeline.errors import NotAuthorizedError, RejectedError
from pipeline.testing.contract import NOW, ChannelContract
from tests.contract.test_channels import png

HERE = Path(__file__).parent / "wordpress"
INSTALLED = Path("/usr/share/wordpress")


@dataclass
class Blog:
    url: str
    password: str

    def posts(self, status: str = "publish") -> list[dict[str, Any]]:
        request = urllib.request.Request(f"{self.url}/wp-json/wp/v2/posts?status={status}&context=edit")
        token = base64.b64encode(f"ada:{self.password}".encode()).decode()
        request.add_header("Authorization", f"Basic {token}")
        with urllib.request.urlopen(request, timeout=30) as answer:
            found: list[dict[str, Any]] = json.load(answer)
        return [post for post in found if post["slug"] != "hello-world"]


class Contract(ChannelContract):
    name = "wordpress"
    kind = WordPressChannel
    __test__ = False


CONTRACT = Contract()
KEY = CONTRACT.key


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        return int(taken.getsockname()[1])


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=10):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@pytest.fixture(scope="module")
def blog(
    command: Callable[[str, str], str], leave_out: Callable[[str, str], None], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Blog]:
    """WordPress, installed anew."""
    php, install, server = (command("WordPress", name) for name in ("php", "mariadb-install-db", "mariadbd"))
    client = command("WordPress", "mariadb")
    if not INSTALLED.is_dir():
        leave_out("WordPress", "no wordpress")
    folder = tmp_path_factory.mktemp("wordpress")
    # A socket's path may have a hundred characters, and a test's folder has more.
    sockets = Path(tempfile.mkdtemp(prefix="wp-"))
    site, data, place = folder / "site", folder / "db", sockets / "s"
    shutil.copytree(INSTALLED, site, ignore_dangling_symlinks=True)
    (site / "wp-config.php").unlink(missing_ok=True)
    shutil.copy(HERE / "wp-config.php", site)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    env = {**os.environ, "WP_SOCKET": str(place), "WP_URL": url}
    user = ["--user=root"] if os.getuid() == 0 else []
    base = [f"--datadir={data}", *user]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
    made = [install, "--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db", *base]
    subprocess.run(made, check=True, capture_output=True, timeout=120)
    running = [server, "--no-defaults", *base, f"--socket={place}", "--skip-networking", "--skip-grant-tables"]
    with subprocess.Popen(running, **quiet) as database:
        try:
            make = [client, "--no-defaults", f"--socket={place}", "--connect-timeout=30", "-e", "CREATE DATABASE wp"]
            while subprocess.run(make, check=False, capture_output=True, timeout=60).returncode:
                assert database.poll() is None, "the database ended"
            said = subprocess.run(
                [php, "-d", "display_errors=0", HERE / "install.php", site],
                env=env,
                check=True,
                capture_output=True,
                text=True,
                timeout=120,
            )
            password = said.stdout.strip().splitlines()[-1]
            here = ["-S", f"127.0.0.1:{port}", "-t", str(site), str(HERE / "router.php")]
            serving = [php, "-d", "display_errors=0", *here]
            with subprocess.Popen(serving, env=env, **quiet) as web:
                try:
                    while not answers(f"{url}/wp-json/"):
                        assert web.poll() is None, "PHP ended"
                    yield Blog(url=url, password=password)
                finally:
                    web.terminate()
        finally:
            database.terminate()
            with suppress(subprocess.TimeoutExpired):
                database.wait(30)
            shutil.rmtree(sockets, ignore_errors=True)


def opened(blog: Blog, folder: Path, **more: object) -> Channel:
    options = {"url": blog.url, "user": "ada", "categories": ["Series", "R&D"], **more}
    return CONTRACT.make(options, folder, secret=blog.password)


def ready(channel: Channel, folder: Path, key: str = KEY, **entry: object) -> Artifact:
    artifact = channel.render(CONTRACT.context(folder, **entry))  # type: ignore[arg-type]
    assert isinstance(channel, Prepares)
    return channel.prepare(artifact, key=key, root=folder)


def test_an_entry_becomes_one_post_whatever_is_lost_on_the_way(blog: Blog, tmp_path: Path) -> None:
    png(tmp_path, size=300)
    channel = opened(blog, tmp_path)
    entry: dict[str, Any] = {"image": "mill.png", "image_alt": "A mill & more", "category": ("Mills & more",)}
    first = ready(channel, tmp_path, **entry)
    assert [post["status"] for post in blog.posts("draft")] == ["draft"]
    assert isinstance(channel, Finds)
    assert channel.find(first, key=KEY) is None
    receipt = channel.publish(first, key=KEY)
    # Its answer lost: published again, and begun again from the entry.
    assert channel.publish(first, key=KEY) == receipt
    assert channel.publish(ready(channel, tmp_path, **entry), key=KEY) == receipt
    assert channel.find(first, key=KEY) == receipt
    assert receipt.url == f"{blog.url}/day-02/"
    [post] = blog.posts()
    assert (post["title"]["raw"], post["excerpt"]["raw"]) == ("To the mill", "Two miles and a mill.")
    assert post["date_gmt"] == "2026-11-22T09:00:00"
    assert len(post["categories"]) == 3
    assert len(post["tags"]) == 2
    assert post["featured_media"] > 0
    assert "<em>two</em>" in post["content"]["rendered"]

    assert isinstance(channel, Updates)
    channel.update(receipt, channel.render(CONTRACT.context(tmp_path, title="Again to the mill")))
    [post] = blog.posts()
    assert (post["title"]["raw"], post["slug"]) == ("Again to the mill", "day-02")

    with pytest.raises(RejectedError, match="another post's there"):
        ready(channel, tmp_path, key="walk/another/wordpress")

    assert isinstance(channel, Retracts)
    channel.retract(receipt)
    channel.retract(receipt)
    assert blog.posts() == []
    assert channel.find(first, key=KEY) is None


def test_a_wrong_password_is_the_accounts(blog: Blog, tmp_path: Path) -> None:
    channel = CONTRACT.make({"url": blog.url, "user": "ada"}, tmp_path, secret="wrong wrong wrong")
    with pytest.raises(NotAuthorizedError):
        ready(channel, tmp_path)
    [finding] = channel.diagnose(now=NOW, last_day=None)  # type: ignore[attr-defined]
    assert finding.level == "error"
