import json

import pytest

from asked_pages import ask, raw
from chainwright.serve.app import application as served
from chainwright.serve.guard import BODY_LIMIT, Guard, security_headers
from chainwright.serve.rendering import style_hash
from code_papers import FIRM, PaperStore, made, row_of

HEADERS = security_headers("'sha256-x'")


@pytest.fixture(scope="module")
def application():
    return served(PaperStore(row_of(made())))


def guarded(hosts=("localhost",), pages=None):
    async def fine(_scope, receive, send):
        more = True
        while more:
            more = (await receive()).get("more_body", False)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"fine"})

    return Guard(
        pages or fine,
        hosts=hosts,
        headers=HEADERS,
        refusal=lambda _scope, status, why: ("text/plain", f"{status} {why}".encode()),
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-robots-tag", "noindex, nofollow"),
        ("vary", "Accept-Language"),
    ],
)
@pytest.mark.parametrize("path", ["/", f"/c/{FIRM}", f"/c/{FIRM}.json", "/c/nobody", "/nowhere"])
def test_every_answer_has_each_header(application, path, name, value):
    assert ask(application, path).headers[name] == value


@pytest.mark.parametrize(
    "part",
    [
        "default-src 'none'",
        "script-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self'",
        f"style-src {style_hash()}",
    ],
)
def test_the_policy_of_contents_allows_nothing_from_elsewhere(application, part):
    policy = ask(application, "/").headers["content-security-policy"]
    assert part in policy.split("; ")
    assert "unsafe" not in policy


def test_no_answer_lets_other_origins_read_it_or_names_the_server(application):
    headers = ask(application, "/", headers={"origin": "http://elsewhere.example"}).headers
    assert "access-control-allow-origin" not in headers
    assert "server" not in headers
    assert "set-cookie" not in headers


def test_a_camera_is_never_asked_for():
    assert b"camera=()" in dict(HEADERS)[b"permissions-policy"]


@pytest.mark.parametrize(
    "method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get"]
)
def test_other_methods_are_refused(application, method):
    status, headers, body = raw(application, method=method)
    assert status == 405
    assert headers["allow"] == "GET, HEAD, POST"
    assert b"<!doctype html>" in body


def test_post_is_for_the_form_alone(application):
    assert ask(application, f"/c/{FIRM}", method="POST", data={"a": "b"}).status_code == 405
    assert ask(application, "/verify", method="POST", data={"text": "CC1:"}).status_code == 200


@pytest.mark.parametrize("path", ["/", f"/c/{FIRM}", f"/c/{FIRM}.json", "/healthz", "/c/nobody"])
def test_head_is_get_without_the_body(application, path):
    got, head = ask(application, path), ask(application, path, method="HEAD")
    assert head.status_code == got.status_code
    assert head.content == b""
    assert head.headers["content-type"] == got.headers["content-type"]
    if got.status_code == 200:
        assert head.headers["content-length"] == str(len(got.content))


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:8000", "127.0.0.1", "127.0.0.1:9", "[::1]:8000"],
)
def test_the_names_of_this_machine_are_answered(application, host):
    assert ask(application, "/healthz", headers={"host": host}).json() == {"status": "ok"}


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil@localhost",
        "localhost/evil",
        "192.168.0.7",
        "[::2]",
        "localhost:notaport",
        "[::1",
        "",
    ],
)
def test_a_name_that_is_pointed_here_from_elsewhere_is_refused(application, host):
    answer = ask(application, "/healthz", headers={"host": host})
    assert answer.status_code == 421
    assert '"status"' not in answer.text


def test_a_request_without_a_host_or_with_two_is_refused():
    assert raw(guarded(), headers=None)[0] == 421
    assert raw(guarded(), headers=[(b"host", b"localhost")])[0] == 421


def test_on_a_network_addresses_and_given_names_are_answered():
    guard = guarded(hosts=("carbon.example", "*"))
    assert guard.answers_to("192.168.0.7:8000")
    assert guard.answers_to("[2001:db8::1]:8000")
    assert guard.answers_to("Carbon.Example")
    assert not guard.answers_to("evil.example")
    assert not guarded(hosts=("carbon.example",)).answers_to("192.168.0.7")


