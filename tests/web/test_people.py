"""The pages of people, teams and one's own account, and the door they come in by."""

import re

import pytest

from hub import accounts
from hub.base.i18n import speaking
from tests.cast import PASSWORD

FORBIDDEN = [
    ("GET", "/people"),
    ("GET", "/people/1"),
    ("GET", "/people/import"),
    ("GET", "/people/sample.csv"),
    ("GET", "/teams"),
    ("POST", "/people"),
    ("POST", "/people/1"),
    ("POST", "/people/1/link"),
    ("POST", "/people/1/active"),
    ("POST", "/people/import"),
    ("POST", "/people/import/check"),
    ("POST", "/teams"),
    ("POST", "/teams/1"),
]


@pytest.mark.parametrize(("method", "path"), FORBIDDEN)
def test_who_is_no_administrator_is_refused(client, cast, method, path):
    good = {"name": "x", "email": "x@firm.cn", "text": "email,name\nx@firm.cn,x\n"}

    answer = client(cast.ting).request(method, path, data=good if method == "POST" else None)

    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/people", "/people/1", "/teams", "/me", "/people/import"])
def test_a_stranger_is_sent_to_the_door(client, cast, path):
    answer = client().get(path, follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=")


def link_in(answer) -> str:
    return re.search(r'value="http://testserver(/invitations/[^"]+)"', answer.text).group(1)


def test_an_administrator_adds_a_colleague_who_sets_a_password_by_the_link(client, cast, wiring):
    answer = client(cast.ada).post(
        "/people", data={"email": "wu@firm.cn", "name": "吴越", "roles": ["seller", "marketing"]}
    )
    assert answer.status_code == 200
    link = link_in(answer)

    browser = client()
    assert "吴越" in browser.get(link).text
    entered = browser.post(link, data={"password": "a-long-password", "again": "a-long-password"})

    assert entered.url.path == "/"
    assert "吴越" in entered.text
    assert client().get(link).status_code == 404
    with wiring.database.read() as session:
        person = accounts.by_email(session, "wu@firm.cn")
        assert set(accounts.roles_of(session, [person.id])[person.id]) == {"seller", "marketing"}


def test_two_passwords_that_differ_are_sent_back_and_the_link_still_works(client, cast):
    link = link_in(client(cast.ada).post(f"/people/{cast.lin.id}/link"))
    browser = client()

    assert browser.post(link, data={"password": "one-password", "again": "other-one"}).status_code == 400
    assert browser.post(link, data={"password": "short", "again": "short"}).status_code == 400
    assert browser.post(link, data={"password": "one-password", "again": "one-password"}).url.path == "/"


def test_an_administrator_changes_what_a_person_may_do(client, cast, wiring):
    with wiring.database.read() as session:
        east = accounts.team_by_key(session, "east").id
    answer = client(cast.ada).post(
        f"/people/{cast.jun.id}",
        data={
            "name": "何俊",
            "email": "jun@test.example",
            "title": "产品总监",
            "roles": ["product_manager", "technical_expert"],
            "teams": [str(east), "999"],
            "industries": ["park"],
            "approves": ["energy"],
        },
    )

    assert "产品总监" in answer.text
    with wiring.database.read() as session:
        jun = accounts.actor(session, accounts.person(session, cast.jun.id))
        assert (jun.roles, jun.teams) == ({"product_manager", "technical_expert"}, {east})
        assert jun.approves == {"energy"}
        assert accounts.industries_of(session, cast.jun.id) == ["park"]


def test_the_last_administrator_cannot_be_removed_by_the_page(client, cast):
    browser = client(cast.ada)
    kept = {"name": "安达", "email": "ada@test.example"}

    assert browser.post(f"/people/{cast.ada.id}", data={**kept, "roles": ["seller"]}).status_code == 409
    assert browser.post(f"/people/{cast.ada.id}/active", data={"active": ""}).status_code == 409
    assert browser.get("/people").status_code == 200


def test_a_deactivated_person_is_out_at_once_and_back_on_activation(client, cast):
    theirs, admins = client(cast.lin), client(cast.ada)

    admins.post(f"/people/{cast.lin.id}/active", data={"active": ""})
    assert theirs.get("/me", follow_redirects=False).status_code == 303

    admins.post(f"/people/{cast.lin.id}/active", data={"active": "1"})
    assert client(cast.lin).get("/me").status_code == 200


def test_people_are_found_and_filtered(client, cast):
    browser = client(cast.ada)

    by_name, by_role = browser.get("/people?q=周强"), browser.get("/people?role=seller")

    assert "zhou@test.example" in by_name.text
    assert "lin@test.example" not in by_name.text
    assert "lin@test.example" in by_role.text
    assert "ting@test.example" not in by_role.text


def test_a_csv_is_shown_first_and_taken_on_the_second_press(client, cast, wiring):
    browser = client(cast.ada)
    csv = "email,name,roles\nwu@firm.cn,吴越,销售\nbad,谁,销售\n".encode()

    looked = browser.post("/people/import/check", files={"file": ("people.csv", csv)})
    assert "现在什么都还没写入" in looked.text
    with wiring.database.read() as session:
        assert accounts.by_email(session, "wu@firm.cn") is None

    assert browser.post("/people/import", data={"text": csv.decode()}).status_code == 400
    done = browser.post("/people/import", data={"text": csv.decode(), "good_only": "1"})

    assert client().get(link_in(done)).status_code == 200
    with wiring.database.read() as session:
        assert accounts.by_email(session, "wu@firm.cn") is not None


def test_the_sample_csv_is_one_that_excel_reads(client, cast):
    answer = client(cast.ada).get("/people/sample.csv")

    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["content-disposition"]


def test_a_team_is_made_and_filled(client, cast, wiring):
    browser = client(cast.ada)
    browser.post("/teams", data={"name": "华南销售部"})
    with wiring.database.read() as session:
        team = accounts.team_by_name(session, "华南销售部").id

    browser.post(f"/teams/{team}", data={"name": "华南大区", "members": [str(cast.lin.id)]})

    with wiring.database.read() as session:
        assert accounts.members(session)[team] == [cast.lin.id]
    assert "华南大区" in browser.get("/teams").text


def test_a_profile_is_ones_own_and_its_language_takes_effect(client, cast, wiring):
    browser = client(cast.lin)

    answer = browser.post(
        "/me",
        data={
            "name": "林晓",
            "title": "高级客户经理",
            "phone": "138",
            "language": "en",
            "industries": ["park", "no"],
        },
    )

    assert 'lang="en"' in answer.text
    with wiring.database.read() as session:
        me = accounts.person(session, cast.lin.id)
        assert (me.title, me.phone, me.language) == ("高级客户经理", "138", "en")
        assert accounts.industries_of(session, cast.lin.id) == ["park"]
        assert accounts.roles_of(session, [me.id]) == {me.id: ["seller"]}


def test_a_token_is_shown_once_and_can_be_revoked(client, cast, wiring):
    browser = client(cast.lin)

    made = browser.post("/me/tokens", data={"name": "CRM", "days": "30"})
    secret = re.search(r'value="(qv_[^"]+)"', made.text).group(1)

    assert secret not in browser.get("/me").text
    with wiring.database.read() as session:
        assert accounts.by_token(session, secret).id == cast.lin.id
        token_id = accounts.tokens_of_person(session, cast.lin.id)[0].id
    assert client(cast.zhou).post(f"/me/tokens/{token_id}/revoke").status_code == 404
    browser.post(f"/me/tokens/{token_id}/revoke")
    with wiring.database.read() as session:
        assert accounts.by_token(session, secret) is None


def test_a_changed_password_keeps_this_browser_and_ends_the_others(client, cast):
    here, there = client(cast.lin), client(cast.lin)

    answer = here.post(
        "/me/password", data={"old": PASSWORD, "new": "battery-staple", "again": "battery-staple"}
    )

    assert answer.status_code == 200
    assert here.get("/me", follow_redirects=False).status_code == 200
    assert there.get("/me", follow_redirects=False).status_code == 303


def test_a_wrong_old_password_is_refused_and_tries_are_limited(client, cast):
    browser = client(cast.lin)
    wrong = {"old": "nope-nope", "new": "battery-staple", "again": "battery-staple"}

    answers = [browser.post("/me/password", data=wrong) for _n in range(11)]

    assert {a.status_code for a in answers} == {403}
    assert "原密码不对" in answers[0].text
    assert "试错的次数太多了" in answers[-1].text


def test_ones_browsers_are_listed_and_ended(client, cast, wiring):
    here, there = client(cast.lin), client(cast.lin)

    assert "退出其他所有浏览器" in here.get("/me").text
    here.post("/me/browsers/end-others")

    assert there.get("/me", follow_redirects=False).status_code == 303
    assert here.get("/me", follow_redirects=False).status_code == 200


def test_signing_in_again_changes_the_session_and_the_old_one_is_dead(client, cast):
    browser = client(cast.lin)
    before = browser.cookies["quiver_session"]

    browser.post("/sign-in", data={"email": cast.lin.email, "password": PASSWORD})

    assert browser.cookies["quiver_session"] != before
    old = client()
    old.cookies.set("quiver_session", before)
    assert old.get("/me", follow_redirects=False).status_code == 303


def test_signing_out_ends_the_session_on_the_server(client, cast):
    browser = client(cast.lin)
    cookie = browser.cookies["quiver_session"]

    browser.post("/sign-out")

    again = client()
    again.cookies.set("quiver_session", cookie)
    assert again.get("/me", follow_redirects=False).status_code == 303


def test_wrong_passwords_are_limited_even_when_the_right_one_comes_at_last(client, cast):
    browser = client()

    wrong = [
        browser.post("/sign-in", data={"email": cast.zhou.email, "password": "wrong-one"}).status_code
        for _n in range(10)
    ]
    right = browser.post("/sign-in", data={"email": cast.zhou.email, "password": PASSWORD})

    assert wrong == [403] * 10
    assert right.status_code == 429


def test_an_unknown_address_is_answered_like_a_wrong_password(client, cast):
    known = client().post("/sign-in", data={"email": cast.lin.email, "password": "wrong-one"})
    unknown = client().post("/sign-in", data={"email": "nobody@test.example", "password": "wrong-one"})

    assert known.status_code == unknown.status_code == 403
    assert known.text.replace(cast.lin.email, "") == unknown.text.replace("nobody@test.example", "")


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_a_sign_in_never_leads_to_another_site(client, cast, target):
    answer = client().post(
        "/sign-in",
        data={"email": cast.lin.email, "password": PASSWORD, "next": target},
        follow_redirects=False,
    )

    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("path", ["/people", "/me", "/me/password", "/me/tokens", "/sign-in", "/teams"])
def test_a_form_sent_from_another_site_is_refused(client, cast, path):
    browser = client(cast.ada)

    assert browser.post(path, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    elsewhere = {"sec-fetch-site": "", "origin": "https://evil.example"}
    assert browser.post(path, headers=elsewhere).status_code == 403


def test_the_pages_speak_english_too(client, cast):
    browser = client(cast.ada)
    browser.cookies.set("hub_language", "en")

    with speaking("en"):
        for path in ("/people", "/people/import", "/teams", "/me", f"/people/{cast.lin.id}"):
            answer = browser.get(path)
            assert answer.status_code == 200
            assert 'lang="en"' in answer.text
