"""The package's flow finds every price that the shop has, and reports it in one line."""

import pytest
from pricewatch import Shop, shop_here
from pricewatch.catalogue import CATALOGUE

GONE, BUSY, PLAIN = sorted(Shop().gone_shoes), min(Shop().busy_shoes), "alder-runner"


@pytest.fixture(autouse=True)
def shop(new_shop, results):
    return shop_here()


def test_busy_shoes_are_retried_and_gone_shoes_left_out(shop):
    """A busy shoe is asked three times, a gone shoe once."""
    from pricewatch.flows import watch

    assert watch([PLAIN, BUSY, GONE[0]]) == {
        sku: CATALOGUE[sku].price(shop.today, shop.seed) for sku in (PLAIN, BUSY)
    }
    assert shop.visits[f"/shoes/{BUSY}", 503] == 2
    assert shop.visits[f"/shoes/{GONE[0]}", 404] == 1


def test_a_report_of_no_prices():
    """Only gone shoes: the report says that no shoe has a price."""
    from pricewatch.flows import report, watch

    assert report(watch(GONE)) == "No shoe has a price."


def test_command_prints_the_report(shop, capsys):
    """`price-report` counts the prices of all shoes and names the lowest."""
    from pricewatch.flows import main

    main()
    prices = {
        sku: shoe.price(shop.today, shop.seed) for sku, shoe in CATALOGUE.items() if sku not in GONE
    }
    lowest = min(prices, key=prices.__getitem__)
    assert (
        capsys.readouterr().out
        == f"{len(prices)} prices, the lowest is {lowest} at {prices[lowest]}\n"
    )
