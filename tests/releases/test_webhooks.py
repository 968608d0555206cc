"""Webhooks: signed so that others' code believes them, sent again when that may help, and nowhere else."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner
from standardwebhooks import Webhook, WebhookVerificationError

from fellesord.cli import cli
from fellesord.config import settings
from fellesord.errors import InvalidSetting
from fellesord.releases import webhooks
from fellesord.releases.archive import Archive

SECRET = f"whsec_{b64encode(bytes(range(32))).decode()}"


@dataclass
class Receiver:
    """A receiver that answers as it is told, the last answer again and again; and what it was sent."""

    address: str = ""
    answers: list[int] = field(default_factory=lambda: [204])
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(found.answers.pop(0) if len(found.answers) > 1 else found.answers[0])
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        found.address = f"http://127.0.0.1:{server.server_port}/hook"
        yield found
        server.shutdown()
        thread.join()


@pytest.fixture
def tell(archive: Archive) -> Callable[[str], tuple[webhooks.Delivery, list[float]]]:
    """A function that tells an address of the last release, without waiting; and how long it would have."""

    def deliver(address: str) -> tuple[webhooks.Delivery, list[float]]:
        waited: list[float] = []
        assert archive.newest is not None
        told = webhooks.notice(archive.newest, "https://ord.example/releases/2026-05-30")
        done = webhooks.deliver(
            address, told, webhooks.key(SECRET), now=lambda: 1_780_000_000.0, wait=waited.append
        )
        return done, waited

    return deliver


def test_others_code_believes_what_is_signed_and_nothing_else(archive: Archive, receiver: Receiver) -> None:
    import time

    told = webhooks.notice(archive.get("2026-03-20"), None)
    done = webhooks.deliver(receiver.address, told, webhooks.key(SECRET), now=time.time, wait=lambda _: None)
    assert done == webhooks.Delivery(receiver.address, 1)
    ((headers, body),) = receiver.received
    assert Webhook(SECRET).verify(body, headers) == json.loads(body)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.replace(b"2026-01-10", b"2026-01-11"), headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(f"whsec_{b64encode(bytes(32)).decode()}").verify(body, headers)


def test_the_notice_says_what_was_released(archive: Archive) -> None:
    told = webhooks.notice(archive.get("2026-03-20"), "https://ord.example/releases/2026-03-20")
    content = json.loads(told.body)
    assert (told.id, content["type"]) == ("release_2026-03-20", "release.published")
    assert content["data"]["previous"] == "2026-01-10"
    assert content["data"]["changes"]["retired"] == 1
    assert content["data"]["url"] == "https://ord.example/releases/2026-03-20"


Tell = Callable[[str], tuple[webhooks.Delivery, list[float]]]


@pytest.mark.parametrize(
    ("answers", "attempts", "problem"),
    [
        ([204], 1, None),
        ([503, 429, 200], 3, None),
        ([500], 4, "answered 500"),
        ([400], 1, "answered 400"),
        ([302], 1, "answered 302"),
        ([410], 1, "answered 410: it wants to hear no more; take it out of webhooks"),
    ],
)
def test_what_may_go_better_is_sent_again_and_the_rest_is_not(
    tell: Tell, receiver: Receiver, answers: list[int], attempts: int, problem: str | None
) -> None:
    receiver.answers[:] = answers
    done, waited = tell(receiver.address)
    assert (done.attempts, done.problem) == (attempts, problem)
    assert waited == list(webhooks.WAITS[: attempts - 1])
    assert len({(headers["webhook-id"], body) for headers, body in receiver.received}) == 1


def test_who_does_not_answer_is_tried_again_and_told_of(tell: Tell) -> None:
    done, waited = tell("http://127.0.0.1:9/hook")
    assert done.attempts == 4
    assert (done.problem or "").startswith("did not answer: ")
    assert waited == list(webhooks.WAITS)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_!!", f"whsec_{'A' * 400}"])
def test_a_weak_or_broken_secret_is_refused(secret: str) -> None:
    with pytest.raises(InvalidSetting, match="openssl rand -base64 32"):
        webhooks.key(secret)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://hook.example/x", "is not an address like https://host/path"),
        ("ftp://hook.example/x", "is not an address like"),
        ("https://user:word@hook.example/x", "is not an address like"),
        ("https://other.example/x", "is not among webhook-hosts"),
        ("https://hook.example.evil.example/x", "is not among webhook-hosts"),
    ],
)
def test_only_allowed_hosts_are_told_and_encrypted(address: str, says: str) -> None:
    with pytest.raises(InvalidSetting, match=says):
        settings({"webhooks": address, "webhook-hosts": "hook.example"}, {})


def test_nobody_is_told_unless_that_is_set(archive: Archive) -> None:
    assert settings({}, {}).webhooks == ()
    vocab = archive.folder.parents[1] / "vocab"
    result = CliRunner().invoke(cli, ["notify", "--vocab", str(vocab)])
    assert isinstance(result.exception, InvalidSetting)


def test_the_command_tells_of_the_last_release(archive: Archive, receiver: Receiver) -> None:
    vocab: Path = archive.folder.parents[1] / "vocab"
    environment = {
        "FELLESORD_WEBHOOKS": receiver.address,
        "FELLESORD_WEBHOOK_HOSTS": "127.0.0.1",
        "FELLESORD_WEBHOOK_SECRET": SECRET,
    }
    arguments = ["notify", "--vocab", str(vocab), "--public-url", "https://ord.example"]
    result = CliRunner().invoke(cli, arguments, env=environment)
    assert (result.exit_code, result.output) == (0, f"{receiver.address}: told (1 attempt)\n")
    assert json.loads(receiver.received[0][1])["data"]["url"] == "https://ord.example/releases/2026-05-30"
    receiver.answers[:] = [404]
    assert CliRunner().invoke(cli, arguments, env=environment).exit_code == 1
