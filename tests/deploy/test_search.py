"""What Elasticsearch, Kibana, Filebeat and Logstash are given; none runs here, so files are held to each other."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from meridian.testing import placed

LOGS = placed.DEPLOY / "logs"
DOCS = placed.DEPLOY.parent / "docs" / "logs.md"
SIX_YEARS = 6 * 366


def read(name: str) -> Any:
    return json.loads((LOGS / "elasticsearch" / name).read_text(encoding="utf-8"))


def fields(properties: dict[str, Any], before: str = "") -> dict[str, str]:
    """The fields of a mapping: type by dotted name."""
    found: dict[str, str] = {}
    for name, said in properties.items():
        found |= (
            fields(said["properties"], f"{before}{name}.") if "properties" in said else {before + name: said["type"]}
        )
    return found


MAPPED = fields(read("component-meridian.json")["template"]["mappings"]["properties"])


def flat(value: dict[str, Any], before: str = "") -> set[str]:
    """The dotted names in a line."""
    return {
        name
        for key, inner in value.items()
        for name in (flat(inner, f"{before}{key}.") if isinstance(inner, dict) else {before + key})
    }


# --- Elasticsearch


def test_every_field_of_the_lines_that_are_documented_is_mapped() -> None:
    blocks = re.findall(r"```json\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    used = set().union(*(flat(json.loads(block.replace(', "...": "as every line"', ""))) for block in blocks))

    assert len(blocks) >= 2
    assert used - MAPPED.keys() == set()


def test_every_field_that_is_named_is_mapped() -> None:
    rows = re.findall(r"^\| `([a-z@_.]+)`", DOCS.read_text(encoding="utf-8"), re.MULTILINE)

    assert {row for row in rows if "." in row or row in {"@timestamp", "message"}} - MAPPED.keys() == set()


def test_what_the_edge_writes_is_mapped() -> None:
    text = (placed.DEPLOY / "nginx" / "nginx.conf").read_text(encoding="utf-8")
    line = "".join(re.findall(r"'(.*?)'", text[text.index("log_format ecs") : text.index("access_log")]))

    assert flat(json.loads(re.sub(r"\$\w+", "1", line))) - MAPPED.keys() == set()


def test_a_field_that_is_not_known_makes_no_mapping() -> None:
    mappings = read("component-meridian.json")["template"]["mappings"]

    assert (mappings["dynamic"], mappings["date_detection"]) == (False, False)
    assert MAPPED["source.ip"] == "ip"
    assert MAPPED["@timestamp"] == "date"


def test_authentication_is_kept_for_six_years_and_everything_else_for_a_year() -> None:
    kept = {name: read(f"lifecycle-{name}.json")["policy"]["phases"] for name in ("six-years", "usual")}
    days = {name: int(phases["delete"]["min_age"].removesuffix("d")) for name, phases in kept.items()}
    auth, usual = read("template-auth.json"), read("template-usual.json")

    assert days["six-years"] > SIX_YEARS > days["usual"] > 365
    assert auth["template"]["settings"]["index"]["lifecycle"]["name"] == "meridian-six-years"
    assert auth["priority"] > usual["priority"]
    assert auth["index_patterns"] == ["logs-meridian.auth-*"]
    assert all(one["composed_of"] == ["meridian"] and "data_stream" in one for one in (auth, usual))


def test_who_ships_can_write_and_neither_read_nor_change() -> None:
    role = read("role-writer.json")

    assert [one["privileges"] for one in role["indices"]] == [["create_doc", "auto_configure"]]
    assert role["cluster"] == ["monitor"]
    assert set(read("role-reader.json")["indices"][0]["privileges"]) == {"read", "view_index_metadata"}


def test_the_script_puts_what_is_there() -> None:
    script = (LOGS / "elasticsearch" / "install.sh").read_text(encoding="utf-8")

    assert set(re.findall(r"\$here/([a-z-]+\.json)", script)) == {
        path.name for path in (LOGS / "elasticsearch").glob("*.json")
    }
    assert "--user" not in script


# --- Kibana


def saved() -> list[dict[str, Any]]:
    lines = (LOGS / "kibana" / "dashboards.ndjson").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def asked(one: dict[str, Any]) -> set[str]:
    """The fields that a saved object names: in its query, its figures and its columns."""
    about = one["attributes"]
    source = json.loads(about.get("kibanaSavedObjectMeta", {}).get("searchSourceJSON", "{}"))
    found = set(re.findall(r"([a-z_.@]+) :", source.get("query", {}).get("query", "")))
    aggregations = json.loads(about.get("visState", '{"aggs": []}'))["aggs"]
    found |= {one["params"]["field"] for one in aggregations if "field" in one["params"]}
    return found | set(about.get("columns", [])) | ({about["timeFieldName"]} if "timeFieldName" in about else set())


def astray(objects: list[dict[str, Any]]) -> list[str]:
    """What is named and not there: fields, and objects of objects."""
    there = {(one["type"], one["id"]) for one in objects}
    lost = [f"{one['id']}: {field}" for one in objects for field in asked(one) - MAPPED.keys()]
    lost += [f"{o['id']}: {r['id']}" for o in objects for r in o["references"] if (r["type"], r["id"]) not in there]
    panels = [(one, panel) for one in objects for panel in json.loads(one["attributes"].get("panelsJSON", "[]"))]
    names = {one["id"]: {ref["name"].partition(":")[2] for ref in one["references"]} for one in objects}
    return lost + [
        f"{one['id']}: {p['panelRefName']}" for one, p in panels if p["panelRefName"] not in names[one["id"]]
    ]


def test_dashboards_show_fields_that_there_are() -> None:
    objects = saved()

    assert astray(objects) == []
    assert {one["attributes"]["title"] for one in objects if one["type"] == "dashboard"} == {
        "Meridian: security",
        "Meridian: operation",
    }
    assert len(set().union(*map(asked, objects))) > 15


@pytest.mark.parametrize(
    ("here", "there"),
    [("source.ip", "source.address"), ('"id": "meridian-edge", "name"', '"id": "gone", "name"'), ("panel_3", "p")],
)
def test_one_that_does_not_fit_is_found(here: str, there: str) -> None:
    objects = saved()
    for one in objects:
        changed = json.loads(json.dumps(one).replace(here, there, 1))
        one.clear()
        one.update(changed)

    assert astray(objects) != []


# --- Filebeat and Logstash


def test_filebeat_reads_what_is_written_and_trusts_only_logstash(tmp_path: Path) -> None:
    placed.fill("logs/filebeat", tmp_path, placed.CLINIC)
    said = yaml.safe_load((tmp_path / "filebeat.yml").read_text())

    [reading] = said["filebeat.inputs"]
    assert reading["paths"] == ["/var/log/meridian/*.json", "/var/log/meridian-nginx/edge.json"]
    assert reading["parsers"] == [
        {"ndjson": {"target": "", "overwrite_keys": True, "expand_keys": True, "add_error_key": True}}
    ]
    assert said["output.logstash"]["ssl.verification_mode"] == "full"
    assert said["queue.disk"]["max_size"] == "20GB"
    assert "output.elasticsearch" not in said


def blocks(text: str) -> dict[str, Any]:
    """A pipeline's blocks and settings; its grammar is small. Source: Logstash's reference, on its structure."""
    words = re.findall(
        r'#[^\n]*|"(?:[^"\\]|\\.)*"|/(?:[^/\\\n]|\\.)*/|=>|[{}\[\],]|!~|[\w@.${}:-]+?(?=[\s{}\[\],])', text
    )
    words = [word for word in words if not word.startswith("#")]
    depth = 0
    for word in words:
        depth += (word in "{[") - (word in "}]")
        assert depth >= 0
    assert depth == 0
    return dict(re.findall(r"^(input|filter|output) \{(.*?)^\}", text, re.DOTALL | re.MULTILINE))


def test_logstash_s_pipeline_is_whole_and_sends_by_tls_into_the_stream_of_the_dataset(tmp_path: Path) -> None:
    placed.fill("logs/logstash", tmp_path, placed.CLINIC)
    parts = blocks((tmp_path / "pipeline.conf").read_text())
    settings = yaml.safe_load((tmp_path / "logstash.yml").read_text())

    assert parts.keys() == {"input", "filter", "output"}
    assert 'ssl_client_authentication => "required"' in parts["input"]
    assert '"[data_stream][dataset]" => "%{[event][dataset]}"' in parts["filter"]
    assert 'hosts => ["https://search.clinic.example:9200"]' in parts["output"]
    assert 'ssl_verification_mode => "full"' in parts["output"]
    assert settings["queue.type"] == "persisted"


@pytest.mark.parametrize("name", ["filebeat", "logstash", "elasticsearch", "kibana"])
def test_no_file_has_a_secret_or_something_of_a_test(tmp_path: Path, name: str) -> None:
    placed.fill(f"logs/{name}", tmp_path, placed.CLINIC)

    text = "".join(path.read_text() for path in tmp_path.iterdir())
    assert placed.OF_A_TEST.findall(text) == []
    assert set(re.findall(r"passw\w+\"? ?(?:=>|:) ?\"(.*?)\"", text)) <= {"${ELASTIC_PASSWORD}", "%s"}
