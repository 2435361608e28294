"""Prometheus and Alertmanager as they are deployed: what is scraped, what is not kept, and who is told of what."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from meridian.testing import monitor, placed
from meridian.testing.behind import Behind, behind
from meridian.testing.edge import MONITORING, PASSWORD, Edge
from meridian.testing.edge import missing as no_edge
from meridian.testing.monitor import TOKEN, Monitor

FIGURES = b"""# TYPE meridian_requests_total counter
meridian_requests_total{surface="api",route="/api/people/{membership}",method="GET",status="200"} 7
meridian_sockets{client_ip="203.0.113.9",patient_id="p1",user="anne",Email="anne@clinic.example",kept="yes"} 3
node_uname_info{nodename="secret-host",release="6.1"} 1
go_goroutines 5
"""


@contextmanager
def laid(change: Callable[[str, str], str] = lambda _, text: text, meridian: str = "127.0.0.1:9") -> Iterator[Monitor]:
    if reason := monitor.missing("prometheus", "promtool", "amtool", "prometheus-alertmanager"):
        pytest.skip(reason)
    made = Monitor(meridian, change)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def figures() -> Iterator[Behind]:
    """Something that gives figures as Meridian does, and some that nobody should."""
    with behind(FIGURES) as server:
        yield server


def quick(name: str, text: str) -> str:
    """As production's, but that a test need not wait for a quarter of a minute."""
    if name != "prometheus.yml":
        return text
    return text.replace("scrape_interval: 15s", "scrape_interval: 1s").replace(
        "scrape_timeout: 10s", "scrape_timeout: 1s"
    )


@pytest.fixture(scope="module")
def watching(figures: Behind) -> Iterator[Monitor]:
    """A running Prometheus that has scraped them."""
    with laid(quick, figures.place) as running:
        running.start()
        running.until(lambda: bool(running.asked("/api/v1/query", query="meridian_sockets")["result"]))
        yield running


# --- Prometheus


def test_its_file_and_rules_are_good(figures: Behind) -> None:
    with laid(meridian=figures.place) as made:
        done = made.tool("promtool", "check", "config", str(made.conf / "prometheus" / "prometheus.yml"))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "SUCCESS" in done.stdout


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("scrape_interval: 15s", "scrape_interval: fifteen"),
        ("metric_relabel_configs: &scrubbed", "metric_relabel_config: &scrubbed"),
        ("metrics-password", "no-such-file"),
        ("(?i)(.*_)?(ip|", "(?i)(.*_)?((ip|"),
    ],
)
def test_a_file_that_is_wrong_is_found_to_be(here: str, there: str) -> None:
    with laid(lambda _, text: text.replace(here, there)) as made:
        done = made.tool("promtool", "check", "config", str(made.conf / "prometheus" / "prometheus.yml"))

    assert done.returncode != 0


def test_it_says_who_it_is_when_it_asks_for_figures(watching: Monitor, figures: Behind) -> None:
    assert figures.reached[-1].headers["authorization"] == f"Bearer {TOKEN}"
    assert watching.asked("/api/v1/query", query='up{job="meridian"}')["result"][0]["value"][1] == "1"


def test_labels_that_could_name_somebody_are_not_kept(watching: Monitor) -> None:
    [one] = watching.asked("/api/v1/query", query="meridian_sockets")["result"]
    names = watching.asked("/api/v1/label/__name__/values")

    assert {name for name in one["metric"] if name not in {"__name__", "instance", "job"}} == {"kept"}
    assert {"node_uname_info", "go_goroutines"} & set(names) == set()


def test_labels_of_the_rules_are_kept(watching: Monitor) -> None:
    [one] = watching.asked("/api/v1/query", query="meridian_requests_total")["result"]

    assert {"surface", "route", "method", "status"} <= one["metric"].keys()


def test_it_is_the_file_that_drops_them(figures: Behind) -> None:
    with laid(lambda n, t: quick(n, t).replace("(?i)(.*_)?(", "nothing("), figures.place) as loose:
        loose.start()
        loose.until(lambda: bool(loose.asked("/api/v1/query", query="meridian_sockets")["result"]))
        [one] = loose.asked("/api/v1/query", query="meridian_sockets")["result"]

    assert one["metric"]["client_ip"] == "203.0.113.9"


