"""What the package's tests share: a new shop each, and the Prefect server of the course's tests."""

import pytest

pytest_plugins = ["tests.support.servers"]


@pytest.fixture(autouse=True)
def new_shop() -> None:
    """Open the shop anew for each test, whatever the test before has asked."""
    from pricewatch import shop_here  # not before coverage has begun

    shop_here.cache_clear()
