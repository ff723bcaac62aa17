"""The whole hub in and out: import, export, backup, the demo, and the search index built from the rows."""

from hub.assets import Card
from hub.library.finding import Answer, PageHit, Row, find
from hub.library.importing import Outcome, Report, import_paths
from hub.library.indexing import apply_changes, follow_words, rebuild_index
