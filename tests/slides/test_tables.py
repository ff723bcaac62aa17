"""The tables of a package that are read without a parser say what the parser says, or nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from hub.slides import names
from hub.slides.tables import plain_rels, plain_types

ATTRIBUTES = ("Id", "Type", "Target", "TargetMode")
PIECES = (
    *(
        f'{name}="{value}"'
        for name in ATTRIBUTES
        for value in ("rId1", "../a.xml", "", "x=y", "é", "a&amp;b")
    ),
    *(
        " ",
        "\n",
        "\t",
        "\x0b",
        "<Relationship",
        "<Relationship ",
        "/>",
        "></Relationship>",
        "<!-- -->",
        "<Other/>",
    ),
    *("Id='rId2'", 'x="1"', 'Target="a="', 'Target="a\nb"', "text", "<", "&", '"', "\x01"),
)
RELS = f'<Relationships xmlns="{names.RELATIONSHIPS}">'
DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'


def parsed(data: bytes, attributes: tuple[str, ...]) -> list[tuple[str | None, ...]]:
    elements = [each for each in etree.fromstring(data) if isinstance(each.tag, str)]
    return [tuple(element.get(name) for name in attributes) for element in elements]


@st.composite
def tables(draw) -> bytes:
    """Mostly well-formed, mostly plain, seldom neither."""
    rows = st.lists(
        st.sampled_from(PIECES[:24]), min_size=1, max_size=4, unique_by=lambda each: each.split("=")[0]
    )
    plain = [f"<Relationship {' '.join(row)}/>" for row in draw(st.lists(rows, max_size=3))]
    odd = draw(st.lists(st.sampled_from(PIECES), max_size=3))
    middle = "".join(draw(st.permutations([*plain, *odd])))
    head, end = draw(st.sampled_from(["", DECLARED, " ", "\ufeff"])), draw(st.sampled_from(["", "\n", "x"]))
    return f"{head}{RELS}{middle}</Relationships>{end}".encode()


@given(tables())
def test_what_is_read_without_the_parser_is_what_the_parser_reads(data):
    rows = plain_rels(data)
    assert rows is None or rows == parsed(data, ATTRIBUTES)


@pytest.mark.parametrize("head", [DECLARED, "", DECLARED.replace("UTF-8", "utf-8")])
def test_what_programs_write_needs_no_parser(head):
    rels = (
        f'{head}{RELS}\n  <Relationship Id="rId1" Type="t" Target="../media/image 1.png"/>'
        '<Relationship Target="https://example.org/?a=b" TargetMode="External" Type="u" Id="rId2" /></Relationships>'
    )
    assert plain_rels(rels.encode()) == [
        ("rId1", "t", "../media/image 1.png", None),
        ("rId2", "u", "https://example.org/?a=b", "External"),
    ]
    types = (
        f'{head}<Types xmlns="{names.CONTENT_TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/a.xml" ContentType="b"/></Types>'
    )
    assert plain_types(types.encode()) == [("xml", None, "application/xml"), (None, "/a.xml", "b")]


@pytest.mark.parametrize(
    "row",
    [
        '<Relationship Id="a" Id="b"/>',
        '<Relationship Id="a"Type="b"/>',
        '<Relationship Id="a" Target="b&amp;c"/>',
        "<Relationship Id='a'/>",
        '<Relationship Id="a"></Relationship>',
        '<r:Relationship xmlns:r="x" Id="a"/>',
        '<Relationship Id="\x01"/>',
        '<Relationship Id="ü"/>',
        "<!-- -->",
        "text",
    ],
)
def test_what_is_not_plain_is_left_to_the_parser(row):
    assert plain_rels(f"{RELS}{row}</Relationships>".encode()) is None
