"""Pages filled with what a believable hub would show, for looking at and for testing the templates."""

from dataclasses import dataclass, field
from typing import Any

from hub.base import i18n
from hub.web.chrome import Chrome, NavEntry
from hub.web.marks import HIT_CLOSE, HIT_OPEN
from hub.web.pager import pager


@dataclass(frozen=True)
class Person:
    name: str


@dataclass(frozen=True)
class Thing:
    """A record whose fields a sample names as it goes; a missing one is an error, as in a real page."""

    fields: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.fields[name]
        except KeyError:
            raise AttributeError(name) from None


def thing(**fields: Any) -> Thing:
    return Thing(fields)


COLOURS = ("#1769e0", "#0c8f6b", "#6d28d9", "#c2410c", "#0f172a")


def _box(x: int, y: int, width: int, height: int, colour: str) -> str:
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{colour}"/>'


def slide_picture(number: int) -> str:
    """A drawn slide, a different one for each number."""
    colour = COLOURS[number % len(COLOURS)]
    cover = _box(0, 0, 320, 180, colour) + _box(28, 70, 190, 16, "#fff") + _box(28, 98, 120, 8, "#fff")
    heights = [(i * 37 + number * 29) % 90 for i in range(7)]
    bars = "".join(_box(30 + 34 * i, 140 - height, 20, height, colour) for i, height in enumerate(heights))
    chart = _box(0, 0, 320, 180, "#fff") + _box(24, 20, 150, 12, colour) + bars
    drawn = cover if number % 3 == 0 else chart
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180">{drawn}</svg>'


def chrome(**changes: Any) -> Chrome:
    language = changes.get("language", i18n.SOURCE)
    zh = language == i18n.SOURCE
    usual: dict[str, Any] = {
        "company": "澜川智控",
        "basket_count": 6,
        "unread": 2,
        "nav": (
            NavEntry("home", "首页" if zh else "Home", "/", "home"),
            NavEntry("kits", "工具包" if zh else "Toolkits", "/kits", "folders"),
            NavEntry("decks", "打单 PPT" if zh else "Pitch decks", "/decks", "presentation"),
            NavEntry("requirements", "需求池" if zh else "Requirements", "/requirements", "checklist"),
        ),
        "menu": (NavEntry("people", "人员" if zh else "People", "/people", "users"),),
    }
    return Chrome(**{**usual, **changes})


def _marked(text: str) -> str:
    return text.replace("[", HIT_OPEN).replace("]", HIT_CLOSE)


def _hit(number: int, title: str, snippet: str, kind: str, **more: Any) -> Thing:
    usual: dict[str, Any] = {
        "url": f"/assets/{number}",
        "title": _marked(title),
        "plain_title": title.replace("[", "").replace("]", ""),
        "snippet": _marked(snippet),
        "thumb": f"/picture/{number}.svg",
        "pages_label": "",
        "icon": "file-text",
        "tier": None,
        "tier_label": None,
        "kind_label": kind,
        "signs": (),
        "day": "10-28",
        "owner": "李婷",
        "views": 312,
        "place": "能碳管理 / 产业园区",
        "slides": (),
        "add": (number, (1,), "/search"),
        "alike": (),
        "alike_label": "",
        "valid": "有效至 2027-03",
    }
    return thing(**{**usual, **more})


def sign(family: str, key: str, label: str | None = None) -> Thing:
    return thing(family=family, key=key, label=label)


