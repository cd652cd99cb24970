"""The ways to write over HTTP that take no key: what is taken back, and what is about one's own account.

Who asks again is told that it was done before, or does it once more, which harms nobody: a second key for a program
can be ended, and the text of the first is known to nobody.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import uuid4

from domain.ports.codes import MailCode, Purpose
from domain.ports.logins import Login

from .client import Request
from .population import Population
from .routes import Prepare, Prepared, saved_method

MISSING, TOO_SOON = 404, 429
CODE = "31415926"


def unblock(people: Population) -> Prepared:
    by, whom = people.person(), people.person()
    people.desk.write(lambda unit: unit.people.block(by.id, whom.id, unit.now()))
    counting = "SELECT 1 - count(*) FROM blocks WHERE whom = :whom"
    return Prepared(Request(by, f"/p2p/block/{whom.id}/", method="DELETE"), counting, {"whom": whom.id})


def delete_payment_method(people: Population) -> Prepared:
    owner = people.person()
    path = f"/p2p/payment-method/{saved_method(people, owner)}/"
    counting = "SELECT 1 - count(*) FROM saved_payment_methods WHERE trader_id = :owner"
    request = Request(owner, path, method="DELETE", may_answer=(MISSING,))
    return Prepared(request, counting, {"owner": owner.id}, again=MISSING)


def unrestrict(people: Population) -> Prepared:
    staff, trader = people.person(is_staff=True), people.person()
    people.desk.restrict(people.traders[trader.id])
    counting = "SELECT 1 - count(*) FROM restrictions WHERE trader_id = :trader"
    path = f"/admin/restriction/{trader.id}/usdt/?note=So."
    return Prepared(Request(staff, path, method="DELETE"), counting, {"trader": trader.id})


def reinstate(people: Population) -> Prepared:
    staff, trader = people.person(is_staff=True), people.person()
    people.desk.suspend(people.traders[trader.id])
    counting = "SELECT count(*) FROM traders WHERE id = :trader AND NOT is_suspended"
    path = f"/admin/suspension/{trader.id}/?note=So."
    return Prepared(Request(staff, path, method="DELETE"), counting, {"trader": trader.id})


def make_key(people: Population) -> Prepared:
    owner = people.person()
    counting = "SELECT count(*) FROM api_keys JOIN logins USING (id) WHERE api_keys.trader_id = :owner"
    request = Request(owner, "/auth/key/", {"name": "Robot", "scopes": ["read"]})
    return Prepared(request, counting, {"owner": owner.id}, adds=True)


def end_login(people: Population) -> Prepared:
    owner = people.person()
    now = people.desk.read(lambda unit: unit.now())
    login = Login(uuid4(), owner.id, uuid4(), now, now + timedelta(days=1))
    people.desk.write(lambda unit: unit.logins.open(login))
    counting = "SELECT count(*) FROM logins WHERE id = :login AND ended_at IS NOT NULL"
    request = Request(owner, f"/auth/login/{login.id}/", method="DELETE", may_answer=(MISSING,))
    return Prepared(request, counting, {"login": login.id}, again=MISSING)


def send_verification(people: Population) -> Prepared:
    """The code and its letter are one write."""
    owner = people.person()
    counting = (
        "SELECT count(*) FROM mail_codes JOIN letters USING (trader_id) "
        "WHERE trader_id = :owner AND letters.kind = 'verify_code'"
    )
    request = Request(owner, "/auth/verify/", may_answer=(TOO_SOON,))
    return Prepared(request, counting, {"owner": owner.id}, again=TOO_SOON)


def verify_address(people: Population) -> Prepared:
    owner = people.person()
    digest = hashlib.sha256(CODE.encode()).digest()
    people.desk.write(lambda unit: unit.codes.add(MailCode(uuid4(), owner.id, Purpose.VERIFY, digest, unit.now())))
    counting = (
        "SELECT count(*) FROM traders JOIN mail_codes ON trader_id = traders.id "
        "WHERE traders.id = :owner AND email_verified AND used_at IS NOT NULL"
    )
    request = Request(owner, "/auth/verify/confirm/", {"code": CODE})
    return Prepared(request, counting, {"owner": owner.id}, again=400)


KEYLESS: dict[str, Prepare] = {
    "unblock": unblock,
    "delete payment method": delete_payment_method,
    "unrestrict": unrestrict,
    "reinstate": reinstate,
    "make key": make_key,
    "end login": end_login,
    "send verification": send_verification,
    "verify address": verify_address,
}
