"""The way to the shop: over HTTP where ``SHOP_URL`` says so, else inside this process."""

import asyncio
import os
import time
from functools import cache
from typing import Any

import httpx

from pricewatch.shop import Shop


class InProcess(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """An httpx transport that asks a shop in the same process: no socket, no server.

    It keeps the client's read time-out, as a server on the network would make it.
    """

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request after the shop's delay.

        Raises:
            httpx.ReadTimeout: If the delay is longer than the client waits.
        """
        delay, outcome = self._ask(request)
        time.sleep(delay)
        return _response(outcome)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request after the shop's delay, and let others be answered meanwhile.

        Raises:
            httpx.ReadTimeout: If the delay is longer than the client waits.
        """
        delay, outcome = self._ask(request)
        await asyncio.sleep(delay)
        return _response(outcome)

    def _ask(self, request: httpx.Request) -> tuple[float, httpx.Response | httpx.ReadTimeout]:
        """Return what comes of a request, and the seconds after which it does."""
        answer = self.shop.answer(request.url.path, request.url.query.decode())
        patience = request.extensions.get("timeout", {}).get("read")
        if patience is not None and patience < answer.delay:
            return patience, httpx.ReadTimeout("timed out", request=request)
        body = httpx.ByteStream(answer.content)
        return answer.delay, httpx.Response(int(answer.status), headers=answer.headers, stream=body)


def _response(outcome: httpx.Response | httpx.ReadTimeout) -> httpx.Response:
    if isinstance(outcome, httpx.ReadTimeout):
        raise outcome
    return outcome


@cache
def shop_here() -> Shop:
    """Return this process's own shop, always the same one."""
    return Shop()


def open_shop(timeout: float = 5.0) -> httpx.Client:
    """Return a client whose paths start at the shop's address.

    Args:
        timeout: Seconds to wait for an answer before ``httpx.TimeoutException``.
    """
    return httpx.Client(**_way_to_the_shop(), timeout=timeout)


def open_async_shop(timeout: float = 5.0) -> httpx.AsyncClient:
    """Return a client like that of ``open_shop``, for coroutines."""
    return httpx.AsyncClient(**_way_to_the_shop(), timeout=timeout)


def _way_to_the_shop() -> dict[str, Any]:
    if url := os.environ.get("SHOP_URL"):
        return {"base_url": url}
    return {"base_url": "http://shop", "transport": InProcess(shop_here())}
