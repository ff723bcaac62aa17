"""Assets: content with versions, approval, freshness, and the digest of files into text and pages."""

from hub.assets.actions import (
    Content,
    Fields,
    add_version,
    create,
    edit,
    edit_text,
    keep_digest,
    restore,
    restore_version,
    still_right,
    trash,
)
from hub.assets.approval import (
    approve,
    may_approve,
    put_on_offer,
    run_dates,
    schedule,
    send_back,
    submit,
    withdraw,
)
from hub.assets.bulk import (
    BULK,
    BULK_UNDONE,
    MOST,
    Done,
    add_tag,
    drop_tag,
    ids_tagged,
    purge,
    refresh_all,
    retag,
    set_owner,
    still_right_many,
    tagged_freely,
    undo_bulk,
)
from hub.assets.comments import comment, comments, comments_counted, drop_comment
from hub.assets.comparing import Bit, Pair, compare_slides, compare_texts, marked, pairs, paragraphs, spoken
from hub.assets.contents import PageThumb, page_thumbs, pages, pages_of, texts, texts_in_kits
from hub.assets.digest import KNOWN, Digest, decode, headings_of, is_macro, read, recognise, suffix
from hub.assets.documents import count_documents, documents, ids_ever
from hub.assets.exchange import forms_from_data, forms_to_data, readings_from_data, readings_to_data
from hub.assets.forming import make_form, offer_forms, picture_of
from hub.assets.forms import FormRow, Forms, Origin, Resolved, forms_of, is_source, origins, resolved
from hub.assets.forms import ask as ask_forms
from hub.assets.homes import Home, homes, pages_alike
from hub.assets.instead import instead_of, replacements_from_data, replacements_to_data
from hub.assets.known import ROWS_OF_CARDS, known_cards, recent
from hub.assets.listing import find
from hub.assets.models import (
    STATES,
    Asset,
    AssetForm,
    AssetTag,
    Page,
    ReadAsked,
    ReadRequest,
    Version,
    VersionComment,
)
from hub.assets.outside import said_outside, unsound
from hub.assets.placing import Imported, place_by_import
from hub.assets.queries import (
    Card,
    Shelved,
    blob_for,
    by_ids,
    by_slug,
    cards,
    get,
    ids_matching,
    in_trash_by_id,
    locks,
    may_edit,
    may_see_drafts,
    shelf,
    shown_version,
    tags,
    tags_of,
    version,
    versions,
    visible,
)
from hub.assets.queries import trash as in_trash
from hub.assets.queues import queue, queue_sizes, waiting
from hub.assets.readers import refresh, touch, touched_once, was_open_to
from hub.assets.reading import (
    Asked,
    ToRead,
    ask_to_read,
    confirm_read,
    end_reading,
    reading_waits,
    readings,
    to_read,
)
from hub.assets.rules import STATE_LABELS, freshness, guess_kind, may_follow, next_review, plain, slug
from hub.assets.tagging import set_tags
from hub.assets.work import ask_previews_again, digest_version, preview_version
