"""Which projects a workspace has, and what each may see of the environment."""

from __future__ import annotations

import pytest

from pipeline.config import parse
from pipeline.errors import ConfigError
from pipeline.workspace import Member, environment_of, folders, open_workspace

URL = "postgresql://daycast@db.example/daycast"


def made(root, url=URL, projects=("clients/*",)):
    listed = ", ".join(f'"{one}"' for one in projects)
    (root / "daycast.toml").write_text(f'[workspace]\nprojects = [{listed}]\n[ledger]\nurl = "{url}"\n')
    return parse({"workspace": {"projects": list(projects)}, "ledger": {"url": url}}, source="daycast.toml")


def project(root, name, url):
    folder = root / "clients" / name
    folder.mkdir(parents=True)
    (folder / "daycast.toml").write_text(f'[ledger]\nurl = "{url}"\n')


def test_each_project_is_known_by_its_schema(tmp_path):
    project(tmp_path, "acme-inc", f"{URL}?schema=acme")
    project(tmp_path, "bolt", "postgresql://other:secret@db.example:5432/daycast?schema=bolt")
    (tmp_path / "clients/notes").mkdir()
    found = open_workspace(tmp_path, made(tmp_path))
    assert [(one.name, one.root.name) for one in found.members] == [("acme", "acme-inc"), ("bolt", "bolt")]
    assert found.troubles == ()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:///.daycast/ledger.db", "names another place than the workspace's database"),
        ("postgresql://daycast@db.example/another?schema=late", "names another place than the workspace's database"),
        (f"{URL}?schema=acme", "names the schema 'acme', which is that of clients/acme"),
        (f"{URL}?schema=No", "names the schema 'No', expected small letters"),
    ],
)
def test_one_that_is_elsewhere_is_its_own_trouble(tmp_path, url, said):
    project(tmp_path, "acme", f"{URL}?schema=acme")
    project(tmp_path, "late", url)
    found = open_workspace(tmp_path, made(tmp_path))
    assert [one.name for one in found.members] == ["acme"]
    assert len(found.troubles) == 1
    assert found.troubles[0].startswith("clients/late/daycast.toml: ")
    assert said in found.troubles[0]


def test_a_project_by_itself_is_a_workspace_of_one(tmp_path):
    found = open_workspace(tmp_path, parse({"ledger": {"url": f"{URL}?schema=walks"}}, source="daycast.toml"))
    assert found.members == (Member(name="walks", root=tmp_path),)


def test_workers_need_a_database(tmp_path):
    with pytest.raises(ConfigError, match="workers need a database that they share"):
        open_workspace(tmp_path, parse({}, source="daycast.toml"))


@pytest.mark.parametrize(
    "wrong", [{"projects": "clients"}, {"projects": ["../x"]}, {"accounts_per_project": 0}, {"project": []}]
)
def test_wrong_settings_are_told(wrong):
    with pytest.raises(ConfigError, match=r"\[workspace\]"):
        parse({"workspace": wrong}, source="daycast.toml")


def test_folders_without_a_project_are_none(tmp_path):
    project(tmp_path, "acme", URL)
    (tmp_path / "clients/notes").mkdir()
    (tmp_path / "clients/file").write_text("no folder")
    assert [path.name for path in folders(tmp_path, made(tmp_path))] == ["acme"]


def test_a_project_sees_its_own_secrets_and_nobody_elses(tmp_path):
    env = {
        "PATH": "/bin",
        "HOME": "/home/agency",
        "DAYCAST_LINKEDIN_TOKEN": "of the whole machine",
        "AWS_SECRET_ACCESS_KEY": "of the whole machine",
        "ACME__DAYCAST_LINKEDIN_TOKEN": "of acme",
        "ACME__AWS_SECRET_ACCESS_KEY": "of acme too",
        "BOLT__DAYCAST_LINKEDIN_TOKEN": "of bolt",
        "DAYCAST_RUNNER": "here",
    }
    assert environment_of(Member(name="acme", root=tmp_path), env) == {
        "PATH": "/bin",
        "HOME": "/home/agency",
        "DAYCAST_LINKEDIN_TOKEN": "of acme",
        "AWS_SECRET_ACCESS_KEY": "of acme too",
        "DAYCAST_RUNNER": "here",
        "XDG_CONFIG_HOME": "/home/agency/.config/daycast/tenants/acme",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
