"""Joining the desk, logging in and staying so, and tickets for the websocket."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from adapters.memory.store import MemoryStore
from adapters.system.wakers import Wakers
from adapters.tokens.jwt_tokens import JwtTokens
from domain import Problem, Trader, errors
from domain.errors import FieldProblem
from domain.ports.logins import Standing
from domain.ports.tokens import Claims, TokenType
from domain.use_cases.open_login import (
    EXCHANGED_AGAIN,
    LoginRevoked,
    TokenLifetimes,
    TokenPair,
    end_own_login,
    logins_to_leave,
    open_login,
    refresh_login,
)
from domain.use_cases.register_trader import (
    EMAIL_LENGTH_LIMIT,
    password_problem,
    register_trader,
    registration_problems,
)
from domain.use_cases.tickets import TICKET_LIFETIME_SECONDS, issue_ticket, redeem_ticket
from tests.clock import SettableClock
from tests.factories import NOW
from tests.integration.desk import Desk

ACCESS, REFRESH = TokenType.ACCESS, TokenType.REFRESH
LIFETIMES = TokenLifetimes(access=timedelta(minutes=30), refresh=timedelta(days=14), login=timedelta(days=90))
TOKENS = JwtTokens("a secret of more than thirty-two characters")


@pytest.fixture
def desk() -> Desk:
    # A moment without microseconds, since tokens know whole seconds only.
    return Desk(MemoryStore(waker=Wakers(), message_id_domain="desk.example", clock=SettableClock(NOW)))


def register(desk: Desk, email: str = "jude@desk.example", fullname: str = "Jude", **more: object) -> Trader:
    return desk.write(
        lambda unit: register_trader(
            email, fullname, "a hash", traders=unit.traders, at=unit.now(), identifiers=desk.identifiers, **more
        )
    )


def login(desk: Desk, trader: Trader) -> TokenPair:
    return desk.write(
        lambda unit: open_login(
            trader,
            logins=unit.logins,
            tokens=TOKENS,
            at=unit.now(),
            identifiers=desk.identifiers,
            lifetimes=LIFETIMES,
        )
    )


def refresh(desk: Desk, token: str) -> TokenPair | LoginRevoked:
    return desk.write(
        lambda unit: refresh_login(
            token,
            logins=unit.logins,
            traders=unit.traders,
            tokens=TOKENS,
            at=unit.now(),
            identifiers=desk.identifiers,
            lifetimes=LIFETIMES,
        )
    )


def standing(desk: Desk, login_id: UUID) -> Standing:
    return desk.read(lambda unit: unit.logins.standing([login_id], desk.clock.now()))[login_id]


def login_of(desk: Desk, pair: TokenPair) -> UUID:
    claims = TOKENS.verify(pair.access, TokenType.ACCESS, desk.clock.now())
    assert claims is not None
    return claims.login_id


def test_somebody_joins_the_desk(desk: Desk) -> None:
    jude = register(desk, country="NG", is_staff=True)
    kept = desk.read(lambda unit: unit.traders.by_email("JUDE@desk.example"))
    assert kept == jude
    assert (jude.fullname, jude.country, jude.is_staff, jude.created_at) == ("Jude", "NG", True, desk.clock.now())
    assert desk.read(lambda unit: unit.traders.password_hash(jude.id)) == "a hash"


@pytest.mark.parametrize(
    ("email", "fullname", "problems"),
    [
        ("x" * 242 + "@desk.example", "Jude", (FieldProblem("email", Problem.TOO_LONG, 254),)),
        ("jude@desk.example", " ", (FieldProblem("fullname", Problem.MISSING),)),
        (
            "x" * 242 + "@desk.example",
            "x" * 101,
            (FieldProblem("email", Problem.TOO_LONG, 254), FieldProblem("fullname", Problem.TOO_LONG, 100)),
        ),
    ],
)
def test_a_name_and_an_email_have_bounds(
    desk: Desk, email: str, fullname: str, problems: tuple[FieldProblem, ...]
) -> None:
    with pytest.raises(errors.InvalidFields) as refused:
        register(desk, email, fullname)
    assert refused.value.problems == problems


LONG = "x" * 64


@pytest.mark.abuse("F5")
@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({}, {}),
        ({"email": " jude@desk.example "}, {}),
        ({"email": f"{LONG}@desk.example"}, {}),
        ({"email": f"{LONG}x@desk.example"}, {"email": Problem.NOT_AN_EMAIL}),
        ({"email": "nobody"}, {"email": Problem.NOT_AN_EMAIL}),
        ({"email": "a@b"}, {"email": Problem.NOT_AN_EMAIL}),
        ({"email": "jude@ex\u00e4mple.com"}, {"email": Problem.NOT_AN_EMAIL}),
        ({"email": "a@b.example\nBcc: c@d.example"}, {"email": Problem.BAD_CHARACTERS}),
        ({"email": ""}, {"email": Problem.MISSING}),
        ({"fullname": " \n"}, {"fullname": Problem.MISSING}),
        ({"fullname": "\x00"}, {"fullname": Problem.BAD_CHARACTERS}),
        ({"fullname": "Jude\u202eeduJ"}, {"fullname": Problem.BAD_CHARACTERS}),
        ({"password": "\udc80" * 15}, {"password": Problem.BAD_CHARACTERS}),
        ({"password": "short"}, {"password": Problem.TOO_SHORT}),
        ({"country": "ng"}, {}),
        ({"country": "XX"}, {"country": Problem.NOT_A_COUNTRY}),
        ({"country": "\u017fs"}, {"country": Problem.NOT_A_COUNTRY}),
        ({"country": ""}, {"country": Problem.NOT_A_COUNTRY}),
        (
            {"email": "x", "fullname": "", "password": "", "country": "x"},
            {
                "email": Problem.NOT_AN_EMAIL,
                "fullname": Problem.MISSING,
                "password": Problem.TOO_SHORT,
                "country": Problem.NOT_A_COUNTRY,
            },
        ),
    ],
)
def test_what_somebody_gives_of_themselves_to_join(
    desk: Desk, given: dict[str, str], problems: dict[str, Problem]
) -> None:
    """All at once and in the order of the fields; and nobody is registered past it."""
    right = {"email": "jude@desk.example", "fullname": "Jude", "password": "correct horse battery", "country": "NG"}
    asked = right | given
    found = registration_problems(**asked)
    assert [(problem.field, problem.problem) for problem in found] == list(problems.items())
    del asked["password"]
    if problems.keys() - {"password"}:
        with pytest.raises(errors.InvalidFields):
            register(desk, **asked)
    else:
        assert register(desk, **asked).country == "NG"


def test_a_name_and_an_email_on_their_bounds_are_right(desk: Desk) -> None:
    longest = f"{LONG}@{'a' * 63}.{'a' * 63}.{'a' * 53}.example"
    assert len(longest) == EMAIL_LENGTH_LIMIT
    assert register(desk, longest, "x" * 100)


def test_an_email_is_taken_once_whatever_its_case(desk: Desk) -> None:
    register(desk)
    with pytest.raises(errors.InvalidFields) as refused:
        register(desk, "Jude@Desk.Example")
    assert refused.value.problems == (FieldProblem("email", Problem.TAKEN),)


@pytest.mark.abuse("A9")
@pytest.mark.parametrize(
    ("length", "problem"),
    [
        (14, FieldProblem("password", Problem.TOO_SHORT, 15)),
        (15, None),
        (256, None),
        (257, FieldProblem("password", Problem.TOO_LONG, 256)),
    ],
)
def test_a_password_has_bounds(length: int, problem: FieldProblem | None) -> None:
    assert password_problem("\N{PILE OF POO}" * length) == problem


def test_a_login_gives_out_two_tokens_for_as_long_as_it_says(desk: Desk) -> None:
    jude = register(desk)
    pair = login(desk, jude)
    assert pair.expires_in == 1800
    now = desk.clock.now()
    access = TOKENS.verify(pair.access, TokenType.ACCESS, now)
    fresh = TOKENS.verify(pair.refresh, TokenType.REFRESH, now)
    assert access is not None
    assert fresh is not None
    assert (access.trader_id, access.expires_at) == (jude.id, now + LIFETIMES.access)
    assert (fresh.login_id, fresh.expires_at) == (access.login_id, now + LIFETIMES.refresh)
    assert standing(desk, access.login_id) is Standing.GOOD


def test_a_suspended_trader_cannot_log_in_nor_stay_so(desk: Desk) -> None:
    jude = register(desk)
    pair = login(desk, jude)
    desk.suspend(jude)
    suspended = desk.read(lambda unit: unit.traders.by_id(jude.id))
    with pytest.raises(errors.TraderSuspended):
        login(desk, suspended)
    with pytest.raises(errors.TraderSuspended):
        refresh(desk, pair.refresh)


def test_a_refresh_token_is_exchanged_for_a_new_pair_of_the_same_login(desk: Desk) -> None:
    first = login(desk, register(desk))
    desk.clock.advance(days=13)
    second = refresh(desk, first.refresh)
    assert isinstance(second, TokenPair)
    assert login_of(desk, second) == TOKENS.verify(first.refresh, TokenType.REFRESH, desk.clock.now()).login_id
    desk.clock.advance(days=13)
    assert isinstance(refresh(desk, second.refresh), TokenPair)


def test_a_refresh_token_used_twice_ends_the_login(desk: Desk) -> None:
    first = login(desk, register(desk))
    second = refresh(desk, first.refresh)
    assert isinstance(second, TokenPair)
    desk.clock.advance(seconds=EXCHANGED_AGAIN.total_seconds())
    assert refresh(desk, first.refresh) == LoginRevoked(login_of(desk, first))
    assert standing(desk, login_of(desk, second)) is Standing.ENDED
    with pytest.raises(errors.LoginEnded):
        refresh(desk, second.refresh)


def test_a_refresh_token_used_again_at_once_gets_the_same_pair(desk: Desk) -> None:
    first = login(desk, register(desk))
    desk.clock.advance(minutes=20)
    second = refresh(desk, first.refresh)
    assert isinstance(second, TokenPair)
    desk.clock.advance(seconds=EXCHANGED_AGAIN.total_seconds() - 1)
    assert refresh(desk, first.refresh) == second
    assert isinstance(refresh(desk, second.refresh), TokenPair)


def test_a_refresh_token_of_two_exchanges_before_ends_the_login_at_once(desk: Desk) -> None:
    first = login(desk, register(desk))
    second = refresh(desk, first.refresh)
    assert isinstance(second, TokenPair)
    refresh(desk, second.refresh)
    assert refresh(desk, first.refresh) == LoginRevoked(login_of(desk, first))


def test_the_first_refresh_token_of_a_login_is_not_exchanged_before_it_was_given_out(desk: Desk) -> None:
    """A login that never exchanged one has no pair to give out again."""
    pair = login(desk, register(desk))
    stranger = Claims(REFRESH, *_ids(desk, pair), desk.identifiers.new(), desk.clock.now() + LIFETIMES.refresh)
    assert refresh(desk, TOKENS.sign(stranger, desk.clock.now())) == LoginRevoked(login_of(desk, pair))


def _ids(desk: Desk, pair: TokenPair) -> tuple[UUID, UUID]:
    claims = TOKENS.verify(pair.refresh, REFRESH, desk.clock.now())
    assert claims is not None
    return claims.trader_id, claims.login_id


def test_a_login_lasts_for_so_long_however_often_it_is_refreshed(desk: Desk) -> None:
    pair = login(desk, register(desk))
    for _ in range(8):
        desk.clock.advance(days=11)
        fresh = refresh(desk, pair.refresh)
        assert isinstance(fresh, TokenPair)
        pair = fresh
    desk.clock.advance(days=2)
    with pytest.raises(errors.LoginEnded):
        refresh(desk, pair.refresh)
    assert standing(desk, login_of_expired(pair)) is Standing.ENDED


def login_of_expired(pair: TokenPair) -> UUID:
    signed = TOKENS.read(pair.access, ACCESS)
    assert signed is not None
    return signed.unjudged.login_id


def test_a_login_that_may_last_for_less_than_a_refresh_token_is_bounded_at_once(desk: Desk) -> None:
    jude, short = register(desk), replace(LIFETIMES, login=timedelta(hours=1))
    pair = desk.write(
        lambda unit: open_login(
            jude, logins=unit.logins, tokens=TOKENS, at=unit.now(), identifiers=desk.identifiers, lifetimes=short
        )
    )
    desk.clock.advance(hours=1)
    assert standing(desk, login_of_expired(pair)) is Standing.ENDED


def end(desk: Desk, login_id: UUID, by: Trader) -> None:
    desk.write(lambda unit: end_own_login(login_id, by, logins=unit.logins, keys=unit.keys, at=unit.now()))


def test_a_trader_ends_one_of_their_own_logins_that_are_good(desk: Desk) -> None:
    jude, amara = register(desk), register(desk, "amara@desk.example")
    pair, other = login(desk, jude), login(desk, jude)
    with pytest.raises(errors.LoginNotFound):
        end(desk, login_of(desk, pair), amara)
    end(desk, login_of(desk, pair), jude)
    assert standing(desk, login_of(desk, pair)) is Standing.ENDED
    assert standing(desk, login_of(desk, other)) is Standing.GOOD
    for gone in (login_of(desk, pair), desk.identifiers.new()):
        with pytest.raises(errors.LoginNotFound):
            end(desk, gone, jude)


def test_another_token_refreshes_nothing(desk: Desk) -> None:
    pair = login(desk, register(desk))
    for token in (pair.access, "nonsense", pair.refresh + "x"):
        with pytest.raises(errors.LoginEnded):
            refresh(desk, token)
    desk.clock.advance(days=14)
    with pytest.raises(errors.LoginEnded):
        refresh(desk, pair.refresh)


def ticket(desk: Desk, login_id: UUID) -> str:
    return desk.write(
        lambda unit: issue_ticket(login_id, logins=unit.logins, at=unit.now(), identifiers=desk.identifiers)
    )


def redeem(desk: Desk, given: str) -> UUID | None:
    found = desk.write(lambda unit: redeem_ticket(given, logins=unit.logins, at=unit.now()))
    return found and found.id


def test_a_ticket_opens_one_door_once(desk: Desk) -> None:
    login_id = login_of(desk, login(desk, register(desk)))
    given = ticket(desk, login_id)
    assert redeem(desk, given) == login_id
    assert redeem(desk, given) is None
    assert redeem(desk, "nonsense") is None


def test_a_ticket_is_good_for_a_minute(desk: Desk) -> None:
    login_id = login_of(desk, login(desk, register(desk)))
    in_time, late = ticket(desk, login_id), ticket(desk, login_id)
    desk.clock.advance(seconds=TICKET_LIFETIME_SECONDS, microseconds=-1)
    assert redeem(desk, in_time) == login_id
    desk.clock.advance(microseconds=1)
    assert redeem(desk, late) is None


def test_a_refresh_token_of_nobody_is_no_good(desk: Desk) -> None:
    pair = login(desk, register(desk))
    elsewhere = Desk(MemoryStore(waker=Wakers(), message_id_domain="desk.example", clock=desk.clock))
    with pytest.raises(errors.LoginEnded):
        refresh(elsewhere, pair.refresh)


def test_a_login_is_left_by_any_token_of_it_and_of_its_trader(desk: Desk) -> None:
    jude, amara = register(desk), register(desk, "amara@desk.example", "Amara")
    pair, ended = login(desk, jude), login(desk, jude)
    claims = [TOKENS.verify(token, kind, NOW) for token, kind in ((pair.access, ACCESS), (pair.refresh, REFRESH))]
    found = [each for each in claims if each is not None]
    (left,) = {each.login_id for each in found}
    gone = TOKENS.verify(ended.access, ACCESS, NOW)
    assert gone is not None
    desk.write(lambda unit: unit.logins.end(gone.login_id, NOW))
    crossed = replace(found[0], trader_id=amara.id)
    unknown = replace(found[0], login_id=desk.identifiers.new())

    def may_leave(*proofs: Claims) -> frozenset[UUID]:
        return desk.read(lambda unit: logins_to_leave(proofs, logins=unit.logins))

    assert may_leave(*found) == may_leave(found[0]) == may_leave(found[1], gone) == {left}
    assert may_leave() == may_leave(gone, crossed, unknown) == frozenset()


@pytest.mark.parametrize("fullname", ["", " ", "\u3164", "\u200b\n", "\u2800"])
def test_whoever_joins_has_a_name_that_can_be_seen(desk: Desk, fullname: str) -> None:
    with pytest.raises(errors.InvalidFields) as refused:
        register(desk, fullname=fullname)
    assert [(found.field, found.problem) for found in refused.value.problems] == [("fullname", Problem.MISSING)]


def test_name_and_address_are_kept_trimmed(desk: Desk) -> None:
    trader = register(desk, " ada@desk.example\u200b", "\u00a0Ada\u3164")
    assert (trader.email, trader.fullname) == ("ada@desk.example", "Ada")
