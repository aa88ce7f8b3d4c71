"""The pages of the preview, and what may be done from them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from mimetypes import guess_type
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from pipeline.errors import PipelineError
from pipeline.model import Entry, Series
from pipeline.one_entry import EntryArtifacts
from pipeline.patterns import pattern
from pipeline.preview import act, guard
from pipeline.preview.events import Events, watch
from pipeline.preview.promise import promises
from pipeline.preview.shelf import Shelf
from pipeline.preview.told import Said, Told
from pipeline.preview.views import Seen, card_of, file_of, needs_a_person, page_of, posts_of
from pipeline.publish.status import SIGNS
from pipeline.records import dataclass
from pipeline.render.pages import coloured
from pipeline.render.templates import Templates, built_in, folders

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

#: Where an entry's page stands, for its frame.
_SITE = "/site"
_SCRIPT = pattern(r"<script src=[^>]*></script>\n?")
_STATIC = {"preview.css": "text/css", "preview.js": "text/javascript"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What the pages are made from."""

    root: Path
    port: int
    token: str
    clock: Callable[[], datetime]
    runner: str | None
    events: Events
    shelf: Shelf
    pages: Templates
    told: Told


def make(
    root: Path, port: int, token: str, clock: Callable[[], datetime], *, runner: str | None
) -> tuple[ASGIApp, Events]:
    """The application for a project, and what its pages listen to."""
    events = Events()
    preview = Preview(
        root=root,
        port=port,
        token=token,
        clock=clock,
        runner=runner,
        events=events,
        shelf=Shelf(root, clock, runner=runner),
        pages=Templates((built_in() / "preview",)),
        told=Told(),
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        stop = asyncio.Event()
        task = asyncio.create_task(watch(root, events, stop))
        yield
        stop.set()
        events.tell(None)
        await asyncio.gather(task, return_exceptions=True)

    def page(handler: Callable[[Preview, Request], Response]) -> Callable[[Request], Response]:
        def answer(request: Request) -> Response:
            try:
                return handler(preview, request)
            except PipelineError as error:
                return _trouble(preview, str(error))

        return answer

    async def listen(_: Request) -> Response:
        return StreamingResponse(events.listen(), media_type="text/event-stream")

    async def change(request: Request) -> Response:
        return await _change(preview, request)

    routes = [
        Route("/", page(_home)),
        Route("/events", listen),
        Route("/preview/{name}", page(_static)),
        Route("/do/{action}", change, methods=["POST"]),
        Route(f"{_SITE}/{{path:path}}", page(_framed)),
        Route("/{series}/", page(_series)),
        Route("/{series}/day/{day:int}", page(_day)),
        Route("/{series}/day/{day:int}/page", page(_page)),
        Route("/{series}/day/{day:int}/item", page(_item)),
        Route("/{series}/day/{day:int}/text/{channel}", page(_text)),
        Route("/{series}/day/{day:int}/picture/{channel}", page(_picture)),
        Route("/{series}/day/{day:int}/card", page(_card)),
        Route("/{series}/day/{day:int}/publish", page(_confirm)),
    ]
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers={404: lambda *_: _missing(preview)})
    return _Guarded(app, port), events


