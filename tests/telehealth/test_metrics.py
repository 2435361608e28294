"""Figures of calls: there from the beginning, and of nobody."""

from prometheus_client import CollectorRegistry, generate_latest

from meridian.telehealth.metrics import Figures


def test_every_line_is_there_at_nought_before_anything_has_happened() -> None:
    registry = CollectorRegistry()
    Figures(registry)

    def value(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(name, labels)

    assert value("meridian_visit_device_tests_total", step="tls", result="ok") == 0
    assert value("meridian_visit_join_failures_total", step="gateway") == 0
    assert value("meridian_visit_connections_total", mode="p2p", path="relay") == 0
    assert value("meridian_visit_relay_failures_total", code="401", transport="udp") == 0


def test_what_happens_is_counted_by_code() -> None:
    registry = CollectorRegistry()
    figures = Figures(registry)

    figures.joined("p2p")
    figures.failed("connect")
    figures.connected("p2p", relayed=True)
    figures.again("restart", 2)
    figures.took(480, 1900)
    figures.took(None, None)
    figures.tested("udp", "failed")
    figures.relay_failed(486, "tls")

    text = generate_latest(registry).decode()
    assert {
        'meridian_visit_joins_total{mode="p2p"} 1.0',
        'meridian_visit_join_failures_total{step="connect"} 1.0',
        'meridian_visit_connections_total{mode="p2p",path="relay"} 1.0',
        'meridian_visit_reconnects_total{kind="restart"} 2.0',
        'meridian_visit_connect_seconds_bucket{le="0.5"} 1.0',
        "meridian_visit_first_frame_seconds_sum 1.9",
        "meridian_visit_first_frame_seconds_count 1.0",
        'meridian_visit_device_tests_total{result="failed",step="udp"} 1.0',
        'meridian_visit_relay_failures_total{code="486",transport="tls"} 1.0',
    } <= set(text.splitlines())
