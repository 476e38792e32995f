"""Transform: dbt, with a task run for each model and test."""

from pathlib import Path

from prefect import flow
from prefect_dbt import PrefectDbtRunner, PrefectDbtSettings
from warehouse import FILE, PipelineError

PROJECT = Path(__file__).with_name("dbt")
# --8<-- [start:steps]
STEPS = (
    # --8<-- [start:freshness]
    ["source", "freshness"],
    # --8<-- [end:freshness]
    # --8<-- [start:build]
    ["build"],
    # --8<-- [end:build]
    # --8<-- [start:docs]
    ["docs", "generate", "--static", "--no-compile"],
    # --8<-- [end:docs]
)
# --8<-- [end:steps]


# --8<-- [start:transform]
@flow(name="dbt")
def transform(target: str) -> None:
    """Build and test all models, and write their docs."""
    made = FILE.parent.absolute() / "dbt"
    settings = PrefectDbtSettings(
        project_dir=PROJECT,
        profiles_dir=PROJECT,
        target_path=made,
        log_level="info",  # else Prefect's own, whose names dbt may not know
    )
    runner = PrefectDbtRunner(settings=settings)
    for step in STEPS:
        try:
            runner.invoke([*step, "--target", target, "--log-path", str(made)])
        except ValueError as error:
            raise PipelineError(" ".join(str(error).split())) from None
        except AssertionError:  # it has no words for a source that is stale
            log = made / "dbt.log"
            raise PipelineError(f"dbt {step[0]} failed: read {log}") from None


# --8<-- [end:transform]
