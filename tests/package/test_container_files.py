"""What module 5 builds and brings up is well formed and agrees with the lock."""

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

from course.paths import DEMO, PACKAGE, REQUIREMENTS, ROOT, SNIPPETS
from course.site import serve
from tests.support.engines import CLASS, base_image
from tests.support.measuring import python

FOLDER = SNIPPETS / "packaging"
DOCKERFILES = [PACKAGE / "Dockerfile", DEMO / "Dockerfile", ROOT / ".devcontainer/Dockerfile"]
DOCKERFILES += [FOLDER / "leaky.Dockerfile", FOLDER / "exercise.Dockerfile"]
BASE = base_image(PACKAGE / "Dockerfile")
MISTAKE = "prefecthq/prefect:latest"  #: the exercise's, which its check answers
SERVICES = yaml.safe_load(CLASS.read_text("utf-8"))["services"]


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_dockerfile_has_no_lint(path):
    """Hadolint finds nothing, and no line needs a newer builder than Docker's old one."""
    command = [f"{sys.prefix}/bin/hadolint", "-"]
    lint = subprocess.run(command, input=path.read_bytes(), capture_output=True)
    assert lint.returncode == 0, lint.stdout.decode()
    assert not re.search(r"^# *syntax=|--mount=", path.read_text("utf-8"), re.M)


def test_compose_file_is_whole():
    """Compose reads it, and module 7's besides; what is mounted exists; one user may push."""
    files = ["--file", CLASS, "--file", DEMO / "compose.yaml", "--profile", "flow"]
    command = [f"{sys.prefix}/bin/docker-compose", *files, "config", "--quiet"]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0 and not run.stderr, run.stderr
    volumes = [volume for service in SERVICES.values() for volume in service.get("volumes", [])]
    mounted = {volume.partition(":")[0] for volume in volumes}
    mounted -= {"images", "../../exercises"}  # a volume, and what make exercise-4 makes
    assert mounted and all((FOLDER / path).exists() for path in mounted)
    assert re.fullmatch(r"class:\$2b\$10\$[\w./]{53}\n", (FOLDER / "htpasswd").read_text("utf-8"))


def test_containers_ask_no_proxy_for_each_other(httpserver):
    """Docker's settings may name a company's proxy, for health checks and for flows, too."""
    httpserver.no_handler_status_code = 502
    httpserver.expect_request("/api/ready").respond_with_data("")
    pipeline = yaml.safe_load((DEMO / "compose.yaml").read_text("utf-8"))["services"]
    for name, service in {**SERVICES, **pipeline}.items():
        env = service.get("environment", {})
        if name == "server" or "PREFECT_API_URL" in env:
            assert env["NO_PROXY"] == env["no_proxy"] == "127.0.0.1,localhost,server,scheduler"
    env = {**SERVICES["server"]["environment"], "http_proxy": "http://127.0.0.1:9"}
    here = httpserver.url_for("").removeprefix("http://localhost").removeprefix("http://127.0.0.1")
    check = SERVICES["server"]["healthcheck"]["test"].replace(":4200", here.rstrip("/"))
    code = re.fullmatch(r'python -c "(.+)"\s*', check, re.S)
    assert code and len(httpserver.log) == 0
    env = {**os.environ, **{key: str(value) for key, value in env.items()}}
    # Without site-packages, whose start-up file would do the same on this machine.
    subprocess.run([sys.executable, "-S", "-c", code[1]], env=env, check=True)
    assert len(httpserver.log) == 1


def test_base_is_the_locked_prefect():
    """Wherever the base image is named, it has the lock's Prefect and the course's Python."""
    (prefect,) = re.findall(r"^prefect==(\S+)", REQUIREMENTS.read_text("utf-8"), re.M)
    assert f"prefecthq/prefect:{prefect}-python{sys.version_info[0]}.{sys.version_info[1]}" == BASE
    for path in [*FOLDER.glob("*.*"), *(SNIPPETS / "dask").glob("*.*")]:
        named = set(re.findall(r"prefecthq/prefect:[\w.-]+", path.read_text("utf-8")))
        assert named <= {BASE, MISTAKE}, path.name


def test_image_is_the_package():
    """Wherever the story's image is named, its tag is the package's version."""
    images = {service["image"] for service in SERVICES.values()}
    assert images == {BASE, "registry:2", f"pricewatch:{__version__}"}
    (build,) = yaml.safe_load((FOLDER / "prefect.yaml").read_text("utf-8"))["build"]
    assert [step["tag"] for step in build.values()] == [__version__]
    consoles = [*FOLDER.glob("*.console"), *DEMO.glob("../*.console")]
    for path in [*consoles, DEMO / "compose.yaml", *DOCKERFILES]:
        tags = set(re.findall(r"\bpricewatch(?:-pipeline)?:(\d[\w.]*)", path.read_text("utf-8")))
        assert tags <= {__version__}, path


def test_context_is_what_the_dockerfile_copies():
    """The .dockerignore lets through what the Dockerfile copies, and nothing else."""
    lines = (PACKAGE / ".dockerignore").read_text("utf-8").splitlines()
    dockerfile = (PACKAGE / "Dockerfile").read_text("utf-8")
    copied = " ".join(re.findall(r"^COPY (.+) \S+$", dockerfile, re.M)).split()
    assert {line[1:] for line in lines if line.startswith("!")} == set(copied)
    assert "*" in lines


def test_a_secret_is_found_in_a_layer(tmp_path):
    """What `docker save` writes holds layers, which find_secret.py looks into, and JSON."""
    (tmp_path / ".env").write_text("SHOP_TOKEN=sneakers-272\n")
    (tmp_path / "manifest.json").write_text('[{"Layers": []}]')
    with tarfile.open(tmp_path / "layer", "w") as layer:
        layer.add(tmp_path / ".env", "opt/leaky/.env")
    with tarfile.open(tmp_path / "saved", "w") as saved:
        saved.add(tmp_path / "layer", "blobs/sha256/1")
        saved.add(tmp_path / "manifest.json", "manifest.json")
    env = os.environ | {"COVERAGE_FILE": str(ROOT / ".coverage")}
    command = [*python(FOLDER / "find_secret.py"), "SHOP_TOKEN"]
    content = (tmp_path / "saved").read_bytes()
    run = subprocess.run(command, input=content, capture_output=True, env=env)
    assert run.stdout.decode() == "opt/leaky/.env: SHOP_TOKEN=sneakers-272\n", run.stderr.decode()


def test_the_dev_container_forwards_what_is_served():
    """The ports of the site, of Prefect's UI and of Dask's dashboard are forwarded, with names."""
    text = (ROOT / ".devcontainer/devcontainer.json").read_text("utf-8")
    config = json.loads(re.sub(r"^ *//.*", "", text, flags=re.M))
    (port,) = re.findall(r"^PORT \?= (\d+)$", (ROOT / "Makefile").read_text("utf-8"), re.M)
    assert config["forwardPorts"] == [int(port), 4200, urlsplit(serve.DASK).port]
    assert list(config["portsAttributes"]) == [str(each) for each in config["forwardPorts"]]
    for attributes in config["portsAttributes"].values():
        assert attributes["label"] and attributes["requireLocalPort"]
