"""Tasks that filed themselves say where they come from."""

from hub import tasks, worker

CAUSES = [
    tasks.Cause("gap", "7", "case_study", "energy", "steel", 12, {"gap": (7,)}),
    tasks.Cause("cell", "energy:steel", "case_study", "energy", "steel", 9),
    tasks.Cause("slot", "3:3:2026-01-01", "case_study", "energy", "steel", 30, {"asset": (3,)}),
]


def test_a_task_says_where_it_comes_from_and_links_lead_there(client, wiring, cast):
    with wiring.database.write() as session:
        tasks.file(session, CAUSES)

    for address in ("/tasks", "/tasks/1"):
        page = client(cast.min).get(address).text
        assert '<a href="/gaps/7">搜不到 12 次</a>' in page
        assert '<a href="/coverage?product=energy&amp;at=steel">空白格，需求权重 9</a>' in page
        assert '<a href="/assets/3">过时 30 天</a>' in page
        assert "还没人做" in page
    seller = client(cast.lin).get("/tasks").text
    assert "搜不到 12 次" in seller
    assert "/gaps/7" not in seller


def test_the_job_of_the_day_files_and_a_second_one_changes_nothing(client, wiring, cast):
    worker.HANDLERS["tasks.file"](wiring)
    worker.HANDLERS["tasks.file"](wiring)

    with wiring.database.read() as session:
        assert tasks.find(session, cast.min) == ([], 0)
