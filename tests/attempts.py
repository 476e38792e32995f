"""What learners may well write instead of the solution, and what the check says to that: old, new, hint."""

ATTEMPTS = {
    "negative-engineering": {
        "too few tries": ("(0.01, 0.02)", "(0.01,)", "Your tries: 2."),
        "too many tries": ("(0.01, 0.02)", "(0, 0, 0, 0)", "price_of asked 5 times, not three."),
        "never gives up": ("(0.01, 0.02)", "iter(float, 1)", "price_of asks for ever"),
        "retries a 404": ("!= httpx.codes.SERVICE_UNAVAILABLE", "== 200", "price_of asked 3 times for a 404."),
        "retries a 500": ("!= httpx.codes.SERVICE_UNAVAILABLE", "< 500", "price_of asked 3 times for a 500."),
        "swallows the error": ("answer.raise_for_status()", "if answer.is_error: return", "No error for a 503"),
        "raises too late": ("answer.raise_for_status()", "pass", "No error for a 404: raise_for_status()."),
        "makes prices up": ('answer.json()["price"]', "1.0", "price_of returns 1.0."),
        "forgets dead letters": ("dead_letters[sku] = error", "pass", "watch returns 38 prices, 0 dead letters."),
        "counts a dead letter as price": (
            "dead_letters[sku] = error",
            "dead_letters[sku] = prices[sku] = 0",
            "40 prices, 2 dead",
        ),
        "returns a list": (
            "return prices, dead_letters",
            "return prices, list(dead_letters)",
            "Return two dicts, not a list.",
        ),
        "keeps the old row": ("OR REPLACE", "OR IGNORE", "it holds [(70.0,)]."),
        "removes other days": (
            "for sku, price",
            "table.execute('DELETE FROM prices')\n    for sku, price",
            "Another day's row has gone",
        ),
        "does not parse": ("def watch", "deff watch", "Your file does not run yet. line "),
        "does not import": ("import time", "import thyme", "ModuleNotFoundError: No module named 'thyme'"),
        "stops by an error of its own": ("answer.raise_for_status()", "1 / 0", "ZeroDivisionError: division by zero"),
        "leaves the program": ("answer.raise_for_status()", "raise SystemExit", "It stopped with line "),
        "renames a function": ("def price_of", "def price", "Your file has no price_of: keep its name."),
        "misspells a method": ("answer.raise_for_status()", "answer.raise_status()", "has no attribute 'raise_status'"),
    },
    "dask": {
        "keeps the old runner": ("(task_runner=DaskTaskRunner())", "", "watch has a ThreadPoolTaskRunner"),
        "does not retry": ("@task(retries=2)\ndef fetch", "@task\ndef fetch", "10 changes; look at alder-trail."),
        "takes the result of each": ("wait(changes)", "changes.result()", "The run ended: UnfinishedRun."),
        "fetches in the flow": (
            "fetch.map(skus)",
            "[fetch(sku) for sku in skus[:-1]]",
            "The flow asked 13 times. On workers run fetch.map",
        ),
        "waits in between": ("change.map(shoes)", "change.map((wait(shoes), shoes)[1])", "All fetched first."),
        "returns a list": ("return dict(", "return list(", "Return a dict, not a list."),
    },
}
