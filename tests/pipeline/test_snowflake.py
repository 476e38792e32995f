"""The same flow and dbt project run on Snowflake: through its connector, against fakesnow."""

import re
import shutil
import subprocess
from urllib.parse import urlsplit

import duckdb
import pytest

from course.paths import DEMO
from tests.support.pipelines import FIRST_DAY, MARTS, Pipeline, measured
from tests.support.servers import free_port
from tests.support.transcripts import CERTIFICATE, Shell, Transcript

pytestmark = pytest.mark.timeout(1000)  # its transcript takes a minute on an idle machine
TRANSCRIPT = Transcript(DEMO.parent / "snowflake.console")
FORTNIGHT = f"""select sku, model, day, price, _airbyte_extracted_at from raw.prices
    where day <= '{FIRST_DAY}' order by 1, 3"""
CHEAPER = f"""update raw.prices set price = '9.95', _airbyte_extracted_at = now()
    where sku = 'elm-court' and day = '{FIRST_DAY}'"""
IN_CENTS = f"""insert into dbt_marts.daily_median select '2026-01-19', shoes, median * 100
    from dbt_marts.daily_median where day = '{FIRST_DAY}'"""
#: What the page says that the stand-in does not know.
UNKNOWN = (
    "create user you",
    "create role reader",
    "grant select on table raw.prices to role reader",
    "create warehouse small",
    "select * from raw.prices at (offset => -60)",
    "create stream news on table raw.prices",
    "create task nightly schedule = '1 minute' as select 1",
)
#: What a session knows; `ask` prints rows, or the line that a refusal gets.
ASK = """
import os
from warehouse import PipelineError, warehouse
def ask(*statements, **settings):
    before = dict(os.environ)
    for name in [name for name, value in settings.items() if not value]:
        del os.environ[name], settings[name]
    os.environ.update(settings)
    for statement in statements:
        try:
            with warehouse("snowflake") as run:
                for row in run(statement):
                    print(*row)
        except PipelineError as error:
            print(error)
    os.environ.clear()
    os.environ.update(before)
"""
TAKE_BACK = """
from datetime import date
import flow
flow.extract = flow.transform = lambda *_: 0
try:
    flow.pipeline(date(2026, 1, 19), "snowflake")
except PipelineError as error:
    print(error)
"""


@pytest.fixture(scope="module")
def pipeline(prefect_server, tmp_path_factory):
    """The pipeline after the first run on Snowflake that the page shows; the stand-in goes on."""
    ports = {"4200": str(urlsplit(prefect_server).port)}
    with Shell(tmp_path_factory.mktemp("snowflake"), ports, **CERTIFICATE, **measured()) as shell:
        account = dict(re.findall(r"(SNOWFLAKE_\w+)=(\S+)", shell.replay(TRANSCRIPT)))
        prices = shell.checkout / "prices"
        account["SNOWFLAKE_PRIVATE_KEY_PATH"] = str(prices / "key.p8")
        pipeline = Pipeline(prices, prefect_server, "snowflake", **account)
        shutil.copy(pipeline.warehouse, shell.folder / "landed.duckdb")  # before a test changes it
        yield pipeline


@pytest.fixture(scope="module")
def execute(pipeline):
    """Run Python code with the pipeline's modules, and return the lines that it prints."""
    with pipeline.session() as execute:
        execute(ASK)
        yield execute


@pytest.fixture(scope="module")
def ask(execute):
    """Run statements on Snowflake, and return what they print."""
    return lambda *statements, **settings: execute(f"ask(*{statements!r}, **{settings!r})")


def rows(schema: str) -> list[str]:
    """Return statements that return all marts, in an order."""
    return [f"select * from {schema}.{mart} order by 1, 2" for mart in MARTS]


def on_duckdb(warehouse, *statements: str) -> list[str]:
    """Return the rows of a DuckDB file as Snowflake's are printed."""
    with duckdb.connect(warehouse) as connection:
        found = [row for each in statements for row in connection.execute(each).fetchall()]
    return [" ".join(map(str, row)) for row in found]


def test_marts_are_those_of_duckdb(pipeline, ask, tmp_path):
    """From the same raw rows the marts are DuckDB's, to the letter, and are the last good ones."""
    first_run = pipeline.folder.parents[1] / "landed.duckdb"
    landed = shutil.copy(first_run, tmp_path / "landed.duckdb")
    command = [pipeline.python, "-m", "dbt.cli.main", "build", "--target-path", tmp_path]
    command += ["--log-path", tmp_path]
    command += ["--project-dir", DEMO / "dbt", "--profiles-dir", DEMO / "dbt"]
    env = {**pipeline.env, "WAREHOUSE": str(landed)}
    built = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout
    expected = on_duckdb(landed, *rows("dbt_marts"))
    assert ask(*rows("shop"), *rows("last_good")) == 2 * expected
    assert len(expected) > 100


def test_load_brings_what_is_new_once(pipeline, execute, ask):
    """Loaded again and again, a row is there once, with its newest price."""
    pipeline.change(CHEAPER)
    execute("from snowflake_load import load; load(); load()")
    loaded = ask(FORTNIGHT)
    assert loaded == on_duckdb(pipeline.warehouse, FORTNIGHT)
    assert len(loaded) == 530
    assert f"elm-court Court {FIRST_DAY} 9.95 " in "\n".join(loaded)


def test_wrong_marts_are_taken_back(execute, ask):
    """Marts in cents are refused; readers on Snowflake keep the last good ones."""
    *before, inserted = ask(*rows("shop"), IN_CENTS)
    assert inserted == "1"
    (refused,) = [line for line in execute(TAKE_BACK) if line[1:3] != "/4"][-1:]
    assert refused.startswith("the median price went from ")
    assert ask(*rows("shop"), *rows("last_good")) == 2 * before


def test_silent_account_is_named(ask):
    """Where nothing answers, one line says so within seconds."""
    port = free_port()
    (line,) = ask("select 1", SNOWFLAKE_PORT=port)
    assert line.startswith(f"nothing answers at 127.0.0.1:{port}; start it, or correct SNOWFLAKE_")


def test_wrong_setting_is_named(ask):
    """A setting that is missing, or leads nowhere, is named in one line."""
    missing = ask("select 1", SNOWFLAKE_USER="")
    assert missing == ["Snowflake needs SNOWFLAKE_USER: set that"]
    reason = "FileNotFoundError(2, 'No such file or directory')"
    (nowhere,) = ask("select 1", SNOWFLAKE_PRIVATE_KEY_PATH="/no/key")
    assert nowhere == f"/no/key is no private key without a passphrase: {reason}"


def test_stand_in_is_no_account(pipeline, ask):
    """What a page says that the stand-in does not know, it refuses: to a learner in one line."""
    refused = ask(*UNKNOWN)
    assert len(refused) == len(UNKNOWN) and all("Parser Error" in line for line in refused), refused
    command = [pipeline.python, DEMO / "ask.py", "snowflake", UNKNOWN[0]]
    where = {"cwd": pipeline.folder, "env": pipeline.env}
    done = subprocess.run(command, capture_output=True, text=True, **where)
    assert (done.returncode, done.stderr) == (1, f"ask: {refused[0]}\n")
