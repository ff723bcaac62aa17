import contextlib
import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.base.errors import HubError
from hub.slides.expression import parse
from hub.slides.meaning import BadExpression, NoValue, Scope

VALUES: dict[str, object] = {
    "customer": {"name": "东湖产业园", "logo": None, "cities": ["苏州", "无锡"]},
    "budget": 430000,
    "seats": "1,200",
    "rate": 0.153,
    "today": dt.date(2026, 11, 22),
    "pains": [{"title": "能耗高"}, {"title": "报修慢"}],
    "empty": [],
    "draft": False,
    "名称": "澜川",
}


def value(source: str, language: str = "zh") -> object:
    return parse(source).value(Scope(VALUES, language))


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("customer.name", "东湖产业园"),
        ("customer['name']", "东湖产业园"),
        ("customer.cities[-1]", "无锡"),
        ("pains[1].title", "报修慢"),
        ("名称 + '智控'", "澜川智控"),
        ("1 + 2 * 3 - -4", 11),
        ("(1 + 2) * 3", 9),
        ("7 / 2", Decimal("3.5")),
        ("0.1 + 0.2", Decimal("0.3")),
        ("budget % 7", 430000 % 7),
        ("seats * 2", 2400),
        ("budget >= 400000 and not draft", True),
        ("draft or customer.name", "东湖产业园"),
        ("'苏州' in customer.cities", True),
        ("'上海' not in customer.cities", True),
        ("'湖' in customer.name", True),
        ("budget in [1, 430000]", True),
        ("customer.logo == none", False),
        ("true != false", True),
        ("“中文引号”", "中文引号"),
        ("pains | count", 2),
        ("(pains | count) > 1", True),
        ("customer.logo | default('无')", "无"),
        ("nothing.at.all | default('无') | upper", "无"),
        ("nothing?", None),
        ("customer.logo?", None),
        ("nothing?.name", None),
        ("nothing? | money", None),
    ],
)
def test_an_expression_has_its_value(source: str, result: object) -> None:
    assert value(source) == result


@pytest.mark.parametrize(
    ("source", "zh", "en"),
    [
        ("budget | money", "43 万元", "¥430,000"),
        ("1234567 | money", "¥1,234,567", "¥1,234,567"),
        ("19800 | money", "¥19,800", "¥19,800"),
        ("1200000 | money", "120 万元", "¥1.2 million"),
        ("250000000 | money", "2.5 亿元", "¥250 million"),
        ("-500000 | money('usd')", "-50 万美元", "-$500,000"),
        ("0 - 980.5 | money", "-¥980.5", "-¥980.5"),
        ("today | date", "2026 年 11 月 22 日", "22 Nov 2026"),
        ("'2026-02-03T08:00:00Z' | date('month')", "2026 年 2 月", "Feb 2026"),
        ("today | date('short')", "2026-11-22", "2026-11-22"),
        ("seats | number", "1,200", "1,200"),
        ("1234.5 | number(2)", "1,234.50", "1,234.50"),
        ("rate | percent", "15.3%", "15.3%"),
        ("rate | percent(0)", "15%", "15%"),
        ("customer.cities | join", "苏州、无锡", "苏州, 无锡"),
        ("customer.cities | join(' / ')", "苏州 / 无锡", "苏州 / 无锡"),
        ("'ab' | upper", "AB", "AB"),
        ("customer.cities | first", "苏州", "苏州"),
    ],
)
def test_filters_write_both_languages(source: str, zh: str, en: str) -> None:
    assert (value(source, "zh"), value(source, "en")) == (zh, en)


@pytest.mark.parametrize(
    "source", ["customer.phone", "nothing", "pains[7].title", "nothing + 1", "nothing | money"]
)
def test_a_name_without_value_is_an_error_that_names_it(source: str) -> None:
    with pytest.raises(NoValue) as error:
        value(source)

    assert error.value.details["name"] in source
    assert str(error.value.details["name"]) in error.value.message


@pytest.mark.parametrize(
    "source", ["nothing", "customer.logo", "empty", "draft", "nothing > 3", "nothing == 'a'", "0"]
)
def test_missing_and_empty_count_as_false(source: str) -> None:
    assert parse(source).holds(Scope(VALUES)) is False


@pytest.mark.parametrize(
    "source",
    [
        "",
        "1 +",
        "a b",
        "a..b",
        "(a",
        "a[1",
        "'open",
        "a | nofilter",
        "a | money(",
        "__import__('os')",
        "a()",
        "a = 1",
        "a;b",
        "not",
        "[1, 2",
        "lambda: 1",
        "1 < 2 < 3",
        "a" * 501,
        "(" * 30 + "1" + ")" * 30,
        "-" * 200 + "1",
    ],
)
def test_a_mistake_is_told_and_never_run(source: str) -> None:
    with pytest.raises(BadExpression, match="表达式"):
        parse(source)


@pytest.mark.parametrize(
    "source",
    [
        "budget / 0",
        "budget + 'x'",
        "'a' * 3",
        "pains < 3",
        "budget | join",
        "customer.name | money",
        "'x' | date",
        "budget | money('XYZ')",
        "empty | first",
        "1 in 2",
        "1 | number(99)",
        "customer.name % 2",
        "999999999999999999999999999999 * 999999999999999999999999999999",
    ],
)
def test_a_wrong_use_of_a_value_is_a_sentence_with_the_expression(source: str) -> None:
    with pytest.raises(BadExpression) as error:
        value(source)

    assert source in error.value.message


def test_attributes_of_objects_are_out_of_reach() -> None:
    scope = Scope({"a": "text", "f": value})

    for source in ("a.__class__", "a.upper", "f.__globals__", "a['__class__']"):
        with pytest.raises(NoValue):
            parse(source).value(scope)


WORDS = st.sampled_from(
    [
        "customer",
        ".name",
        "pains",
        "[0]",
        "[-1]",
        "budget",
        "today",
        "rate",
        " and ",
        " or ",
        " not ",
        " in ",
        "(",
        ")",
        "[",
        "]",
        ",",
        "?",
        "|",
        "money",
        "date",
        "join",
        "count",
        "default",
        "first",
        "+",
        "-",
        "*",
        "/",
        "%",
        "==",
        "<",
        ">=",
        "1",
        "0",
        "2.5",
        "99999999999999999999",
        "'x'",
        "''",
        "true",
        "none",
        " ",
        "nothing",
        "名称",
    ]
)


@settings(max_examples=600, deadline=None)
@given(
    st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=14).map("".join)), st.sampled_from(["zh", "en"])
)
def test_any_text_gives_a_value_or_a_clear_error(source: str, language: str) -> None:
    scope = Scope(VALUES, language)
    before = repr(VALUES)

    with contextlib.suppress(HubError):
        expression = parse(source)
        expression.holds(scope)
        expression.value(scope)

    assert repr(VALUES) == before
