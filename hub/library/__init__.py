"""The whole hub in and out: import, export, backup, the demo, and the search index built from the rows."""

from hub.assets import Card
from hub.library.backup import BackedUp, back_up, unpack_backup
from hub.library.bin import BINS, Thrown, bring_back, purge_asset, thrown
from hub.library.checking import Checked, check
from hub.library.cleaning import Cleaned, clean
from hub.library.demo import load_demo
from hub.library.exporting import Exported, export_library
from hub.library.finding import Alike, Answer, PageHit, Row, as_plain, find, left_out
from hub.library.helping import Asked, Drop, Help, helping, noted
from hub.library.house import (
    LOGO_BYTES,
    STEPS,
    IndexState,
    Preset,
    Step,
    ask_rebuild,
    drop_logo,
    failed_jobs,
    first_steps,
    has_taxonomy,
    index_state,
    load_preset,
    name_company,
    presets,
    retry_job,
    set_logo,
    skip_step,
)
from hub.library.importing import Door, Outcome, Report, count_files
from hub.library.indexing import apply_changes, follow_words, rebuild_index
from hub.library.leaving import Held, hand_over, held, must_be_free
from hub.library.leftover import Named, Plan, counts, named, named_each
from hub.library.loading import load_customers, load_people, load_taxonomy
from hub.library.many import pin_many, undo_many
from hub.library.reaching import opens
from hub.library.removing import demo_plan, has_demo, remove_demo
from hub.library.suggesting import Offer, There, suggest, there_already
from hub.library.uses import Uses, follow_value, remove_value, retag, uses
from hub.library.watching import found_now, watch
from hub.library.whole import import_library, import_paths
