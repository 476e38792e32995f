"""Take the picture of Dask's dashboard, from a real run of the story's prices: python course/pictures_dask.py

The dashboard has one scheme, a light one, whatever a browser asks for; its picture stands for both.
"""

import time
from datetime import timedelta
from pathlib import Path
from random import Random

from distributed import Client, LocalCluster
from playwright.sync_api import sync_playwright
from pricewatch import OPENING_DAY, Shop
from pricewatch.catalogue import CATALOGUE

from course.pictures.screenshot import save
from course.setup import chromium

TARGET = Path(__file__).resolve().parent.parent / "docs/dask/pictures/dashboard"
TEXTS = ["Status", "Workers", "Graph", "Data Transfer"]
DRAWN = [
    "Task Stream",
    "Bytes stored per worker",
    "Tasks Processing",
    "total: 80",
]  # on canvas, where no text is found
TITLES = "() => Bokeh.documents.flatMap((each) => [...each._all_models.values()].map((model) => model.title?.text ?? ''))"
TAKEN_AFTER = 24  # of forty shoes, so that the picture is of a run, not of its end


def year_of(sku: str) -> list[float]:
    """Compute a year of a shoe's prices, in a time that differs as a real shop's would."""
    time.sleep(Random(sku).uniform(0.1, 0.4))
    return [CATALOGUE[sku].price(OPENING_DAY + timedelta(day), Shop.seed) for day in range(365)]


def cheapest(year: list[float]) -> float:
    """Find the lowest price of a year."""
    time.sleep(0.15)
    return min(year)


def main() -> int:
    here = "127.0.0.1:0"
    cluster = LocalCluster(
        n_workers=4, threads_per_worker=1, processes=False, dashboard_address=here
    )
    with cluster, Client(cluster) as client, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.found(), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1000, "height": 600})
        page.goto(f"http://127.0.0.1:{cluster.scheduler.http_server.port}/status")
        page.wait_for_function("window.Bokeh?.documents.length")
        lowest = client.map(cheapest, client.map(year_of, CATALOGUE))
        while sum(future.done() for future in lowest) < TAKEN_AFTER:
            page.wait_for_timeout(50)
        page.wait_for_timeout(800)  # the dashboard redraws a few times a second
        titles = " | ".join(page.evaluate(TITLES))
        assert all(text in titles for text in DRAWN), titles
        for scheme in ("light", "dark"):
            save(page, TARGET, scheme, TEXTS, ["distributed", "bokeh"])
        browser.close()
        client.gather(lowest)
    return 0
