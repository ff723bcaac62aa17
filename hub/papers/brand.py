"""What the makers of forms are told about the house and the asset: names, colour, date, and words of the language."""

from dataclasses import dataclass, field

ZH = {
    "contents": "目录",
    "continued": "接上一页",
    "solution": "解决方案",
    "paper": "解决方案白皮书",
    "page": "第 {n} 页，共 {all} 页",
    "edition": "第 {n} 版",
    "contact": "联系人",
    "chart": "图",
    "question": "问",
    "answer": "答",
}
EN = {
    "contents": "Contents",
    "continued": "continued",
    "solution": "Solution",
    "paper": "Solution white paper",
    "page": "Page {n} of {all}",
    "edition": "Version {n}",
    "contact": "Contact",
    "chart": "Figure",
    "question": "Question",
    "answer": "Answer",
}


@dataclass(frozen=True)
class Brand:
    """`primary` is the company's colour as #rrggbb; `on` the date of the version as text; `pictures` by address."""

    title: str
    summary: str
    company: str
    site: str
    primary: str
    language: str
    edition: int
    on: str
    contact: str = ""
    pictures: dict[str, bytes] = field(default_factory=dict)

    @property
    def words(self) -> dict[str, str]:
        return EN if self.language.startswith("en") else ZH