class _Guarded:
    """Lets in who names this host, and gives every answer its headers."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app, self._port = app, port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if not guard.host_is_ours(headers, self._port):
            refusal = PlainTextResponse("This preview answers on 127.0.0.1 only.\n", status_code=421)
            await refusal(scope, receive, send)
            return
        framed = scope["path"].startswith(f"{_SITE}/") or scope["path"].endswith(("/page", "/item"))
        more = {**guard.HEADERS, "Content-Security-Policy": guard.FRAMED if framed else guard.POLICY}

        async def with_headers(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                known = message.setdefault("headers", [])
                assert isinstance(known, list)
                known += [(name.lower().encode(), value.encode()) for name, value in more.items()]
            await send(message)

        await self._app(scope, receive, with_headers)  # type: ignore[arg-type]


# ── pages ────────────────────────────────────────────────────────────────────────────────────────


def _render(preview: Preview, name: str, status: int = 200, **more: object) -> Response:
    shared = {"token": preview.token, "signs": SIGNS, "waits": needs_a_person, "trouble": preview.shelf.trouble}
    text = preview.pages.render(name, {**shared, **more})
    return Response(text, status_code=status, media_type="text/html; charset=utf-8")


def _home(preview: Preview, request: Request) -> Response:
    seen = preview.shelf.seen()
    return _render(preview, "calendar.html.j2", seen=seen, calendars=seen.calendars, said=_said(preview, request))


def _series(preview: Preview, request: Request) -> Response:
    seen = preview.shelf.seen()
    found = tuple(one for one in seen.calendars if one.slug == request.path_params["series"])
    if not found:
        return _missing(preview)
    return _render(preview, "calendar.html.j2", seen=seen, calendars=found, said=_said(preview, request))


def _day(preview: Preview, request: Request) -> Response:
    seen = preview.shelf.seen()
    found = _entry(seen, request)
    if found is None:
        return _missing(preview)
    series, entry = found
    calendar = next(one for one in seen.calendars if one.slug == series.slug)
    at = next(number for number, one in enumerate(calendar.days) if one.day == entry.day)
    written = [one for one in calendar.days if one.url]
    here = written.index(calendar.days[at])
    picture = page_of(seen, series, entry, _address(preview)).rendered.picture
    drawn = picture is not None and picture.url.partition("?")[0].endswith("card.png")
    return _render(
        preview,
        "day.html.j2",
        picture=picture,
        picture_at=f"{_url(series, entry)}/card" if drawn else picture.url if picture else "",
        seen=seen,
        series=series,
        entry=entry,
        calendar=calendar,
        day=calendar.days[at],
        before=written[here - 1] if here else None,
        after=written[here + 1] if here + 1 < len(written) else None,
        posts=posts_of(seen, series, entry),
        channels=series.channels_of(entry),
        problems=seen.problems.get(entry.path, ()),
        said=_said(preview, request),
    )


def _page(preview: Preview, request: Request) -> Response:
    found = _artifacts(preview, request)
    html = found.page if found else None
    if html is None:
        return PlainTextResponse("This entry goes to no blog.\n", status_code=404)
    # It would not run in its frame, and the browser would complain.
    return Response(_SCRIPT.sub("", html), media_type="text/html; charset=utf-8")


def _item(preview: Preview, request: Request) -> Response:
    """The text of a feed item, as a reader shows it."""
    found = _artifacts(preview, request)
    if found is None or found.item is None:
        return PlainTextResponse("This entry goes to no feed.\n", status_code=404)
    return _render(preview, "item.html.j2", title=found.posted.entry.title, html=found.rendered.document.feed_html)


def _text(preview: Preview, request: Request) -> Response:
    """Exactly what `render day N --channel C` prints."""
    seen = preview.shelf.seen()
    found = _entry(seen, request)
    posts = posts_of(seen, *found) if found else ()
    view = next((one for one in posts if one.channel == request.path_params["channel"]), None)
    if view is None or (view.post is None and not view.text):
        return _missing(preview)
    text = view.post.to_paste() if view.post is not None else f"{view.text}\n".encode()
    return Response(text, media_type="text/plain; charset=utf-8")


def _picture(preview: Preview, request: Request) -> Response:
    """The picture that goes with a post."""
    seen = preview.shelf.seen()
    found = _entry(seen, request)
    posts = posts_of(seen, *found) if found else ()
    post = next((one.post for one in posts if one.channel == request.path_params["channel"]), None)
    if post is None or not post.images:
        return _missing(preview)
    file = seen.project.root / post.images[0].source
    data = file.read_bytes() if file.is_file() else card_of(seen, *found) if found else b""
    return Response(data, media_type=guess_type(file.name)[0] or "image/png")


def _card(preview: Preview, request: Request) -> Response:
    """The picture that is drawn for an entry's link."""
    seen = preview.shelf.seen()
    found = _entry(seen, request)
    data = card_of(seen, *found) if found else b""
    return Response(data, media_type="image/png") if data else _missing(preview)


