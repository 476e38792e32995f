"""The same flow and dbt project run on Snowflake: through its connector, against fakesnow."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from course.paths import DEMO, python_of
from tests.support.pipelines import FIRST_DAY, MARTS, WAREHOUSE, ask, session
from tests.support.servers import free_port
from tests.support.transcripts import CERTIFICATE, Shell

pytestmark = pytest.mark.timeout(1000)  # its transcript takes a minute on an idle machine
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
#: What a session knows; `snowflake` prints rows.
SNOWFLAKE = """
from warehouse import warehouse
def snowflake(*statements):
    with warehouse("snowflake") as run:
        for statement in statements:
            for row in run(statement):
                print(*row)
"""
LOAD = """
import extract
extract.sync = lambda *_: 0
os.environ["SHOP_URL"] = "http://not.asked"
extract.extract("snowflake", None)
extract.extract("snowflake", None)
"""
TAKE_BACK = """
import contextlib, flow
flow.extract = flow.transform = lambda *_: 0
sys.argv[1:] = ["--until", "2026-01-19", "--target", "snowflake"]
with contextlib.redirect_stderr(sys.stdout):
    print(flow.main())
"""
#: dbt on DuckDB, after a statement.
TRANSFORM = """
import duckdb, transform
os.environ["WAREHOUSE"] = "odd.duckdb"
with duckdb.connect("odd.duckdb") as connection:
    connection.execute({!r})
transform.transform("duckdb")
"""


@pytest.fixture(scope="module")
def execute(prefect_server, tmp_path_factory):
    """Run code with the pipeline's modules, after the first run on Snowflake that the page shows.

    The stand-in goes on. The folder ``landed`` keeps what Airbyte has loaded for that run.
    """
    ports = {"4200": str(urlsplit(prefect_server).port)}
    with Shell(tmp_path_factory.mktemp("snowflake"), ports, **CERTIFICATE) as shell:
        typed, prices = shell.replay("pipeline/snowflake"), shell.checkout / "prices"
        (prices / "landed").mkdir()
        shutil.copy(prices / WAREHOUSE, prices / "landed")
        account = dict(re.findall(r"(SNOWFLAKE_\w+)=(\S+)", typed))
        account["PREFECT_API_URL"] = prefect_server
        with session(shell.checkout, "snowflake", **account) as execute:
            execute(SNOWFLAKE)
            yield execute


@pytest.fixture
def prices(execute):
    """The folder of the run."""
    return Path(*execute("print(os.getcwd())"), "prices")


@pytest.fixture(scope="module")
def snowflake(execute):
    """Run statements on Snowflake, and return what they print."""
    return lambda *statements: execute(f"snowflake(*{statements!r})")


def rows(schema: str) -> list[str]:
    """Return statements that return all marts, in an order."""
    return [f"select * from {schema}.{mart} order by 1, 2" for mart in MARTS]


def on_duckdb(folder, *statements: str) -> list[str]:
    """Return the rows of DuckDB's warehouse as Snowflake's are printed."""
    return [" ".join(map(str, row)) for each in statements for row in ask(folder, each)]


def test_marts_are_those_of_duckdb(prices, snowflake):
    """From the same raw rows the marts are DuckDB's, to the letter, and are the last good ones."""
    landed, project = prices / "landed", DEMO / "dbt"
    command = [python_of("snowflake").with_name("dbt"), "build", "--project-dir", project]
    folders = ("--profiles-dir", project, "--target-path", landed, "--log-path", landed)
    env = {**os.environ, "WAREHOUSE": str(landed / WAREHOUSE)}
    built = subprocess.run([*command, *folders], env=env, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout
    expected = on_duckdb(landed, *rows("dbt_marts"))
    assert snowflake(*rows("shop"), *rows("last_good")) == 2 * expected
    assert len(expected) > 100


def test_load_brings_what_is_new_once(prices, execute, snowflake):
    """Loaded again and again, a row is there once, with its newest price."""
    ask(prices, CHEAPER)
    assert execute(LOAD) == []
    loaded = snowflake(FORTNIGHT)
    assert loaded == on_duckdb(prices, FORTNIGHT)
    assert len(loaded) == 530
    assert f"elm-court Court {FIRST_DAY} 9.95 " in "\n".join(loaded)


def test_wrong_marts_are_taken_back(execute, snowflake):
    """Marts in cents are refused; readers on Snowflake keep the last good ones."""
    *before, inserted = snowflake(*rows("shop"), IN_CENTS)
    assert inserted == "1"
    *_, refused, code = execute(TAKE_BACK)
    assert refused.startswith("pipeline: the median price went from ") and code == "1"
    assert snowflake(*rows("shop"), *rows("last_good")) == 2 * before


def test_wrong_setting_is_named(execute):
    """A silent account, a setting that is missing, or one that leads nowhere, gets one line."""
    port, error = free_port(), "FileNotFoundError(2, 'No such file or directory')"
    wrong = {
        f"['SNOWFLAKE_PORT'] = '{port}'": f"nothing answers at 127.0.0.1:{port}; start it, or cor",
        ".pop('SNOWFLAKE_USER')": "Snowflake needs SNOWFLAKE_USER: set that",
        "['SNOWFLAKE_PRIVATE_KEY_PATH'] = '/no/key'": (
            f"/no/key is no private key without a passphrase: {error}"
        ),
    }
    for setting, message in wrong.items():
        (line,) = execute(f"os.environ{setting}; snowflake('select 1')")
        assert line.startswith(f"PipelineError: {message}")


@pytest.mark.parametrize("statement", UNKNOWN)
def test_stand_in_is_no_account(snowflake, statement):
    """What a page says that the stand-in does not know, it refuses: to a learner in one line."""
    (refused,) = snowflake(statement)
    assert refused.startswith("PipelineError: Snowflake: ") and "Parser Error" in refused


def test_transform_that_fails_gets_one_line(prices, execute):
    """Where Airbyte has loaded no table, or one that dbt does not know, dbt's reason is said."""
    (stale,) = execute(TRANSFORM.format("create schema raw"))
    unknown = "create table raw.prices as select now() _airbyte_extracted_at"
    (failed,) = execute(TRANSFORM.format(unknown))
    assert stale == f"PipelineError: dbt source failed: read {prices}/dbt/dbt.log"
    reason = "PipelineError: Failures detected during invocation of dbt command 'build "
    assert failed.startswith(reason)
