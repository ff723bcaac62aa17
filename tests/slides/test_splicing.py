"""What is written into a slide's bytes without a parser is what the tree would get, or nothing is."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from hub.slides import names
from hub.slides.textstyle import Baking, style_of

NAMESPACES = f'xmlns:a="{names.A}" xmlns:p="{names.P}"'
SETTINGS = style_of(
    etree.fromstring(
        f'<p:presentation {NAMESPACES}><p:defaultTextStyle><a:lvl1pPr algn="ctr"><a:defRPr sz="2400">'
        '<a:latin typeface="宋体"/></a:defRPr></a:lvl1pPr><a:lvl3pPr marL="9"/></p:defaultTextStyle></p:presentation>'
    )
)
PARAGRAPHS = (
    "<a:p><a:r><a:t>a &gt; b</a:t></a:r></a:p>",
    '<a:p><a:pPr lvl="2"/></a:p>',
    '<a:p><a:pPr algn="r" lvl="0"><a:buNone/></a:pPr></a:p>',
    "<a:p><a:pPr lvl='2'/></a:p>",
    '<a:p><a:pPr><a:defRPr/></a:pPr><a:fld id="x" type="slidenum"><a:pPr lvl="2"/><a:t>1</a:t></a:fld></a:p>',
    "<a:p/>",
)
STYLES = (
    *("", "<a:lstStyle/>", "<a:lstStyle></a:lstStyle>", "<a:lstStyle />"),
    '<a:lstStyle><a:lvl1pPr algn="l"/></a:lstStyle>',
)
BODIES = ("", "<a:bodyPr/>", '<a:bodyPr wrap="none"><a:normAutofit/></a:bodyPr>')
ODD = ("", "<!-- <p:sp> -->", f'<p:extLst xmlns="{names.P}"><sp/></p:extLst>', "<x>]]&gt;</x>")


@st.composite
def shapes(draw) -> str:
    opening = draw(st.sampled_from(("<p:sp>", '<p:sp useBgFill="1">')))
    placeholder = draw(st.sampled_from(("", "", '<p:ph type="body"/>')))
    own = draw(st.sampled_from(("", '<p:style><a:fontRef idx="minor"/></p:style>')))
    body, style = draw(st.sampled_from(BODIES)), draw(st.sampled_from(STYLES))
    text = "".join(draw(st.lists(st.sampled_from(PARAGRAPHS), max_size=3)))
    written = draw(st.sampled_from(("", f"<p:txBody>{body}{style}{text}</p:txBody>")))
    return f"{opening}<p:nvSpPr><p:nvPr>{placeholder}</p:nvPr></p:nvSpPr>{own}{written}</p:sp>"


@st.composite
def slides(draw) -> bytes:
    inside = draw(st.lists(shapes(), max_size=3))
    grouped = draw(st.sampled_from(("{}", "<p:grpSp>{}</p:grpSp>", "<p:pic/>{}")))
    return (
        f"<p:sld {NAMESPACES}><p:cSld><p:spTree>{grouped.format(''.join(inside))}"
        f"{draw(st.sampled_from(ODD))}</p:spTree></p:cSld></p:sld>"
    ).encode()


def canonical(root: etree._Element) -> bytes:
    return etree.tostring(root, method="c14n")


@given(slides())
def test_a_style_written_into_the_bytes_is_the_one_written_into_the_tree(data):
    baking, root = Baking(SETTINGS), etree.fromstring(data)
    baking(root)
    spliced = baking.splice(data)
    assert spliced is None or canonical(etree.fromstring(spliced)) == canonical(root)


def test_a_slide_as_programs_write_it_needs_no_parser():
    text = "<p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:r><a:t>字</a:t></a:r></a:p></p:txBody>"
    data = f"<p:sld {NAMESPACES}><p:cSld><p:spTree><p:sp>{text}</p:sp></p:spTree></p:cSld></p:sld>".encode()
    spliced = Baking(SETTINGS).splice(data)
    assert spliced is not None
    assert b'<a:lstStyle><a:lvl1pPr algn="ctr">' in spliced
