"""Settings -> the objects to run with. The only file that picks adapters."""

import os
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from archive import days, migrations
from archive.db import Database
from archive.mail import LetterBox
from archive.services.acts import witness
from archive.services.replay import catch_up
from archive.settings import Settings
from search.embedded import EmbeddedIndex
from search.index import SearchIndex
from search.server import MeilisearchIndex, own
from uploads.storage import LocalStorage, Storage

if TYPE_CHECKING:
    from search.meaning.embedder import Embedder
    from uploads.speech.voices import Voices
    from uploads.speech.whisper import Transcriber

log = structlog.get_logger()


@dataclass(frozen=True)
class House:
    """Everything a command, a request or a job runs with. Parts are made when they are first asked for."""

    settings: Settings

    def __post_init__(self) -> None:
        days.live_in(self.settings.timezone)

    @cached_property
    def db(self) -> Database:
        made = Database(self.settings.database)
        made.witness = witness(self.acts)
        made.afterwards.append(self.letters.take)
        return made

    @cached_property
    def letters(self) -> LetterBox:
        return LetterBox(self.settings.data / "letters", self.settings.mail_url, self.settings.base_url)

    @property
    def acts(self) -> Path:
        """What was closed, beside the database: see services.acts."""
        return self.settings.data / "acts.jsonl"

    @cached_property
    def storage(self) -> Storage:
        return LocalStorage(self.settings.data / "files")

    @property
    def own_server(self) -> Path:
        """Where a search server lives that `peer-stories up` started for this archive."""
        return self.settings.data / "meilisearch"

    @cached_property
    def index(self) -> SearchIndex:
        """The server that is named, else the one that `up` has started, else the one inside this process."""
        named = (self.settings.search_url, self.settings.search_key)
        url, key = named if named[0] else own.running(self.own_server) or (None, None)
        return MeilisearchIndex(url, key) if url else EmbeddedIndex(self.settings.data / "index")

    @property
    def index_name(self) -> str:
        """Which of them it is, for comparing with the one that served before."""
        kind = "meilisearch" if isinstance(self.index, MeilisearchIndex) else "embedded"
        return self.settings.search_url or kind

    @cached_property
    def transcriber(self) -> "Transcriber":
        from uploads.speech.whisper import Transcriber  # seconds and a hundred megabytes that only workers need

        chosen = self.settings
        return Transcriber(chosen.whisper_model, device=chosen.whisper_device, threads=chosen.whisper_threads)

    @cached_property
    def voices(self) -> "Voices":
        from uploads.speech.voices import Voices  # for workers only, as the one before

        return Voices(threads=self.settings.whisper_threads)

    @cached_property
    def embedder(self) -> "Embedder | None":
        """None where its weights or its libraries are not installed: then everything is found by its words alone."""
        try:
            from search.meaning.model import MiniLM, NoModel  # a tenth of a second that most commands do not need
        except ImportError as missing:
            log.warning("nothing is searched by meaning", reason=f"{missing}: install the extra peer-stories[meaning]")
            return None
        try:
            return MiniLM(self.settings.whisper_threads)
        except NoModel as reason:
            log.warning("nothing is searched by meaning", reason=str(reason))
            return None

    @cached_property
    def incoming(self) -> Path:
        """Where files arrive, on the same disk as the masters, so that keeping one is a rename."""
        return self._folder("incoming")

    @cached_property
    def bench(self) -> Path:
        """The worker's workbench: decoded sound while it is needed."""
        return self._folder("bench")

    @cached_property
    def secret_key(self) -> str:
        """Made once and kept in the data folder, for its owner's eyes only."""
        if self.settings.secret_key:
            return self.settings.secret_key
        path = self._folder(".") / "secret_key"
        if not path.exists():
            fresh = path.with_suffix(f".{os.getpid()}")
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_hex(32))
            try:
                os.link(fresh, path)  # of several starting at once, the first one's key holds
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return path.read_text().strip()

    def _folder(self, name: str) -> Path:
        path = self.settings.data / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def make_ready(self) -> list[str]:
        """The database at this version, and nothing open in it that was closed: an old backup may have been restored.
        Before anything is served. Gives sentences for whoever runs the archive."""
        migrations.upgrade(self.settings.database)
        return catch_up(self.db, self.acts)

    def close(self) -> None:
        self.db.close()