HITS = (
    _hit(
        3,
        "[智慧园区]整体解决方案（2026 秋季版）",
        "…面向产业[园区]的一体化平台，打通[能耗]、安防与运营数据，[智慧园区]建设周期由 14 个月缩到 6 个月",
        "解决方案",
        pages_label="48 页 · 命中 7",
        signs=(sign("freshness", "recommended"),),
        tier="enterprise",
    ),
    _hit(
        1,
        "园区综合[能耗]对比（改造前 / 改造后）",
        "改造后综合[能耗]下降 23.6%，运维人力减少 40%，投资回收期 18 个月。数据来源：华辰 A3 厂房",
        "单页",
        pages_label="1 页",
        signs=(sign("freshness", "new"),),
        day="11-12",
        owner="王海",
        views=187,
    ),
    _hit(
        2,
        "总体技术架构：设备—接入—平台—应用",
        "应用层包含[能耗]管理、安防联动、资产台账；平台层为物联中台与规则引擎",
        "单页",
        pages_label="1 页",
        owner="陈立",
    ),
    _hit(
        4,
        "客户案例：华东某电子产业园",
        "年用电 1.2 亿度，多系统割裂；统一物联底座后单位产值[能耗]下降 18.4%",
        "客户案例",
        pages_label="6 页 · 命中 3",
        slides=tuple(
            thing(url=f"/assets/4?page={n}", thumb=f"/picture/{n}.svg", title="成效", number=n)
            for n in (1, 2, 5)
        ),
    ),
    _hit(
        5,
        "Smart Campus Energy: One-page Competitive Comparison",
        "平台开放性、协议覆盖、AI 能力、交付周期五个维度对比；[园区][能耗]场景下我方领先",
        "竞品对比",
        pages_label="1 页",
        signs=(sign("audience", "internal"),),
        owner="Grace Wu",
        add=None,
    ),
    _hit(
        6,
        "[能耗]报表能不能按楼层分开出？",
        "可以。租户分摊按楼层、房间或表计三种口径，[园区]管理员自己改，不用二次开发",
        "问答",
        thumb=None,
        owner="王海",
        place="能碳管理",
    ),
    _hit(
        7,
        "能碳管理轻量版 · 产业[园区]",
        "13 件，全部在有效期；上月发出 46 次",
        "工具包",
        thumb=None,
        tier="transactional",
        pages_label="13 件",
        icon="folders",
        add=None,
    ),
    _hit(
        8,
        "钢铁行业能源管控平台交流材料",
        "覆盖煤气、蒸汽、电力多介质[能耗]平衡，厂区与生活[园区]统一管控",
        "解决方案",
        pages_label="32 页 · 命中 4",
        signs=(sign("freshness", "due"),),
        day="07-11",
        owner="周强",
    ),
)


def _facet(key: str, label: str, *values: tuple[str, int, bool], folded: int = 0) -> Thing:
    rows = tuple(
        thing(value=f"{key}{i}", label=text, count=count, on=on, depth=0)
        for i, (text, count, on) in enumerate(values)
    )
    cut = len(rows) - folded
    return thing(key=key, label=label, head=rows[:cut], more=rows[cut:])


FACETS = (
    _facet("tier", "产品档位", ("快单型", 128, False), ("高客单型", 220, True)),
    _facet(
        "industry",
        "行业",
        ("产业园区", 92, True),
        ("钢铁冶金", 41, False),
        ("电子制造", 38, False),
        ("政务", 35, False),
        ("医疗", 17, False),
        folded=2,
    ),
    _facet(
        "kind",
        "材料类型",
        ("解决方案", 57, False),
        ("单页", 214, False),
        ("客户案例", 46, False),
        ("竞品对比", 19, False),
        ("白皮书", 12, False),
    ),
    _facet("scenario", "场景", ("能耗优化", 88, False), ("安防联动", 63, False)),
    _facet("stage", "销售阶段", ("初次拜访", 63, False), ("方案交流", 88, False), ("招投标", 29, False)),
    _facet("freshness", "更新时间", ("近 30 天", 52, False), ("近 90 天", 131, False)),
)


def search_page(**changes: Any) -> Thing:
    usual: dict[str, Any] = {
        "words": "智慧园区 能耗",
        "total": 348,
        "took": "0.04",
        "tabs": tuple(
            thing(label=label, url=f"/search?type={n}", count=count, on=n == 0)
            for n, (label, count) in enumerate(
                (("全部", 348), ("整份材料", 57), ("单页", 214), ("案例", 46), ("工具包", 31))
            )
        ),
        "sorts": (("best", "相关度", True), ("new", "最新", False), ("used", "最常用", False)),
        "views": (
            thing(label="卡片", url="/search", on=True, icon="layout-grid"),
            thing(label="列表", url="/search?view=list", on=False, icon="list"),
        ),
        "as_list": False,
        "filters": (("档位：高客单型", "/search?a"), ("行业：产业园区", "/search?b")),
        "clear_url": "/search",
        "facets": FACETS,
        "kept": (("q", "智慧园区 能耗"),),
        "hits": HITS,
        "pager": pager(348, 3, 24, lambda n: f"/search?page={n}"),
        "told": None,
        "exact_url": None,
        "help": None,
        "saved_url": None,
        "may_save": True,
        "query": "",
    }
    return thing(**{**usual, **changes})


def nothing_found() -> Thing:
    return search_page(
        words="智惠园区 耗能表",
        total=0,
        hits=(),
        help=thing(
            looser=(("不限行业（12 条）", "/search?q=y"),),
            people=(thing(name="李婷", role="产品市场", note="智慧园区", url="mailto:t@test.example"),),
            may_need=True,
            needed="还有 2 人需要",
            mine=False,
        ),
    )


