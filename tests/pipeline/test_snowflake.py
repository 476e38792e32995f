"""The same flow and the same dbt project on Snowflake: through its real connector, against fakesnow's server."""

import re
import shutil
import subprocess

import duckdb
import pytest

from tests.consoles.test_consoles import ON_SNOWFLAKE, new_checkout, new_shell, replay
from tests.support.airbyte_api import airbyte
from tests.support.home import AUTHORITY
from tests.support.pipelines import DEMO, FIRST_DAY, Pipeline, measured
from tests.support.servers import free_port

pytestmark = pytest.mark.timeout(1000)  # its transcript takes a minute on an idle machine
MARTS = ("cheapest_by_model", "price_changes", "daily_median")
FORTNIGHT = f"""select sku, model, day, price, _airbyte_extracted_at from raw.prices
    where day <= '{FIRST_DAY}' order by 1, 3"""
CHEAPER = "update raw.prices set price = '9.95', _airbyte_extracted_at = now() where sku = 'elm-court' and day = '{}'"
IN_CENTS = """insert into raw.prices select sku, model, '2026-01-19', cast(price as float) * 100, current_timestamp()
    from raw.prices where day = '{}'"""
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
REFUSED = """
import sys
from warehouse import PipelineError, warehouse
for statement in sys.argv[1:]:
    try:
        with warehouse("snowflake") as run:
            run(statement)
    except PipelineError as error:
        print(error)
"""


@pytest.fixture(scope="module")
def pipeline(prefect_server, tmp_path_factory):
    """The pipeline after its first run on Snowflake, as the page shows it; the stand-in goes on."""
    folder = tmp_path_factory.mktemp("snowflake")
    checkout = new_checkout(folder / "checkout")
    with new_shell(
        checkout, folder / "home", **measured(), PREFECT_API_SSL_CERT_FILE=str(AUTHORITY)
    ) as shell:
        typed = replay(ON_SNOWFLAKE, shell, folder, prefect_server.removesuffix("/api"))
        account = dict(re.findall(r"(SNOWFLAKE_\w+)=(\S+)", typed))
        account["SNOWFLAKE_PRIVATE_KEY_PATH"] = str(
            checkout / account["SNOWFLAKE_PRIVATE_KEY_PATH"]
        )
        pipeline = Pipeline(checkout / "prices", prefect_server, "snowflake", **account)
        shutil.copy(pipeline.warehouse, folder / "landed.duckdb")
        pipeline.landed = folder / "landed.duckdb"
        pipeline.first = ask(pipeline, "snowflake", *rows("shop"), *rows("last_good"))
        yield pipeline


def python(pipeline: Pipeline, *command, **env: str) -> subprocess.CompletedProcess:
    """Run something else with the pipeline's settings, where its files are."""
    command, env = [pipeline.python, *command], {**pipeline.env, **env}
    return subprocess.run(command, cwd=DEMO, env=env, capture_output=True, text=True, timeout=300)


def ask(pipeline: Pipeline, target: str, *statements: str, **env: str) -> list[str]:
    """Return the rows of statements, as a learner gets them."""
    done = python(pipeline, "ask.py", target, *statements, **env)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def rows(schema: str) -> list[str]:
    """Statements that return all marts, in an order."""
    return [f"select * from {schema}.{mart} order by 1, 2" for mart in MARTS]


def test_marts_are_those_of_duckdb(pipeline):
    """From the same raw rows Snowflake's marts are DuckDB's, to the letter, and are kept as the last good ones."""
    folders = [
        "--project-dir",
        "dbt",
        "--profiles-dir",
        "dbt",
        "--target-path",
        pipeline.folder / "duckdb",
    ]
    here = {"WAREHOUSE": str(pipeline.landed)}
    built = python(
        pipeline, "-m", "dbt.cli.main", "--log-path", pipeline.folder, "build", *folders, **here
    )
    assert built.returncode == 0, built.stdout
    on_duckdb = ask(pipeline, "duckdb", *rows("dbt_marts"), **here)
    assert pipeline.first == 2 * on_duckdb
    assert len(on_duckdb) > 100


def test_load_brings_what_is_new_once(pipeline):
    """Loaded again and again, a row is there once, with its newest price."""
    with duckdb.connect(pipeline.warehouse) as landed:
        landed.execute(CHEAPER.format(FIRST_DAY))
    done = python(pipeline, "-c", "from snowflake_load import load; load(); load()")
    assert done.returncode == 0, done.stderr
    there = ask(pipeline, "snowflake", FORTNIGHT)
    assert there == ask(pipeline, "duckdb", FORTNIGHT)
    assert len(there) == 530
    assert f"elm-court Court {FIRST_DAY} 9.95 " in "\n".join(there)


def test_wrong_marts_are_taken_back(pipeline):
    """What Airbyte's platform has loaded in cents is refused; readers on Snowflake keep the last good marts."""
    *before, inserted = ask(pipeline, "snowflake", *rows("shop"), IN_CENTS.format(FIRST_DAY))
    assert inserted == "36"
    with airbyte("succeeded") as (address, _):
        done = pipeline.run("--target", "snowflake", AIRBYTE_API=address, AIRBYTE_CONNECTION="1")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("pipeline: the median price went from ")
    assert ask(pipeline, "snowflake", *rows("shop"), *rows("last_good")) == 2 * before


def test_silent_account_gets_one_line(pipeline):
    """Where nothing answers, the flow says so before it extracts, within seconds."""
    port = free_port()
    done = pipeline.run("--target", "snowflake", SNOWFLAKE_PORT=port, SHOP_URL="http://not.asked")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith(
        f"pipeline: nothing answers at 127.0.0.1:{port}; start it, or correct SNOWFLAKE_"
    )


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SNOWFLAKE_USER", None, "Snowflake needs SNOWFLAKE_USER: set that"),
        (
            "SNOWFLAKE_PRIVATE_KEY_PATH",
            "/no/key",
            "/no/key is no private key without a passphrase: FileNotFoundError(2, 'No such file or directory')",
        ),
    ],
)
def test_wrong_setting_is_named(pipeline, monkeypatch, name, value, said):
    """A setting that is missing, or leads nowhere, is named in one line."""
    monkeypatch.delitem(pipeline.env, name)
    done = python(pipeline, "ask.py", "snowflake", "select 1", **({name: value} if value else {}))
    assert (done.returncode, done.stderr) == (1, f"ask: {said}\n")


def test_stand_in_is_no_account(pipeline):
    """What a page says that the stand-in does not know, it really refuses: to a learner in one line."""
    refused = python(pipeline, "-c", REFUSED, *UNKNOWN).stdout.splitlines()
    assert len(refused) == len(UNKNOWN) and all("Parser Error" in line for line in refused), refused
    done = python(pipeline, "ask.py", "snowflake", UNKNOWN[0])
    assert (done.returncode, done.stderr) == (1, f"ask: {refused[0]}\n")
