"""A desk on which the document's example of an operation would succeed, and whoever may send it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyotp

from adapters.http.collaborators import JoinableStore
from adapters.http.documents.openapi_examples import example_of
from adapters.http.operation import Operation
from adapters.http.requests.security import Caller as Callers
from adapters.http.schemas.fields import AdId, Email, TraderId
from domain import Purse
from tests.integration.files.pictures import picture
from tests.integration.http.desk import PASSWORD, Caller, Desk
from tests.integration.http.test_relations import TRADERS, Scene

Before = Callable[[Scene], object]
"""What happens at a desk before an operation can do anything."""

# What stands for something of the desk, until a body is sent there. Addresses are those of nobody yet.
_ABOUT: Mapping[type, str] = {AdId: "THE AD", TraderId: "THE TRADER", Email: "somebody.THE NUMBER@example.com"}
_TOLD: Mapping[str, Mapping[str, str]] = {
    "refresh": {"refresh": "THE REFRESH TOKEN"},
    "log_out": {"refresh": "THE REFRESH TOKEN"},
    "verify": {"code": "THE CODE OF AN ADDRESS"},
    "reset_password": {"code": "THE CODE OF A RESET"},
    "confirm_totp": {"otp": "THE ONE-TIME PASSWORD"},
}
NOT_READY = ("disable_totp", "approve_proposal", "reject_proposal")
"""Their examples need one-time passwords that are on, or a second one of the staff."""
ONCE = ("change_password",)
"""What cannot be done twice as the example has it, and is refused then as a wrong request is."""
# Whoever is refused with one of these was judged by what they sent; with any other, perhaps by what was done before.
_OF_INPUT = {"bad_json", "bad_query", "invalid_fields", "not_found", "not_json", "too_large", "not_an_attachment"}


@dataclass
class ReadyDesk:
    """Made anew where what was done before could have kept a request from being judged."""

    new_store: Callable[[], JoinableStore]
    counts: Counter[str] = field(default_factory=Counter)
    scene: Scene = field(init=False)

    def __post_init__(self) -> None:
        self._earned: set[tuple[str, str, str]] = set()
        self._before: Before | None = None
        self.renew()

    def turn_to(self, operation: Operation) -> None:
        """From now on it is this operation that is called."""
        before, self._before = self._before, BEFORE.get(operation.name)
        # Another one may have changed the password that is asked for here.
        if self._before != before or operation.hashes or operation.name in _TOLD:
            self.renew()

    def renew(self) -> None:
        """A desk on which nothing was done but what has to be."""
        if self.counts["desks"]:
            self.scene.desk.store.close()
        desk = Desk(store=self.new_store())
        self.scene = Scene(desk=desk)
        desk.deposit(self.scene.people["maker"].trader, "trx", "1000", Purse.MAIN)
        if self._before is not None:
            self._before(self.scene)
        self._told: dict[str, str] = {}
        self.counts["desks"] += 1

    def may_be_to_blame(self, operation: Operation, place: str, code: str) -> bool:
        """Whether a request may have been refused with this code for what was done before it."""
        is_of_input = code in _OF_INPUT and operation.name not in ONCE
        return bool(code) and not is_of_input and (operation.name, place, code) not in self._earned

    def is_not_to_blame(self, operation: Operation, place: str, code: str) -> None:
        """A desk on which nothing was done has refused it so as well."""
        self._earned.add((operation.name, place, code))

    def caller(self, operation: Operation) -> Caller:
        """Who in the scene may call it."""
        return self.scene.people[_who(operation)]

    def headers(self, operation: Operation, *, with_key: bool = False) -> dict[str, str]:
        """What the caller sends: nothing where anybody may call, else a token, or a key that may do this one thing."""
        if operation.caller is Callers.ANYONE:
            return {}
        caller = self.caller(operation)
        if not with_key or operation.scope is None:
            return caller.headers
        name = f"{_who(operation)} {operation.scope}"
        if name not in self._told:
            made = caller.post("/auth/key/", {"name": name, "scopes": [operation.scope]})
            self._told[name] = made.json["entity"]["key"]
        return {"Authorization": f"Bearer {self._told[name]}"}

    def filled(self, body: bytes) -> bytes:
        """A body in which what stands for something of the desk is replaced by it."""
        self.counts["tries"] += 1
        known = {'"THE AD"': self.scene.ids["ad_id"], "THE TRADER": self.scene.ids["trader_id"]}
        for marked, value in (known | {"THE NUMBER": str(self.counts["tries"])}).items():
            body = body.replace(marked.encode(), value.encode())
        for marked, tell in _TELLING.items():
            if marked.encode() in body:
                if marked not in self._told:
                    self._told[marked] = tell(self.scene)
                body = body.replace(marked.encode(), self._told[marked].encode())
        return body


def example(operation: Operation) -> dict[str, Any] | None:
    """The document's example, in which something stands for what is of the desk."""
    if operation.body is None:
        return None
    about = {name: _ABOUT[type(each)] for name, each in operation.body.fields.items() if type(each) in _ABOUT}
    return {**example_of(operation.body), **about, **_TOLD.get(operation.name, {})}


