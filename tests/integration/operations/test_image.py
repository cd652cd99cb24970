"""The image and the whole desk in containers: built and run where a container tool is, and else read as it would be."""

from __future__ import annotations

import re
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from config.databases import PostgresqlDatabase
from config.settings import SETTINGS, read_settings
from entrypoints.cli.main import make_parser
from tests.postgres import Server
from tests.postgres_binaries import find_binaries

ROOT = Path(__file__).resolve().parents[3]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
IMAGE_BYTES_LIMIT = 200 * 1000**2
BUILD_SECONDS = 900
MADE = """SELECT rolsuper, pg_encoding_to_char(encoding) FROM pg_roles, pg_database
    WHERE rolname = current_user AND datname = current_database()"""
NAMES = {setting.name for setting in SETTINGS}


def instructions() -> list[tuple[str, str]]:
    """Each instruction of the Dockerfile with its words, in order."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE).replace("\\\n", " ")
    return [
        (word, " ".join(rest.split())) for word, _, rest in (line.partition(" ") for line in text.splitlines()) if rest
    ]


def copied() -> list[str]:
    """What is taken from the repository."""
    words = [rest.split() for word, rest in instructions() if word == "COPY" and "--from" not in rest]
    return [source.rstrip("/") for each in words for source in each[:-1]]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def of_the_desk(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: service for name, service in compose["services"].items() if service["image"] == "p2p-desk"}


# The image -----------------------------------------------------------------------------------------------------


def test_what_is_copied_is_there_and_let_through() -> None:
    assert "requirements.production" in copied()
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_through = [line.removeprefix("!") for line in lines if line.startswith("!")]
    assert lines[1] == "*"
    for path in copied():
        assert (ROOT / path).exists(), path
        assert any(fnmatch(path, pattern) for pattern in let_through), path
    assert sorted(let_through) == sorted(copied())


def test_the_last_stage_has_no_root_and_no_tools() -> None:
    words = instructions()
    begins = max(number for number, (word, _) in enumerate(words) if word == "FROM")
    last = words[begins:]
    assert len([word for word, _ in words if word == "FROM"]) == 2
    assert not [rest for word, rest in last if word == "RUN"]
    assert ("USER", "65532:65532") in last
    assert "distroless" in last[0][1]
    assert all(rest.startswith("--from=build") for word, rest in last if word == "COPY")
    # What is written stands where its user may write, and that is the folder it begins in.
    assert any("--chown=65532:65532" in rest and rest.endswith(" /var/lib/p2p") for _, rest in last)
    assert ("WORKDIR", "/var/lib/p2p") in last


def test_only_what_is_locked_is_installed() -> None:
    installs = re.findall(r"pip install ([^&]+)", " ".join(rest for word, rest in instructions() if word == "RUN"))
    assert len(installs) == 2
    assert {"--require-hashes", "--no-deps", "--requirement", "requirements.production"} <= set(installs[0].split())
    assert {"--no-index", "--no-deps", "/dist/*.whl"} <= set(installs[1].split())


def test_settings_and_commands_of_the_image_are_there() -> None:
    words = dict(instructions())
    settings = dict(pair.split("=") for word, rest in instructions() if word == "ENV" for pair in rest.split())
    assert {name for name in settings if name.startswith("P2P_")} <= NAMES
    assert words["ENTRYPOINT"] == '["/opt/p2p-desk/bin/p2p"]'
    assert is_command(yaml.safe_load(words["CMD"]))


def is_command(words: list[str]) -> bool:
    """Whether the command line takes these words."""
    return make_parser().parse_args(words).run is not None


# The whole desk ------------------------------------------------------------------------------------------------


def test_each_process_of_the_desk_is_shut_in(of_the_desk: dict[str, dict[str, Any]]) -> None:
    assert set(of_the_desk) == {"http", "http-2", "ws", "worker", "migrate"}
    for name, service in of_the_desk.items():
        assert service["read_only"] is True, name
        assert service["user"] == "65532:65532"
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert is_command(service["command"])
        assert "ports" not in service
        assert service["build"] == "."


def test_its_settings_are_good_ones(
    compose: dict[str, Any], of_the_desk: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    from config.secret_files import with_secret_files

    secrets_of = {
        "database_url": "postgresql+psycopg://p2p:0123456789abcdef@database/p2p",
        "secret_key": "0f" * 8 + "1234567890abcdef" * 4,
        "mail_url": "smtp://user:password@mail.example.com:587?starttls=1",
    }
    assert set(secrets_of) == set(of_the_desk["http"]["secrets"])
    assert set(secrets_of) < set(compose["secrets"])
    for name, value in secrets_of.items():
        (tmp_path / name).write_text(value)
    listening = {}
    for name, service in of_the_desk.items():
        told = {key: value.replace("/run/secrets", str(tmp_path)) for key, value in service["environment"].items()}
        assert {key.removesuffix("_FILE") for key in told} <= NAMES
        found = read_settings(with_secret_files(told, tmp_path), tmp_path)
        assert isinstance(found.database, PostgresqlDatabase)
        listening[name] = found
    # nginx finds each of them, in the configuration that is shipped.
    shipped = (ROOT / "docs" / "operations" / "nginx.conf").read_text(encoding="utf-8")
    assert f"server {listening['http'].http_listen} " in shipped
    assert f"server {listening['http-2'].http_listen} " in shipped
    assert f"server {listening['ws'].websocket_listen} " in shipped
    assert listening["http"].public_url.partition("//")[2] in shipped
    assert all(of_the_desk[name]["network_mode"] == "service:nginx" for name in of_the_desk if name != "migrate")


def test_nginx_has_the_configuration_that_is_shipped(compose: dict[str, Any]) -> None:
    nginx = compose["services"]["nginx"]
    assert "./docs/operations/nginx.conf:/etc/nginx/conf.d/default.conf:ro" in nginx["volumes"]
    assert nginx["read_only"] is True
    shipped = (ROOT / "docs" / "operations" / "nginx.conf").read_text(encoding="utf-8")
    for name in re.findall(r"ssl_certificate(?:_key)? ([^;]+);", shipped):
        assert any(volume.split(":")[1] == name for volume in nginx["volumes"]), name
    # It can write its log where the configuration has it.
    assert "/var/log/nginx" in nginx["tmpfs"]
    assert re.search(r"access_log /var/log/nginx/", shipped)


def test_nothing_that_is_mounted_or_named_is_missing(compose: dict[str, Any]) -> None:
    made_by_the_operator = ("./secrets/", "./certificates/")
    for service in compose["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./"):
                assert source.startswith(made_by_the_operator) or (ROOT / source).is_file(), source
            else:
                assert source in compose["volumes"]
        assert set(service.get("secrets", [])) <= set(compose["secrets"])
        assert set(service.get("depends_on", {})) <= set(compose["services"])
    page = (ROOT / "docs" / "operations" / "container.md").read_text(encoding="utf-8")
    for secret in compose["secrets"].values():
        assert f"> {secret['file'].removeprefix('./')}\n" in page


def test_the_database_is_made_as_the_desk_needs_it(cluster: Server, tmp_path: Path) -> None:
    """By psql, as PostgreSQL's image runs it; here with other names, on the server of the tests."""
    name, password = f"p2p_{secrets.token_hex(6)}", secrets.token_hex(8)
    (tmp_path / "desk_password").write_text(password)
    script = (ROOT / "docs" / "operations" / "compose-database.sql").read_text(encoding="utf-8")
    script = script.replace("/run/secrets", str(tmp_path)).replace("ROLE p2p ", f"ROLE {name} ")
    script = script.replace("DATABASE p2p OWNER p2p ", f"DATABASE {name} OWNER {name} ")
    address = cluster.address.set(drivername="postgresql", database="postgres").render_as_string(False)
    try:
        subprocess.run([find_binaries() / "psql", address], input=script, text=True, check=True, capture_output=True)
        own = cluster.address.set(drivername="postgresql", username=name, password=password, database=name)
        with psycopg.connect(own.render_as_string(False)) as connection:
            row = connection.execute(MADE).fetchone()
        assert row == (False, "UTF8")
    finally:
        cluster.drop_database(name)
        with cluster.connect() as connection:
            connection.execute(f"DROP ROLE IF EXISTS {name}")


