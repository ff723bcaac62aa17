from datetime import UTC, date, datetime, timedelta

import pytest

from hub.base import formats
from hub.base.i18n import speaking

NOW = datetime(2026, 11, 19, 1, 38, tzinfo=UTC)  # 09:38 in Shanghai


@pytest.mark.parametrize(
    ("yuan", "chinese", "english"),
    [
        (0, "¥0", "CNY 0"),
        (19_800, "¥19,800", "CNY 19,800"),
        (99_999.5, "¥99,999.5", "CNY 99,999.5"),
        (430_000, "¥43 万", "CNY 430,000"),
        (438_500, "¥43.9 万", "CNY 438,500"),
        (2_440_000, "¥244 万", "CNY 2,440,000"),
        (120_000_000, "¥1.2 亿", "CNY 120,000,000"),
        (-860_000, "¥-86 万", "CNY -860,000"),
    ],
)
def test_money_is_written_as_its_readers_say_it(yuan, chinese, english):
    assert formats.money(yuan) == chinese
    with speaking("en"):
        assert formats.money(yuan) == english


def test_exact_money_keeps_every_digit():
    assert formats.money(438_512.25, exact=True) == "¥438,512.25"


@pytest.mark.parametrize(
    ("value", "text"), [(12345, "12,345"), (33.1, "33.1"), (80.0, "80"), (0.04, "0"), (1200, "1,200")]
)
def test_a_number_is_grouped_and_has_no_idle_zeros(value, text):
    assert formats.number(value) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (38 * 1024**2, "38 MB"), (2_900_000_000, "2.7 GB"), (4200, "4 KB")],
)
def test_a_size_is_said_in_the_unit_a_person_would_use(count, text):
    assert formats.size(count) == text


def test_a_day_of_this_year_is_short_and_one_of_another_year_is_not():
    assert formats.day(date(2026, 11, 16), at=NOW) == "11-16"
    assert formats.day(date(2025, 11, 16), at=NOW) == "2025-11-16"
    with speaking("en"):
        assert formats.day(date(2026, 11, 16), at=NOW) == "Nov 16"
        assert formats.day(date(2025, 11, 16), at=NOW) == "Nov 16, 2025"


def test_a_moment_is_shown_in_the_time_of_the_house():
    late = datetime(2026, 11, 18, 20, 30, tzinfo=UTC)
    assert formats.moment(late, at=NOW) == "11-19 04:30"
    assert formats.long_day(late) == "11 月 19 日 周四"
    with speaking("en"):
        assert formats.long_day(late) == "Thu, Nov 19"


def test_another_time_zone_can_be_chosen():
    formats.use_timezone("Europe/Berlin")
    try:
        assert formats.clock(NOW) == "02:38"
    finally:
        formats.use_timezone("Asia/Shanghai")
    assert formats.clock(NOW) == "09:38"


@pytest.mark.parametrize(
    ("gap", "chinese", "english"),
    [
        (timedelta(seconds=-5), "刚刚", "just now"),
        (timedelta(minutes=-1), "1 分钟前", "1 minute ago"),
        (timedelta(minutes=52), "还有 52 分钟", "in 52 minutes"),
        (timedelta(hours=-3), "3 小时前", "3 hours ago"),
        (timedelta(days=-3), "3 天前", "3 days ago"),
        (timedelta(days=-29), "29 天前", "29 days ago"),
        (timedelta(days=-75), "2 个月前", "2 months ago"),
        (timedelta(days=800), "还有 2 年", "in 2 years"),
    ],
)
def test_how_long_ago_is_said_in_the_largest_whole_unit(gap, chinese, english):
    assert formats.ago(NOW + gap, at=NOW) == chinese
    with speaking("en"):
        assert formats.ago(NOW + gap, at=NOW) == english


@pytest.mark.parametrize(
    ("day", "text"),
    [(date(2026, 11, 19), "今天"), (date(2026, 12, 5), "还有 16 天"), (date(2026, 11, 15), "4 天前")],
)
def test_a_date_is_counted_in_whole_days(day, text):
    assert formats.ago(day, at=NOW) == text


def test_a_quarter_is_named_with_its_year():
    assert [formats.quarter(date(2026, m, 1)) for m in (1, 3, 4, 12)] == [
        "2026 Q1",
        "2026 Q1",
        "2026 Q2",
        "2026 Q4",
    ]
