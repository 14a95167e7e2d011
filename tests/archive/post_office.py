"""A mail server for tests: takes what is sent to it on this machine, or refuses it."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

REFUSED = "nobody@example.org"


@dataclass
class Office:
    port: int
    letters: list[EmailMessage] = field(default_factory=list)
    envelopes: list[str] = field(default_factory=list)  # RCPT TO, as it was said
    logins: list[str] = field(default_factory=list)
    closed: bool = False  # turns everybody away


class _Clerk(socketserver.StreamRequestHandler):
    """RFC 5321, as much of it as a polite client says."""

    office: Office

    def handle(self) -> None:
        self._say("421 closed" if self.office.closed else "220 post office")
        for line in self.rfile:
            said = line.decode().strip()
            word = said.split(" ")[0].upper()
            if word == "QUIT":
                self._say("221 bye")
                return
            if word == "DATA":
                self._say("354 go on")
                self._take()
            self._say(self._answer(word, said))

    def _answer(self, word: str, said: str) -> str:
        if word == "EHLO":
            return "250-post office\r\n250 AUTH PLAIN"
        if word == "AUTH":
            self.office.logins.append(said)
            return "235 welcome"
        if word == "RCPT":
            self.office.envelopes.append(said)
            return "550 unknown here" if REFUSED in said else "250 ok"
        return "250 ok"

    def _take(self) -> None:
        lines = [line.removeprefix(b".") for line in iter(self.rfile.readline, b".\r\n")]  # a dot was doubled
        self.office.letters.append(message_from_bytes(b"".join(lines), policy=SMTP))  # type: ignore[arg-type]

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True


@contextmanager
def post_office() -> Iterator[Office]:
    with _Server(("127.0.0.1", 0), type("Clerk", (_Clerk,), {})) as server:
        office = Office(server.server_address[1])
        server.RequestHandlerClass.office = office  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield office
        finally:
            server.shutdown()
            thread.join()