STEPS = tuple(
    thing(label=label, note=note, state=state)
    for label, note, state in (
        ("新建", "09-12", "done"),
        ("已评分", "10-09", "done"),
        ("评审中", "10-15", "done"),
        ("已规划", "Q4", "done"),
        ("开发中", "10-20", "done"),
        ("已发布", "11-16", "now"),
        ("已上市", "还差 2 件素材", "next"),
    )
)


def gallery_page() -> Thing:
    return thing(
        steps=STEPS,
        hits=HITS,
        facets=FACETS,
        pager=pager(348, 7, 24, lambda n: f"/x?page={n}"),
        tabs=tuple(
            thing(label=t, url="#x", count=c, on=c == 2)
            for t, c in (("产品介绍", 2), ("解决方案", 3), ("补充", None))
        ),
        path=(("工具包", "/kits"), ("能碳管理轻量版", "/kits/1"), ("产业园区", None)),
        stats=tuple(
            thing(value=v, label=t) for v, t in (("312", "浏览"), ("86", "发给客户"), ("11", "成单用过"))
        ),
        note=None,
    )


def error_page() -> Thing:
    return thing(
        status=404,
        title="没有找到这一页",
        message="它可能被移走了，或者您看不到它；搜一搜，或问问把链接给您的人。",
        back_url="/x",
        typed=("客户说峰谷一改就对不上了，要我们这个月给一版能用的。", "能耗看板的口径和财务的不一样。"),
    )


def sign_in_page(**changes: Any) -> Thing:
    usual: dict[str, Any] = {
        "company": "澜川智控",
        "email": "lin.xiao@lanchuan.example",
        "next": "/",
        "error": "邮箱或密码不对，再试一次；忘了密码请找管理员。",
        "demo": tuple(
            thing(name=name, role=role, email=f"{mail}@lanchuan.example", what=what)
            for name, role, mail, what in (
                ("林晓", "销售", "lin.xiao", "一小时后要见客户，找方案、做打单 PPT"),
                ("李婷", "产品市场", "li.ting", "上传材料、维护工具包、看哪里缺"),
                ("何俊", "产品经理", "he.jun", "给需求评分，发布后补齐上市素材"),
                ("陈立", "技术专家", "chen.li", "估投入，写清做不到的地方"),
            )
        ),
    }
    return thing(**{**usual, **changes})


def _news(title: str, key: str, meta: str, number: int) -> Thing:
    return thing(
        title=title,
        key=key,
        meta=meta,
        thumb=f"/picture/{number}.svg",
        icon="file-text",
        url=f"/assets/{number}",
    )


def _duty(state: str, customer: str, quote: str, say: str, waiting: str, *, urgent: bool = False) -> Thing:
    return thing(
        state=state,
        customer=customer,
        quote=quote,
        say=say,
        waiting=waiting,
        urgent=urgent,
        url="/requirements/231",
        told_url="/requests/1/told",
    )


def _kit(
    title: str, icon: str, tier: str, *, count: int, updated: str, note: str, good: bool = True
) -> Thing:
    quick = tier == "transactional"
    return thing(
        title=title,
        url="/kits/1",
        icon=icon,
        tier=tier,
        tier_label=None,
        count=count,
        updated=updated,
        good=good,
        note=note,
        send_url="/kits/1/links" if quick else None,
        deck_url=None if quick else "/decks/new?kit=1",
    )


