"""The settings table."""

import pytest

from fellesord.config import MASK, SETTINGS, resolve, settings
from fellesord.errors import InvalidSetting


def test_defaults_bind_to_loopback() -> None:
    chosen = settings({}, {})
    assert (chosen.host, chosen.port, chosen.workers) == ("127.0.0.1", 8000, 1)


def test_an_option_wins_over_the_environment() -> None:
    assert settings({"port": "9000"}, {"FELLESORD_PORT": "7000"}).port == 9000
    assert settings({}, {"FELLESORD_PORT": "7000"}).port == 7000


def test_attached_files_come_from_repeated_options_or_a_path_variable() -> None:
    assert len(settings({"attach": ("a.ttl", "b c.ttl")}, {}).attach) == 2
    assert [str(p) for p in settings({}, {"FELLESORD_ATTACH": "a.ttl:b c.ttl"}).attach] == [
        "a.ttl",
        "b c.ttl",
    ]


def test_an_unknown_variable_is_refused_by_name() -> None:
    with pytest.raises(InvalidSetting, match=r"FELLESORD_PROT: no such setting.*FELLESORD_PORT"):
        settings({}, {"FELLESORD_PROT": "1"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "http"),
        ("port", "65536"),
        ("port", "-1"),
        ("port", "٣"),
        ("workers", "0"),
        ("store-timeout", "nan"),
        ("store-timeout", "0"),
        ("store", "localhost:3030/ds"),
        ("store", "file:///etc/passwd"),
        ("public-url", "https://host/?a=b"),
        ("port", "9" * 5000),
        ("host", "a" * 64),
        ("max-body", "1MB"),
        ("max-body", "-1"),
        ("body-timeout", "0"),
        ("log-level", "INFO"),
        ("access-log", "no"),
    ],
)
def test_a_bad_value_names_the_setting_and_the_value(name: str, value: str) -> None:
    with pytest.raises(InvalidSetting) as caught:
        settings({name: value}, {})
    assert str(caught.value).startswith(f"{name}: {value!r}")


def test_attach_and_store_exclude_each_other() -> None:
    with pytest.raises(InvalidSetting, match="--attach"):
        settings({"attach": ("a.ttl",), "store": "http://127.0.0.1:1/sparql"}, {})


def test_secrets_have_no_default_and_come_from_the_environment() -> None:
    secrets = [setting for setting in SETTINGS if setting.secret]
    assert {setting.name for setting in secrets} == {
        "store-user",
        "store-password",
        "store-token",
        "webhook-secret",
    }
    assert settings({}, {"FELLESORD_STORE_TOKEN": "t"}).store_token == "t"


def test_the_log_the_hosts_and_the_limits_have_defaults() -> None:
    chosen = settings({}, {})
    assert (chosen.hosts, chosen.max_body, chosen.body_timeout) == ((), 1048576, 20.0)
    assert (chosen.log_level, chosen.access_log) == ("info", True)
    assert settings({"access-log": "false"}, {}).access_log is False


def test_hosts_are_names_in_lower_case_between_commas() -> None:
    assert settings({"hosts": "A.example, 127.0.0.1,[::1],"}, {}).hosts == ("a.example", "127.0.0.1", "[::1]")


@pytest.mark.parametrize(
    "name", ["a.example:8000", "https://a.example", "a b", "*.example", "blåbær.example"]
)
def test_what_is_no_host_name_is_refused_with_an_example(name: str) -> None:
    with pytest.raises(InvalidSetting, match=r"hosts: .* is not a host name.*: fellesord\.example,"):
        settings({"hosts": f"b.example,{name}"}, {})


def test_every_setting_says_who_gave_it() -> None:
    found = resolve({"port": "1"}, {"FELLESORD_PORT": "2", "FELLESORD_HOST": "::1", "FELLESORD_CACHE": ""})
    assert list(found) == [setting.name for setting in SETTINGS]
    assert (found["port"].value, found["port"].origin) == ("1", "option")
    assert (found["host"].value, found["host"].origin) == ("::1", "environment")
    assert (found["cache"].value, found["cache"].origin) == ("", "default")


def test_a_secret_is_shown_as_set_and_no_more() -> None:
    found = resolve({"store": "https://me:word@x.example/q"}, {"FELLESORD_STORE_TOKEN": "word"})
    assert found["store-token"].shown == MASK
    assert found["store-password"].shown == ""
    assert found["store"].shown == f"https://{MASK}@x.example/q"


@pytest.mark.parametrize("place", ["mailto:begrep@a.example", "https://a.example/issues/new?x=1"])
def test_reports_go_to_mail_or_web(place: str) -> None:
    assert settings({"reports": place}, {}).reports == place


@pytest.mark.parametrize(
    "place", ["begrep@a.example", "javascript:alert(1)", "mailto:a@b?cc=c", "https://", "ftp://a.example"]
)
def test_reports_go_nowhere_else(place: str) -> None:
    with pytest.raises(InvalidSetting, match="reports"):
        settings({"reports": place}, {})
