"""Have the books of series that have come to their recap: made once, and anew where the series has changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipeline.book.written import books_of
from pipeline.errors import PipelineError, Problem, Severity
from pipeline.kept import Kept
from pipeline.model import Series
from pipeline.output import BOOKS, Output
from pipeline.project import Project, load


def have_books(
    project: Project, over: Sequence[Series], sign_of: Callable[[Series], str], output: Output
) -> list[Problem]:
    """Have the book of each series in ``output``; what is to be said of them.

    ``sign_of`` gives a text that differs when the book would.
    """
    kept = Kept(project.home, BOOKS, ())
    whole: Project | None = None
    problems = []
    for series in over:
        sign = sign_of(series)
        held = kept.get(series.slug) if project.seen is not None else None
        if isinstance(held, tuple) and held[0] == sign and output.stands(held[1]):
            problems += [_problem(series, severity, said) for severity, said in held[2]]
            continue
        if whole is None:
            whole = load(project.root, project.config) if project.partial else project
        said, files = _made(whole, next(one for one in whole.series if one.slug == series.slug), output)
        if project.seen is not None and files:
            kept.put(series.slug, (sign, files, said))
        problems += [_problem(series, severity, sentence) for severity, sentence in said]
    kept.only(series.slug for series in over)
    return problems


def _made(
    project: Project, series: Series, output: Output
) -> tuple[list[tuple[Severity, str]], dict[str, tuple[int, int]]]:
    """Write the book of a series: what is to be said of it, and its files as they stand."""
    try:
        found = books_of(project, series)
    except PipelineError as error:
        return [("error", f"its book cannot be made: {error}")], {}
    for path, data in found.files.items():
        output.write(path, data)
    return [("warning", note) for note in found.notes], {path: output.written[path] for path in found.files}


def _problem(series: Series, severity: Severity, said: str) -> Problem:
    return Problem(path=series.path, line=None, severity=severity, code="book", message=said)
