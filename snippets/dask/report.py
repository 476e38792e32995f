"""A performance report is the dashboard of one run, as a file to send."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from distributed import Client, LocalCluster, performance_report
from pricewatch import OPENING_DAY, Shop
from pricewatch.catalogue import CATALOGUE

FETCHED = re.compile(
    r"<(?:script|link|img)[^>]* (?:src|href)=.https?://([\w.]+)"
)


def price_of(sku: str) -> float:
    return CATALOGUE[sku].price(OPENING_DAY, Shop.seed)


with (
    TemporaryDirectory() as folder,
    LocalCluster(processes=False, dashboard_address=":0") as cluster,
    Client(cluster) as client,
):
    # --8<-- [start:job]
    for mode in ("cdn", "inline"):
        report = Path(folder, f"{mode}.html")
        with performance_report(report, mode=mode):
            client.gather(client.map(price_of, CATALOGUE))
        hosts = set(FETCHED.findall(report.read_text("utf-8")))
        print(f"{mode} asks:", *sorted(hosts))
        #> cdn asks: cdn.bokeh.org docs.dask.org
        #> inline asks: docs.dask.org
    # --8<-- [end:job]
