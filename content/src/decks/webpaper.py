"""The same hand as `paper`, but as one HTML page on A4, for papers that are published as PDF."""

from __future__ import annotations

import base64
from html import escape

_STYLE = """
@page { size: A4; margin: 17mm 20mm 15mm }
@page :first { margin: 0 }
* { box-sizing: border-box; -webkit-print-color-adjust: exact }
body { margin: 0; font: 10.2pt/1.66 "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: #1f2937 }
.cover { height: 296mm; background: #COLOUR; color: #fff; padding: 26mm 22mm; page-break-after: always; position: relative }
.cover .firm { font-weight: 700; letter-spacing: .06em }
.cover h1 { font-size: 31pt; line-height: 1.3; margin: 34mm 0 6mm }
.cover p { font-size: 13pt; margin: 0 }
.cover .rule { width: 26mm; height: 2mm; background: #34d399; margin: 10mm 0 }
.cover img { position: absolute; left: 22mm; bottom: 42mm; width: 166mm; border-radius: 5mm }
.cover .date { position: absolute; left: 22mm; bottom: 20mm; font-size: 10.5pt }
h2 { color: #COLOUR; font-size: 16.5pt; line-height: 1.4; margin: 7mm 0 2.4mm; padding-left: 4mm; border-left: 1.6mm solid #COLOUR; break-after: avoid }
p { margin: 0 0 3mm; text-align: justify }
table { border-collapse: collapse; width: 100%; margin: 2mm 0 5mm; font-size: 9.5pt; line-height: 1.55; break-inside: avoid }
th { background: #COLOUR; color: #fff; text-align: left; padding: 1.6mm 3mm }
td { padding: 1.6mm 3mm; border-bottom: .3mm solid #cbd5e1 }
td:first-child { font-weight: 700 }
tr:nth-child(odd) td { background: #f8fafc }
.note { background: #f1f5f9; border-left: 1.6mm solid #f59e0b; padding: 4mm 5mm; margin: 3mm 0 5mm; font-weight: 700; break-inside: avoid }
li { margin: 0 0 1.6mm }
"""


class WebPaper:
    """A paper being written; `colour` is the accent as hex without `#`."""

    def __init__(self, title: str, subtitle: str, date: str, *, colour: str, picture: bytes) -> None:
        image = base64.b64encode(picture).decode()
        self.parts = [
            (
                f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title>'
                f"<style>{_STYLE.replace('COLOUR', colour)}</style></head><body>"
                f'<div class="cover"><div class="firm">澜川智控 LANCHUAN CONTROLS</div><h1>{escape(title)}</h1><p>{escape(subtitle)}</p>'
                f'<div class="rule"></div><img alt="封面插图" src="data:image/png;base64,{image}"><div class="date">{escape(date)}</div></div>'
            )
        ]

    def chapter(self, title: str) -> None:
        self.parts.append(f"<h2>{escape(title)}</h2>")

    def say(self, *paragraphs: str) -> None:
        self.parts += [f"<p>{escape(text)}</p>" for text in paragraphs]

    def points(self, *lines: str) -> None:
        self.parts.append("<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>")

    def note(self, text: str) -> None:
        self.parts.append(f'<div class="note">{escape(text)}</div>')

    def table(self, rows: list[list[str]], widths: list[float]) -> None:
        """The first row is the head; widths are shares."""
        columns = "".join(f'<col style="width:{width / sum(widths):.0%}">' for width in widths)
        head = "".join(f"<th>{escape(text)}</th>" for text in rows[0])
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in rows[1:]
        )
        self.parts.append(
            f"<table><colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )

    def save(self) -> bytes:
        return ("".join(self.parts) + "</body></html>").encode()
