"""Settings, read once from the environment (`HUB_…`). A wrong or unknown one stops the start with a sentence."""

import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from hub.base.errors import HubError
from hub.base.paths import home as default_home
from hub.base.paths import search_index_dir

MEBIBYTE = 1024 * 1024
MOST_PROCESSES = 64
# Variables of the tests, of dev.py and of the slide engine that share the prefix and are read elsewhere.
FOREIGN = {"HUB_SHARED_DATA", "HUB_SOFFICE"}


Quarters = Annotated[float, Field(ge=0.25, le=10, multiple_of=0.25)]


class FieldWeights(BaseModel):
    """What a word counts in each field, by quarters. They are written into the index: a change makes it anew."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Quarters = 1.0
    headings: Quarters = 1.25
    tags: Quarters = 1.25
    body: Quarters = 1.0
    notes: Quarters = 0.75  # speaker's notes
    extra: Quarters = 0.75  # words for pictures, file name, owner, front matter
    tables: Quarters = 1.0  # cells of tables
    charts: Quarters = 1.0  # titles and names in charts


class SearchWeights(BaseModel):
    """What counts in the order of hits: `fields` for the words, and beside the words factors of the score or, `new` and
    `used`, what is added to a factor of one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: float = Field(1.25, ge=1, le=10, description="Everything that was typed stands in the title.")
    new: float = Field(
        0.05, ge=0, le=10, description="As new as the newest; after a year about a third of it."
    )
    used: float = Field(0.05, ge=0, le=10, description="As much used as the most used.")
    on_offer: float = Field(1.1, ge=0.1, le=10, description="On offer, and no draft or retired.")
    fresh: float = Field(1.05, ge=0.1, le=10, description="Inside its date of review.")
    fields: FieldWeights = Field(FieldWeights(), description="What a word counts in each field.")

    def __str__(self) -> str:
        """As the environment says it."""
        return self.model_dump_json()


class Settings(BaseSettings):
    """All settings. Sizes are bytes, times are seconds, unless the name says otherwise."""

    model_config = SettingsConfigDict(env_prefix="HUB_", frozen=True, extra="forbid")

    home: Path = Field(default_factory=default_home, description="Where the database, blobs and index live.")
    database_url: str = Field(
        "", description="postgresql+psycopg://… ; empty means SQLite in the home folder."
    )
    search_index: Path | None = Field(
        None, description="Folder of the search index; empty means in the home folder."
    )
    search_engine: Literal["whoosh", "postgres", "tantivy"] = Field(
        "whoosh",
        description="Which engine searches: whoosh (a folder), postgres (the database; for several nodes), or tantivy.",
    )
    search_weights: SearchWeights = Field(
        SearchWeights(), description="What counts in the order of hits, as JSON."
    )
    secret_key: str = Field("", description="Signs links and cookies; empty means a file in the home folder.")
    public_url: str = Field("", description="The address people use, for links in mails and exports.")
    secure_cookies: bool = Field(False, description="True behind TLS: cookies are sent over https only.")
    worker: bool = Field(True, description="Run the job worker inside the server process.")
    processes: int = Field(
        1,
        ge=1,
        le=MOST_PROCESSES,
        description="So many processes serve; beyond one, later work has one of its own.",
    )
    sign_in_days: int = Field(14, ge=1, le=365, description="Days until a sign-in ends by itself.")
    max_file: int = Field(200 * MEBIBYTE, ge=MEBIBYTE, description="Largest file that may be uploaded.")
    max_unpacked: int = Field(
        1024 * MEBIBYTE, ge=MEBIBYTE, description="Largest unpacked size of a document."
    )
    max_ratio: int = Field(100, ge=2, description="Largest compression ratio of a document.")
    max_members: int = Field(10_000, ge=10, description="Most parts inside a document.")
    max_pixels: int = Field(50_000_000, ge=1_000_000, description="Largest picture, in pixels.")
    max_slides: int = Field(500, ge=1, description="Most slides in a deck.")
    child_memory: int = Field(
        512 * MEBIBYTE, ge=64 * MEBIBYTE, description="Memory of a parsing child process."
    )
    child_seconds: int = Field(30, ge=1, description="Time of a parsing child process.")
    preview_seconds: int = Field(120, ge=5, description="Time LibreOffice may take for one document.")
    office_documents: int = Field(
        100, ge=0, description="So many files one LibreOffice converts; 0: it is started anew for each."
    )
    office_memory: int = Field(
        1024 * MEBIBYTE, ge=256 * MEBIBYTE, description="A LibreOffice that holds more is replaced."
    )
    office_idle: int = Field(300, ge=1, description="A LibreOffice that nobody needed for so long is ended.")
    office_early: bool = Field(
        True, description="A LibreOffice comes up after the start, before the first file does."
    )
    smtp_host: str = Field("", description="Mail server that sends notices; empty: the hub sends no mail.")
    smtp_port: int = Field(587, ge=1, le=65535, description="Port of the mail server.")
    smtp_security: str = Field(
        "starttls",
        pattern="^(starttls|tls|none)$",
        description="How the talk with the mail server is sealed.",
    )
    smtp_user: str = Field("", description="Name at the mail server; empty: it asks for none.")
    smtp_password: str = Field("", repr=False, description="Password at the mail server.")
    smtp_from: str = Field("", description="Sender of the mails: an address, or a name with one in <>.")
    demo_hosts: str = Field(
        "",
        description="Hosts of demo systems that are asked every day whether they answer: names, by commas.",
    )
    task_needs: int = Field(
        2, ge=1, description="So many people need a search gap: a material task is proposed."
    )
    task_searches: int = Field(5, ge=1, description="So often a search was made in vain: the same.")
    task_weight: int = Field(
        6, ge=1, description="So much demand weighs on an empty cell of the map: the same."
    )
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="How much is logged.")

    @classmethod
    def load(cls, **given: object) -> Self:
        """Read the environment; raise HubError naming each setting that is wrong or unknown."""
        known = {f"HUB_{name.upper()}" for name in cls.model_fields} | FOREIGN
        unknown = sorted(name for name in os.environ if name.startswith("HUB_") and name not in known)
        if unknown:
            raise HubError(
                f"Unknown setting {', '.join(unknown)}. Known are: {', '.join(sorted(known - FOREIGN))}."
            )
        try:
            return cls(**given)  # type: ignore[arg-type]
        except ValidationError as error:
            lines = [f"HUB_{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
            raise HubError("Wrong setting. " + "; ".join(lines)) from error
        except SettingsError as error:
            raise HubError("Wrong setting. HUB_SEARCH_WEIGHTS: is not JSON.") from error

    @property
    def resolved_database_url(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'hub.db'}"

    @property
    def blob_folder(self) -> Path:
        return self.home / "blobs"

    @property
    def index_folder(self) -> Path:
        return self.search_index or search_index_dir(self.home)

    def key(self) -> str:
        """The signing key; made once and kept readable by its owner alone."""
        return self.secret_key or _key_in(self.home / "secret.key")


def _key_in(path: Path) -> str:
    """What the file holds; made when it is missing."""
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        _make_key(path)
        changed = path.stat().st_mtime_ns
    return _key_of(path, changed)


@lru_cache(maxsize=8)
def _key_of(path: Path, _changed: int) -> str:
    """Read once: every picture of a link asks for it."""
    return path.read_text().strip()


def _make_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(fd, "w") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
