"""A class made by ``pipeline.records`` behaves as one made by the standard library."""

from __future__ import annotations

import copy
import dataclasses
import importlib
import inspect
import pickle
import pkgutil
from typing import Any

import pytest

import pipeline
from pipeline import records


class _Plain:
    """Both kinds are made of this."""

    name: str
    count: int = 3
    items: list[int] = records.field(default_factory=list)
    secret: str = records.field(default="s", repr=False)


_BODY = {name: value for name, value in vars(_Plain).items() if name not in ("__dict__", "__weakref__")}


def _ours(**how: bool) -> Any:
    return records.dataclass(**how)(type("Kind", (), dict(_BODY)))


def _standard(**how: bool) -> Any:
    body = {
        **_BODY,
        "items": dataclasses.field(default_factory=list),
        "secret": dataclasses.field(default="s", repr=False),
    }
    return dataclasses.dataclass(**how)(type("Kind", (), body))


HOWS: list[dict[str, bool]] = [
    {},
    {"frozen": True},
    {"slots": True},
    {"frozen": True, "slots": True},
    {"frozen": True, "slots": True, "kw_only": True},
    {"slots": True, "kw_only": True},
]


@pytest.mark.parametrize("how", HOWS, ids=str)
def test_a_class_behaves_as_the_standard_librarys(how: dict[str, bool]) -> None:
    kinds = (_ours(**how), _standard(**how))
    assert [repr(kind(name="a", count=4)) for kind in kinds] == ["Kind(name='a', count=4, items=[])"] * 2
    for kind in kinds:
        one = kind(name="a")
        assert one == kind(name="a", items=[])
        assert one != kind(name="b")
        assert one != ("a", 3, [], "s")
        assert kind(name="a").items is not kind(name="a").items
        assert [field.name for field in dataclasses.fields(one)] == ["name", "count", "items", "secret"]
        assert dataclasses.asdict(one) == {"name": "a", "count": 3, "items": [], "secret": "s"}
        assert dataclasses.replace(one, count=9) == records.replace(one, count=9) == kind(name="a", count=9)
        assert copy.deepcopy(one) == one
        assert hasattr(one, "__dict__") is not how.get("slots", False)
        with pytest.raises(TypeError):
            kind()
        with pytest.raises(TypeError):
            kind(name="a", other=1)
        with pytest.raises(TypeError):
            records.replace(one, other=1)
    signatures = [inspect.signature(kind.__init__).parameters.values() for kind in kinds]
    assert [(p.name, p.kind) for p in signatures[0]] == [(p.name, p.kind) for p in signatures[1]]
    assert kinds[0].__match_args__ == kinds[1].__match_args__


@pytest.mark.parametrize("make", [_ours, _standard], ids=["ours", "standard"])
def test_what_is_frozen_stays_as_it_is(make: Any) -> None:
    one = make(frozen=True, slots=True)(name="a", items=())
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'name'"):
        one.name = "b"
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'name'"):
        del one.name
    kind = one.__class__
    assert hash(one) == hash(kind(name="a", items=()))
    assert len({one, kind(name="a", items=()), kind(name="b", items=())}) == 2


def test_what_can_change_has_no_hash() -> None:
    for make in (_ours, _standard):
        with pytest.raises(TypeError, match="unhashable"):
            hash(make(slots=True)(name="a"))


@records.dataclass(frozen=True, slots=True, kw_only=True)
class _Base:
    a: int
    b: int = 2


@records.dataclass(frozen=True, slots=True, kw_only=True)
class _Further(_Base):
    c: int = 3

    def __post_init__(self) -> None:
        if self.c < 0:
            raise ValueError(self.c)


def test_a_class_has_the_fields_of_the_one_it_is_made_from() -> None:
    further = _Further(a=1)
    assert (further.a, further.b, further.c) == (1, 2, 3)
    assert further != _Base(a=1)
    assert pickle.loads(pickle.dumps(further)) == further  # noqa: S301 - its own
    with pytest.raises(ValueError, match="-1"):
        _Further(a=1, c=-1)


def test_every_class_of_ours_is_what_the_standard_library_would_make() -> None:
    found = 0
    for module in pkgutil.walk_packages(pipeline.__path__, "pipeline."):
        if module.name.endswith("__main__"):
            continue
        for kind in vars(importlib.import_module(module.name)).values():
            if isinstance(kind, type) and "__record__" in vars(kind):
                found += 1
                assert dataclasses.is_dataclass(kind)
                assert [field.name for field in dataclasses.fields(kind)] == list(vars(kind)["__record__"])
    assert found > 100
