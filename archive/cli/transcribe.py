"""peer-stories transcribe FILE"""

import json
import tempfile
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track as progress

from archive.formats import text, webvtt
from archive.services.errors import Invalid
from archive.settings import read
from uploads.media import loss_sentence, soundtrack
from uploads.speech.cutting import cut
from uploads.speech.segments import Segment
from uploads.speech.whisper import Transcriber


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--model", help="base, tiny.en, a folder of weights, or a name to download.")
@click.option("--language", help="A code like en or de; found out by listening where not given.")
@click.option("--json", "form", flag_value="json", help="Passages with words, times and probabilities.")
@click.option("--vtt", "form", flag_value="vtt", help="WebVTT captions.")
@click.option("--text", "form", flag_value="text", default="text", help="Plain text (the default).")
def transcribe(file: Path, model: str | None, language: str | None, form: str) -> None:
    """Write the words of FILE to standard output."""
    settings = read()
    chosen = model or settings.whisper_model
    transcriber = Transcriber(chosen, device=settings.whisper_device, threads=settings.whisper_threads)
    console = Console(stderr=True)
    with tempfile.TemporaryDirectory(prefix="peer-stories-") as folder:
        sound = soundtrack(file, Path(folder) / "sound.pcm")
        pieces = list(transcriber.pieces(sound))
        if language and pieces and not transcriber.knows(language):
            raise Invalid(f"This model knows no language {language!r}. Leave it out, and it listens for itself.")
        if pieces and language is None:
            language, _ = transcriber.language(sound)
        shown = progress(pieces, "listening", console=console, transient=True, disable=not console.is_terminal)
        words = [word for piece in shown for word in transcriber.hear(sound, piece, language or "en")]
        if sentence := loss_sentence(sound):
            click.echo(sentence, err=True)
    if not words:
        click.echo("Nobody speaks in this recording, as far as the machine can hear.", err=True)
    click.echo(_written(cut(words), language, form), nl=form != "vtt")


def _written(segments: list[Segment], language: str | None, form: str) -> str:
    cues = [webvtt.Cue(each.start_ms, each.end_ms, each.text, each.voice) for each in segments]
    if form == "vtt":
        return webvtt.write(cues, language)
    if form == "text":
        return text.write(cues)
    passages = [
        {
            "start": each.start_ms / 1000,
            "end": each.end_ms / 1000,
            "text": each.text,
            "words": [
                {"w": w.text, "s": w.start_ms / 1000, "e": w.end_ms / 1000, "p": w.probability} for w in each.words
            ],
        }
        for each in segments
    ]
    return json.dumps({"language": language, "passages": passages}, ensure_ascii=False)
