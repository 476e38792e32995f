"""The shop fails as its seed determines, in the same way over HTTP and inside a process."""

import asyncio
import time
from collections import Counter
from datetime import date, timedelta
from threading import Thread

import httpx
import pytest
from pricewatch import OPENING_DAY, Shop, open_async_shop, open_shop, shop_here
from pricewatch.catalogue import CATALOGUE
from pricewatch.client import InProcess
from pricewatch.server import serving


@pytest.fixture
def shop():
    return Shop(slow=0.05)


@pytest.fixture
def client(shop):
    with httpx.Client(base_url="http://shop", transport=InProcess(shop)) as client:
        yield client


def test_catalogue_has_forty_shoes(client):
    """`/shoes` lists forty shoes, each once, and the day."""
    listed = client.get("/shoes").json()
    assert listed["day"] == str(OPENING_DAY)
    assert len({shoe["sku"] for shoe in listed["shoes"]}) == 40


def test_front_page_is_for_people(client):
    """`/` lists all shoes as HTML."""
    answer = client.get("/")
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.text.count("<li>") == 40


def test_busy_shoe_answers_every_third_attempt(client, shop):
    """A busy shoe answers 503 twice, then its price, and so on."""
    for sku in shop.busy_shoes:
        statuses = [client.get(f"/shoes/{sku}").status_code for _ in range(6)]
        assert statuses == [503, 503, 200] * 2


def test_gone_shoe_stays_gone(client, shop):
    """A gone shoe answers 404, however often it is asked for."""
    for sku in shop.gone_shoes:
        assert [client.get(f"/shoes/{sku}").status_code for _ in range(4)] == [404] * 4


def test_slow_shoe_takes_its_time(client, shop):
    """A slow shoe takes the seconds of `slow`, and a shorter timeout ends the wait."""
    sku = min(shop.slow_shoes)
    assert client.get(f"/shoes/{sku}").elapsed >= timedelta(seconds=0.05)
    with pytest.raises(httpx.ReadTimeout):
        client.get(f"/shoes/{sku}", timeout=0.01)


def test_slow_shoes_do_not_wait_for_each_other(shop):
    """Coroutines that ask for slow shoes wait at the same time."""

    async def ask_for_all(timeout):
        async with httpx.AsyncClient(
            base_url="http://shop", transport=InProcess(shop), timeout=timeout
        ) as client:
            asked = (client.get(f"/shoes/{sku}") for sku in shop.slow_shoes)
            return await asyncio.gather(*asked, return_exceptions=True)

    started = time.monotonic()
    assert [answer.status_code for answer in asyncio.run(ask_for_all(timeout=5))] == [200] * 4
    assert time.monotonic() - started < 4 * shop.slow
    assert {type(error) for error in asyncio.run(ask_for_all(timeout=0.01))} == {httpx.ReadTimeout}


def test_seed_determines_everything():
    """The same seed gives the same faults and prices, another seed gives others."""
    assert Shop().busy_shoes == Shop().busy_shoes != Shop(seed=1).busy_shoes
    days = [OPENING_DAY + timedelta(days=n) for n in range(30)]
    shoe = CATALOGUE["alder-runner"]
    assert [shoe.price(day, 272) for day in days] == [shoe.price(day, 272) for day in days]
    assert len({shoe.price(day, 272) for day in days}) > 1
    assert shoe.price(OPENING_DAY, 272) != shoe.price(OPENING_DAY, 1)


def test_price_of_another_day(client):
    """`?day=` asks for the price of that day."""
    answer = client.get("/shoes/alder-runner", params={"day": "2026-02-01"}).json()
    assert answer == {
        "sku": "alder-runner",
        "model": "Runner",
        "day": "2026-02-01",
        "price": CATALOGUE["alder-runner"].price(date(2026, 2, 1), 272),
    }


@pytest.mark.parametrize(
    "path, status", [("/shoes/clog", 404), ("/nowhere", 404), ("/shoes/alder-runner?day=soon", 400)]
)
def test_bad_requests_are_explained(client, path, status):
    """An unknown path or an unreadable day is explained in the body."""
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.json()["error"]


def ask_feed(client, **query):
    """Return a page of the price feed, whose first page is busy for two attempts."""
    attempts = 3 if query.get("page", 1) == 1 else 1
    answers = [client.get("/prices", params=query) for _ in range(attempts)]
    assert [each.status_code for each in answers] == [503] * (attempts - 1) + [200]
    return answers[-1].json()


