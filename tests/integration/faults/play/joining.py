"""People who join, log in and out, and set new passwords, at one desk over HTTP."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from webtest import TestResponse

from adapters.worker.sweeper import Sweeper
from domain.model.account_letters import AccountLetter
from domain.ports.tokens import TokenType
from domain.use_cases.open_login import EXCHANGED_AGAIN
from tests.integration.faults.play.accounts import CODE_LETTERS, NOBODY, Accounts, Code, Login, Person
from tests.integration.http.desk import LIFETIMES, Desk

MOST_PEOPLE, MOST_LOGINS, MOST_KEYS = 4, 12, 8
"""Of one play; each is looked at after every step."""
which = st.integers(0, 11)
seldom = st.sampled_from([False, False, False, True])
ways_of_otp = st.sampled_from(["right", "right", "right", "recovery", "none", "wrong", "again"])
ways_of_code = st.sampled_from(["newest", "newest", "newest", "older", "other purpose", "wrong"])
VERIFY, RESET = CODE_LETTERS
numbers = count(1)


class Joining(RuleBasedStateMachine):
    """The moves that need no more than an address and a password."""

    def __init__(self, desk: Desk, ended: list["Joining"]) -> None:
        super().__init__()
        self.desk = desk
        self.number = next(numbers)
        self.accounts = Accounts()
        self.outcomes: dict[str, int] = {}
        ended.append(self)

    # What moves share -------------------------------------------------------------------------------------------

    def send(
        self, what: str, method: str, path: str, body: Any = None, *, by: str | None = None, address: str = "192.0.2.1"
    ) -> TestResponse:
        headers = {} if by is None else {"Authorization": f"Bearer {by}"}
        given: dict[str, Any] = {"headers": headers, "extra_environ": {"REMOTE_ADDR": address}, "expect_errors": True}
        request = getattr(self.desk.app, method if body is None else f"{method}_json")
        answer = request(path, **given) if body is None else request(path, body, **given)
        assert answer.status_int < 500, answer.text
        self.outcomes[f"{what}: {answer.status_int}"] = self.outcomes.get(f"{what}: {answer.status_int}", 0) + 1
        self.read_letters()
        return answer

    def read_letters(self) -> None:
        """What the postman does; codes come to know whose they are."""
        outbox, people = self.desk.store.outbox, {person.email: person for person in self.accounts.people}
        for letter in outbox.claim(uuid4(), 60, 1000):
            assert outbox.mark_sent(letter)
            assert letter.recipient not in people or not people[letter.recipient].has_left, letter
            if letter.recipient in people and letter.kind in CODE_LETTERS:
                sent = people[letter.recipient].codes[AccountLetter(letter.kind)]
                sent.append(Code(str(letter.facts["code"]), letter.created_at))

    @property
    def now(self) -> Any:
        return self.desk.clock.now()

    def person(self, index: int) -> Person:
        return self.accounts.people[index % len(self.accounts.people)]

    def login(self, index: int) -> Login | None:
        """One of those that are good, where there are any; each fourth time, one that need not be."""
        logins = self.accounts.logins
        if index % 4:
            logins = [each for each in logins if each.answers(self.now, each.access[-1][1]) == 200] or logins
        return logins[index % len(logins)] if logins else None

    def by(self, login: Login, what: str, method: str, path: str, body: Any = None) -> TestResponse | None:
        """What the newest token of a login is answered; None where it had to be turned away, and was."""
        token, issued_at = login.access[-1]
        expected = login.answers(self.now, issued_at)
        answer = self.send(what, method, path, body, by=token, address=login.person.address)
        assert (answer.status_int in NOBODY) == (expected in NOBODY), (what, expected, answer.text)
        return answer if expected not in NOBODY else None

    def guess(self, person: Person, *, is_right: bool, answer: TestResponse, instead: int = 200) -> bool:
        """Whether it was taken, after a look at whether it had to be. What is wrong counts."""
        if not is_right:
            assert answer.status_int != 200, answer.text
            person.wrong_at.append(self.now)
        elif answer.status_int == 429:
            assert person.may_have_to_wait(self.now), answer.text
        else:
            assert answer.status_int == instead, answer.text
        return answer.status_int == 200

    def otp(self, person: Person, way: str) -> tuple[dict[str, str], bool]:
        """The field of a one-time password, and whether it is one that must be taken."""
        phone = person.phone
        if phone is None:
            return {}, True
        if way == "right":
            return {"otp": phone.next()}, True
        if way == "recovery" and phone.codes:
            return {"otp": phone.codes[0]}, True
        if way == "wrong":
            return {"otp": phone.wrong()}, False
        return ({"otp": phone.taken}, False) if way == "again" and phone.taken else ({}, False)

    def taken(self, person: Person, otp: dict[str, str]) -> None:
        """What was taken is good for nothing any more."""
        if person.phone is not None and otp:
            person.phone.take(otp["otp"])

    def changed(self, person: Person, password: str) -> None:
        person.former.append(person.password)
        person.password = password

    def new_password(self) -> str:
        return f"staple {next(numbers)} of a quiet harbour {next(numbers)}"

    # Joining and logging in --------------------------------------------------------------------------------------

    @initialize()
    def begin(self) -> None:
        self.staff = self.desk.trader(f"Ada{self.number}", is_staff=True)
        for _ in range(2):
            self.join(again=False)
        for person in self.accounts.people:
            self.desk.deposit(self.desk.find(person.email), "trx", "1000")
            self.enter(person)

    def join(self, *, again: bool) -> None:
        number = len(self.accounts.people)
        email = self.person(0).email if again else f"p{number}.{self.number}@example.com"
        password, address = self.new_password(), f"10.{self.number // 250}.{self.number % 250}.{number}"
        body = {"email": email, "fullname": "Jude", "password": password}
        known = Person(email, "", password, address)
        if not again:
            self.accounts.people.append(known)
        answer = self.send("join", "post", "/auth/register/", body, address=address)
        assert answer.status_int == (400 if again else 200), answer.text
        if not again:
            known.id = answer.json["entity"]["id"]

    def enter(self, person: Person, *, otp: dict[str, str] | None = None) -> TestResponse:
        body = {"email": person.email, "password": person.password} | (otp or {})
        answer = self.send("log in", "post", "/auth/token/", body, address=person.address)
        if answer.status_int == 200:
            pair = answer.json["entity"]
            signed = self.desk.services.tokens.read(pair["access"], TokenType.ACCESS)
            assert signed is not None
            login_id, access = str(signed.unjudged.login_id), [(pair["access"], self.now)]
            login = Login(person, login_id, self.now, access, pair["refresh"], self.now)
            self.accounts.logins.append(login)
        return answer

    @rule(again=seldom)
    def somebody_joins(self, again: bool) -> None:
        stays = not self.person(0).has_left
        if (again and stays) or (not again and len(self.accounts.people) < MOST_PEOPLE):
            self.join(again=again)

    @rule(who=which, guess=st.sampled_from(["", "", "", "former", "another's", "none"]), way=ways_of_otp)
    def log_in(self, who: int, guess: str, way: str) -> None:
        person = self.person(who)
        if guess or person.has_left:
            given = {"another's": self.person(who + 1).password, "former": (person.former or ["none at all"])[-1]}
            password = given.get(guess, person.password if person.has_left else "a password of nobody")
            body = {"email": person.email, "password": password}
            answer = self.send("guess", "post", "/auth/token/", body, address=person.address)
            self.guess(person, is_right=False, answer=answer)
        elif len(self.accounts.logins) < MOST_LOGINS:
            otp, is_right = self.otp(person, way)
            answer = self.enter(person, otp=otp)
            instead = 403 if person.is_suspended else 200
            self.guess(person, is_right=is_right, answer=answer, instead=instead)
            if answer.status_int == 200:
                self.taken(person, otp)

    @rule(which=which, again=seldom)
    def refresh(self, which: int, again: bool) -> None:
        """A refresh token that was exchanged before ends its login, but for a few seconds."""
        login = self.login(which)
        if login is None or (again and not login.spent):
            return
        given = login.spent[-1] if again else login.refresh
        is_live = login.is_live(self.now) and not login.person.has_left
        answer = self.send("refresh", "post", "/auth/token/refresh/", {"refresh": given})
        if not is_live or login.person.is_suspended:
            assert answer.status_int in NOBODY, answer.text
        elif again and self.now - login.used_at >= EXCHANGED_AGAIN:
            assert answer.status_int == 401, answer.text
            login.has_ended = True
        elif again:
            assert answer.json["entity"]["refresh"] == login.refresh
        else:
            pair = answer.json["entity"]
            login.spent.append(given)
            login.access.append((pair["access"], self.now))
            login.refresh, login.used_at = pair["refresh"], self.now

    @rule(which=which, by_refresh=st.booleans())
    def log_out(self, which: int, by_refresh: bool) -> None:
        """Whoever is suspended may leave, too."""
        login = self.login(which)
        if login is None:
            return
        given = {"body": {"refresh": login.refresh}} if by_refresh else {"body": {}, "by": login.access[-1][0]}
        has_expired = not by_refresh and self.now >= login.access[-1][1] + LIFETIMES.access
        answer = self.send("log out", "post", "/auth/logout/", **given)
        assert (answer.status_int == 200) == (login.is_live(self.now) and not has_expired), answer.text
        login.has_ended |= answer.status_int == 200

    @rule(which=which, other=which)
    def end_login(self, which: int, other: int) -> None:
        """Of one's own logins; each fourth time of anybody's."""
        login = self.login(which)
        own = [each for each in self.accounts.logins if other % 4 == 0 or (login and each.person is login.person)]
        if login is None:
            return
        ends = own[other % len(own)]
        if ends is login:
            return
        is_own = ends.person is login.person and ends.is_live(self.now)
        answer = self.by(login, "end login", "delete", f"/auth/login/{ends.id}/")
        if answer is not None:
            assert answer.status_int == (200 if is_own else 404), answer.text
            ends.has_ended |= is_own

    # Passwords and codes -----------------------------------------------------------------------------------------

    @rule(which=which, is_right=st.sampled_from([True, True, False]))
    def change_password(self, which: int, is_right: bool) -> None:
        """All other logins end, and no key does."""
        login = self.login(which)
        if login is None:
            return
        person, new = login.person, self.new_password()
        body = {"password": person.password if is_right else "none of theirs at all", "new_password": new}
        answer = self.by(login, "change password", "post", "/auth/password/", body)
        if answer is not None and self.guess(person, is_right=is_right, answer=answer):
            self.changed(person, new)
            self.accounts.end_logins(person, but=login)

    @rule(who=which)
    def ask_for_reset(self, who: int) -> None:
        answer = self.send("ask for reset", "post", "/auth/password/reset/", {"email": self.person(who).email})
        assert answer.status_int == 200, answer.text

    @rule(which=which)
    def ask_for_verification(self, which: int) -> None:
        login = self.login(which)
        if login is not None:
            answer = self.by(login, "ask to verify", "post", "/auth/verify/")
            assert answer is None or answer.status_int in (200, 400, 429), answer.text

    @rule(who=which, way=ways_of_code)
    def reset_password(self, who: int, way: str) -> None:
        """Every login ends, and no key does."""
        person, new = self.person(who), self.new_password()

        def give(code: str) -> TestResponse:
            body = {"email": person.email, "code": code, "password": new}
            return self.send("reset", "post", "/auth/password/reset/confirm/", body, address=person.address)

        if self.give_code(person, RESET, way, give):
            self.changed(person, new)
            self.accounts.end_logins(person)

    @rule(which=which, way=ways_of_code)
    def verify(self, which: int, way: str) -> None:
        login = self.login(which)
        if login is None or login.answers(self.now, login.access[-1][1]) != 200:
            return
        token, address = login.access[-1][0], login.person.address

        def give(code: str) -> TestResponse:
            return self.send("verify", "post", "/auth/verify/confirm/", {"code": code}, by=token, address=address)

        login.person.is_verified |= self.give_code(login.person, VERIFY, way, give)

    def give_code(self, person: Person, kind: AccountLetter, way: str, give: Callable[[str], TestResponse]) -> bool:
        """Whether a code was taken: the newest of its purpose, once, and no other."""
        other = next(each for each in CODE_LETTERS if each is not kind)
        newest, sent = person.codes[kind][-1:], person.codes[kind][:-1]
        chosen = {"newest": newest, "older": sent[-1:], "other purpose": person.codes[other][-1:]}.get(way, [])
        text = chosen[0].text if chosen else "00000000"
        is_right = bool(newest) and text == newest[0].text and newest[0].is_good(self.now) and not person.has_left
        answer = give(text)
        was_taken = self.guess(person, is_right=is_right, answer=answer)
        if newest and answer.status_int != 429:
            newest[0].tries += 1
            newest[0].is_used |= was_taken
        return was_taken

    # Time --------------------------------------------------------------------------------------------------------

    @rule(minutes=st.sampled_from([0.05, 0.05, 1.1, 1.1, 1.1, 16, 31, 6 * 24 * 60]))
    def time_passes(self, minutes: float) -> None:
        self.desk.clock.advance(seconds=timedelta(minutes=minutes).total_seconds())

    @rule()
    def worker_comes_by(self) -> None:
        """What is old is forgotten, and with it no end."""
        Sweeper(self.desk.store, letters_kept=timedelta(days=90)).sweep_once()
        self.read_letters()
