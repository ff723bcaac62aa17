"""What proposals go out with: the template that the hub brings, and those a company uploads for this purpose. A
template of this purpose asks nobody anything; its tokens are those listed here, and it may use no others.
"""

from pathlib import Path

from sqlmodel import Session

from hub import accounts, decks, slides
from hub.base.blobs import LocalBlobs
from hub.base.errors import HubError
from hub.base.i18n import Lazy, _, lazy
from hub.base.paths import templates_dir

PURPOSE = "proposal"
BUILT_IN: Path = templates_dir() / "decks" / "cross-department" / "proposal.pptx"
TOLD = 8  # wrong tokens that one sentence names

Group = tuple[Lazy, tuple[tuple[str, Lazy], ...]]
TOKENS: tuple[Group, ...] = (
    (
        lazy("题目和首次接触"),
        (
            ("title", lazy("标题")),
            ("summary", lazy("一段话说清楚")),
            ("with_whom", lazy("想跟谁一起做")),
            ("background[]", lazy("背景，一行一项")),
            ("need[]", lazy("需要对方做什么，一行一项")),
            ("gain[]", lazy("对方按自己的指标得到什么，一行一项")),
            ("company.name", lazy("我们公司")),
            ("owner.name", lazy("负责人")),
            ("owner.reached", lazy("负责人的名字、职务、电话和邮箱")),
            ("today", lazy("生成的日子")),
        ),
    ),
    (
        lazy("市场和佐证"),
        (
            ("market_pages[].of", lazy("市场表的第几页，只有一页就是空的")),
            ("market_pages[].rows[].name", lazy("细分市场")),
            ("market_pages[].rows[].n", lazy("客户数")),
            ("market_pages[].rows[].p", lazy("单价")),
            ("market_pages[].rows[].r", lazy("渗透率")),
            ("market_pages[].rows[].low", lazy("保守")),
            ("market_pages[].rows[].m", lazy("中性")),
            ("market_pages[].rows[].high", lazy("乐观")),
            ("market_pages[].rows[].sources", lazy("来源")),
            ("totals.low", lazy("一年合计，保守")),
            ("totals.base", lazy("一年合计，中性")),
            ("totals.high", lazy("一年合计，乐观")),
            ("data.market", lazy("三种情景的图，写在图表的替代文字里")),
            ("evidence.verdict", lazy("单价在不在中标区间")),
            ("evidence.why[]", lazy("凭什么这么说，一行一项")),
            ("won", lazy("中标的最低到最高")),
        ),
    ),
    (
        lazy("中标和商机"),
        tuple(
            (f"{pages}[].{path}", what)
            for pages in ("bid_pages", "deal_pages")
            for path, what in (
                ("of", lazy("第几页，只有一页就是空的")),
                ("rows[].customer", lazy("客户")),
                ("rows[].title", lazy("说明")),
                ("rows[].sum", lazy("金额")),
                ("rows[].day", lazy("日期")),
                ("rows[].source", lazy("来源")),
            )
        ),
    ),
    (
        lazy("全景、图和边界"),
        (
            ("bands[].name", lazy("哪一层")),
            ("bands[].parts[].name", lazy("产品或零件")),
            ("bands[].parts[].by", lazy("谁带来")),
            ("pictures[].image", lazy("架构图或流程图，写在形状的替代文字里")),
            ("pictures[].caption", lazy("一句说明")),
            ("pictures[].kind", lazy("哪种图")),
            ("boundary_pages[].of", lazy("第几页，只有一页就是空的")),
            ("boundary_pages[].rows[].work", lazy("工作")),
            ("boundary_pages[].rows[].who", lazy("谁做")),
            ("boundary_pages[].rows[].does_not", lazy("明确不做")),
        ),
    ),
    (
        lazy("定价、分成和签字"),
        (
            ("pricing[]", lazy("怎么定价，一行一项")),
            ("parties[].name", lazy("哪一方")),
            ("parties[].pct", lazy("分成")),
            ("parties[].why", lazy("凭什么分")),
            ("data.split", lazy("分成的图，写在图表的替代文字里")),
            ("signs[].name", lazy("哪一方")),
            ("signs[].who", lazy("谁签")),
            ("signs[].word", lazy("表态")),
            ("signs[].day", lazy("哪天")),
        ),
    ),
)


def tokens() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """What a template of this purpose may say, in groups, with words; `[]` is each item of a list."""
    return tuple((str(group), tuple((path, str(what)) for path, what in held)) for group, held in TOKENS)


def _known() -> frozenset[tuple[str, ...]]:
    """Every path that stands for something, whole or in part."""
    whole = [tuple(path.replace("[]", ".[]").split(".")) for _group, held in TOKENS for path, _what in held]
    return frozenset(path[:n] for path in whole for n in range(1, len(path) + 1))


KNOWN = _known()


def check_template(data: bytes) -> None:
    """Raise HubError that names slide, shape and token where a template says what a proposal does not have."""
    found = decks.surveyed(data)
    strange = [spot for spot in found.spots if spot.path not in KNOWN]
    told = [*found.wrong, *dict.fromkeys(_said(spot) for spot in strange)]
    if told:
        more = _("另有 %(n)s 处。") % {"n": len(told) - TOLD} if len(told) > TOLD else ""
        raise HubError(
            "".join(told[:TOLD]) + more,
            problems=[{"slide": s.slide, "shape": s.shape, "token": s.source} for s in strange],
        )


def _said(spot: slides.Spot) -> str:
    where = _("第 %(n)s 页") % {"n": spot.slide} if spot.slide else _("版式")
    name = ".".join(spot.path).replace(".[]", "[]")
    return _("%(where)s“%(shape)s”里的 %(token)s：方案里没有“%(name)s”。") % {
        "where": where,
        "shape": spot.shape,
        "token": spot.source,
        "name": name,
    }


def add_template(
    session: Session,
    blobs: LocalBlobs,
    data: bytes,
    *,
    title: str,
    by: accounts.Actor,
    instead_of: str = "",
) -> decks.DeckTemplate:
    """Put a template for proposals on the shelf, new or as the new number of one. HubError as `check_template`."""
    by.must("template.edit")
    check_template(data)
    row = decks.propose(session, blobs, data, title=title, instead_of=instead_of, purpose=PURPOSE, by=by)
    decks.confirm(session, row, by=by)
    return row


def offered(session: Session) -> list[decks.DeckTemplate]:
    """The templates a proposal can go out with, besides the built-in one."""
    return decks.templates(session, PURPOSE)


def chosen(session: Session, template_id: int) -> decks.DeckTemplate:
    """One of those on offer; HubError for any other."""
    found = next((t for t in offered(session) if t.id == template_id), None)
    if found is None:
        raise HubError(_("这个模板现在不能用于方案，请换一个。"))
    return found


def same_now(session: Session, template_id: int | None) -> int | None:
    """What is on offer under the name of the template used before; None for the built-in one, or when it is gone."""
    if template_id is None:
        return None
    name = decks.template(session, template_id).name
    return next((t.id for t in offered(session) if t.name == name), None)
