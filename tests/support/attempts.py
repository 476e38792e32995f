"""What learners may well write instead of the solution, and the hint that answers it."""

from typing import NamedTuple


class Attempt(NamedTuple):
    """A change of the solution: old and new text, and what the check prints then."""

    old: str
    new: str
    hint: str


ATTEMPTS = {
    "negative-engineering": {
        "too few tries": Attempt("(0.01, 0.02)", "(0.01,)", "Your tries: 2."),
        "too many tries": Attempt(
            "(0.01, 0.02)", "(0, 0, 0, 0)", "price_of asked 5 times, not three."
        ),
        "never gives up": Attempt("(0.01, 0.02)", "iter(float, 1)", "price_of asks for ever"),
        "retries a 404": Attempt(
            "!= httpx.codes.SERVICE_UNAVAILABLE", "== 200", "price_of asked 3 times for a 404."
        ),
        "retries a 500": Attempt(
            "!= httpx.codes.SERVICE_UNAVAILABLE", "< 500", "price_of asked 3 times for a 500."
        ),
        "swallows the error": Attempt(
            "answer.raise_for_status()", "if answer.is_error: return", "No error for a 503"
        ),
        "raises too late": Attempt(
            "answer.raise_for_status()", "pass", "No error for a 404: raise_for_status()."
        ),
        "makes prices up": Attempt('answer.json()["price"]', "1.0", "price_of returns 1.0."),
        "forgets dead letters": Attempt(
            "dead_letters[sku] = error", "pass", "watch returns 38 prices, 0 dead letters."
        ),
        "counts a dead letter as price": Attempt(
            "dead_letters[sku] = error", "dead_letters[sku] = prices[sku] = 0", "40 prices, 2 dead"
        ),
        "returns a list": Attempt(
            "return prices, dead_letters",
            "return prices, list(dead_letters)",
            "Return two dicts, not a list.",
        ),
        "keeps the old row": Attempt("OR REPLACE", "OR IGNORE", "it holds [(70.0,)]."),
        "removes other days": Attempt(
            "for sku, price",
            "table.execute('DELETE FROM prices')\n    for sku, price",
            "Another day's row has gone",
        ),
        "does not parse": Attempt("def watch", "deff watch", "Your file does not run yet. line "),
        "does not import": Attempt(
            "import time", "import thyme", "ModuleNotFoundError: No module named 'thyme'"
        ),
        "stops by an error of its own": Attempt(
            "answer.raise_for_status()", "1 / 0", "ZeroDivisionError: division by zero"
        ),
        "leaves the program": Attempt(
            "answer.raise_for_status()", "raise SystemExit", "It stopped with line "
        ),
        "renames a function": Attempt(
            "def price_of", "def price", "Your file has no price_of: keep its name."
        ),
        "misspells a method": Attempt(
            "answer.raise_for_status()", "answer.raise_status()", "has no attribute 'raise_status'"
        ),
    },
    "orchestration": {
        "takes a price below 0": Attempt(
            "price: PositiveFloat", "price: float", "Price takes -1.0: pydantic can refuse it."
        ),
        "takes a price of 0": Attempt(
            "import BaseModel, PositiveFloat",
            "import BaseModel, NonNegativeFloat as PositiveFloat",
            "Price takes 0.0",
        ),
        "does not validate": Attempt(
            "Price.model_validate(answer)",
            "Price.model_construct(**answer)",
            "A price of -1.0 was saved",
        ),
        "saves what is refused": Attempt(
            "Price.model_validate(answer)", "Price.model_construct(**answer)", "has 7 rows, not 6."
        ),
        "too many retries": Attempt(
            "retries=2", "retries=3", "fetch has retries=3: two after the first."
        ),
        "no delay": Attempt("retry_delay_seconds=0.01, ", "", "A delay: retry_delay_seconds."),
        "no task": Attempt(
            "@task(retries=2", "may_pass = dict(retries=2", "fetch is no task: keep its @task."
        ),
        "retries nothing": Attempt(
            "== httpx.codes.SERVICE_UNAVAILABLE", "== 500", "alder-trail was asked for 1 times."
        ),
        "retries a 404": Attempt(
            "== httpx.codes.SERVICE_UNAVAILABLE", "!= 200", "A 404 was asked for 3 times"
        ),
        "retries by hand": Attempt(
            "@task(retries=2, ", "@task(", "Nothing is tried again yet: see gap 3."
        ),
        "asks twice": Attempt(
            "    save(good",
            "    fetch.map(skus[:1]).wait()\n    save(good",
            "alder-runner was asked for 2 times.",
        ),
        "stops at the first loss": Attempt(
            "    states = validate.map(fetch.map(skus), return_state=True)\n",
            "    for sku in skus: fetch(sku)\n    states = []\n",
            "The flow stopped before hazel-runner: see gap 4.",
        ),
        "saves nothing": Attempt(
            "    save(good, table)\n", "", "Nothing was saved, the run is Failed: see gap 4."
        ),
        "loses a shoe": Attempt(
            "if state.is_completed()]", "if state.is_completed()][1:]", "Not saved: alder-runner."
        ),
        "hides the loss": Attempt(
            "    return states\n", "", "Two shoes lost, the run Completed: return the states"
        ),
        "is not a flow": Attempt("@flow", "# flow", "It stopped with TypeError"),
    },
    "dask": {
        "keeps the old runner": Attempt(
            "(task_runner=DaskTaskRunner())", "", "watch has a ThreadPoolTaskRunner"
        ),
        "does not retry": Attempt(
            "@task(retries=2)\ndef fetch", "@task\ndef fetch", "4 changes; look at alder-trail."
        ),
        "misspells a method": Attempt(
            "fetch.map(skus)", "fetch.mapp(skus)", "'Task' object has no attribute 'mapp'"
        ),
        "takes the result of each": Attempt(
            "wait(changes)", "changes.result()", "The run ended: UnfinishedRun."
        ),
        "fetches in the flow": Attempt(
            "fetch.map(skus)",
            "[fetch(sku) for sku in skus[:-1]]",
            "The flow asked 7 times. On workers run fetch.map",
        ),
        "waits in between": Attempt(
            "change.map(shoes)", "change.map((wait(shoes), shoes)[1])", "All fetched first."
        ),
        "returns a list": Attempt("return dict(", "return list(", "Return a dict, not a list."),
    },
    "packaging": {
        "takes another version": Attempt(
            "prefect:3.8.8-", "prefect:3-", "prefecthq/prefect:3-python3.11 is not the tag"
        ),
        "has no base": Attempt(
            "FROM prefecthq/prefect:3.8.8-python3.11\n",
            "",
            "No FROM: every image starts from another.",
        ),
        "copies the flow first": Attempt(
            "COPY pricewatch-1.0.0-py3-none-any.whl .",
            "COPY pricewatch-1.0.0-py3-none-any.whl morning.py ./",
            "line 4 comes first. Whoever changes morning.py waits for line 5 again.",
        ),
        "copies no flow": Attempt("COPY morning.py .\n", "", "Nothing copies morning.py."),
        "installs nothing": Attempt(
            "RUN pip install", "RUN echo", "Nothing installs pricewatch-1.0.0-py3-none-any.whl."
        ),
        "keeps the secret": Attempt(
            "RUN useradd",
            "ARG SHOP_TOKEN\nRUN useradd",
            "ARG SHOP_TOKEN: whoever has the image has it.",
        ),
        "goes back to root": Attempt(
            "USER 10001", "USER 10001\nUSER root", "line 10: that is root."
        ),
        "forgets the user": Attempt("USER 10001\n", "", "No USER: it runs as root."),
        "leaves the command to a shell": Attempt(
            'CMD ["python", "morning.py"]',
            "CMD python morning.py",
            'write it as ["python", "morning.py"].',
        ),
        "has no command": Attempt(
            'CMD ["python", "morning.py"]\n', "", "No CMD: docker run would not start morning.py."
        ),
        "keeps pip's cache": Attempt(
            "pip install --no-cache-dir", "pip install", "Avoid use of cache directory with pip\n"
        ),
    },
    "patterns": {
        "buys without a price": Attempt("price is None", "price == 0", "It stopped with"),
        "buys what is too dear": Attempt(
            '"stop" if price > left else "buy"', '"buy"', "says 'buy', not \"stop\"."
        ),
        "stops too early": Attempt(
            "price > left", "price >= left", "decide(50.0, 50) says 'stop', not \"buy\"."
        ),
        "is no flow": Attempt(
            "@flow\ndef watch", "def watch", "watch is no flow: put @flow above it."
        ),
        "stops without a run": Attempt(
            "@flow\ndef watch", "def watch", "No run, no state: see gap 2."
        ),
        "makes a task of it": Attempt(
            "def ask", "from prefect import task\n@task\ndef ask", "ask needs no decorator"
        ),
        "pays what is gone": Attempt(
            'if what == "buy"', "if True", "It should return a dict, and ended with TypeError"
        ),
        "buys what is gone": Attempt(
            "what = decide(price, left)",
            "what = decide(price, left)\n        bought[sku] = price",
            "It bought elm-runner, which is gone: see gap 3.",
        ),
        "buys nothing": Attempt("bought[sku] = price", "pass", "It bought {}."),
        "never pays": Attempt("left -= price", "pass", "pay what you buy."),
        "returns nothing": Attempt(
            "    return bought",
            "    print(bought)",
            "It should return a dict, and ended with None.",
        ),
        "stops by another error": Attempt(
            'raise OverBudget(f"{', 'raise ValueError(f"{', "It failed by ValueError"
        ),
        "breaks off in silence": Attempt(
            "raise OverBudget(", "break\n            (", "The run Completed: raise OverBudget"
        ),
        "counts nothing": Attempt(
            "return client.count_flow_runs(", "client.count_flow_runs(", "It stopped with"
        ),
        "counts zero": Attempt(
            "return client.count_flow_runs(flow_run_filter=these)",
            "return 0",
            "It counts nothing yet",
        ),
        "forgets the tag": Attempt(
            'tags={"all_": [tag]}, ', "", "One run with this tag has failed; it counts"
        ),
        "counts the first type": Attempt(
            '{"any_": types}', '{"any_": types[:1]}', "any_ of types."
        ),
        "divides by all": Attempt(
            "failed + completed or 1", "failed + completed + 1", "The rate is 0.4"
        ),
        "misspells the client": Attempt(
            "client.count_flow_runs", "client.count_runs", "has no attribute 'count_runs'"
        ),
    },
    "pipeline": {
        "is no task": Attempt(
            "@task(retries=11", "may_wait = dict(retries=11", "extract is no task: keep its @task."
        ),
        "lists more waits than retries": Attempt(
            "retries=11, retry_delay_seconds=exponential_backoff(backoff_factor=0.1)",
            "retries=2, retry_delay_seconds=[1, 1, 60, 60]",
            "2 retries wait 2 seconds in all",
        ),
        "waits once": Attempt(
            "retries=11, retry_delay_seconds=exponential_backoff(backoff_factor=0.1)",
            "retries=1, retry_delay_seconds=130",
            "No answer in 2 tries. Open again",
        ),
        "misspells a method": Attempt(
            "shop.get(", "shop.gett(", "The run Failed: 'Client' object has no attribute 'gett'"
        ),
        "forgets to commit": Attempt(
            "        db.commit()\n", "", "It has an answer, and loads nothing."
        ),
        "only inserts": Attempt(
            "INSERT OR REPLACE", "INSERT", "The second run Failed: Constraint Error: Duplicate key"
        ),
        "takes the price for a key": Attempt(
            "(sku, day)", "(sku, day, price)", "raw.prices has 72 rows for 36 shoes"
        ),
        "takes the shoe for a key": Attempt(
            "(sku, day)", "(sku)", "The day before has 2 of its 38 rows left"
        ),
        "keeps the first price": Attempt(
            "OR REPLACE INTO", "OR IGNORE INTO", "corrected: replace the one in raw.prices."
        ),
        "throws the text away": Attempt(
            'price)", batch)',
            'price)", [row for row in batch if isinstance(row["price"], float)])',
            "raw.prices has 70 rows of 72: it holds all that came",
        ),
        "keeps a shoe without a price": Attempt(
            "raw.prices WHERE try_cast(price AS DOUBLE) IS NOT NULL",
            "raw.prices",
            "The mart counts 72 shoes, of which 70 have a price: see gap 3.",
        ),
        "leaves prices text": Attempt(
            "SELECT sku, model, day, try_cast(price AS DOUBLE) AS price",
            "SELECT *",
            "In the mart a price is text",
        ),
        "has no rejected": Attempt(
            "TABLE rejected", "TABLE refused", "No table rejected, with sku, day and price"
        ),
        "rejects on the first day only": Attempt(
            "CREATE OR REPLACE TABLE rejected",
            "CREATE TABLE IF NOT EXISTS rejected",
            "After 2 bad rows, rejected has 1: make it anew",
        ),
        "rejects what is cast": Attempt(
            "FROM raw.prices WHERE try_cast(price AS DOUBLE) IS NULL",
            "SELECT * REPLACE (try_cast(price AS DOUBLE) AS price)"
            " FROM raw.prices WHERE price LIKE '%EUR'",
            "None): take the rows of raw.prices.",
        ),
    },
}
