"""A deployment whose flow runs in a container of the package's image."""

from pathlib import Path

import pricewatch
from prefect.docker import DockerImage
from prefect.flows import EntrypointType
from pricewatch.flows import watch

PROJECT = Path(pricewatch.__file__).parents[2]  # where the Dockerfile lies

# --8<-- [start:image]
image = DockerImage(
    name="pricewatch",
    tag=pricewatch.__version__,
    context=PROJECT,
    dockerfile="Dockerfile",
    stream_progress_to=None,
    pull=False,  # the base image is on this machine
    rm=True,  # the build leaves no container behind
)
# --8<-- [end:image]

# --8<-- [start:container]
CONTAINER = {
    "networks": ["pricewatch_default"],
    "env": {"PREFECT_API_URL": "http://server:4200/api"},
    "image_pull_policy": "Never",
    "auto_remove": True,
}
# --8<-- [end:container]

if __name__ == "__main__":
    # --8<-- [start:deploy]
    watch.deploy(
        name="by-hand",
        work_pool_name="containers",
        image=image,
        push=False,
        entrypoint_type=EntrypointType.MODULE_PATH,
        job_variables=CONTAINER,
        print_next_steps=False,
    )
    # --8<-- [end:deploy]
