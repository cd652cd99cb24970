"""Keys of programs, second factors, those who are shut out or leave, and trades by whatever anybody ever held."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from tests.integration.faults.play.accounts import NOBODY, SCOPES, Key, Login, OwnPhone
from tests.integration.faults.play.joining import MOST_KEYS, Joining, seldom, ways_of_otp, which
from tests.integration.http.desk import PASSWORD, ad_body, offer_body

VERIFY_EVERY = 8
"""It takes some fifty statements, so that it is looked at now and then, and at the end of each play."""


class Programs(Joining):
    """All moves of accounts; and after each of them every token and key is tried that there ever was."""

    def __init__(self, *given: Any, verified: Any = list) -> None:
        super().__init__(*given)
        self.verified = verified
        self.steps = 0

    # One-time passwords ------------------------------------------------------------------------------------------

    @rule(which=which, is_right=st.sampled_from([True, True, False]))
    def turn_on(self, which: int, is_right: bool) -> None:
        login = self.login(which)
        begun = None if login is None else self.by(login, "begin otp", "post", "/auth/totp/")
        if login is None or begun is None:
            return
        assert begun.status_int == (200 if login.person.phone is None else 400), begun.text
        if begun.status_int != 200:
            return
        phone = OwnPhone(self.desk.clock, begun.json["entity"]["secret"])
        otp = phone.next() if is_right else phone.wrong()
        answer = self.by(login, "confirm otp", "post", "/auth/totp/confirm/", {"otp": otp})
        if answer is not None and self.guess(login.person, is_right=is_right, answer=answer):
            phone.codes = answer.json["entity"]["recovery_codes"]
            phone.take(otp)
            login.person.phone = phone

    @rule(which=which, way=ways_of_otp)
    def turn_off(self, which: int, way: str) -> None:
        login = self.login(which)
        if login is None or login.person.phone is None:
            return
        otp, is_right = self.otp(login.person, way)
        answer = self.by(
            login, "turn off otp", "post", "/auth/totp/disable/", {"password": login.person.password} | otp
        )
        if answer is not None and self.guess(login.person, is_right=is_right, answer=answer):
            login.person.phone = None

    # Keys --------------------------------------------------------------------------------------------------------

    @rule(which=which, scopes=st.sets(st.sampled_from(SCOPES), min_size=1), expires=seldom, way=ways_of_otp)
    def make_key(self, which: int, scopes: set[str], expires: bool, way: str) -> None:
        login = self.login(which)
        if login is None or len(self.accounts.keys) >= MOST_KEYS:
            return
        otp, is_right = self.otp(login.person, way)
        expires_at = self.now + timedelta(hours=1) if expires else None
        body = {"name": "bot", "scopes": sorted(scopes)} | otp
        body |= {} if expires_at is None else {"expires_at": expires_at.isoformat()}
        answer = self.by(login, "make key", "post", "/auth/key/", body)
        if answer is not None and self.guess(login.person, is_right=is_right, answer=answer):
            self.taken(login.person, otp)
            made = answer.json["entity"]
            self.accounts.keys.append(Key(login.person, made["id"], made["key"], tuple(sorted(scopes)), expires_at))

    @precondition(lambda self: self.accounts.keys)
    @rule(which=which, key=which)
    def end_key(self, which: int, key: int) -> None:
        login, ends = self.login(which), self.accounts.keys[key % len(self.accounts.keys)]
        if login is None:
            return
        is_good = ends.person is login.person and ends.answers(self.now, ends.scopes[0]) == 200
        answer = self.by(login, "end key", "delete", f"/auth/key/{ends.id}/")
        if answer is not None:
            assert answer.status_int == (200 if is_good else 404), answer.text
            ends.has_ended |= answer.status_int == 200

    # Being shut out, and leaving ---------------------------------------------------------------------------------

    @rule(who=which, yes=st.booleans())
    def staff_shut_out(self, who: int, yes: bool) -> None:
        """Or let in again, where all that was known before is worth nothing."""
        person = self.person(who)
        credentials = {"email": self.staff.trader.email, "password": PASSWORD}
        token = self.send("staff log in", "post", "/auth/token/", credentials).json["entity"]["access"]
        path, note = f"/admin/suspension/{person.id}/", {"note": "as it is played"}
        answer = self.send("suspend" if yes else "reinstate", "post" if yes else "delete", path, note, by=token)
        assert answer.status_int == (404 if person.has_left else 200), answer.text
        if person.is_suspended and not yes:
            self.accounts.shut_out(person)
        person.is_suspended = yes and not person.has_left

    @rule(which=which, way=ways_of_otp, is_meant=st.booleans())
    def leave(self, which: int, way: str, is_meant: bool) -> None:
        login = self.login(which)
        if login is None or not is_meant:
            return
        person = login.person
        otp, is_right = self.otp(person, way)
        answer = self.by(login, "leave", "post", "/auth/delete/", {"password": person.password} | otp)
        if answer is None:
            return
        # Whoever holds coins stays; that their one-time password was right uses nothing up then.
        holds = answer.headers.get("Error-Code") == "account_in_use"
        assert not holds or (is_right and person in self.accounts.people[:2]), answer.text
        if not holds and self.guess(person, is_right=is_right, answer=answer):
            person.has_left, person.phone = True, None
            self.accounts.shut_out(person)

    # Trades ------------------------------------------------------------------------------------------------------

    @rule(seller=which, buyer=which, programs=st.tuples(seldom, seldom, seldom, seldom))
    def trade(self, seller: int, buyer: int, programs: tuple[bool, ...]) -> None:
        """Each step by whatever the two hold or held: a token, or the key of a program."""
        made = {"ad": 10**9, "offer": 10**9}
        for deed, index, is_program in zip(
            ("ad", "offer", "paid", "release"), (seller, buyer, buyer, seller), programs, strict=True
        ):
            by = self.held(index, is_program=is_program)
            if by is not None:
                made[deed] = self.traded(deed, by, made) or 10**9

    def held(self, index: int, *, is_program: bool) -> Key | Login | None:
        keys = self.accounts.keys
        return keys[index % len(keys)] if is_program and keys else self.login(index)

    def traded(self, deed: str, by: Key | Login, made: dict[str, int]) -> int | None:
        """The id of what was made, after a look at whether it might be."""
        if isinstance(by, Key):
            token, expected = by.text, by.answers(self.now, "release" if deed == "release" else "trade")
        else:
            token, issued_at = by.access[-1]
            expected = by.answers(self.now, issued_at)
        bodies = {"ad": ad_body(crypto_amount="50"), "offer": offer_body(made["ad"], "10")}
        path = {"ad": "/p2p/ad/", "offer": "/p2p/offer/create/"}.get(deed, f"/p2p/offer/{deed}/{made['offer']}/")
        answer = self.send(deed, "post", path, bodies.get(deed), by=token, address=by.person.address)
        assert (answer.status_int in NOBODY) == (expected in NOBODY), (deed, expected, answer.text)
        # No one-time password is given here, and no person who has turned them on does without.
        assert not (deed == "release" and isinstance(by, Login) and by.person.phone) or answer.status_int != 200
        if answer.status_int != 200 or deed not in made:
            return None
        return int(answer.headers["Location"].rsplit("/", 1)[1] if deed == "ad" else answer.json["entity"]["id"])

    # What must be right after every move -------------------------------------------------------------------------

    @invariant()
    def all_is_right(self) -> None:
        """What was ended does nothing, and what was not works; no key does what it was not given."""
        for login in self.accounts.logins:
            for token, issued_at in login.access:
                expected = login.answers(self.now, issued_at)
                assert self.asked("/auth/me/", token) == expected, (login, token, expected)
        for number, key in enumerate(self.accounts.keys):
            assert self.asked("/wallet/", key.text) == key.answers(self.now, "read"), key
            assert self.asked("/auth/me/", key.text) in NOBODY, key
            if number == self.steps % len(self.accounts.keys):
                self.check_scopes(key)
        self.accounts.check_letters()
        self.steps += 1
        if self.steps % VERIFY_EVERY == 0:
            assert self.verified() == []

    def asked(self, path: str, token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return int(self.desk.app.get(path, headers=headers, expect_errors=True).status_int)

    def check_scopes(self, key: Key) -> None:
        """What it may not do is refused before it is looked at what is asked for."""
        for scope, path in (("trade", "/p2p/ad/"), ("release", f"/p2p/offer/release/{10**9}/")):
            answer = self.send("try key", "post", path, {}, by=key.text)
            expected = key.answers(self.now, scope)
            assert answer.status_int == expected or (expected == 200 and answer.status_int in (400, 404)), key

    def teardown(self) -> None:
        """A play that ended well leaves books that are right."""
        assert self.verified() == []
