"""Tasks that filed themselves say where they come from."""

from hub import tasks, worker
from tests.cast import on_offer

CAUSES = [
    tasks.Cause("gap", "7", "case_study", "energy", "steel", 12, {"gap": (7,)}),
    tasks.Cause("cell", "energy:steel", "case_study", "energy", "steel", 9),
]


def of_asset(number):
    return tasks.Cause(
        "slot", f"{number}:{number}:2026-01-01", "case_study", "energy", "steel", 30, {"asset": (number,)}
    )


def test_a_task_says_where_it_comes_from_and_links_lead_there(client, wiring, cast):
    with wiring.database.write() as session:
        stale = on_offer(session, cast, title="老案例")
        tasks.file(session, [*CAUSES, of_asset(stale.id), of_asset(999)])

    for address in ("/tasks", "/tasks/1"):
        page = client(cast.min).get(address).text
        assert '<a href="/gaps/7">搜不到 12 次</a>' in page
        assert '<a href="/coverage?product=energy&amp;at=steel">空白格，需求权重 9</a>' in page
        assert f'<a href="/assets/{stale.id}">“老案例”过时 30 天</a>' in page
        assert "/assets/999" not in page
        assert "还没人做" in page
    seller = client(cast.lin).get("/tasks").text
    assert "搜不到 12 次" in seller
    assert "/gaps/7" not in seller


def test_a_stale_asset_is_named_to_those_alone_who_may_see_it(client, wiring, cast):
    with wiring.database.write() as session:
        secret = on_offer(session, cast, title="保密案例", restricted_to=((), (cast.min.id,)))
        tasks.file(session, [of_asset(secret.id)])

    assert "“保密案例”过时 30 天" in client(cast.min).get("/tasks").text
    seen = client(cast.lin).get("/tasks").text
    assert "过时 30 天" in seen
    assert "保密案例" not in seen
    assert f"/assets/{secret.id}" not in seen


def test_the_job_of_the_day_files_and_a_second_one_changes_nothing(client, wiring, cast):
    worker.HANDLERS["tasks.file"](wiring)
    worker.HANDLERS["tasks.file"](wiring)

    with wiring.database.read() as session:
        assert tasks.find(session, cast.min) == ([], 0)
