"""Containers: no engine runs here, so the files are held to rules, and each rule is seen to find what breaks it."""

import re
from typing import Any

import pytest
import yaml

from meridian.testing import placed

FOLDER = placed.DEPLOY / "container"
COMPOSE, CONTAINERFILE = (FOLDER / "compose.yaml").read_text("utf-8"), (FOLDER / "Containerfile").read_text("utf-8")
KNOWN = {
    "build", "cap_add", "cap_drop", "command", "depends_on", "entrypoint", "image", "logging", "mem_limit",
    "network_mode", "networks", "pids_limit", "ports", "read_only", "restart", "secrets", "security_opt",
    "stop_grace_period", "sysctls", "tmpfs", "ulimits", "user", "volumes",
}  # fmt: skip
"""Of a service, in the Compose Specification, those that are used."""
PUBLIC = {"80:80", "443:443", "9090:9090", "20000-20499:20000-20499/udp"}


def wrong(text: str) -> list[str]:
    """What is not as it has to be in a compose file."""
    said: dict[str, Any] = yaml.safe_load(text)
    found = [
        f"{key}: not known"
        for key in said
        if key not in {"name", "services", "networks", "volumes", "secrets"} and not key.startswith("x-")
    ]
    for name, one in said["services"].items():
        found += [f"{name}: {fault}" for fault in _wrong(one, said)]
    return found


def _wrong(one: dict[str, Any], said: dict[str, Any]) -> list[str]:
    found = [f"{key} is not known" for key in one.keys() - KNOWN]
    found += [] if one.get("read_only") is True else ["its disk can be written"]
    found += [] if one.get("cap_drop") == ["ALL"] and "cap_add" not in one else ["it has capabilities"]
    found += [] if "no-new-privileges:true" in one.get("security_opt", []) else ["it may rise"]
    found += [] if one.get("ulimits", {}).get("core") == 0 else ["its memory may be written to a disk"]
    found += [] if str(one.get("user", "root")).split(":")[0] not in {"root", "0"} else ["it is root"]
    found += [] if re.fullmatch(r"localhost/meridian[a-z-]*:\$\{MERIDIAN_VERSION:\?.+\}", one["image"]) else ["image"]
    args = one.get("build", {}).get("args", {"DEBIAN_IMAGE": "${DEBIAN_IMAGE:?digest}"})
    found += (
        [] if args["DEBIAN_IMAGE"].startswith("${DEBIAN_IMAGE:?") else ["its base is not said by whoever builds it"]
    )
    found += [f"{port} is open to the world" for port in one.get("ports", []) if port not in PUBLIC]
    found += [f"{volume} is its engine" for volume in one.get("volumes", []) if "docker.sock" in volume]
    named = [v.split(":")[0] for v in one.get("volumes", []) if not v.startswith("/")]
    asked = {"volumes": named, "networks": one.get("networks", []), "secrets": one.get("secrets", [])}
    found += [f"there is no {kind} {name}" for kind, names in asked.items() for name in names if name not in said[kind]]
    other = str(one.get("network_mode", "")).partition("service:")[2]
    return found + ([] if not other or other in said["services"] else ["its network is nobody's"])


def test_every_container_has_what_it_needs_and_no_more() -> None:
    assert wrong(COMPOSE) == []
    assert len(yaml.safe_load(COMPOSE)["services"]) == 12


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("read_only: true", "read_only: false"), ("cap_drop: [ALL]", "cap_drop: []"), ("core: 0, ", ""),
        ("no-new-privileges:true", "label:disable"), ('user: "861:861"', 'user: "0:0"'), ('"443:443"', '"3306:3306"'),
        ("user: mysql\n", "environment: {MARIADB_ROOT_PASSWORD: x}\n    user: mysql\n"),
        ("localhost/meridian-redis:${MERIDIAN_VERSION:?the version that was built}", "redis:latest"),
        ("${DEBIAN_IMAGE:?name it with its digest, as docker.io/library/debian:12-slim@sha256:…}", "debian:12"),
        ("- data:/var/lib/meridian", "- dta:/var/lib/meridian"), ("[metrics-password]", "[metrics-secret]"),
        ('network_mode: "service:nginx"', 'network_mode: "service:ngin"'),
    ],
)  # fmt: skip
def test_a_rule_that_is_broken_is_found(here: str, there: str) -> None:
    assert here in COMPOSE

    assert wrong(COMPOSE.replace(here, there)) != []


