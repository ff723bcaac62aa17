"""The whole hub in and out: import, export, backup, the demo, and the search index built from the rows."""

from hub.library.importing import Outcome, Report, import_paths
from hub.library.indexing import apply_changes, rebuild_index
