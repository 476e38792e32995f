"""A flow from a repository is fetched when it is needed: to push is to deploy."""

from pathlib import Path
from subprocess import DEVNULL, run
from tempfile import TemporaryDirectory

from prefect import Flow, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.runner.storage import GitRepository

FLOW = "from prefect import flow\n\n@flow\ndef watch():\n    return {!r}\n"
COMMIT = "git init; git add .; git -c user.name=a -c user.email=a@b commit -m x"


def push(code: str, repository: str) -> None:
    Path(repository, "watch_prices.py").write_text(FLOW.format(code))
    quiet = {"stdout": DEVNULL, "stderr": DEVNULL}
    run(COMMIT, check=True, shell=True, cwd=repository, **quiet)


with TemporaryDirectory() as here, get_client(sync_client=True) as client:
    # --8<-- [start:fetch]
    source = GitRepository(here)  # or the URL of one on the network
    for code in ("Monday's code", "Tuesday's code"):
        push(code, here)
        watch = Flow.from_source(source, entrypoint="watch_prices.py:watch")
        print(watch())
        #> Monday's code
        #> Tuesday's code
    # --8<-- [end:fetch]

    client.create_work_pool(WorkPoolCreate(name="lab", type="process"))
    # --8<-- [start:step]
    deployment = watch.to_deployment("from-git").apply(work_pool_name="lab")
    print(*client.read_deployment(deployment).pull_steps[0])
    #> prefect.deployments.steps.git_clone
    # --8<-- [end:step]
    client.delete_deployment(deployment)
    client.delete_work_pool("lab")
