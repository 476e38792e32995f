"""What we replace inside httpx, so that no request leaves the page."""

from collections.abc import Callable

from course.internals import Internal

_REASON = "give each client without a transport of its own the page's API"
_SIGNATURE = (
    "(self, *, auth, params, headers, cookies, verify, cert, {}http1, http2, proxy, mounts, "
    "timeout, follow_redirects, limits, max_redirects, event_hooks, base_url, transport, "
    "{}default_encoding)"
)
INTERNALS = [
    Internal("httpx.Client.__init__", _REASON, _SIGNATURE.format("trust_env, ", "")),
    Internal("httpx.AsyncClient.__init__", _REASON, _SIGNATURE.format("", "trust_env, ")),
]


def replace(transport: object) -> None:
    """Let clients use a transport unless they are given another one."""
    for internal in INTERNALS:
        internal.replace(_with_transport(internal.value, transport))


def _with_transport(init: Callable[..., None], transport: object) -> Callable[..., None]:
    def __init__(self: object, *args: object, **kwargs: object) -> None:
        init(self, *args, **{"transport": transport, **kwargs, "verify": False})

    return __init__
