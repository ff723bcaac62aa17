"""The sections of a solution: what they are called, what is written in them, and which form needs which."""

import re
import unicodedata
from dataclasses import dataclass

from hub.base.i18n import lazy

SECTIONS = ("pain", "approach", "architecture", "capabilities", "value", "cases", "faq", "action")
LABELS = {
    "pain": lazy("痛点"),
    "approach": lazy("做法"),
    "architecture": lazy("架构"),
    "capabilities": lazy("能力"),
    "value": lazy("价值"),
    "cases": lazy("案例"),
    "faq": lazy("常见问题"),
    "action": lazy("下一步行动"),
}


def _words(*lines: str) -> tuple[str, ...]:
    return tuple(word for line in lines for word in line.split())


ALIASES: dict[str, tuple[str, ...]] = {
    "pain": _words(
        "痛点 客户痛点 业务痛点 行业痛点 痛点分析 挑战 问题 现状 背景 需求背景 痛点与挑战 现状与挑战 客户难处 难处",
        "pain pains painpoints thepain theproblem problem problems challenge challenges background situation",
    ),
    "approach": _words(
        "做法 方法 方案 解决方案 方案思路 思路 怎么做 解法 实施路径 总体方案 方案概述 我们的做法 我们的方法",
        "approach ourapproach solution thesolution howwedoit howitworks",
    ),
    "architecture": _words(
        "架构 技术架构 系统架构 方案架构 总体架构 部署架构 架构设计 架构图",
        "architecture systemarchitecture technicalarchitecture design deployment",
    ),
    "capabilities": _words(
        "能力 核心能力 能力清单 功能 主要功能 核心功能 产品能力 特性 功能清单",
        "capabilities capability features keyfeatures functions whatitdoes whatyouget",
    ),
    "value": _words(
        "价值 客户价值 方案价值 价值与数字 收益 客户收益 效益 价值与收益 收益测算 价值测算 成效 效果 量化价值",
        "value values benefit benefits results outcomes businessvalue roi valueinnumbers thenumbers",
    ),
    "cases": _words(
        "案例 客户案例 成功案例 典型案例 标杆案例 案例参考",
        "cases case casestudies casestudy references customers customerstories whousesit",
    ),
    "faq": _words(
        "常见问题 常见问答 问答 客户常问 答疑",
        "faq faqs q&a qa questions frequentlyaskedquestions commonquestions",
    ),
    "action": _words(
        "下一步 行动 行动号召 行动建议 下一步行动 下一步建议 联系我们 怎么开始 如何开始 合作方式 建议",
        "calltoaction nextstep nextsteps action getstarted gettingstarted contact contactus whatnext",
    ),
}
_BY_WORD = {word: key for key, words in ALIASES.items() for word in words}
_NUMBERING = re.compile(
    r"^(?:[(（][\d一二三四五六七八九十]+[)）]\s*|第?[一二三四五六七八九十百]+[章节部分]*[、.．：:\s]+|[\divxIVX]+[.)、．:：\s]+)"
)
_LONGEST_HEADING = 24


def key_of(heading: str) -> str:
    """The known section that a heading means: its name or an alias, with or without numbering; empty when none."""
    plain = unicodedata.normalize("NFKC", heading).strip().casefold()
    for said in (plain, _NUMBERING.sub("", plain)):
        found = _BY_WORD.get(re.sub(r"[\s\-_：:，,。.!！?？]+", "", said))
        if found:
            return found
    return _started_by(plain)


def _started_by(plain: str) -> str:
    """A heading such as 痛点：电费说不清 means the section it begins with."""
    if len(plain) > _LONGEST_HEADING * 2:
        return ""
    lead = re.split(r"[：:—–\-|｜]", _NUMBERING.sub("", plain), maxsplit=1)[0]
    return _BY_WORD.get(re.sub(r"\s+", "", lead), "")


@dataclass(frozen=True)
class FormKind:
    """A form a source comes out as. `needs` are the sections without which it says too little."""

    key: str
    label: object  # a phrase
    ending: str
    kind: str  # of the asset it becomes
    needs: tuple[str, ...]
    icon: str


FORMS: dict[str, FormKind] = {
    f.key: f
    for f in (
        FormKind(
            "pitch", lazy("方案 PPT"), ".pptx", "solution", ("pain", "approach", "value"), "presentation"
        ),
        FormKind(
            "talk", lazy("讲解 PPT"), ".pptx", "talk_track", ("pain", "approach", "value"), "message-circle"
        ),
        FormKind(
            "paper",
            lazy("白皮书 PDF"),
            ".pdf",
            "whitepaper",
            ("pain", "approach", "capabilities"),
            "file-text",
        ),
        FormKind(
            "word",
            lazy("白皮书 Word"),
            ".docx",
            "bid_response",
            ("pain", "approach", "capabilities"),
            "pencil",
        ),
        FormKind("page", lazy("一页纸 PDF"), ".pdf", "one_pager", ("pain", "value", "action"), "file"),
    )
}


def missing(form: str, keys: frozenset[str]) -> list[str]:
    """The sections that the form needs and `keys` has not, in order."""
    return [key for key in FORMS[form].needs if key not in keys]


OUTLINE = """## 痛点

> ✎ 写三到五条，用客户自己的话。每条先用**加粗**写结论，再写一句怎么看出来的。出成品时，✎ 开头的提示不会带上。

## 做法

> ✎ 先一句话说清怎么做，再分步骤。分期、排期用表格最清楚。

| 步骤 | 做什么 | 怎么算做完 |
|---|---|---|
|  |  |  |

## 架构

> ✎ 从现场到应用分几层，各层放什么。有图就写 ![说明](asset:素材的短名)，图先传进素材库。

## 能力

> ✎ 一条一项，写客户能得到什么，带上数字。

## 价值

> ✎ 要有数字。重要的数写成 **63 万元** 一年省的电费；第一列是名称、其余列全是数的表会画成图。

| 项目 | 改造前 | 改造后 |
|---|---|---|
|  |  |  |

## 案例

> ✎ 一段一个客户：**客户**：做了什么，得到什么。只写能对外说的。

## 常见问题

> ✎ 一行一问一答：**会影响生产吗？** 不会……

## 下一步

> ✎ 请客户做的一件事，多久能有结果。
"""
OUTLINE_EN = """## Pain

> ✎ Three to five points in the customer's words. Open each with its point in **bold**, then say how one can see it.
> Lines with ✎ are in no form.

## Approach

> ✎ One sentence on what you do, then the steps. Phases and dates read best as a table.

| Step | What is done | How we know it is done |
|---|---|---|
|  |  |  |

## Architecture

> ✎ The layers from the field to the application. A picture: ![what it shows](asset:its-short-name); upload it first.

## Capabilities

> ✎ One a line: what the customer gets, with figures.

## Value

> ✎ Figures, please. Write the important ones as **CNY 630,000** saved a year;
> a table whose columns after the first are numbers becomes a chart.

| Item | Before | After |
|---|---|---|
|  |  |  |

## Cases

> ✎ A paragraph for each customer: **Customer**: what was done and what came of it. Only what may be told.

## FAQ

> ✎ A line for each: **Does it disturb production?** No …

## Next step

> ✎ The one thing you ask of the customer, and when they will see a result.
"""


def outline(language: str) -> str:
    """An empty solution to fill in, with a note for the author in each section."""
    return OUTLINE_EN if language.startswith("en") else OUTLINE