def test_no_label_that_meridian_documents_is_dropped() -> None:
    text = (placed.DEPLOY / "prometheus" / "prometheus.yml").read_text()
    [pattern] = re.findall(r'regex: "(\(\?i\).*)"', text)
    documented = (placed.DEPLOY.parent / "docs" / "metrics.md").read_text()
    labels = {word for line in documented.splitlines() if line.startswith("| `meridian_") for word in _labels(line)}

    assert {"surface", "route", "budget", "partner"} <= labels
    assert [label for label in labels if re.fullmatch(pattern, label)] == []


def _labels(row: str) -> list[str]:
    return re.findall(r"`([a-z]+)`", re.sub(r"\(.*?\)", "", row.split("|")[3]))


def test_operators_reach_it_by_nginx_with_a_password(watching: Monitor) -> None:
    if reason := no_edge():
        pytest.skip(reason)
    front = Edge({"prometheus_port": watching.port}).start()
    try:
        with front.visitor(host=MONITORING, port=front.monitoring) as operator:
            nobody = operator.get("/api/v1/query", params={"query": "up"})
            known = operator.get("/api/v1/query", params={"query": "up"}, auth=("operator", PASSWORD))
    finally:
        front.close()

    assert nobody.status_code == 401
    assert known.json()["status"] == "success"


# --- Alertmanager


@pytest.fixture(scope="module")
def telling() -> Iterator[Monitor]:
    """The files of both; nothing runs."""
    with laid() as made:
        yield made


def config(made: Monitor) -> str:
    return str(made.conf / "alertmanager" / "alertmanager.yml")


def test_its_file_is_good_and_it_starts_with_it(telling: Monitor) -> None:
    done = telling.tool("amtool", "check-config", config(telling))

    assert done.returncode == 0, done.stdout + done.stderr
    telling.start_alertmanager()


@pytest.mark.parametrize(
    ("here", "there"),
    [("receiver: page", "receiver: pager"), ("group_wait: 30s", "group_wait: soon"), ("{{ end }}", "{{ ende }}")],
)
def test_a_file_of_it_that_is_wrong_is_found_to_be(here: str, there: str) -> None:
    with laid(lambda _, text: text.replace(here, there)) as made:
        assert made.tool("amtool", "check-config", config(made)).returncode != 0


@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        ("alertname=Watchdog severity=none", "heartbeat"),
        ("alertname=BackupTooOld severity=page", "page"),
        ("alertname=JobsGivenUp severity=ticket", "mail"),
        ("alertname=SignInFailuresFromOneAddress severity=page", "security"),
        ("alertname=SignInFromNewRegion severity=ticket", "security"),
        ("alertname=RecordProbing severity=page", "security"),
        ("alertname=SomethingNew severity=nobody-knows", "mail"),
    ],
)
def test_each_alarm_reaches_whom_it_is_for(telling: Monitor, labels: str, receiver: str) -> None:
    done = telling.tool("amtool", "config", "routes", "test", f"--config.file={config(telling)}", *labels.split())

    assert done.stdout.split() == [receiver]


def test_what_is_routed_by_name_is_an_alarm_of_the_rules() -> None:
    rules = [yaml.safe_load(path.read_text()) for path in (placed.DEPLOY / "prometheus").glob("*.rules.yml")]
    alerts = {
        r["alert"]: r["labels"]["severity"] for one in rules for g in one["groups"] for r in g["rules"] if "alert" in r
    }
    text = (placed.DEPLOY / "alertmanager" / "alertmanager.yml").read_text()
    named = {name for quoted in re.findall(r'alertname =~? "(.*?)"', text) for name in quoted.split("|")}

    assert named <= alerts.keys()
    assert set(alerts.values()) <= {"page", "ticket", "none"}


# --- their files


def test_production_s_files_have_nothing_of_a_test_and_no_secret(tmp_path: Path) -> None:
    for program in ("prometheus", "alertmanager"):
        placed.fill(program, tmp_path / program, placed.CLINIC)

    text = "".join(path.read_text() for path in tmp_path.rglob("*.[yt]*ml*") if ".test." not in path.name)
    assert placed.OF_A_TEST.findall(text) == []
    assert re.findall(r"(?:password|credentials|bearer_token):", text) == []
    assert "/run/credentials/meridian-prometheus.service/metrics-password" in text
