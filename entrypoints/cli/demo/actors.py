"""Who plays: traders who talk to the desk over HTTP, hear it over a websocket, and read their mail."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from email.message import EmailMessage
from http.client import HTTPConnection
from typing import Any

from .desk import Desk
from .listening import Ears, Mailbox, Socket, parsed
from .stage import Stage, compact

PASSWORD = "correct horse battery staple"  # noqa: S105 (of traders who live as long as the play)
HTTP_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """What the desk answered."""

    status: int
    content: bytes
    headers: Mapping[str, str]

    @property
    def text(self) -> str:
        """The content, as far as it is text."""
        return self.content.decode(errors="replace")

    @property
    def location(self) -> str | None:
        """Where something new is."""
        return self.headers.get("location")

    @property
    def body(self) -> dict[str, Any]:
        """The envelope, or nothing where the answer has none."""
        try:
            body = json.loads(self.text)
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}

    @property
    def entity(self) -> Any:
        """What the envelope holds."""
        return self.body.get("entity")


@dataclass
class Theatre:
    """What all actors share."""

    stage: Stage
    desk: Desk
    ears: Ears
    mailbox: Mailbox


class Trader:
    """One of the traders."""

    def __init__(self, theatre: Theatre, name: str) -> None:
        self._theatre = theatre
        self._stage = theatre.stage
        self._socket: Socket | None = None
        self._token = ""
        self.name = name
        self.email = f"{name.lower()}@example.com"
        self.id = ""

    def join(self) -> None:
        """Register, log in, and show by the code that is mailed that the address is one's own."""
        registered = self.post(
            "/auth/register/", {"email": self.email, "fullname": self.name, "password": PASSWORD}, hide=PASSWORD
        )
        self.id = (registered.entity or {}).get("id", "")
        self._stage.check(
            f"{self.name} is registered, and no password comes back", _is_profile(registered), registered.text
        )
        self.log_in()
        code = _CODE.search(self.finds_mail("good for 15 minutes, and once"))
        verified = self.post("/auth/verify/confirm/", {"code": code[0] if code else ""})
        self._stage.check(f"{self.name} has verified the address", verified.status == 200, verified.text)

    def log_in(self) -> None:
        """Get an access token by address and password."""
        answer = self.post("/auth/token/", {"email": self.email, "password": PASSWORD}, hide=PASSWORD, brief=True)
        self._token = (answer.entity or {}).get("access", "")
        self._stage.check(f"{self.name} has an access token", bool(self._token), answer.text)

    # Asking ------------------------------------------------------------------------------------------------------

    def get(self, path: str, *, brief: bool = False) -> Answer:
        """Look something up; ``brief`` shows only the status of a long answer."""
        return self._ask("GET", path, None, hide="", brief=brief)

    def post(self, path: str, body: dict[str, Any] | None = None, *, hide: str = "", brief: bool = False) -> Answer:
        """Ask for something; ``hide`` is not shown to the audience."""
        return self._ask("POST", path, body, hide=hide, brief=brief)

    def succeeds(self, path: str, message: str, body: dict[str, Any] | None = None) -> Answer:
        """Ask for something that the desk promises to do, in these words."""
        answer = self.post(path, body)
        holds = answer.status == 200 and _is_envelope(answer, True, message)
        self._stage.check(f"200 {message!r}", holds, f"{answer.status} {answer.text}")
        return answer

    def is_refused(self, path: str, message: str, body: dict[str, Any] | None = None, *, status: int = 400) -> None:
        """Ask for something that the desk promises to refuse, in these words."""
        self._check_refused(self.post(path, body), message, status)

    def sends(self, path: str, content_type: str, content: bytes) -> Answer:
        """Send a file as it is."""
        self._stage.request(self.name, "POST", path, f"{content_type}, {len(content)} bytes")
        return self._exchange("POST", path, content, content_type, brief=False)

    def cannot_send(self, path: str, content_type: str, content: bytes, message: str, *, status: int) -> None:
        """Send a file that the desk promises to refuse, in these words."""
        self._check_refused(self.sends(path, content_type, content), message, status)

    def holds(self, crypto: str, *, p2p: str, escrow: str) -> None:
        """Look into the wallet and find these amounts."""
        answer = self.get("/wallet/", brief=True)
        purses = answer.entity if isinstance(answer.entity, list) else []
        purse: dict[str, str] = next((each for each in purses if each.get("crypto_currency") == crypto), {})
        seen = {name: purse.get(name, "0") for name in ("p2p", "escrow")}
        right = all(Decimal(seen[name]) == Decimal(wanted) for name, wanted in (("p2p", p2p), ("escrow", escrow)))
        self._stage.check(f"{self.name} has {p2p} {crypto} in the p2p wallet and {escrow} in escrow", right, seen)

    def _ask(self, method: str, path: str, body: dict[str, Any] | None, *, hide: str, brief: bool) -> Answer:
        text = None if body is None else compact(body)
        self._stage.request(self.name, method, path, text.replace(hide, "…") if text and hide else text)
        return self._exchange(method, path, None if text is None else text.encode(), "application/json", brief=brief)

    def _exchange(self, method: str, path: str, content: bytes | None, content_type: str, *, brief: bool) -> Answer:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        if content is not None:
            headers["Content-Type"] = content_type
        connection = HTTPConnection(self._theatre.desk.http, timeout=HTTP_SECONDS)
        try:
            connection.request(method, path, content, headers)
            response = connection.getresponse()
            named = {name.lower(): value for name, value in response.getheaders()}
            answer = Answer(response.status, response.read(), named)
        finally:
            connection.close()
        note = f"  Location: {answer.location}" if answer.location else ""
        self._stage.answer(answer.status, "…" if brief and answer.status == 200 else answer.text, note)
        return answer

    def _check_refused(self, answer: Answer, message: str, status: int) -> None:
        holds = answer.status == status and _is_envelope(answer, False, message) and answer.entity is None
        self._stage.check(f"{status} {message!r}", holds, f"{answer.status} {answer.text}")

    # Hearing -----------------------------------------------------------------------------------------------------

    def listen(self, since: int | None = None) -> None:
        """Open a websocket, with a replay from a notice on if one is given."""
        self.stop_listening()
        replay = "" if since is None else f"&since={since}"
        self._stage.request(self.name, "websocket", f"/ws/p2p/?token=…{replay}", None)
        address = f"ws://{self._theatre.desk.websocket}/ws/p2p/"
        self._socket = self._theatre.ears.socket(f"{address}?token={self._token}{replay}")

    def hears(self, frame: dict[str, Any], *, literally: str = "") -> None:
        """The next frame has exactly these keys and values, and this spelling in it."""
        text = self._next_frame()
        right = text is not None and parsed(text) == frame and literally in text
        self._stage.check(f"{self.name} is told {frame.get('type')}, with exactly its keys", right, text)

    def hears_again(self, number: int) -> dict[str, Any]:
        """The next frame of a replay carries this number; returned without it."""
        text = self._next_frame()
        frame = parsed(text) if text else {}
        self._stage.check(f"it is notice {number}", frame.pop("notice", None) == number, text)
        return frame

    def stop_listening(self) -> None:
        """Close the websocket; nothing that was not looked for may have come."""
        if self._socket is None:
            return
        more = self._socket.texts[self._socket.seen :]
        self._stage.check(f"{self.name} was told nothing else", not more, more)
        self._socket.close()
        self._socket = None

    def _next_frame(self) -> str | None:
        text = self._socket.next() if self._socket else None
        if text is not None:
            self._stage.frame(self.name, text)
        return text

    def finds_mail(self, *contents: str) -> str:
        """The next mail to this trader says all of this, as text and as HTML. Returns its text."""
        mail = self._theatre.mailbox.next_to(self.email)
        plain, html = _part(mail, "plain"), _part(mail, "html")
        if mail is not None:
            self._stage.mail(self.name, str(mail["Subject"]), plain)
        both = plain.lower(), html.lower()
        missing = [content for content in contents if any(content.lower() not in part for part in both)]
        what = f"{self.name} has mail, as text and HTML, that says {', '.join(contents)}"
        self._stage.check(what, mail is not None and not missing, f"{'no mail' if mail is None else missing}")
        return plain


_CODE = re.compile(r"\b[0-9]{8}\b")


def _part(mail: EmailMessage | None, kind: str) -> str:
    part = mail.get_body(preferencelist=(kind,)) if mail is not None else None
    return str(part.get_content()) if part is not None else ""


def _is_envelope(answer: Answer, is_success: bool, message: str) -> bool:
    body = answer.body
    wanted = {"status": "success" if is_success else "failure", "message": message, "success": is_success}
    return body == {**wanted, "entity": body.get("entity")}


def _is_profile(answer: Answer) -> bool:
    return answer.status == 200 and bool((answer.entity or {}).get("id")) and "password" not in answer.text
