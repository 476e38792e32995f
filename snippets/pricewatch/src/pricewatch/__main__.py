"""Open the flaky shop on a port: ``python -m pricewatch --port 8001 --seed 272``."""

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from pricewatch.feed import MISTAKES
from pricewatch.server import make_shop_server
from pricewatch.shop import Shop


class Parser(argparse.ArgumentParser):
    """An argument parser that reports an error in one line."""

    def error(self, message: str) -> NoReturn:
        """Print one line that names the wrong argument, and exit with code 2."""
        self.exit(2, f"{self.prog}: {message} (see --help)\n")


def port_number(text: str) -> int:
    """Convert an argument to a port number.

    Raises:
        argparse.ArgumentTypeError: If the text is not a whole number from 0 to 65535.
    """
    if not (text.isdecimal() and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 0 to 65535")
    return int(text)


def seconds(text: str) -> float:
    """Convert an argument to a duration in seconds.

    Raises:
        argparse.ArgumentTypeError: If the text is not a finite number, or is below 0.
    """
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds, 0 or more")
    return value


def make_parser() -> Parser:
    """Return the parser for the options of ``flaky-shop``."""
    parser = Parser(prog="flaky-shop", description=__doc__)
    parser.add_argument(
        "--port", type=port_number, default=8001, help="0 picks a free one (default: %(default)s)"
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=Shop.seed,
        help="determines faults and prices (default: %(default)s)",
    )
    parser.add_argument(
        "--slow",
        type=seconds,
        default=Shop.slow,
        help="seconds that a slow page takes (default: %(default)s)",
    )
    parser.add_argument(
        "--mistake",
        choices=MISTAKES,
        default="",
        help="the error to put into the feed's newest day",
    )
    parser.add_argument(
        "--closed",
        type=seconds,
        default=0.0,
        help="seconds for which the price feed is down at first",
    )
    parser.add_argument(
        "--day-seconds",
        type=seconds,
        default=0.0,
        help="seconds that a day lasts; 0 stops the clock",
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the shop until Ctrl+C, and return the exit code."""
    options = make_parser().parse_args(arguments)
    settings = vars(options)
    port = settings.pop("port")
    shop = Shop(**settings)
    try:
        server = make_shop_server(shop, port)
    except OSError as error:
        print(f"flaky-shop: port {port}: {error.strerror}; try --port 0", file=sys.stderr)
        return 1
    with server:
        print(
            f"The flaky shop is open on http://127.0.0.1:{server.server_port} (Ctrl+C closes it)",
            flush=True,
        )
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("The flaky shop is closed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
