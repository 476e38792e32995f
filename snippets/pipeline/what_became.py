"""What a tutorial of 2022 names is gone, and something else does its work."""

from pkgutil import resolve_name

# --8<-- [start:names]
TODAY = {
    "prefect.deployments.DeploymentSpec": "prefect.flows.Flow.deploy",
    "prefect.executors.DaskExecutor": "prefect_dask.DaskTaskRunner",
    "prefect.tasks.docker": "prefect_docker",
    "prefect.tasks.secrets": "prefect.blocks.system.Secret",
}
for old, new in TODAY.items():
    resolve_name(new)
    try:
        resolve_name(old)
    except (AttributeError, ImportError):
        print("Gone:", old)
        #> Gone: prefect.deployments.DeploymentSpec
        #> Gone: prefect.executors.DaskExecutor
        #> Gone: prefect.tasks.docker
        #> Gone: prefect.tasks.secrets
# --8<-- [end:names]