def _framed(preview: Preview, request: Request) -> Response:
    """What an entry's page brings along: the theme's files, and what lies in ``series/``."""
    seen = preview.shelf.seen()
    path = request.path_params["path"]
    site = seen.project.config.site
    static = coloured(Templates(folders(seen.project.root, site.theme)).static(), site.accent)
    if path in static:
        return Response(static[path], media_type=guess_type(path)[0] or "application/octet-stream")
    file = file_of(seen, path)
    if file is None:
        return PlainTextResponse("Not a part of this page.\n", status_code=404)
    return Response(file.read_bytes(), media_type=guess_type(file.name)[0] or "application/octet-stream")


def _static(preview: Preview, request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _STATIC:
        return _missing(preview)
    return Response((built_in() / "preview" / name).read_bytes(), media_type=f"{_STATIC[name]}; charset=utf-8")


def _confirm(preview: Preview, request: Request) -> Response:
    seen = preview.shelf.seen()
    found = _entry(seen, request)
    if found is None:
        return _missing(preview)
    series, entry = found
    channel = request.query_params.get("channel", "")
    coming = promises(seen, series, entry, channel or None)
    return _render(
        preview,
        "confirm.html.j2",
        series=series,
        entry=entry,
        channel=channel,
        promises=coming,
        able=any(one.kind == "done" for one in coming),
        posts=[post for post in posts_of(seen, series, entry) if channel in ("", post.channel)],
        back=_url(series, entry),
    )


def _missing(preview: Preview) -> Response:
    return _render(preview, "missing.html.j2", status=404)


def _trouble(preview: Preview, sentence: str) -> Response:
    return _render(preview, "trouble.html.j2", status=500, sentence=sentence)


def _artifacts(preview: Preview, request: Request) -> EntryArtifacts | None:
    seen = preview.shelf.seen()
    found = _entry(seen, request)
    return page_of(seen, *found, _address(preview)) if found else None


def _address(preview: Preview) -> str:
    """Where the blog would be, for the pages that are shown here."""
    return f"http://127.0.0.1:{preview.port}{_SITE}"


def _entry(seen: Seen, request: Request) -> tuple[Series, Entry] | None:
    for series in seen.project.series:
        if series.slug == request.path_params["series"]:
            for entry in series.written:
                if entry.day == request.path_params["day"]:
                    return series, entry
    return None


def _url(series: Series, entry: Entry) -> str:
    return f"/{quote(series.slug)}/day/{entry.day}"


def _said(preview: Preview, request: Request) -> Said | None:
    """What came of the form that led here; None where none did, or it has been said."""
    return preview.told.take(request.query_params.get("told", ""))


# ── what may be done ─────────────────────────────────────────────────────────────────────────────


async def _change(preview: Preview, request: Request) -> Response:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > guard.LARGEST:
            return PlainTextResponse("That is too much for a form.\n", status_code=413)
    form = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
    headers: Mapping[str, str] = dict(request.headers.items())
    if not guard.may_write(headers, preview.port, form.get("token", ""), preview.token):
        return PlainTextResponse(
            "This form is not from this run of the preview. Open the page anew.\n", status_code=403
        )
    try:
        said = await run_in_threadpool(
            act.do, request.path_params["action"], form, preview.root, preview.clock, preview.runner
        )
    except PipelineError as error:
        said = Said(sentence=str(error), refused=True)
    preview.shelf.forget()
    preview.events.tell("changed")
    back = form.get("back", "/")
    safe = back if re.fullmatch(r"/[\w/%.~-]*", back) and not back.startswith("//") else "/"
    return RedirectResponse(f"{safe}?told={preview.told.keep(said)}", status_code=303)
