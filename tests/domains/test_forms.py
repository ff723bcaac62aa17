"""Forms: a source comes out as assets that go no further than it does and know when it has moved on."""

import io
import zipfile

import pypdfium2
import pytest
from PIL import Image
from sqlmodel import Session, select

from hub import accounts, assets, papers, worker
from hub.base import child
from hub.base.errors import HubError, NotAllowed, NotFound
from hub.base.readers import PageText
from hub.wiring import Wiring
from tests.cast import Cast

TEXT = """## 痛点

- **峰段占比高。** 设备在不该开的时候开着。

## 做法

先做账，再动设备。

## 能力

1. 当天重算。

## 价值

- **63 万元**：一年少付的钱。

## 下一步

给我们一张单线图。
"""


@pytest.fixture(autouse=True)
def made_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child takes a second to start: one test makes its form in one, the others in this process."""
    if "worker" not in request.node.name:
        monkeypatch.setattr(child, "run", lambda made, *given, limits: made(*given))  # noqa: ARG005


def source(session: Session, cast: Cast, text: str = TEXT, **fields: object) -> assets.Asset:
    """A solution on offer, written by Ting and approved by Min."""
    named = {"title": "园区方案", "kind": "solution", "audience": "customer", **fields}
    version = assets.create(session, assets.Fields(**named), assets.Content(text=text), by=cast.ting)
    assets.submit(session, version, by=cast.ting)
    assets.approve(session, version, by=cast.min)
    return session.get_one(assets.Asset, version.asset_id)


def word_of(wiring: Wiring, cast: Cast, **fields: object) -> tuple[int, int]:
    """A source and the Word document made from it: their ids. Word is the form that is made without a font."""
    with wiring.database.write() as session:
        made = source(session, cast, **fields)
        assets.ask_forms(session, made, ["word"], by=cast.ting)
        source_id = made.id or 0
    assets.make_form(wiring.database, wiring.blobs, wiring.settings, source_id, "word")
    with wiring.database.read() as session:
        row = session.get_one(assets.AssetForm, (source_id, "word"))
        assert row.state == "ready", row.error
        return source_id, row.asset_id or 0


def row_of(session: Session, cast: Cast, source_id: int, form: str = "word") -> assets.FormRow:
    found = assets.forms_of(session, assets.get(session, source_id, cast.ting), cast.ting)
    assert found is not None
    return next(r for r in found.rows if r.form.key == form)


def test_a_form_of_an_approved_source_is_on_offer_at_once_for_whom_the_source_is(
    wiring: Wiring, cast: Cast
) -> None:
    source_id, form_id = word_of(wiring, cast)

    with wiring.database.read() as session:
        form = assets.get(session, form_id, cast.lin)
        version = assets.shown_version(session, form, cast.lin)
        assert (form.audience, form.owner_id, version.state) == ("customer", cast.ting.id, "on_offer")
        assert version.approved_by_id == cast.min.id
        row = row_of(session, cast, source_id)
        assert (row.number, row.stale, row.asset_id) == (1, False, form_id)


def test_a_form_is_left_behind_when_its_source_moves_on_and_follows_when_made_anew(
    wiring: Wiring, cast: Cast
) -> None:
    source_id, form_id = word_of(wiring, cast)
    with wiring.database.write() as session:
        asset = assets.get(session, source_id, cast.ting)
        second = assets.add_version(session, asset, assets.Content(text=TEXT + "\n明天就来。"), by=cast.ting)
        assert not row_of(session, cast, source_id).stale  # what is on offer has not changed
        assets.submit(session, second, by=cast.ting)
        assets.approve(session, second, by=cast.min)
        assert row_of(session, cast, source_id).stale
        origin = assets.origins(session, [form_id], cast.lin)[form_id]
        assert (origin.made_number, origin.number, origin.stale) == (1, 2, True)
        assets.ask_forms(session, asset, ["word"], by=cast.ting)

    assets.make_form(wiring.database, wiring.blobs, wiring.settings, source_id, "word")

    with wiring.database.read() as session:
        row = row_of(session, cast, source_id)
        assert (row.number, row.stale, row.asset_id) == (2, False, form_id)
        assert assets.shown_version(session, assets.get(session, form_id, cast.lin), cast.lin).number == 2


def test_a_form_goes_no_further_than_its_source_whatever_is_said_of_it(wiring: Wiring, cast: Cast) -> None:
    source_id, form_id = word_of(wiring, cast, audience="internal")
    with wiring.database.write() as session:
        form = assets.get(session, form_id, cast.ting)
        assets.edit(session, form, assets.Fields(audience="customer"), edition=form.edition, by=cast.ting)
        assert form.audience == "internal"
        asset = assets.get(session, source_id, cast.ting)
        team = accounts.teams_of(session, [cast.lin.id or 0])[cast.lin.id or 0][0].id or 0
        assets.edit(
            session, asset, assets.Fields(restricted_to=([team], [])), edition=asset.edition, by=cast.ting
        )
        assert assets.get(session, form_id, cast.lin).restricted
        with pytest.raises(NotFound):
            assets.get(session, form_id, cast.zhou)
        assert assets.origins(session, [form_id], cast.zhou) == {}


def test_a_source_that_is_withdrawn_or_thrown_away_takes_its_forms_with_it(
    wiring: Wiring, cast: Cast
) -> None:
    source_id, form_id = word_of(wiring, cast)
    with wiring.database.write() as session:
        asset = assets.get(session, source_id, cast.ting)
        version = session.get_one(assets.Version, asset.on_offer_id)
        assets.withdraw(session, version, reason="电价变了", by=cast.ting)
        form = session.get_one(assets.Asset, form_id)
        assert form.on_offer_id is None
        with pytest.raises(NotFound):
            assets.get(session, form_id, cast.lin)
        assets.trash(session, asset, by=cast.ting)
        assert form.deleted_at is not None


def test_a_form_of_a_draft_waits_for_the_approval_of_its_source(wiring: Wiring, cast: Cast) -> None:
    with wiring.database.write() as session:
        fields = assets.Fields(title="草稿方案", kind="solution", audience="customer")
        version = assets.create(session, fields, assets.Content(text=TEXT), by=cast.ting)
        asset = session.get_one(assets.Asset, version.asset_id)
        assets.ask_forms(session, asset, ["word"], by=cast.ting)
        source_id, version_id = asset.id or 0, version.id or 0
    assets.make_form(wiring.database, wiring.blobs, wiring.settings, source_id, "word")
    with wiring.database.write() as session:
        row = row_of(session, cast, source_id)
        assert row.asset_state == "draft"
        with pytest.raises(NotFound):
            assets.get(session, row.asset_id or 0, cast.lin)
        version = session.get_one(assets.Version, version_id)
        assets.submit(session, version, by=cast.ting)
        assets.approve(session, version, by=cast.min)
        assert assets.offer_forms(session, source_id) == 1
        assert row_of(session, cast, source_id).asset_state == "on_offer"


def test_a_form_of_a_draft_that_was_written_on_stays_a_draft(wiring: Wiring, cast: Cast) -> None:
    with wiring.database.write() as session:
        fields = assets.Fields(title="草稿方案", kind="solution", audience="customer")
        version = assets.create(session, fields, assets.Content(text=TEXT), by=cast.ting)
        asset = session.get_one(assets.Asset, version.asset_id)
        assets.ask_forms(session, asset, ["word"], by=cast.ting)
        source_id, version_id = asset.id or 0, version.id or 0
    assets.make_form(wiring.database, wiring.blobs, wiring.settings, source_id, "word")
    with wiring.database.write() as session:
        version = session.get_one(assets.Version, version_id)
        assets.edit_text(session, version, TEXT + "\n再加一句。", edition=version.edition, by=cast.ting)
        assets.submit(session, version, by=cast.ting)
        assets.approve(session, version, by=cast.min)
        assets.offer_forms(session, source_id)
        row = row_of(session, cast, source_id)
        assert (row.asset_state, row.stale) == ("draft", True)


def test_a_source_without_its_sections_says_what_to_add_and_what_can_be_made(
    wiring: Wiring, cast: Cast
) -> None:
    with wiring.database.write() as session:
        asset = source(session, cast, "## 痛点\n\n贵。\n\n## 价值\n\n省。\n\n## 行动\n\n来电。\n")
        with pytest.raises(HubError, match="做法") as refused:
            assets.ask_forms(session, asset, ["paper"], by=cast.ting)
        assert "一页纸" in refused.value.message
        assert assets.ask_forms(session, asset, list(papers.FORMS), by=cast.ting) == ["page"]
        file = assets.Content(file_name="a.md", blob=wiring.blobs.put(b"x"))
        upload = assets.create(session, assets.Fields(title="文件", kind="solution"), file, by=cast.ting)
        with pytest.raises(HubError, match="Markdown"):
            assets.ask_forms(session, session.get_one(assets.Asset, upload.asset_id), ["word"], by=cast.ting)


def test_only_who_may_edit_the_source_makes_its_forms(wiring: Wiring, cast: Cast) -> None:
    with wiring.database.write() as session, pytest.raises(NotAllowed):
        assets.ask_forms(session, source(session, cast), ["word"], by=cast.lin)


def test_what_went_wrong_stands_on_the_form_and_it_can_be_asked_for_again(wiring: Wiring, cast: Cast) -> None:
    long = "\n".join(f"{n}. 很长的一条，说明说明说明说明说明说明。" for n in range(2, 120))
    with wiring.database.write() as session:
        asset = source(session, cast, TEXT.replace("1. 当天重算。", f"1. 当天重算。\n{long}"))
        assets.ask_forms(session, asset, ["page"], by=cast.ting)
        source_id = asset.id or 0

    assets.make_form(wiring.database, wiring.blobs, wiring.settings, source_id, "page")

    with wiring.database.write() as session:
        row = row_of(session, cast, source_id, "page")
        assert row.state == "failed"
        assert "能力" in row.error or "字体" in row.error
        assert assets.ask_forms(session, assets.get(session, source_id, cast.ting), ["page"], by=cast.ting)


def test_a_fault_of_ours_is_told_on_the_form_and_the_job_tries_again(
    wiring: Wiring, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with wiring.database.write() as session:
        asset = source(session, cast)
        assets.ask_forms(session, asset, ["word"], by=cast.ting)
        source_id = asset.id or 0
    with monkeypatch.context() as broken:
        broken.setattr(child, "run", lambda *_given, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            assets.make_form(wiring.database, wiring.blobs, wiring.settings, source_id, "word")
    with wiring.database.read() as session:
        assert "我们这边" in row_of(session, cast, source_id).error

    assets.make_form(wiring.database, wiring.blobs, wiring.settings, source_id, "word")

    with wiring.database.read() as session:
        assert row_of(session, cast, source_id).state == "ready"


def test_a_picture_is_shown_only_where_its_readers_are_those_of_the_source(
    wiring: Wiring, cast: Cast
) -> None:
    with wiring.database.write() as session:
        made = source(session, cast)
        inside = source(session, cast, title="内部图", audience="internal")
        assert assets.picture_of(session, made, f"asset:{inside.slug}", cast.ting) is None
        for address in ("../../etc/passwd", "http://x/y.png", "asset:", "asset:nobody#1", "asset:../x"):
            assert assets.picture_of(session, made, address, cast.ting) is None


def a_map(wiring: Wiring, cast: Cast) -> assets.Asset:
    """A drawing of the library with one page, kept as the WebP that previews are."""
    out = io.BytesIO()
    Image.new("RGB", (640, 360), (12, 120, 200)).save(out, "WEBP", lossless=True)
    blob = wiring.blobs.put(out.getvalue())
    with wiring.database.write() as session:
        content = assets.Content(
            file_name="架构.png", media_type="image/png", blob=blob,
            digest=assets.Digest("", "", "", (PageText(1, title="架构", text=""),)),
        )  # fmt: skip
        fields = assets.Fields(title="我们的架构图", kind="brand", audience="customer")
        version = assets.create(session, fields, content, by=cast.ting, slug="our-map")
        assets.submit(session, version, by=cast.ting)
        assets.approve(session, version, by=cast.min)
        for page in assets.pages(session, version.id or 0):
            page.picture_sha = page.thumb_sha = blob.sha256
            session.add(page)
        return session.get_one(assets.Asset, version.asset_id)


PICTURED = TEXT.replace("先做账，再动设备。", "先做账，再动设备。\n\n![四层架构](asset:our-map)")
BLUE = (12, 120, 200)


def drawn_in(pdf: bytes) -> list[bytes]:
    made = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            for drawn in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]):
                out = io.BytesIO()
                drawn.get_bitmap().to_pil().save(out, "PNG")
                made.append(out.getvalue())
    return made


def pictures_in(form: str, data: bytes) -> list[bytes]:
    """The pictures that a form carries."""
    if form == "paper":
        return drawn_in(data)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return [parts.read(n) for n in parts.namelist() if "/media/" in n and n.endswith((".png", ".jpg"))]


def is_blue(data: bytes) -> bool:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB").getpixel((image.width // 2, image.height // 2)) == BLUE


@pytest.mark.parametrize("form", ["pitch", "talk", "paper", "word"])
def test_a_picture_of_the_library_comes_out_in_the_form(wiring: Wiring, cast: Cast, form: str) -> None:
    a_map(wiring, cast)
    with wiring.database.write() as session:
        made = source(session, cast, text=PICTURED)
        assets.ask_forms(session, made, [form], by=cast.ting)
        source_id = made.id or 0
    assets.make_form(wiring.database, wiring.blobs, wiring.settings, source_id, form)

    with wiring.database.read() as session:
        row = session.get_one(assets.AssetForm, (source_id, form))
        assert (row.state, row.error) == ("ready", "")
        assert [t for t in row.told if "our-map" in t] == []
        asset = session.get_one(assets.Asset, row.asset_id)
        data = wiring.blobs.get(session.get_one(assets.Version, asset.latest_id).blob_sha or "")
    assert any(is_blue(p) for p in pictures_in(form, data))


def test_the_worker_knows_the_job(wiring: Wiring, cast: Cast) -> None:
    with wiring.database.write() as session:
        assets.ask_forms(session, source(session, cast), ["word"], by=cast.ting)

    worker.drain(wiring)

    with wiring.database.read() as session:
        row = session.exec(select(assets.AssetForm)).one()
        assert (row.state, row.progress) == ("ready", 100)
