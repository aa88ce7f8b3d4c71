"""LinkedIn's refusals: status, code and message in the shapes that its answers have.

Shapes: error-handling page, and bodies quoted in Arisamiga/Linkedin-RSS #5, n8n #22899 and #28967 (read 2026-11).
"""

from __future__ import annotations

import json

from pipeline.testing.linkedin.records import Reply

_SERVICE_CODES = {
    "INVALID_ACCESS_TOKEN": 65600,
    "REVOKED_ACCESS_TOKEN": 65601,
    "EXPIRED_ACCESS_TOKEN": 65602,
    "EMPTY_ACCESS_TOKEN": 65604,
    "ACCESS_DENIED": 100,
    "TOO_MANY_REQUESTS": 101,
}


class RefusedError(Exception):
    """A request is refused."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.code or str(reply.status))
        self.reply = reply


def json_reply(status: int, value: object, *, code: str | None = None, headers: dict[str, str] | None = None) -> Reply:
    """An answer with a JSON body."""
    return Reply(
        status=status,
        headers={"Content-Type": "application/json", **(headers or {})},
        body=json.dumps(value).encode(),
        code=code,
    )


def refused(status: int, code: str | None, message: str, *, headers: dict[str, str] | None = None) -> RefusedError:
    """A refusal that says what is wrong with the request as such; ``code`` is None where LinkedIn names none."""
    body: dict[str, object] = {"status": status, "message": message}
    if code is not None:
        body["code"] = code
    if code in _SERVICE_CODES:
        body["serviceErrorCode"] = _SERVICE_CODES[code]
    return RefusedError(json_reply(status, body, code=code, headers=headers))


def denied(what: str, version: str | None) -> RefusedError:
    """The token may not do this: ``posts.CREATE``."""
    suffix = f"{version}01" if version is not None else "NO_VERSION"
    return refused(403, "ACCESS_DENIED", f"Not enough permissions to access: {what}.{suffix}")


def wrong_input(
    status: int, code: str, description: str, *, message: str | None = None, **about: object
) -> RefusedError:
    """A refusal that names what in the body is wrong, in ``errorDetails``."""
    body = {
        "status": status,
        "errorDetailType": "com.linkedin.common.error.BadRequest",
        "message": message or description,
        "errorDetails": {"inputErrors": [{"code": code, "description": description, "input": {}, **about}]},
    }
    return RefusedError(json_reply(status, body, code=code))


def wrong_field(code: str, path: str, description: str) -> RefusedError:
    """A field of the body that is missing or has a value it cannot have."""
    return wrong_input(400, code, f"{path}: {description}", input={"inputPath": {"fieldPath": path}})


def unknown_field(path: str) -> RefusedError:
    """A field that the body may not have."""
    return refused(422, None, f"ERROR :: {path} :: unrecognized field found but not allowed\n")


def too_long(what: str, length: int, limit: int) -> RefusedError:
    """A text that is longer than LinkedIn takes."""
    text = f"{what} text length ({length} characters) exceeded the maximum allowed ({limit} characters)"
    return wrong_input(400, "FIELD_ARRAY_SIZE_TOO_HIGH", text, maxLength=limit)


def not_found(what: str) -> RefusedError:
    """There is no such thing."""
    return refused(404, "RESOURCE_NOT_FOUND", f"Could not find {what}")
