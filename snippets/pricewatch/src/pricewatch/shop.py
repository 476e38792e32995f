"""The flaky shop: a web app that fails on purpose, in the same way for the same seed."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from http import HTTPStatus
from random import Random
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from pricewatch import feed
from pricewatch.catalogue import CATALOGUE

OPENING_DAY = date(2026, 1, 5)

#: A busy page responds at every third attempt, and with 503 at all others.
ATTEMPTS_PER_ANSWER = 3


@dataclass(frozen=True)
class Answer:
    """A response of the shop: an HTTP status, a body, and the delay in seconds before it comes."""

    status: HTTPStatus
    body: dict[str, Any] | str
    delay: float = 0.0

    @property
    def content(self) -> bytes:
        """The body as bytes: HTML for text, JSON for a dictionary."""
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()

    @property
    def headers(self) -> dict[str, str]:
        """The headers that give the body's type and length."""
        kind = "text/html; charset=utf-8" if isinstance(self.body, str) else "application/json"
        return {"Content-Type": kind, "Content-Length": str(len(self.content))}


@dataclass
class Shop:
    """A shop whose faults and prices are determined by a seed.

    Attributes:
        seed: Determines which shoes are busy, gone or slow, and every price.
        slow: Seconds that a slow page takes.
        day_seconds: Seconds that a day lasts; with 0 it is always opening day.
        mistake: The error in the price feed's newest day: one of ``feed.MISTAKES``, or empty.
        closed: Seconds for which the price feed is down, counted from the first request for it.
        visits: The number of responses for each path and status.
    """

    seed: int = 272
    slow: float = 0.3
    day_seconds: float = 0.0
    mistake: str = ""
    closed: float = 0.0
    visits: Counter[tuple[str, int]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        troubled = Random(self.seed).sample(sorted(CATALOGUE), 12)
        self.busy_shoes, self.gone_shoes, self.slow_shoes = (
            frozenset(troubled[:6]),
            frozenset(troubled[6:8]),
            frozenset(troubled[8:]),
        )
        self._attempts: Counter[str] = Counter()
        self._lock = Lock()
        self._opened = time.monotonic()
        self._first_asked = 0.0

    @property
    def today(self) -> date:
        """The date on the shop's own clock."""
        days = (time.monotonic() - self._opened) / self.day_seconds if self.day_seconds else 0
        return OPENING_DAY + timedelta(days=int(days))

    def answer(self, path: str, query: str = "") -> Answer:
        """Return the response to a GET request; safe to call from several threads."""
        with self._lock:
            answer = self._answer(path, query)
            self.visits[path, answer.status] += 1
        return answer

    def _answer(self, path: str, query: str) -> Answer:
        """Return the response to a GET request; the caller holds the lock."""
        if path == "/":
            return Answer(HTTPStatus.OK, _front_page())
        if path == "/shoes":
            shoes = [{"sku": s.sku, "brand": s.brand, "model": s.model} for s in CATALOGUE.values()]
            return Answer(HTTPStatus.OK, {"day": str(self.today), "shoes": shoes})
        if path == "/prices":
            return self._feed(query)
        shoe = CATALOGUE.get(path.removeprefix("/shoes/"))
        if shoe is None or shoe.sku in self.gone_shoes:
            return Answer(HTTPStatus.NOT_FOUND, {"error": f"nothing at {path}"})
        asked = parse_qs(query).get("day", [str(self.today)])[0]
        try:
            day = date.fromisoformat(asked)
        except ValueError:
            return Answer(
                HTTPStatus.BAD_REQUEST, {"error": f"day {asked!r} is not like {OPENING_DAY}"}
            )
        if shoe.sku in self.busy_shoes:
            self._attempts[shoe.sku] += 1
            if self._attempts[shoe.sku] % ATTEMPTS_PER_ANSWER:
                return Answer(HTTPStatus.SERVICE_UNAVAILABLE, {"error": "busy, come back later"})
        body = {
            "sku": shoe.sku,
            "model": shoe.model,
            "day": str(day),
            "price": shoe.price(day, self.seed),
        }
        return Answer(HTTPStatus.OK, body, delay=self.slow if shoe.sku in self.slow_shoes else 0.0)

    def _feed(self, query: str) -> Answer:
        """Return a page of the price feed; of three attempts at page 1, two find the feed busy."""
        asked = {
            "until": str(self.today),
            "since": str(self.today),
            "page": "1",
            **dict(parse_qsl(query)),
        }
        self._first_asked = self._first_asked or time.monotonic()
        self._attempts["/prices"] += asked["page"] == "1"
        if (
            time.monotonic() - self._first_asked < self.closed
            or self._attempts["/prices"] % ATTEMPTS_PER_ANSWER
        ):
            return Answer(HTTPStatus.SERVICE_UNAVAILABLE, {"error": "busy, come back later"})
        try:
            return Answer(HTTPStatus.OK, feed.page(asked, self.gone_shoes, self.seed, self.mistake))
        except ValueError as error:
            return Answer(HTTPStatus.BAD_REQUEST, {"error": str(error)})

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Serve a request through WSGI, the interface of Python's web servers (PEP 3333)."""
        answer = self.answer(environ["PATH_INFO"], environ.get("QUERY_STRING", ""))
        time.sleep(answer.delay)
        start_response(f"{answer.status} {answer.status.phrase}", list(answer.headers.items()))
        return [answer.content]


def _front_page() -> str:
    """Return the catalogue as an HTML page for people."""
    items = "".join(
        f'<li><a href="/shoes/{s.sku}">{s.brand} {s.model}</a></li>' for s in CATALOGUE.values()
    )
    title = "The flaky shop"
    return f'<!doctype html><html lang="en"><title>{title}</title><h1>{title}</h1><ul>{items}</ul>'
