"""A small library of documents for the search tests: decks with slides, kits, requirements, and who may read
them."""

from datetime import UTC, datetime

from hub.search import Document

DAY = 86_400


def document(key: str, title: str, body: str = "", **more: object) -> Document:
    kind = key.split(":", 1)[0]
    fields: dict[str, object] = {"readers": ("all",), **more}
    return Document(id=key, type=kind, title=title, body=body, **fields)  # type: ignore[arg-type]


def moment(day: int) -> datetime:
    return datetime.fromtimestamp(1_700_000_000 + day * DAY, tz=UTC)


def library() -> list[Document]:
    """Thirteen documents; only team 3 may read the confidential one, nobody the one without readers."""
    energy = {"industry": ("园区",), "tier": ("enterprise",), "product": ("能碳管理",)}
    return [
        document(
            "asset:1",
            "智慧园区能碳管理解决方案",
            "从能耗监测到碳核算，一套平台管到底。",
            headings=("能耗监测", "碳核算"),
            columns={**energy, "kind": ("solution",)},
            updated_at=moment(3),
            uses=9,
        ),
        document(
            "slide:1:1",
            "能耗在线监测",
            "园区水电气热能耗每15分钟采集一次。",
            group="asset:1",
            columns={**energy, "kind": ("solution",)},
            updated_at=moment(3),
        ),
        document(
            "slide:1:2",
            "碳排放核算",
            "按国家标准核算园区碳排放，生成报告。",
            group="asset:1",
            columns={**energy, "kind": ("solution",)},
            updated_at=moment(3),
        ),
        document(
            "slide:1:3",
            "实施计划",
            "分三期上线，第一期六周。",
            group="asset:1",
            columns={**energy, "kind": ("solution",)},
            updated_at=moment(3),
        ),
        document(
            "asset:2",
            "滨江园区客户案例",
            "能耗下降18%，一年节约电费2,000万。",
            columns={"industry": ("园区",), "tier": ("enterprise",), "kind": ("case_study",)},
            updated_at=moment(5),
        ),
        document(
            "asset:3",
            "物联中台 V3.2 产品介绍",
            "设备接入、规则引擎、开放接口 OpenAPI。",
            columns={"industry": ("制造",), "tier": ("enterprise",), "kind": ("product_intro",)},
            uses=40,
            updated_at=moment(1),
        ),
        document(
            "asset:4",
            "門店巡檢 快單型 報價",
            "每店每年 3,600 元，開通即用。",
            columns={"industry": ("零售",), "tier": ("transactional",), "kind": ("pricing",)},
            updated_at=moment(2),
        ),
        document(
            "asset:5",
            "某保密客户的能耗项目",
            "未公开的园区能耗项目。",
            readers=("team:3",),
            columns={"industry": ("园区",), "tier": ("enterprise",), "kind": ("case_study",)},
            updated_at=moment(4),
        ),
        document("asset:6", "没有读者的能耗草稿", "园区。", readers=(), columns={"kind": ("solution",)}),
        document(
            "toolkit:1",
            "能碳管理 高客单型 园区 工具包",
            "",
            tags=("能碳管理", "园区"),
            columns=energy,
            uses=3,
            updated_at=moment(6),
        ),
        document(
            "requirement:1",
            "希望支持 Modbus 网关 QV-3000X",
            "客户现场都是 QV-3000X。",
            columns={"product": ("物联中台",)},
        ),
        document(
            "faq:1",
            "系统支持 Wi-Fi 6 吗",
            "支持，网关内置 Wi-Fi 6 模块。",
            columns={"product": ("物联中台",)},
        ),
        document(
            "faq:2", "Pro edition and product tiers", "The product has no separate pro edition in C++ or C#."
        ),
    ]