def test_a_body_may_be_as_large_as_the_limit_and_no_larger():
    def sized(n):
        return raw(guarded(), method="POST", headers=[(b"content-length", b"%d" % n)])[0]

    assert sized(BODY_LIMIT) == 200
    assert sized(BODY_LIMIT + 1) == 413
    assert sized(10**30) == 413


def test_a_body_that_does_not_say_its_length_is_cut_off_at_the_limit():
    half = b"x" * (BODY_LIMIT // 2)
    assert raw(guarded(), method="POST", bodies=[half, half])[0] == 200
    assert raw(guarded(), method="POST", bodies=[half, half, b"x"])[0] == 413


def test_a_form_that_does_not_say_its_length_is_413_at_the_limit(application):
    given = [(b"content-type", b"application/x-www-form-urlencoded")]
    half = b"text=" + b"x" * (BODY_LIMIT // 2)
    found = raw(
        application, method="POST", path="/verify", headers=given, bodies=[half, half, half]
    )
    assert found[0] == 413
    assert found[1]["connection"] == "close"
    assert b"<!doctype html>" in found[2]


@pytest.mark.parametrize(
    "headers",
    [
        [(b"content-length", b"-1")],
        [(b"content-length", b"1.5")],
        [(b"content-length", b"3"), (b"content-length", b"4")],
        [(b"content-length", b"3"), (b"transfer-encoding", b"chunked")],
    ],
)
def test_an_ambiguous_length_is_refused(headers):
    assert raw(guarded(), method="POST", headers=headers)[0] == 400


def test_an_address_longer_than_any_of_ours_is_refused():
    assert raw(guarded(), path="/" + "a" * 3000)[0] == 414
    assert raw(guarded(), query=b"q=" + b"a" * 3000)[0] == 414
    assert raw(guarded(), path="/\0")[0] == 400
    assert raw(guarded(), path="/a")[0] == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([], 200),
        ([(b"origin", b"http://localhost")], 200),
        ([(b"origin", b"null")], 200),
        ([(b"origin", b"http://evil.example")], 403),
        ([(b"origin", b"http://[bad")], 403),
        ([(b"sec-fetch-site", b"cross-site")], 403),
        ([(b"sec-fetch-site", b"same-origin")], 200),
    ],
)
def test_a_form_of_another_host_is_refused(headers, status):
    assert raw(guarded(), method="POST", headers=headers)[0] == status
    assert raw(guarded(), method="GET", headers=headers)[0] == 200


def test_no_web_socket_is_answered():
    assert raw(guarded(), kind="websocket") == (None, {}, b"")


def test_an_error_that_nobody_expected_is_a_page_without_its_words():
    async def broken(_scope, _receive, _send):
        raise RuntimeError("secret words")

    status, headers, body = raw(guarded(pages=broken))
    assert status == 500
    assert b"secret" not in body
    assert headers["cache-control"] == "no-store"


def test_an_error_after_the_answer_began_adds_nothing_to_it():
    async def broken(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"begun"})
        raise RuntimeError

    assert raw(guarded(pages=broken))[::2] == (200, b"begun")


def test_what_a_page_says_of_caches_is_overruled():
    async def kept(_scope, _receive, send):
        given = [(b"Cache-Control", b"public, max-age=9"), (b"x-own", b"1")]
        await send({"type": "http.response.start", "status": 200, "headers": given})
        await send({"type": "http.response.body", "body": b""})

    _, headers, _ = raw(guarded(pages=kept))
    assert headers["cache-control"] == "no-store"
    assert headers["x-own"] == "1"


def test_what_went_wrong_in_a_page_is_logged_under_the_number_that_is_shown(caplog):
    class Broken(PaperStore):
        def firms(self):
            raise ZeroDivisionError("secret words")

    answer = ask(served(Broken(), language="en"), "/c/x%1By%E2%80%A8z")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    record = caplog.records[0]
    note = json.loads(record.getMessage())
    assert note["id"] in answer.text
    assert note["status"] == 500
    assert record.getMessage().isascii()  # no line end of any script can forge a line
    assert record.exc_info[0] is ZeroDivisionError
