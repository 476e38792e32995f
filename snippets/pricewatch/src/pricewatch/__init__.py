"""A flaky sneaker shop, and what it takes to watch its prices."""

from pricewatch.client import open_async_shop, open_shop, shop_here
from pricewatch.shop import OPENING_DAY, Shop

__all__ = ["OPENING_DAY", "Shop", "open_async_shop", "open_shop", "shop_here"]
__version__ = "1.0.0"
