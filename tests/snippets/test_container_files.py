"""What module 5 builds and brings up is well formed and agrees with the lock; without an engine one line says so."""

import io
import json
import os
import re
import subprocess
import sys
import tarfile
from urllib.parse import urlsplit

import pytest
import yaml
from pricewatch import __version__

from course.run.machine import live
from tests.support.engines import BASE, CLASS, DOCKERFILE
from tests.support.home import ROOT
from tests.support.sharing import python

FOLDER = ROOT / "snippets/packaging"
PIPELINE = ROOT / "snippets/pipeline/demo"
OTHERS = [FOLDER / "leaky.Dockerfile", FOLDER / "exercise.Dockerfile", PIPELINE / "Dockerfile"]
DOCKERFILES = [DOCKERFILE, *OTHERS, ROOT / ".devcontainer/Dockerfile"]
MISTAKE = "prefecthq/prefect:latest"  #: the exercise's, which its check answers
NOWHERE = {"DOCKER_HOST": "unix:///nowhere"}


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_dockerfile_has_no_lint(path):
    """hadolint finds nothing; and no line asks for what only a newer builder knows."""
    lint = subprocess.run(
        [f"{sys.prefix}/bin/hadolint", "-"], input=path.read_bytes(), capture_output=True
    )
    assert lint.returncode == 0, lint.stdout.decode()
    assert not re.search(r"^# *syntax=|--mount=", path.read_text("utf-8"), re.M)


def test_compose_file_is_whole():
    """Compose itself reads it, and module 7's beside it, without an engine: all that is named is there."""
    files = ["--file", CLASS, "--file", PIPELINE / "compose.yaml", "--profile", "flow"]
    command = [f"{sys.prefix}/bin/docker-compose", *files, "config", "--quiet"]
    run = subprocess.run(command, capture_output=True, text=True, env=os.environ | NOWHERE)
    assert run.returncode == 0 and not run.stderr, run.stderr


def test_what_is_mounted_is_there():
    """Each file or folder of this machine that a service is given exists; one user may push to the registry."""
    services = yaml.safe_load(CLASS.read_text("utf-8"))["services"].values()
    mounted = {
        volume.partition(":")[0] for service in services for volume in service.get("volumes", [])
    }
    ours = mounted - {"images", "../../exercises"}  # a volume, and what make exercise-4 makes
    assert ours and all((FOLDER / path).exists() for path in ours)
    assert re.fullmatch(r"class:\$2b\$10\$[\w./]{53}\n", (FOLDER / "htpasswd").read_text("utf-8"))


def test_base_is_the_locked_prefect():
    """Wherever the base image is named, it has the version of the lock, and the Python that all is proved on."""
    prefect = re.search(r"^prefect==(\S+)", (ROOT / "requirements.txt").read_text("utf-8"), re.M)[1]
    assert f"prefecthq/prefect:{prefect}-python{sys.version_info[0]}.{sys.version_info[1]}" == BASE
    for path in [*FOLDER.glob("*.*"), *(ROOT / "snippets/dask").glob("*.*")]:
        assert set(re.findall(r"prefecthq/prefect:[\w.-]+", path.read_text("utf-8"))) <= {
            BASE,
            MISTAKE,
        }, path.name


def test_image_is_the_package():
    """Wherever our image is named, its tag is the package's version."""
    services = yaml.safe_load(CLASS.read_text("utf-8"))["services"].values()
    steps = yaml.safe_load((FOLDER / "prefect.yaml").read_text("utf-8"))["build"]
    built = {step["tag"] for each in steps for step in each.values()}
    assert {service["image"] for service in services} - {BASE, "registry:2"} == {
        f"pricewatch:{__version__}"
    }
    assert built == {__version__}
    for path in [
        *FOLDER.glob("*.console"),
        *PIPELINE.glob("../*.console"),
        PIPELINE / "compose.yaml",
        *DOCKERFILES,
    ]:
        tags = set(re.findall(r"\bpricewatch(?:-pipeline)?:(\d[\w.]*)", path.read_text("utf-8")))
        assert tags <= {__version__}, path


def test_context_is_what_the_dockerfile_copies():
    """.dockerignore lets through what the Dockerfile copies, and nothing else."""
    lines = DOCKERFILE.with_name(".dockerignore").read_text("utf-8").splitlines()
    copied = re.findall(r"^COPY (.+) \S+$", DOCKERFILE.read_text("utf-8"), re.M)
    assert {line[1:] for line in lines if line.startswith("!")} == {
        name for line in copied for name in line.split()
    }
    assert "*" in lines


def archive(files: dict[str, bytes]) -> bytes:
    """A tar archive of these files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def test_a_secret_is_found_in_a_layer():
    """find_secret.py reads what `docker save` writes: layers, and parts in JSON."""
    layer = archive({"opt/leaky/.env": b"SHOP_TOKEN=sneakers-272\n"})
    saved = archive(
        {"blobs/sha256/1": layer, "manifest.json": json.dumps([{"Layers": []}]).encode()}
    )
    env = os.environ | {"COVERAGE_FILE": str(ROOT / ".coverage")}
    command = [*python(FOLDER / "find_secret.py"), "SHOP_TOKEN"]
    run = subprocess.run(command, input=saved, capture_output=True, env=env)
    assert run.stdout.decode() == "opt/leaky/.env: SHOP_TOKEN=sneakers-272\n", run.stderr.decode()


def test_the_dev_container_forwards_what_is_served():
    """The ports of `make live`, of Prefect's UI and of Dask's dashboard, each to the same one, under a name."""
    config = devcontainer()
    port = int(re.search(r"^PORT \?= (\d+)$", (ROOT / "Makefile").read_text("utf-8"), re.M)[1])
    assert config["forwardPorts"] == [port, 4200, urlsplit(live.DASK).port]
    assert list(config["portsAttributes"]) == [str(each) for each in config["forwardPorts"]]
    assert all(
        each["label"] and each["requireLocalPort"] for each in config["portsAttributes"].values()
    )


def devcontainer() -> dict:
    """Return what devcontainer.json says besides its comments."""
    text = (ROOT / ".devcontainer/devcontainer.json").read_text("utf-8")
    return json.loads(re.sub(r"^ *//.*", "", text, flags=re.M))


@pytest.fixture
def pool(prefect_server):
    """The work pool that deploy_image.py asks for."""
    from prefect import get_client
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect_docker import DockerWorker

    job = DockerWorker.get_default_base_job_template()
    with get_client(sync_client=True) as client:
        client.create_work_pool(
            WorkPoolCreate(name="containers", type="docker", base_job_template=job)
        )
        yield prefect_server
        client.delete_work_pool("containers")


def test_a_deployment_without_an_engine_is_said(pool, tmp_path):
    """deploy_image.py ends with Prefect's word on a Docker that is not running."""
    env = os.environ | NOWHERE | {"PREFECT_API_URL": pool, "COVERAGE_FILE": str(ROOT / ".coverage")}
    run = subprocess.run(
        python(FOLDER / "deploy_image.py"), capture_output=True, text=True, env=env, cwd=tmp_path
    )
    assert run.returncode == 1
    assert "Please ensure Docker is running." in run.stderr.splitlines()[-1], run.stderr
