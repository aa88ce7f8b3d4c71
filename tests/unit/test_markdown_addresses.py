"""An address is percent-encoded and has a scheme that was allowed by name, or it is none."""

from __future__ import annotations

import pytest

from pipeline.markdown.addresses import IMAGE_SCHEMES, LINK_SCHEMES, encoded, web_address


@pytest.mark.parametrize(
    ("written", "address"),
    [
        pytest.param("https://a.b/c?d=e#f", "https://a.b/c?d=e#f", id="ordinary"),
        pytest.param("HTTPS://A.B/C", "https://A.B/C", id="scheme in capitals"),
        pytest.param("https://a.b/ü {c}|d", "https://a.b/%C3%BC%20%7Bc%7D%7Cd", id="characters to encode"),
        pytest.param("https://a.b/c%20d%", "https://a.b/c%20d%25", id="encoded already, and a stray percent sign"),
        pytest.param("https://a.b/#c#d", "https://a.b/#c%23d", id="second hash"),
        pytest.param("https://a.b/c'd(e)", "https://a.b/c'd(e)", id="characters to keep"),
        pytest.param("https://ü.de:80/", "https://xn--tda.de:80/", id="host beyond ASCII"),
        pytest.param("https://u:p@a.b", "https://u:p@a.b", id="user"),
        pytest.param("http://[::1]:80/", "http://[::1]:80/", id="IPv6"),
        pytest.param(" https://a.b/\n c ", "https://a.b/%20c", id="white space"),
        pytest.param("//a.b/c", "https://a.b/c", id="protocol-relative"),
        pytest.param("\\\\a.b", "%5C%5Ca.b", id="backslashes are no slashes"),
        pytest.param("a/b:c", "a/b:c", id="colon behind a slash"),
        pytest.param("?a:b", "?a:b", id="colon in a query"),
        pytest.param("mailto:a@b.c?subject=d e", "mailto:a@b.c?subject=d%20e", id="mail"),
        pytest.param("🚀.png", "%F0%9F%9A%80.png", id="emoji"),
    ],
)
def test_an_address_is_encoded_as_browsers_do_it(written: str, address: str) -> None:
    assert web_address(written, LINK_SCHEMES) == address


@pytest.mark.parametrize("written", ["https://a.b/ü?c=d e#f%", "https://a.b/%C3%BC", "ä b.png", "#é"])
def test_encoding_twice_changes_nothing(written: str) -> None:
    assert encoded(encoded(written)) == encoded(written)


@pytest.mark.parametrize(
    "written",
    [
        "javascript:a",
        " java\nscript:a",
        "data:,a",
        "a:b",
        "é:b",
        "https:a",
        "https://",
        "https://a b",
        "http://a.b:c/",
        "//",
        "https://\\a.b",
        "mailto:",
        f"https://{'ü' * 80}.de/",
    ],
)
def test_anything_else_is_no_address(written: str) -> None:
    assert web_address(written, LINK_SCHEMES) is None


@pytest.mark.parametrize("written", ["mailto:a@b.c", "tel:1"])
def test_an_image_is_no_mail(written: str) -> None:
    assert web_address(written, IMAGE_SCHEMES) is None