def home_page(**changes: Any) -> Thing:
    pack = (("园区节能降碳方案", 0), ("案例：电子产业园", 1), ("会问到的 12 题", 2), ("华辰电费测算", 4))
    usual: dict[str, Any] = {
        "greeting": "上午好，林晓",
        "summary": "11 月 19 日 周四 · 今天 2 场拜访，3 件事等您回复客户",
        "recent": tuple((t, f"/search?q={t}") for t in ("分时电价", "等保三级", "能碳 报价", "电子厂 案例")),
        "visit": thing(
            when="10:30",
            countdown="还有 52 分钟",
            customer="华辰电子产业园",
            tier="enterprise",
            tier_label=None,
            about="能碳管理 · 方案交流",
            amount="约 43 万元",
            people="见周总、刘工",
            url="/visits/1",
            ready="打开拜访包（4 件已备好）",
            pack=tuple(
                thing(label=label, thumb=f"/picture/{n}.svg", icon="file", url="/assets/1")
                for label, n in pack
            ),
            missing=(thing(label="缺报价单", ask="找孙博要一份", url="/ask"),),
        ),
        "duties": (
            _duty(
                "shipped",
                "华辰电子产业园",
                "峰谷时段一改，上个月报的节省就对不上了",
                "11 月版本起，电价表更新当天自动重算，附新旧对照页",
                "今天拜访正好说",
                urgent=True,
            ),
            _duty(
                "planned",
                "新港物流园",
                "电费单能不能按楼层分开出",
                "排在 2027 年一季度，先给新港试用",
                "已等 4 天",
            ),
            _duty(
                "declined",
                "昆泰精密",
                "报警能不能直接喊到对讲机里",
                "可以先推到企业微信群，附设置说明",
                "已等 6 天",
            ),
        ),
        "shipped": (
            thing(
                title="分时电价变化后，自动重算节能收益",
                url="/requirements/231",
                said="您 9 月 12 日替华辰电子产业园提的，11 月 16 日发布",
                material=(("产品介绍 v2.4", "/assets/1"), ("常见问题 3 题", "/assets/2")),
            ),
        ),
        "kits": (
            _kit(
                "能碳管理轻量版 · 产业园区",
                "leaf",
                "transactional",
                count=13,
                updated="3 天前更新",
                note="12 件在有效期",
            ),
            _kit(
                "能碳管理 · 电子制造",
                "building-factory-2",
                "enterprise",
                count=21,
                updated="8 天前更新",
                note="全部在有效期",
            ),
            _kit(
                "物联中台 · 产业园区",
                "stack-2",
                "enterprise",
                count=17,
                updated="22 天前更新",
                note="16 件在有效期",
            ),
            _kit(
                "智能安防 · 物流仓储",
                "camera",
                "transactional",
                count=9,
                updated="2 件快到复审",
                note="案例偏少，仅 1 个",
                good=False,
            ),
        ),
        "kits_note": "产业园区 · 电子制造 · 物流",
        "kits_all": ("全部 18 个", "/kits"),
        "queues": (),
        "watching": (
            thing(
                customer="新港物流园",
                title="租户电费分摊方案",
                detail="第 5 页看了 2 分 40 秒，转给 1 人",
                when="9:12",
                url="/links/1",
            ),
            thing(
                customer="江北生物医药园",
                title="冷站联动案例",
                detail="刚打开，读到第 3 / 5 页",
                when="8:47",
                url="/links/2",
            ),
        ),
        "reading": (
            thing(
                title="能碳话术 60 分钟（秋季版）",
                meta="李婷发起 · 约 12 分钟",
                due="明天前",
                thumb="/picture/3.svg",
                icon="file",
                url="/assets/9",
            ),
        ),
        "news": (
            _news("客户案例：新港物流园", "new", "客户案例 · 5 页 · 赵敏 · 今天", 1),
            _news("园区节能降碳方案 v3.2", "updated", "改了第 7、12 页 · 李婷 · 11-16", 3),
            _news("新电价下的园区能耗账", "new", "白皮书 · 28 页 · 王海 · 11-14", 6),
            _news("与通用能源表对比", "updated", "竞品对比 · 仅内部 · Grace Wu · 11-12", 2),
            _news("常见问题加了 3 题", "updated", "电价政策 · 王海 · 11-11", 4),
        ),
        "news_url": "/search?sort=new",
        "steps": None,
    }
    return thing(**{**usual, **changes})


def empty_home_page() -> Thing:
    """What the first administrator of an empty hub sees, and with it a list to work off."""
    steps = (
        ("公司名、标志和颜色", "页面和打单 PPT 都用它", "去填", True),
        ("产品、行业和档位", "从预设或 CSV 开始，随时能改", "去设", False),
        ("导入第一个文件夹", "PPTX、PDF、DOCX、XLSX、Markdown 和图片", "去导入", False),
        ("请同事进来", "一条链接就够，不用发邮件", "去邀请", False),
    )
    queue = thing(
        title="等您批准",
        icon="clipboard-check",
        note="提交人不能自己批准",
        tone="yellow",
        url="/assets?state=in_review",
        rows=(
            thing(
                label="园区节能降碳方案 v3.2",
                meta="李婷提交",
                when="2 小时前",
                family="version",
                key="in_review",
                url="/x",
            ),
        ),
    )
    return home_page(
        visit=None,
        duties=(),
        shipped=(),
        kits=(),
        watching=(),
        reading=(),
        news=(),
        recent=(),
        steps=tuple(thing(title=t, text=x, url="/setup", action=a, done=d) for t, x, a, d in steps),
        queues=(queue,),
    )


def quiet_home_page() -> Thing:
    """Nothing waits for this person."""
    nothing = ("duties", "shipped", "kits", "watching", "reading", "recent")
    return home_page(visit=None, **dict.fromkeys(nothing, ()))