def test_the_database_and_redis_reach_nothing_outside() -> None:
    said = yaml.safe_load(COMPOSE)

    assert [said["services"][name]["networks"] for name in ("mariadb", "redis")] == [["inside"], ["inside"]]
    assert said["networks"]["inside"] == {"internal": True}
    assert "ports" not in said["services"]["mariadb"]


def unclean(text: str) -> list[str]:
    """What is not as it has to be in a Containerfile."""
    said = re.sub(r"\\\n", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    stages = re.split(r"^FROM ", said, flags=re.MULTILINE)[1:]
    found = (
        [] if "FROM ${DEBIAN_IMAGE} AS base" in said and "ARG DEBIAN_IMAGE\n" in said else ["its base has a default"]
    )
    names = [stage.split()[2] for stage in stages]
    found += [f"{stage.split()[0]} is no stage" for stage in stages[1:] if stage.split()[0] not in names]
    for stage in stages[2:]:
        name = stage.split()[2]
        users = re.findall(r"^USER (\S+)", stage, re.MULTILINE)
        found += [] if users and users[-1].split(":")[0] not in {"root", "0"} else [f"{name} is root"]
        found += [] if re.search(r'^ENTRYPOINT \["/', stage, re.MULTILINE) else [f"{name} starts by a shell"]
    for run in re.findall(r"^RUN (.*)", said, re.MULTILINE):
        if "apt-get" in run:
            found += [] if "--no-install-recommends" in run and "rm -rf /var/lib/apt/lists/*" in run else ["apt leaves"]
        if "pip install" in run:
            found += [] if "--require-hashes" in run and "--no-deps" in run else ["pip takes what it is given"]
        found += ["fetched from anywhere"] if re.search(r"\b(?:curl|wget)\b", run) else []
    found += [
        f"{word} in it" for word in re.findall(r"(?i)^(?:ENV|ARG) .*(?:password|secret|token).*", said, re.MULTILINE)
    ]
    return found + (["ADD"] if re.search(r"^ADD ", said, re.MULTILINE) else [])


def test_every_image_is_made_of_what_is_locked_and_is_nobody_s_root() -> None:
    assert unclean(CONTAINERFILE) == []


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("ARG DEBIAN_IMAGE\n", "ARG DEBIAN_IMAGE=debian:12\n"), ("USER mysql\n", ""), ("--require-hashes ", ""),
        ("USER 861:861", "USER 0:0"), ("--no-install-recommends redis", "redis"),
        ("FROM base AS log", "FROM bas AS log"),
        ('ENTRYPOINT ["/usr/bin/redis-server", "/run/meridian-redis/redis.conf"]', "ENTRYPOINT redis-server"),
        ("ENV MERIDIAN_DATA", "ENV PASSWORD=x MERIDIAN_DATA"),
        ("COPY requirements/run.txt", "ADD requirements/run.txt"),
    ],
)  # fmt: skip
def test_an_image_that_breaks_a_rule_is_found(here: str, there: str) -> None:
    assert here in CONTAINERFILE

    assert unclean(CONTAINERFILE.replace(here, there)) != []


def test_compose_builds_what_the_containerfile_has() -> None:
    targets = {one["build"]["target"] for one in yaml.safe_load(COMPOSE)["services"].values() if "build" in one}

    assert targets == set(re.findall(r"^FROM base AS (\w+)", CONTAINERFILE, re.MULTILINE)) - {"built"}
