"""``dataclass``, ``field`` and ``replace`` as the standard library has them, for a tenth of their price at import.

A command should start in the time of a keystroke, and ``dataclasses`` compiles five functions for each class and loads
``inspect``: 0.6 ms for a class, 50 ms for those that a build needs. Here only ``__init__`` is compiled, and by the
first instance. What is different from the standard library's: only what this project uses is understood, and the
methods' signatures are plain. To type checkers it is the standard library's.
"""

from __future__ import annotations

from operator import attrgetter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
else:
    _NONE = object()

    class _Field:
        """What a class says of one of its fields."""

        __slots__ = ("default", "factory", "repr")

        def __init__(self, default, factory, shown):
            self.default, self.factory, self.repr = default, factory, shown

    def field(*, default=_NONE, default_factory=_NONE, repr=True):
        """A field that makes its own default, or that is not shown by ``repr``."""
        return _Field(default, default_factory, repr)

    def dataclass(cls=None, /, *, frozen=False, slots=False, kw_only=False):
        """``dataclasses.dataclass``. A field without a default cannot follow one that has it, unless by keyword."""
        if cls is None:
            return lambda cls: dataclass(cls, frozen=frozen, slots=slots, kw_only=kw_only)
        fields = {}
        for base in reversed(cls.__mro__[1:]):
            fields.update(getattr(base, "__record__", {}))
        inherited = set(fields)
        space = dict(cls.__dict__)
        for name, written in space.get("__annotations__", {}).items():
            if str(written).startswith("ClassVar"):
                continue
            said = space.pop(name, _NONE)
            fields[name] = said if isinstance(said, _Field) else _Field(said, _NONE, True)
        space.pop("__dict__", None)
        space.pop("__weakref__", None)
        if slots:
            space["__slots__"] = tuple(name for name in fields if name not in inherited)
        else:
            space |= {name: said.default for name, said in fields.items() if said.default is not _NONE}
        space["__record__"] = fields
        space["__dataclass_fields__"] = _Standard()
        space.setdefault("__match_args__", () if kw_only else tuple(fields))
        made = type(cls)(cls.__name__, cls.__bases__, space)
        made.__qualname__ = cls.__qualname__
        _equip(made, fields, frozen=frozen, slots=slots, kw_only=kw_only, own=space)
        return made

    def replace(of, /, **changes):
        """A copy in which the named fields have other values. Raises TypeError for a field that there is not."""
        cls = of.__class__
        if "__record__" not in cls.__dict__:
            from dataclasses import replace as standard

            return standard(of, **changes)
        for name in cls.__record__:
            if name not in changes:
                changes[name] = getattr(of, name)
        return cls(**changes)

    def _equip(cls, fields, *, frozen, slots, kw_only, own):
        """Give a class the methods that it does not write itself."""
        values = _values(tuple(fields))

        def __init__(self, *given, **named):  # noqa: N807
            cls.__init__ = _compiled(cls, fields, frozen=frozen, kw_only=kw_only)
            cls.__init__(self, *given, **named)

        def __eq__(self, other):  # noqa: N807
            if other.__class__ is not self.__class__:
                return NotImplemented
            return values(self) == values(other)

        def __hash__(self):  # noqa: N807
            return hash(values(self))

        def __repr__(self):  # noqa: N807
            shown = (f"{name}={getattr(self, name)!r}" for name, said in fields.items() if said.repr)
            return f"{self.__class__.__qualname__}({', '.join(shown)})"

        def __getstate__(self):  # noqa: N807
            return values(self)

        def __setstate__(self, state):  # noqa: N807
            for name, value in zip(fields, state, strict=True):
                object.__setattr__(self, name, value)

        methods = {"__init__": __init__, "__eq__": __eq__, "__repr__": __repr__}
        methods["__hash__"] = __hash__ if frozen else None
        if frozen:
            methods |= {"__setattr__": _frozen, "__delattr__": _frozen}
        if slots:
            methods |= {"__getstate__": __getstate__, "__setstate__": __setstate__}
        for name, method in methods.items():
            if name not in own or (name == "__hash__" and "__eq__" not in own):
                setattr(cls, name, method)

    def _values(names):
        if len(names) > 1:
            return attrgetter(*names)
        return lambda of: tuple(getattr(of, name) for name in names)

    def _compiled(cls, fields, *, frozen, kw_only):
        """``__init__`` of a class, as the standard library would write it."""
        space, head, body = {"_none": _NONE}, [], []
        for name, said in fields.items():
            if said.factory is not _NONE:
                space[f"_make_{name}"] = said.factory
                head.append(f"{name}=_none")
                value = f"_make_{name}() if {name} is _none else {name}"
            else:
                if said.default is not _NONE:
                    space[f"_default_{name}"] = said.default
                head.append(name if said.default is _NONE else f"{name}=_default_{name}")
                value = name
            slot = getattr(cls, name, None) if frozen else None
            if hasattr(slot, "__set__"):
                space[f"_set_{name}"] = slot.__set__
                body.append(f" _set_{name}(self, {value})")
            elif frozen:
                space["_set"] = object.__setattr__
                body.append(f" _set(self, {name!r}, {value})")
            else:
                body.append(f" self.{name} = {value}")
        if hasattr(cls, "__post_init__"):
            body.append(" self.__post_init__()")
        keyword = "*, " if kw_only and head else ""
        source = f"def __init__(self, {keyword}{', '.join(head)}):\n" + ("\n".join(body) or " pass")
        exec(source, space)  # noqa: S102 - as the standard library makes it, of the fields of our own classes
        made = space["__init__"]
        made.__qualname__ = f"{cls.__qualname__}.__init__"
        return made

    def _frozen(_, name, *value):
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot assign to field {name!r}" if value else f"cannot delete field {name!r}")

    class _Standard:
        """The fields as ``dataclasses.fields``, ``asdict`` and ``is_dataclass`` look for them, made when asked for."""

        def __get__(self, of, cls):
            import dataclasses

            told = []
            for name, said in cls.__record__.items():
                default = {} if said.default is _NONE else {"default": said.default}
                factory = {} if said.factory is _NONE else {"default_factory": said.factory}
                told.append((name, object, dataclasses.field(**default, **factory, repr=said.repr)))
            made = dataclasses.make_dataclass(cls.__name__, told, kw_only=True).__dataclass_fields__
            cls.__dataclass_fields__ = made
            return made


def names_of(kind: type) -> tuple[str, ...]:
    """The names of a class's fields, in order."""
    made = vars(kind).get("__record__")
    if made is not None:
        return tuple(made)
    from dataclasses import fields

    return tuple(one.name for one in fields(kind))


__all__ = ["dataclass", "field", "names_of", "replace"]
