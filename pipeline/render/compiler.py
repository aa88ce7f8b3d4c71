"""Turn the templates daycast comes with into Python functions, so that a build of them alone needs no Jinja.

``make templates`` writes ``compiled.py``. What is understood is the part of Jinja's language that those templates use;
anything else is refused, by name and line. A child and what it extends become one function, a macro becomes another.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, nodes

from pipeline.digests import blake2b
from pipeline.records import dataclass, field
from pipeline.render.templates import built_in, environment_of

HEAD = '''"""The templates of ``templates/`` as functions. Written by ``make templates``: change those, not this."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pipeline.render.escape import escaped as e

'''
#: What only other templates use, and what is written once in a project's life.
_PARTS = ("base.html.j2", "parts.html.j2")


class NotUnderstoodError(Exception):
    """A template uses more of Jinja's language than can be compiled."""


def digest_of(source: bytes) -> str:
    """What a compiled template remembers of a file it was made from."""
    return blake2b(source, digest_size=8).hexdigest()


def compiled(folder: Path) -> str:
    """The module of all templates directly in ``folder``. Raises NotUnderstoodError."""
    environment = environment_of([folder])
    names = sorted(path.name for path in folder.glob("*.j2"))
    made = _Made(environment=environment)
    entries = [(name, made.template(name)) for name in names if name not in _PARTS]
    digests = {name: digest_of((folder / name).read_bytes()) for name in names}
    lines = [HEAD, *(f"\n{text}\n" for text in made.functions.values())]
    lines.append("\n#: A digest of each file that went in here.\nDIGESTS: Mapping[str, str] = {\n")
    lines += [f"    {name!r}: {digest!r},\n" for name, digest in digests.items()]
    lines.append("}\n\n#: Each template: its function, and the files it was made from.\n")
    lines.append("TEMPLATES: Mapping[str, tuple[Callable[[Mapping[str, Any]], str], tuple[str, ...]]] = {\n")
    lines += [f"    {name!r}: ({function}, {sources!r}),\n" for name, (function, sources) in entries]
    return "".join([*lines, "}\n"])


@dataclass(slots=True, kw_only=True)
class _Made:
    """The functions made so far."""

    environment: Environment
    functions: dict[str, str] = field(default_factory=dict)

    def parse(self, name: str) -> nodes.Template:
        """The tree of a template."""
        loader = self.environment.loader
        assert loader is not None
        return self.environment.parse(loader.get_source(self.environment, name)[0], name)

    def template(self, name: str) -> tuple[str, tuple[str, ...]]:
        """Add a template's function. Gives its name and the files that went into it."""
        blocks: dict[str, tuple[nodes.Block, str]] = {}
        macros: dict[str, str] = {}
        sources, current = [name], name
        while True:
            tree = self.parse(current)
            for block in tree.find_all(nodes.Block):
                blocks.setdefault(block.name, (block, current))
            for at in tree.body:
                if isinstance(at, nodes.Import):
                    other = _constant(at.template)
                    sources.append(other)
                    macros |= {f"{at.target}.{macro}": made for macro, made in self.macros(other).items()}
            extends = next((at for at in tree.body if isinstance(at, nodes.Extends)), None)
            if extends is None:
                break
            current = _constant(extends.template)
            sources.append(current)
        body = _Body(made=self, name=_function(name), escapes=_escapes(name), blocks=blocks, macros=macros)
        body.statements(tree.body)
        names = "".join(f"    {_safe(free)} = context[{free!r}]\n" for free in sorted(body.free))
        self.functions[_function(name)] = (
            f"def {_function(name)}(context: Mapping[str, Any]) -> str:\n{names}    out: list[str] = []\n"
            f"{body.text()}    return ''.join(out)\n"
        )
        return _function(name), tuple(dict.fromkeys(sources))

    def macros(self, name: str) -> dict[str, str]:
        """Add the functions of a template's macros. Gives their names by the macros' own."""
        found = {}
        for macro in self.parse(name).find_all(nodes.Macro):
            found[macro.name] = self.macro(macro, f"{_function(name)}_{macro.name}", escapes=_escapes(name))
        return found

    def macro(self, macro: nodes.Macro, function: str, *, escapes: bool) -> str:
        """Add a macro's function, which puts its text into a list. Gives its name."""
        if function in self.functions:
            return function
        body = _Body(made=self, name=function, escapes=escapes, blocks={}, macros={})
        names = [arg.name for arg in macro.args]
        body.bound.update((name, _safe(name)) for name in names)
        body.statements(macro.body)
        if body.free:
            raise NotUnderstoodError(f"line {macro.lineno}: the macro {macro.name} uses {', '.join(sorted(body.free))}")
        plain = len(names) - len(macro.defaults)
        args = [f"{_safe(name)}: Any" for name in names[:plain]]
        args += [
            f"{_safe(name)}: Any = {body.value(default)[0]}"
            for name, default in zip(names[plain:], macro.defaults, strict=True)
        ]
        self.functions[function] = f"def {function}(out: list[str], {', '.join(args)}) -> None:\n{body.text()}"
        return function


@dataclass(slots=True, kw_only=True)
class _Body:
    """The statements of one function."""

    made: _Made
    name: str
    escapes: bool
    blocks: dict[str, tuple[nodes.Block, str]]
    #: Functions by what a call names: ``parts.feeds``.
    macros: dict[str, str]
    lines: list[str] = field(default_factory=list)
    #: Pieces of text, as expressions, that are not written yet.
    waiting: list[str] = field(default_factory=list)
    depth: int = 1
    out: str = "out"
    #: Names of arguments and loops with what Python calls them, and what of that holds HTML.
    bound: dict[str, str] = field(default_factory=dict)
    html: set[str] = field(default_factory=set)
    loops: int = 0
    #: Names that the context has to give.
    free: set[str] = field(default_factory=set)

    def text(self) -> str:
        """Everything that was written."""
        self._flush()
        return "".join(f"{line}\n" for line in self.lines or ["    pass"])

    def statements(self, body: Sequence[nodes.Node]) -> None:
        """Add what a list of nodes does."""
        for node in body:
            self._statement(node)

    def _statement(self, node: nodes.Node) -> None:
        if isinstance(node, nodes.Output):
            for part in node.nodes:
                self._put(part)
        elif isinstance(node, nodes.If):
            self._if(node)
        elif isinstance(node, nodes.For):
            self._for(node)
        elif isinstance(node, nodes.Block):
            block, _ = self.blocks[node.name]
            self.statements(block.body)
        elif isinstance(node, nodes.AssignBlock) and isinstance(node.target, nodes.Name) and node.filter is None:
            self._capture(node.target.name, node.body)
        elif isinstance(node, nodes.Macro):
            self.macros[node.name] = self.made.macro(node, f"{self.name}_{node.name}", escapes=self.escapes)
        elif not isinstance(node, (nodes.Extends, nodes.Import)):
            raise NotUnderstoodError(f"line {node.lineno}: {type(node).__name__}")

    def _put(self, node: nodes.Node) -> None:
        if isinstance(node, nodes.TemplateData):
            self._wait(repr(node.data))
            return
        if isinstance(node, nodes.Call) and (function := self.macros.get(_dotted(node.node))) is not None:
            args = [self.value(arg)[0] for arg in node.args]
            args += [f"{_safe(arg.key)}={self.value(arg.value)[0]}" for arg in node.kwargs]
            self._line(f"{function}({', '.join([self.out, *args])})")
            return
        value, is_html = self.value(node)
        self._wait(value if is_html else f"e({value})" if self.escapes else f"str({value})")

    def _if(self, node: nodes.If) -> None:
        word = "if"
        for test, body in [(node.test, node.body), *((at.test, at.body) for at in node.elif_)]:
            self._line(f"{word} {self.value(test)[0]}:")
            self._inside(body)
            word = "elif"
        if node.else_:
            self._line("else:")
            self._inside(node.else_)

    def _for(self, node: nodes.For) -> None:
        if node.test is not None or node.recursive:
            raise NotUnderstoodError(f"line {node.lineno}: a loop with a test")
        over = self.value(node.iter)[0]
        self.loops += 1  # a name of a loop hides one outside only within the loop
        names = [at.name for at in (node.target, *node.target.find_all(nodes.Name)) if isinstance(at, nodes.Name)]
        own = {name: f"{name}_{self.loops}" for name in (*names, "loop")}
        target = ", ".join(own[name] for name in names)
        numbered = any(at.name == "loop" for part in node.body for at in part.find_all(nodes.Name))
        before = self.bound
        self.bound = {**before, **own}
        self._line(f"for {own['loop']}, {target} in enumerate({over}, 1):" if numbered else f"for {target} in {over}:")
        self._inside(node.body)
        self.bound = before
        if node.else_:
            self._line(f"if not {over}:")
            self._inside(node.else_)

    def _capture(self, name: str, body: Sequence[nodes.Node]) -> None:
        self._flush()
        before, self.out = self.out, f"{_safe(name)}_out"
        self._line(f"{self.out}: list[str] = []")
        self.statements(body)
        self._flush()
        self._line(f"{_safe(name)} = ''.join({self.out})")
        self.out = before
        self.bound = {**self.bound, name: _safe(name)}
        self.html.add(_safe(name))

    def _inside(self, body: Sequence[nodes.Node]) -> None:
        self.depth += 1
        count = len(self.lines)
        self.statements(body)
        self._flush()
        if len(self.lines) == count:
            self._line("pass")
        self.depth -= 1

    def _wait(self, piece: str) -> None:
        self.waiting.append(piece)

    def _flush(self) -> None:
        if self.waiting:
            pieces, self.waiting = self.waiting, []
            put = f"append({pieces[0]})" if len(pieces) == 1 else f"extend(({', '.join(pieces)}))"
            self._line(f"{self.out}.{put}")

    def _line(self, text: str) -> None:
        self._flush()
        self.lines.append("    " * self.depth + text)

    # ── expressions ──────────────────────────────────────────────────────────────────────────────

    def value(self, node: nodes.Node) -> tuple[str, bool]:
        """An expression in Python, and whether what it gives is HTML."""
        if isinstance(node, nodes.Const):
            return repr(node.value), False
        if isinstance(node, nodes.Name):
            if node.name not in self.bound:
                self.free.add(node.name)
            name = self.bound.get(node.name, _safe(node.name))
            return name, name in self.html
        if isinstance(node, nodes.Getattr):
            if _dotted(node) == "loop.index":
                return self.bound["loop"], False
            return f"{self.value(node.node)[0]}.{node.attr}", False
        if isinstance(node, nodes.Getitem):
            return f"{self.value(node.node)[0]}[{self._index(node.arg)}]", False
        if isinstance(node, (nodes.Tuple, nodes.List)):
            return f"({' '.join(f'{self.value(item)[0]},' for item in node.items)})", False
        if isinstance(node, nodes.Not):
            return f"(not {self.value(node.node)[0]})", False
        if isinstance(node, (nodes.And, nodes.Or)):
            word = "and" if isinstance(node, nodes.And) else "or"
            return f"({self.value(node.left)[0]} {word} {self.value(node.right)[0]})", False
        if isinstance(node, nodes.Neg):
            return f"-{self.value(node.node)[0]}", False
        if isinstance(node, nodes.Compare):
            ops = "".join(f" {_COMPARED[op.op]} {self.value(op.expr)[0]}" for op in node.ops)
            return f"({self.value(node.expr)[0]}{ops})", False
        if isinstance(node, nodes.CondExpr) and node.expr2 is not None:
            test, first, second = (self.value(at)[0] for at in (node.test, node.expr1, node.expr2))
            return f"({first} if {test} else {second})", False
        if isinstance(node, nodes.Filter) and node.node is not None:
            return self._filtered(node)
        if isinstance(node, nodes.Call):
            return self._called(node)
        raise NotUnderstoodError(f"line {node.lineno}: {type(node).__name__}")

    def _index(self, node: nodes.Node) -> str:
        if isinstance(node, nodes.Slice) and node.step is None:
            return ":".join("" if at is None else self.value(at)[0] for at in (node.start, node.stop))
        return self.value(node)[0]

    def _filtered(self, node: nodes.Filter) -> tuple[str, bool]:
        assert node.node is not None
        of, _ = self.value(node.node)
        args = [self.value(arg)[0] for arg in node.args]
        if node.name == "safe":
            return of, True
        if node.name == "e":
            return f"e({of})", True
        if node.name == "length":
            return f"len({of})", False
        if node.name == "replace":
            return f"{of}.replace({', '.join(args)})", False
        if node.name == "select" and not args:
            return f"[item for item in {of} if item]", False
        if node.name == "join" and len(args) == 1 and not self.escapes:
            return f"{args[0]}.join({of})", False
        raise NotUnderstoodError(f"line {node.lineno}: the filter {node.name}")

    def _called(self, node: nodes.Call) -> tuple[str, bool]:
        if not isinstance(node.node, nodes.Getattr) or node.node.attr not in ("format", "partition"):
            raise NotUnderstoodError(f"line {node.lineno}: a call of {_dotted(node.node)}")
        of, is_html = self.value(node.node.node)

        def argument(at: nodes.Node) -> str:
            value, is_safe = self.value(at)
            return f"e({value})" if is_html and not is_safe else value

        args = [argument(arg) for arg in node.args]
        args += [f"{arg.key}={argument(arg.value)}" for arg in node.kwargs]
        return f"{of}.{node.node.attr}({', '.join(args)})", is_html


_COMPARED = {"eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">=", "in": "in", "notin": "not in"}


def _constant(node: nodes.Node) -> str:
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        return node.value
    raise NotUnderstoodError(f"line {node.lineno}: the name of a template is no constant")


def _dotted(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr):
        return f"{_dotted(node.node)}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else "?"


def _function(name: str) -> str:
    return "at_" + name.removesuffix(".j2").replace(".", "_")


def _safe(name: str) -> str:
    """A name that Python does not use itself."""
    return f"{name}_" if name in ("type", "out", "e", "next") else name


def _escapes(name: str) -> bool:
    return name.removesuffix(".j2").endswith((".html", ".xml"))


if __name__ == "__main__":
    Path(__file__).with_name("compiled.py").write_text(compiled(built_in()), encoding="utf-8")