def test_feed_comes_in_pages(client, shop):
    """The pages of the feed together are the rows of one large page; gone shoes are left out."""
    days = {"since": "2026-01-05", "until": "2026-01-07"}
    pages = [ask_feed(client, **days, size=50, page=number) for number in (1, 2, 3)]
    assert [page["next_page"] for page in pages] == [2, 3, None]
    rows = [row for page in pages for row in page["prices"]]
    assert rows == ask_feed(client, **days)["prices"]
    assert {row["sku"] for row in rows} == set(CATALOGUE) - shop.gone_shoes
    first = {"sku": "alder-runner", "model": "Runner", "day": "2026-01-05", "price": 115.95}
    assert rows[0] == first


def test_two_shoes_report_a_day_late(client):
    """Two prices of the newest day come only when a later day is asked for."""

    def keys(until):
        found = ask_feed(client, since="2026-01-05", until=until)["prices"]
        return [(row["sku"], row["day"]) for row in found if row["day"] == "2026-01-05"]

    assert len(keys("2026-01-05")) == 36
    assert len(keys("2026-01-06")) == 38


@pytest.mark.parametrize(
    "mistake, prices",
    [("", {139.95: 1}), ("cents", {13995: 1}), ("text", {"139.95 EUR": 1}), ("twice", {139.95: 2})],
)
def test_feed_makes_the_mistake_of_the_option(client, shop, mistake, prices):
    """Each mistake changes the newest day as its name says."""
    shop.mistake = mistake
    rows = ask_feed(client)["prices"]
    assert Counter(row["price"] for row in rows if row["sku"] == "alder-trail") == prices


def test_feed_is_down_at_first(client, shop):
    """`closed` keeps the feed down from the first request on, for that many seconds."""
    shop.closed = 0.2
    first = time.monotonic()
    assert {client.get("/prices").status_code for _ in range(6)} == {503}
    time.sleep(0.2 - min(0.2, time.monotonic() - first))
    assert 200 in {client.get("/prices").status_code for _ in range(3)}


@pytest.mark.parametrize("query", ["since=soon", "page=0", "page=x", "size=0"])
def test_bad_query_of_the_feed(client, query):
    """A malformed query is explained in the body."""
    answers = [client.get(f"/prices?{query}") for _ in range(3)]
    assert answers[-1].status_code == 400
    assert answers[-1].json()["error"]


def test_clock_moves_with_day_seconds():
    """The shop's clock stands still, unless a day lasts `day_seconds`."""
    assert Shop().today == OPENING_DAY
    shop = Shop(day_seconds=0.001)
    while shop.today < OPENING_DAY + timedelta(days=2):
        pass


def test_visits_are_counted_across_threads(shop):
    """No visit is lost when fifty threads ask at the same time."""
    threads = [Thread(target=shop.answer, args=("/shoes",)) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shop.visits == {("/shoes", 200): 50}


def test_same_over_http(monkeypatch):
    """A path has the same response over HTTP as inside the process."""
    with serving(Shop()) as url, open_shop() as here:
        monkeypatch.setenv("SHOP_URL", url)
        busy = [f"/shoes/{sku}" for sku in shop_here().busy_shoes]
        with open_shop() as there:
            for path in ("/", "/shoes", "/nowhere", *busy):
                both = here.get(path), there.get(path)
                a, b = ((repr(r.status_code), r.text, r.headers["content-type"]) for r in both)
                assert a == b


@pytest.mark.parametrize("way", ["in the process", "over HTTP"])
def test_coroutines_get_the_same_response(monkeypatch, way):
    """`open_async_shop` gets what `open_shop` gets, in the process and over HTTP."""

    async def ask(path):
        async with open_async_shop() as shop:
            return await shop.get(path)

    with serving(Shop()) as url, open_shop() as here:
        shop_here.cache_clear()  # the coroutines find a shop of their own
        if way == "over HTTP":
            monkeypatch.setenv("SHOP_URL", url)
        shoes = ("/shoes/alder-trail", "/shoes/elm-runner", "/shoes/alder-runner")
        for path in ("/", "/shoes", "/nowhere", *shoes):
            a, b = here.get(path), asyncio.run(ask(path))
            assert (repr(a.status_code), a.text) == (repr(b.status_code), b.text)