# Where a container tool is -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built() -> Iterator[tuple[str, str]]:
    """The tool, and the name of an image that it has built."""
    tool = next((tool for tool in ("docker", "podman") if works(tool)), None)
    if tool is None:
        pytest.skip("there is no container tool that works, so the image is read and not built")
    name = f"p2p-desk-test-{secrets.token_hex(4)}"
    command = [tool, "build", "--tag", name, "."]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=BUILD_SECONDS)
    assert made.returncode == 0, made.stdout + made.stderr
    yield tool, name
    subprocess.run([tool, "rmi", "--force", name], capture_output=True, check=False)


def works(tool: str) -> bool:
    if shutil.which(tool) is None:
        return False
    return subprocess.run([tool, "info"], capture_output=True, check=False, timeout=60).returncode == 0


def test_the_image_is_small(built: tuple[str, str]) -> None:
    tool, name = built
    size = subprocess.run(
        [tool, "image", "inspect", "--format", "{{.Size}}", name], capture_output=True, text=True, check=True
    )
    assert int(size.stdout) < IMAGE_BYTES_LIMIT


def test_the_image_plays_a_trade_as_nobody_on_a_read_only_system(built: tuple[str, str]) -> None:
    tool, name = built
    shut_in = ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--network", "none"]
    with tempfile.TemporaryFile() as output:
        ran = subprocess.run([tool, "run", "--rm", *shut_in, name, "demo"], stdout=output, stderr=output, check=False)
        output.seek(0)
        assert ran.returncode == 0, output.read().decode()
    whose = subprocess.run(
        [tool, "image", "inspect", "--format", "{{.Config.User}}", name], capture_output=True, text=True, check=True
    )
    assert whose.stdout.strip() == "65532:65532"
