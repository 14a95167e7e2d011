"""Who asks too fast waits; who asks from the machine itself does not."""

from dataclasses import replace

import pytest
from flask import Flask

from archive.settings import Settings
from archive.web.app import create
from archive.wiring import House

API = "/api/v1"


def app_of(settings: Settings, **more: object) -> Flask:
    return create(House(replace(settings, **more)))  # type: ignore[arg-type]


def test_searches_and_changes_are_slower_than_reads(settings: Settings) -> None:
    client = app_of(settings, api_per_minute=20).test_client()
    client.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    assert [client.get(f"{API}/search?q=a").status_code for _ in range(5)] == [200] * 4 + [429]
    assert [client.post(f"{API}/passages/1/taggings").status_code for _ in range(3)] == [401] * 3
    reads = [client.get(f"{API}/stories") for _ in range(21)]
    assert [each.status_code for each in reads] == [200] * 20 + [429]
    assert reads[0].headers["RateLimit-Policy"] == '"read";q=20;w=60'
    assert reads[0].headers["RateLimit"].startswith('"read";r=19;t=')
    slower = reads[-1]
    assert slower.mimetype == "application/problem+json"
    assert slower.get_json()["type"].endswith("/api#slower")
    assert 1 <= int(slower.headers["Retry-After"]) <= 3
    assert client.get("/stories").status_code == 200  # pages are not counted


def test_another_address_is_another_visitor_and_one_network_of_ipv6_is_one(settings: Settings) -> None:
    client = app_of(settings, api_per_minute=2).test_client()

    def asks(address: str) -> int:
        return client.get(f"{API}/stories", environ_base={"REMOTE_ADDR": address}).status_code

    assert [asks("192.0.2.1") for _ in range(3)] == [200, 200, 429]
    assert asks("192.0.2.2") == 200
    assert [asks(f"2001:db8::{n}") for n in range(1, 4)] == [200, 200, 429]
    assert asks("2001:db8:0:1::1") == 200


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_the_machine_itself_is_not_counted(address: str, settings: Settings) -> None:
    client = app_of(settings, api_per_minute=1).test_client()
    answers = [client.get(f"{API}/stories", environ_base={"REMOTE_ADDR": address}) for _ in range(5)]
    assert {each.status_code for each in answers} == {200}
    assert "RateLimit" not in answers[0].headers


def test_behind_nginx_the_visitors_address_counts_and_what_they_claim_does_not(settings: Settings) -> None:
    client = app_of(settings, api_per_minute=1, accel="nginx").test_client()

    def asks(forwarded: str) -> int:
        headers = {"X-Forwarded-For": forwarded}
        return client.get(f"{API}/stories", headers=headers, environ_base={"REMOTE_ADDR": "127.0.0.1"}).status_code

    assert [asks("192.0.2.1"), asks("192.0.2.1"), asks("192.0.2.2")] == [200, 429, 200]
    assert asks("198.51.100.7, 192.0.2.1") == 429  # nginx vouches for the last one alone


def test_no_limit_is_a_limit_of_nought(settings: Settings) -> None:
    client = app_of(settings, api_per_minute=0).test_client()
    client.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    assert {client.get(f"{API}/stories").status_code for _ in range(10)} == {200}
    assert "sets no limit" in client.get("/api").text
