"""Templates on the shelf: taken in with a manifest, or with one that is proposed from the PPTX itself and waits as a
draft until somebody has confirmed its questions; taken off again.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from sqlmodel import Session, select

from hub import accounts, activity, slides
from hub.base import child, clock, jobs
from hub.base.blobs import LocalBlobs
from hub.base.errors import Conflict, HubError
from hub.base.i18n import _
from hub.decks import manifest, proposing, queries
from hub.decks.models import DeckTemplate


def import_template(
    session: Session,
    blobs: LocalBlobs,
    name: str,
    data: bytes,
    manifest_text: str,
    *,
    by: accounts.Actor,
    demo: bool = False,
) -> str:
    """Take in a template: "imported", "updated" (a new number of the name) or "unchanged".

    HubError when the PPTX cannot be read or the manifest is wrong, with line and key. `name` must be the manifest's
    own, or empty.
    """
    by.must("template.edit")
    found = surveyed(data)
    read, kept = manifest.parse(manifest_text, slide_count=len(found.titles))
    if name and name != read.name:
        raise HubError(
            _("文件夹叫“%(folder)s”，manifest.yml 里写的是“%(name)s”，请改成一样的。")
            % {"folder": name, "name": read.name}
        )
    _must_plan(found, read)
    before = queries.template_by_name(session, read.name)
    blob = blobs.put(data)
    if before and before.state == "on_offer" and (before.blob_sha, before.manifest) == (blob.sha256, kept):
        return "unchanged"
    _replace(session, read.name)
    row = _add(session, read, kept, blob.sha256, before, by=by, state="on_offer", demo=demo)
    activity.record(session, "import", "template", row.id, by=by.id, name=row.name, number=row.number)
    return "updated" if before else "imported"


def surveyed(data: bytes) -> slides.Survey:
    """What a template wants to know; HubError when it cannot be read or is empty."""
    found: slides.Survey = child.run(
        slides.survey, data
    )  # a file of somebody's is never opened in the server itself
    if not found.titles:
        raise HubError(_("模板里一页也没有。请换一个 PPTX。"))
    return found


def _must_plan(found: slides.Survey, read: manifest.Manifest) -> None:
    """A slide whose notes say when it comes needs a step that says so too: in the hub the recipe decides."""
    steps = {step.slide: step for step in read.steps}
    for tag in found.tags:
        step = steps.get(tag.slide)
        if step is not None and not (step.each if tag.kind == "for" else step.when):
            said = (
                f"each: {tag.expression}, as: {tag.name}" if tag.kind == "for" else f"when: {tag.expression}"
            )
            raise HubError(
                _("模板第 %(n)s 页的备注里写了 slide 标记，manifest.yml 里这一页也要写上：%(said)s")
                % {"n": tag.slide, "said": said}
            )


def _add(
    session: Session,
    read: manifest.Manifest,
    kept: dict[str, Any],
    sha: str,
    before: DeckTemplate | None,
    *,
    by: accounts.Actor,
    state: str,
    demo: bool = False,
) -> DeckTemplate:
    row = DeckTemplate(
        name=read.name,
        number=before.number + 1 if before else read.version,
        title=read.title,
        title_en=read.title_en,
        summary=read.summary,
        summary_en=read.summary_en,
        manifest=kept,
        blob_sha=sha,
        state=state,
        owner_id=by.id,
        demo=demo,
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    jobs.later(session, "template.preview", key=f"template:{row.id}", template_id=row.id)
    return row


def _replace(session: Session, name: str) -> None:
    """What was on offer under this name is no longer, and drafts of it are gone."""
    query = select(DeckTemplate).where(DeckTemplate.name == name)
    for old in session.exec(query).all():
        if old.state == "on_offer":
            old.state = "replaced"
            session.add(old)
        elif old.state == "draft":
            session.delete(old)
    session.flush()


def propose(
    session: Session,
    blobs: LocalBlobs,
    data: bytes,
    *,
    title: str,
    by: accounts.Actor,
    instead_of: str = "",
    purpose: str = "pitch",
) -> DeckTemplate:
    """Take in a template without a manifest, as a draft with proposed questions. `instead_of`: the name of the template
    whose new number it is; what that asks, and the new one still wants to know, is asked as before.

    HubError when the PPTX cannot be read, or one of its tokens is wrong.
    """
    by.must("template.edit")
    found = surveyed(data)
    if found.wrong:
        raise HubError("".join(f"{said}" for said in found.wrong[:5]))
    before = queries.template_by_name(session, instead_of) if instead_of else None
    if instead_of and (before is None or before.purpose != purpose):
        raise HubError(_("没有叫“%(name)s”的模板可以换新。") % {"name": instead_of})
    if not (title.strip() or before):
        raise HubError(_("请给模板起个名字。"))
    name = before.name if before else proposing.free_name(title, _names(session))
    said = proposing.manifest_for(
        found, name=name, title=title.strip(), purpose=purpose, before=before.manifest if before else None
    )
    read, kept = manifest.parse(as_yaml(said), slide_count=len(found.titles))
    for old in queries.on_shelf(session, by):
        if (old.name, old.state) == (name, "draft"):
            session.delete(old)
    session.flush()
    row = _add(
        session,
        read,
        kept,
        blobs.put(data).sha256,
        queries.template_by_name(session, name),
        by=by,
        state="draft",
    )
    activity.record(session, "propose", "template", row.id, by=by.id, name=row.name, number=row.number)
    return row


def _names(session: Session) -> set[str]:
    return set(session.exec(select(DeckTemplate.name).distinct()).all())


def as_yaml(data: Mapping[str, Any]) -> str:
    """A manifest as a person reads and changes it."""
    return str(yaml.safe_dump(dict(data), allow_unicode=True, sort_keys=False, width=110))


def reword(session: Session, row: DeckTemplate, data: Mapping[str, Any], *, by: accounts.Actor) -> None:
    """Keep the manifest of a draft as it was corrected. HubError names what is wrong in it."""
    by.must("template.edit")
    if row.state != "draft":
        raise Conflict(_("这个模板的问题已经确认过了。要改，请上传新的一版。"))
    read, kept = manifest.parse(as_yaml(data))
    row.manifest, row.title, row.title_en = kept, read.title, read.title_en
    row.summary, row.summary_en = read.summary, read.summary_en
    session.add(row)
    session.flush()


def confirm(session: Session, row: DeckTemplate, *, by: accounts.Actor) -> None:
    """The questions are right: the template is on offer, and what was under its name is replaced."""
    by.must("template.edit")
    if row.state != "draft":
        raise Conflict(_("这个模板的问题已经确认过了。要改，请上传新的一版。"))
    row.state = "replaced"  # not a draft while those are put away
    session.add(row)
    session.flush()
    _replace(session, row.name)
    row.state = "on_offer"
    session.add(row)
    activity.record(session, "import", "template", row.id, by=by.id, name=row.name, number=row.number)


def discard(session: Session, row: DeckTemplate, *, by: accounts.Actor) -> None:
    """Throw a draft away."""
    by.must("template.edit")
    if row.state != "draft":
        raise Conflict(_("这个模板的问题已经确认过了。要改，请上传新的一版。"))
    session.delete(row)


def withdraw_template(session: Session, row: DeckTemplate, *, by: accounts.Actor) -> None:
    """Take a template off the list; decks made from it stay."""
    by.must("template.edit")
    row.state = "withdrawn"
    session.add(row)
    activity.record(session, "withdraw", "template", row.id, by=by.id)


def corrected(data: Mapping[str, Any], said: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The manifest with what a form says of it: `title`, `summary`, `makes`, `tier`, and of question n `n.label`,
    `n.help`, `n.type`, `n.required`, `n.asked`; of its column m `n.m.label`, `n.m.type`, `n.m.required`. What is not
    said stays.
    """
    made = {**data, **{k: said[k][0] for k in ("title", "summary", "makes", "tier") if said.get(k)}}
    questions = []
    for n, question in enumerate(data.get("questions") or []):
        if f"{n}.label" not in said:
            questions.append(question)
        elif f"{n}.asked" in said:
            asked = _corrected(question, f"{n}", said)
            if question.get("columns"):
                asked["columns"] = [
                    _corrected(column, f"{n}.{m}", said) for m, column in enumerate(question["columns"])
                ]
            questions.append(asked)
    return {**made, "questions": questions}


def _corrected(item: Mapping[str, Any], at: str, said: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    made = dict(item)
    for name in ("label", "help", "type"):
        value = (said.get(f"{at}.{name}") or [""])[0].strip()
        if value or (name == "help" and f"{at}.help" in said):
            made[name] = value
    made["required"] = f"{at}.required" in said
    return made
