"""The tests' own comparison of times: a slow machine changes nothing, a wrong time is seen."""

import datetime

import pytest

from compat_tests import twins
from compat_tests.database import UTC
from compat_tests.matching import Matcher
from compat_tests.moments import Moment

NOW = datetime.datetime(2026, 11, 30, 12, tzinfo=UTC)
START = NOW.timestamp()


@pytest.mark.parametrize(
    ("theirs", "ours", "late", "same"),
    [
        ("{{epoch+3590}}", "{{epoch+3600}}", 10, True),
        ("{{epoch+3580}}", "{{epoch+3600}}", 0, False),
        ("{{now}}", "{{now+5}}", 0, True),
        ("{{now}}", "{{epoch}}", 0, False),
        ('{"active": true, "exp": {{epoch+600}}}', '{"active": true, "exp": {{epoch+570}}}', 40, True),
        ('{"active": true, "exp": {{epoch+600}}}', '{"active": true, "exp": {{epoch+570}}}', 5, False),
        ('{"active": true, "exp": {{epoch+600}}}', '{"active": false, "exp": {{epoch+600}}}', 40, False),
    ],
)
def test_two_servers_one_of_them_late(theirs: str, ours: str, late: float, same: bool) -> None:
    assert twins.same({"body": [theirs]}, {"body": [ours]}, late) is same


def test_two_servers_that_differ() -> None:
    assert not twins.same({"a": 1}, {"a": 1, "b": 1}, 100)
    assert not twins.same({"a": 1}, {"a": True}, 100)
    assert not twins.same({"a": [1]}, {"a": [1, 2]}, 100)


@pytest.mark.parametrize(
    ("left", "late", "good"),
    [(3600, 0, True), (3588, 0, False), (3588, 12, True), (3570, 12, False), (3612, 60, False)],
)
def test_a_recorded_time(left: int, late: float, good: bool) -> None:
    matcher = Matcher("http://a", {})
    matcher.late = late
    for written in (NOW + datetime.timedelta(seconds=left), int(START) + left):
        assert (matcher.compare("{{now+3600}}", written, "expires", NOW) == []) is good


def _written(lifetime: float, asked: float, answered: float, at: float) -> Moment:
    """What a server wrote `at` so many seconds after START."""
    told = START + at + lifetime
    return Moment(told, told, START + asked, START + answered)


def test_moments_of_a_late_server() -> None:
    prompt = _written(600, asked=0, answered=1, at=0.5)
    assert prompt == _written(600, asked=5, answered=65, at=60)
    assert prompt == _written(600, asked=5, answered=65, at=5)
    assert prompt != _written(500, asked=5, answered=6, at=5.5)
    assert prompt != _written(700, asked=5, answered=65, at=60)


def test_moments_that_a_test_fixed() -> None:
    fixed = START + 86_400
    assert Moment(fixed, fixed, START, START + 1) == Moment(fixed, fixed, START + 30, START + 31)
    assert Moment(fixed, fixed, START, START + 1) != Moment(fixed + 60, fixed + 60, START + 30, START + 31)
