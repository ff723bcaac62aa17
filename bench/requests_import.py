"""How fast a sheet of requests comes in, and how much memory it takes.

Usage: python bench/requests_import.py [--sizes 1000 10000 50000] [--kind csv|xlsx]

A sheet of so many rows, six in a thousand of them bad, is looked through, taken in (the good rows), looked through
again (nothing changes) and undone, on SQLite in a folder of its own; each size in a process of its own, so that its
memory is its own. Everything is drawn with a fixed seed.
"""

import argparse
import csv
import io
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import xlsxwriter

from hub import accounts, requirements
from hub.accounts import SYSTEM
from hub.base.settings import Settings
from hub.migrations import upgrade
from hub.wiring import Wiring, wire

SEED = 20_261_122
STUFF = "园区能耗碳排配电空调水泵告警巡检报表接口网关电表峰谷需量光伏储能充电照明锅炉蒸汽"
HEADS = (
    "外部编号",
    "客户",
    "客户原话",
    "预计收入",
    "客户数",
    "紧急程度",
    "希望时间",
    "提出人",
    "提出日期",
    "标签",
    "需求编号",
)
BAD = 166  # every so manieth row


def called(number: int) -> str:
    return f"{STUFF[number % 30 : number % 30 + 4]}{number:05d} 有限公司"


def drawn(size: int) -> list[list[str]]:
    """The rows: a customer for every ten, a requirement for every twenty."""
    draw = random.Random(SEED)
    first = date(2024, 1, 1)
    found = []
    for n in range(size):
        words = "".join(draw.choice(STUFF) for _ in range(40))
        urgency = "火烧眉毛" if n % BAD == BAD - 1 else draw.choice(("高", "中", "低"))
        when = first + timedelta(days=draw.randrange(900))
        found.append(
            [
                f"CRM-{n}", called(n % max(1, size // 10)), f"{words}{n}",
                f"{draw.randrange(1, 500)}万", str(draw.randrange(1, 50)), urgency, "2027-06-30",
                f"p{n % 20}@bench.example", when.isoformat(), draw.choice(("电价；报表", "接口", "")),
                f"OLD-{n // 20}",
            ]
        )  # fmt: skip
    return found


def as_csv(rows: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([HEADS, *rows])
    return out.getvalue().encode()


def as_xlsx(rows: list[list[str]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    sheet = book.add_worksheet()
    for n, row in enumerate([HEADS, *rows]):
        sheet.write_row(n, 0, row)
    book.close()
    return out.getvalue()


def timed(wiring: Wiring, number: int) -> float:
    began = time.process_time()
    requirements.run_import(wiring.database, wiring.blobs, number)
    return time.process_time() - began


def submitted(wiring: Wiring, name: str, data: bytes) -> int:
    with wiring.database.write() as session:
        made = requirements.submit_import(
            session, wiring.blobs, wiring.settings, name, data, by=SYSTEM, by_job=False
        )
        return made.id or 0


def change(wiring: Wiring, number: int, verb: object, **more: object) -> None:
    with wiring.database.write() as session:
        made = requirements.get_import(session, number, SYSTEM)
        verb(session, made, by=SYSTEM, by_job=False, **more)  # type: ignore[operator]


def counts(wiring: Wiring, number: int) -> dict[str, int]:
    with wiring.database.read() as session:
        return requirements.get_import(session, number, SYSTEM).counts


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def one(size: int, kind: str) -> None:
    """A line of the table: rows a second of each step, and the most memory above what an empty hub takes."""
    with tempfile.TemporaryDirectory() as folder:
        wiring = wire(Settings(home=Path(folder), worker=False))
        upgrade(wiring.database)
        with wiring.database.write() as session:
            for n in range(20):
                accounts.add_person(
                    session, email=f"p{n}@bench.example", name=f"人 {n}", roles=["seller"], by=SYSTEM
                )
        file = Path(folder) / f"sheet.{kind}"
        subprocess.run(
            [sys.executable, __file__, "--draw", str(size), "--kind", kind, "--to", str(file)], check=True
        )
        before = megabytes()
        number = submitted(wiring, file.name, file.read_bytes())
        looked = timed(wiring, number)
        change(wiring, number, requirements.write_import, good_only=True)
        wrote = timed(wiring, number)
        done = counts(wiring, number)
        again = submitted(wiring, file.name, file.read_bytes())
        looked_again = timed(wiring, again)
        same = counts(wiring, again)["same"]
        change(wiring, number, requirements.undo_import)
        undone = timed(wiring, number)
        speeds = " | ".join(f"{size / s:,.0f}" for s in (looked, wrote, looked_again, undone))
        wiring.close()
    print(
        f"| {size:,} | {done['add']:,} | {done['bad']} | {same:,} | {speeds} | {megabytes() - before:.0f} MB |",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 50_000])
    parser.add_argument("--kind", choices=("csv", "xlsx"), default="csv")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--draw", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--to", type=Path, help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.draw:
        said.to.write_bytes((as_csv if said.kind == "csv" else as_xlsx)(drawn(said.draw)))
    elif said.one:
        one(said.one, said.kind)
    else:
        print(
            "| rows | added | bad | same again | looked through, rows/s | taken in | again | undone | memory |"
        )
        print("|---|---|---|---|---|---|---|---|---|")
        for size in said.sizes:
            subprocess.run([sys.executable, __file__, "--one", str(size), "--kind", said.kind], check=True)


if __name__ == "__main__":
    main()
