"""What follows a person through the house: their frame on a page that is not there, and their language."""

from tests.cast import PASSWORD


def test_a_page_that_is_not_there_wears_the_frame_of_who_is_signed_in(client, cast):
    for path in ("/no-such-page", "/assets/99999"):
        mine, strange = client(cast.lin).get(path), client().get(path)

        assert mine.status_code == 404
        assert "/sign-out" in mine.text, path
        assert "/sign-out" not in strange.text, path


def test_a_dead_cookie_gets_the_frame_of_a_stranger(client, cast):
    browser = client()
    browser.cookies.set("quiver_session", "no-such-secret")

    answer = browser.get("/no-such-page")

    assert (answer.status_code, "/sign-out" in answer.text) == (404, False)


def test_the_language_of_a_person_follows_them_into_a_new_browser(client, cast):
    client(cast.lin).post("/me", data={"name": "林晓", "language": "en"})

    assert 'lang="en"' in client(cast.lin).get("/").text
    chosen = client()
    chosen.post("/look/language", data={"language": "zh-CN", "back": "/"})
    chosen.post("/sign-in", data={"email": cast.lin.email, "password": PASSWORD})
    assert 'lang="zh' in chosen.get("/").text
    assert 'lang="zh' in client(cast.zhou).get("/").text
