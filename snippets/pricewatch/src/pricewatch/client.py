"""Clients for the shop: over HTTP if ``SHOP_URL`` is set, otherwise inside this process."""

import asyncio
import os
import time
from functools import cache
from typing import Any

import httpx

from pricewatch.shop import Shop


class InProcess(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """An httpx transport that calls a shop in the same process, without a socket or a server.

    It observes the client's read timeout, as a connection over the network would.
    """

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the shop's response after the shop's delay.

        Raises:
            httpx.ReadTimeout: If the delay is longer than the client waits.
        """
        delay, outcome = self._outcome(request)
        time.sleep(delay)
        return _response(outcome)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Return the shop's response after the shop's delay, during which other coroutines run.

        Raises:
            httpx.ReadTimeout: If the delay is longer than the client waits.
        """
        delay, outcome = self._outcome(request)
        await asyncio.sleep(delay)
        return _response(outcome)

    def _outcome(self, request: httpx.Request) -> tuple[float, httpx.Response | httpx.ReadTimeout]:
        """Return the seconds until a request ends, and the response or error that ends it."""
        answer = self.shop.answer(request.url.path, request.url.query.decode())
        read_timeout = request.extensions.get("timeout", {}).get("read")
        if read_timeout is not None and read_timeout < answer.delay:
            return read_timeout, httpx.ReadTimeout("timed out", request=request)
        body = httpx.ByteStream(answer.content)
        return answer.delay, httpx.Response(int(answer.status), headers=answer.headers, stream=body)


def _response(outcome: httpx.Response | httpx.ReadTimeout) -> httpx.Response:
    """Return a response, or raise the timeout that came instead."""
    if isinstance(outcome, httpx.ReadTimeout):
        raise outcome
    return outcome


@cache
def shop_here() -> Shop:
    """Return the shop of this process; each call returns the same object."""
    return Shop()


def open_shop(timeout: float = 5.0) -> httpx.Client:
    """Return a client that resolves paths such as ``/shoes`` against the shop's address.

    Args:
        timeout: Seconds to wait for a response before httpx raises ``httpx.TimeoutException``.
    """
    return httpx.Client(**_connection(), timeout=timeout)


def open_async_shop(timeout: float = 5.0) -> httpx.AsyncClient:
    """Return the asynchronous counterpart of ``open_shop``, with the same timeout."""
    return httpx.AsyncClient(**_connection(), timeout=timeout)


def _connection() -> dict[str, Any]:
    """Return the httpx arguments that lead to the shop."""
    if url := os.environ.get("SHOP_URL"):
        return {"base_url": url}
    return {"base_url": "http://shop", "transport": InProcess(shop_here())}
