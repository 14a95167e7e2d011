"""What a job runs with. archive.wiring makes the real one; work knows only this much of it."""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from archive.db import Database
from archive.settings import Settings
from search.index import SearchIndex
from uploads.storage import Storage

if TYPE_CHECKING:
    from search.meaning.embedder import Embedder
    from uploads.speech.voices import Voices
    from uploads.speech.whisper import Transcriber


class House(Protocol):
    @property
    def settings(self) -> Settings: ...

    @property
    def db(self) -> Database: ...

    @property
    def storage(self) -> Storage: ...

    @property
    def index(self) -> SearchIndex: ...

    @property
    def transcriber(self) -> "Transcriber": ...

    @property
    def voices(self) -> "Voices": ...

    @property
    def embedder(self) -> "Embedder | None": ...

    @property
    def secret_key(self) -> str: ...

    @property
    def incoming(self) -> Path: ...

    @property
    def bench(self) -> Path: ...
