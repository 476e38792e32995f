"""The way to the shop: over HTTP where ``SHOP_URL`` says so, else inside this process."""

import os
import time
from functools import cache

import httpx

from pricewatch.shop import Shop


class InProcess(httpx.BaseTransport):
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
        answer = self.shop.answer(request.url.path, request.url.query.decode())
        patience = request.extensions.get("timeout", {}).get("read")
        if patience is not None and patience < answer.delay:
            time.sleep(patience)
            raise httpx.ReadTimeout("timed out", request=request)
        time.sleep(answer.delay)
        return httpx.Response(answer.status, headers=answer.headers, stream=httpx.ByteStream(answer.content))


@cache
def shop_here() -> Shop:
    """Return this process's own shop, always the same one."""
    return Shop()


def open_shop(timeout: float = 5.0) -> httpx.Client:
    """Return a client whose paths start at the shop's address.

    Args:
        timeout: Seconds to wait for an answer before ``httpx.TimeoutException``.
    """
    if url := os.environ.get("SHOP_URL"):
        return httpx.Client(base_url=url, timeout=timeout)
    return httpx.Client(base_url="http://shop", transport=InProcess(shop_here()), timeout=timeout)