def example_body(operation: Operation) -> bytes | None:
    """The same as it is sent, but for what stands for something."""
    return None if operation.body is None else json.dumps(example(operation)).encode()


def _who(operation: Operation) -> str:
    """Whoever has what it is about, and is told something else than a stranger."""
    if operation.caller is Callers.STAFF:
        return "staff"
    if operation.name in TRADERS:
        of_stranger, of_maker, *_ = TRADERS[operation.name].split()
        return "taker" if of_maker == of_stranger != "yes" else "maker"
    return {"create_offer": "taker", "delete_account": "stranger"}.get(operation.name, "maker")


def _done(scene: Scene, who: str, path: str, body: Any = None) -> None:
    assert scene.people[who].post(path.format(**scene.ids), body).status_int == 200


def _open_dispute(scene: Scene) -> None:
    _done(scene, "maker", "/p2p/offer/dispute/{offer_id}/", {"reason": "Nothing came."})


def _make_offer(scene: Scene) -> None:
    scene.ids["offer_id"] = str(scene.people["taker"].offer(int(scene.ids["ad_id"])))


def _send_picture(scene: Scene) -> None:
    path = "/p2p/offer/attachment/{offer_id}/".format(**scene.ids)
    assert scene.people["taker"].post_text(path, picture("PNG"), "image/png").status_int == 200


BEFORE: Mapping[str, Before] = {
    "give_feedback": lambda scene: _done(scene, "maker", "/p2p/offer/release/{offer_id}/"),
    "resume_ad": lambda scene: _done(scene, "maker", "/p2p/ad/pause/{ad_id}/"),
    "withdraw_dispute": _open_dispute,
    "take_dispute": _open_dispute,
    "resolve_dispute": _open_dispute,
    "indicate_payment": _make_offer,
    "cancel_offer": _make_offer,
    "attachment": _send_picture,
}


def _refresh_token(scene: Scene) -> str:
    credentials = {"email": "jude@example.com", "password": PASSWORD}
    return str(scene.desk.app.post_json("/auth/token/", credentials).json["entity"]["refresh"])


def _code_of_an_address(scene: Scene) -> str:
    assert scene.people["maker"].post("/auth/verify/").status_int == 200
    return scene.desk.mailed_code()


def _code_of_a_reset(scene: Scene) -> str:
    scene.desk.app.post_json("/auth/password/reset/", {"email": "jude@example.com"})
    return scene.desk.mailed_code()


def _one_time_password(scene: Scene) -> str:
    secret = scene.people["maker"].post("/auth/totp/").json["entity"]["secret"]
    return str(pyotp.TOTP(secret).at(scene.desk.clock.now()))


_TELLING: Mapping[str, Callable[[Scene], str]] = {
    "THE REFRESH TOKEN": _refresh_token,
    "THE CODE OF AN ADDRESS": _code_of_an_address,
    "THE CODE OF A RESET": _code_of_a_reset,
    "THE ONE-TIME PASSWORD": _one_time_password,
}
