"""``p2p trader``: who trades here."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import InvalidFields
from domain.model.offer import REASON_LENGTH_LIMIT
from domain.model.texts import trimmed

from .context import CommandFailed, Commands, add_command, add_group, container_of, line, show, whole

if TYPE_CHECKING:
    from domain.model.trader import Trader

SHOWN_LIMIT = 100_000
"""So many traders are listed at once, at most."""
LINE_BYTES_LIMIT = 64 * 1024
"""So much of a file is read for a password, which is far longer than one may be."""


def add_commands(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the group."""
    group = add_group(
        commands, "trader", "add and list traders, give them tokens, bar them and let them in again", common
    )
    _add_adding(group, common)
    listing = add_command(group, "list", "list the traders, the newest first", list_traders, common, has_data=True)
    listing.add_argument("--limit", type=whole(1, SHOWN_LIMIT), default=100, metavar="NUMBER", help="100 unless given")
    token = add_command(group, "token", "open a login and print its access token", open_login, common, has_data=True)
    token.add_argument("email", metavar="EMAIL", type=trimmed)
    for name, meaning in (
        ("restrict", "bar a trader from new ads and offers in one crypto currency"),
        ("unrestrict", "let a trader trade one crypto currency again"),
    ):
        restrict = add_command(group, name, meaning, set_restricted, common, has_data=True)
        restrict.add_argument("email", metavar="EMAIL", type=trimmed)
        restrict.add_argument("crypto", metavar="CRYPTO")
        restrict.add_argument("--reason", default="", type=line(REASON_LENGTH_LIMIT), help="why, for the audit trail")
        restrict.set_defaults(act=name)
    for name, meaning in (
        ("suspend", "shut a trader out, open sockets too"),
        ("unsuspend", "let a suspended trader in again"),
    ):
        suspend = add_command(group, name, meaning, set_suspended, common, has_data=True)
        suspend.add_argument("email", metavar="EMAIL", type=trimmed)
        suspend.add_argument("--reason", default="", type=line(REASON_LENGTH_LIMIT), help="why, for the audit trail")
        suspend.set_defaults(act=name)
    totp_off = add_command(
        group,
        "otp-off",
        "turn one-time passwords off for somebody who has lost everything",
        turn_otp_off,
        common,
        has_data=True,
    )
    totp_off.add_argument("email", metavar="EMAIL", type=trimmed)
    totp_off.add_argument("--reason", default="", type=line(REASON_LENGTH_LIMIT), help="why, for the audit trail")


def _add_adding(group: Commands, common: argparse.ArgumentParser) -> None:
    add = add_command(group, "add", "add a trader and print the new id", add_trader, common, has_data=True)
    add.add_argument("email", metavar="EMAIL", type=trimmed)
    add.add_argument("--fullname", required=True, metavar="NAME")
    given = add.add_mutually_exclusive_group()
    given.add_argument(
        "--password",
        help="at least 15 characters; all users of the machine can see it in the list of processes. "
        "Asked for, or read from standard input, if not given",
    )
    given.add_argument(
        "--password-file",
        metavar="FILE",
        help="the password is the first line of this file, or of standard input where it is -",
    )
    add.add_argument("--country", help="two letters, as in ISO 3166")
    add.add_argument("--staff", action="store_true", help="one who may restrict, suspend and resolve disputes")


def add_trader(arguments: argparse.Namespace) -> int:
    """Add a trader; the id is the last line."""
    from domain.ports.store import Unit
    from domain.use_cases.note_operator import note_operator
    from domain.use_cases.register_trader import register_trader, registration_problems

    container = container_of(arguments)
    password = arguments.password or _password_from(arguments.password_file)
    problems = registration_problems(
        arguments.email,
        arguments.fullname,
        password,
        arguments.country,
        is_staff=arguments.staff,
        desk_name=container.settings.desk_name,
        is_common=container.passwords.is_common,
    )
    if problems:
        raise InvalidFields(problems)
    # Between two units and never inside one, since it takes a tenth of a second.
    password_hash = container.passwords.hash(password)

    def join(unit: Unit) -> Trader:
        trader = register_trader(
            arguments.email,
            arguments.fullname,
            password_hash,
            traders=unit.traders,
            at=unit.now(),
            identifiers=container.identifiers,
            country=arguments.country,
            is_staff=arguments.staff,
            email_verified=True,
            desk_name=container.settings.desk_name,
        )
        if trader.is_staff:
            note_operator("staff.add", f"trader:{trader.id}", book=unit.book, at=unit.now())
        return trader

    trader = container.store.run(join, writes=True)
    data = {"id": trader.id, "email": trader.email, "fullname": trader.fullname, "is_staff": trader.is_staff}
    show(arguments, data, str(trader.id))
    return 0


def _password_from(file: str | None) -> str:
    """The first line of a file, or of standard input; asked for where neither is given and somebody is there."""
    if file is None and sys.stdin.isatty():
        return getpass.getpass("Password: ")
    try:
        # Whatever the terminal's encoding is: a password that is piped comes from a file or another program.
        if file is None or file == "-":
            line = sys.stdin.buffer.readline(LINE_BYTES_LIMIT)
        else:
            with Path(file).open("rb") as opened:
                line = opened.readline(LINE_BYTES_LIMIT)
    except (OSError, ValueError) as error:
        raise CommandFailed(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    try:
        # A file from another system begins with a mark of its encoding or ends its line in two characters.
        return line.decode().removeprefix("\ufeff").rstrip("\r\n")
    except UnicodeDecodeError:
        raise CommandFailed("The password is not UTF-8") from None


def list_traders(arguments: argparse.Namespace) -> int:
    """List who trades here."""
    traders = container_of(arguments).store.run(lambda unit: unit.traders.newest(arguments.limit), writes=False)
    data = [
        {
            "id": trader.id,
            "email": trader.email,
            "fullname": trader.fullname,
            "country": trader.country,
            "is_staff": trader.is_staff,
            "is_suspended": trader.is_suspended,
            "created_at": trader.created_at.isoformat(),
        }
        for trader in traders
    ]
    show(arguments, data, "\n".join(map(_line, traders)) or "Nobody trades here")
    return 0


def _line(trader: Trader) -> str:
    marks = (("staff", trader.is_staff), ("suspended", trader.is_suspended))
    said = "".join(f"  ({mark})" for mark, is_so in marks if is_so)
    return f"{trader.id}  {trader.created_at.isoformat(timespec='seconds')}  {trader.email}  {trader.fullname}{said}"


def open_login(arguments: argparse.Namespace) -> int:
    """Open a login without a password, as only the operator can; the access token is the last line."""
    from domain.ports.store import Unit
    from domain.use_cases.note_operator import note_operator
    from domain.use_cases.open_login import TokenPair
    from domain.use_cases.open_login import open_login as open_login_of

    container = container_of(arguments)

    def log_in(unit: Unit) -> TokenPair:
        trader = unit.traders.by_email(arguments.email)
        pair = open_login_of(
            trader,
            logins=unit.logins,
            tokens=container.tokens,
            at=unit.now(),
            identifiers=container.identifiers,
            lifetimes=container.lifetimes,
        )
        note_operator("trader.token", f"trader:{trader.id}", book=unit.book, at=unit.now())
        return pair

    pair = container.store.run(log_in, writes=True)
    data = {"access": pair.access, "refresh": pair.refresh, "expires_in": pair.expires_in}
    show(arguments, data, pair.access)
    return 0


def set_restricted(arguments: argparse.Namespace) -> int:
    """Bar a trader from one crypto currency, or let them trade it again."""
    from domain.model.parties import DESK
    from domain.ports.store import Unit
    from domain.use_cases.bar_trader import set_restricted as set_restricted_of

    container = container_of(arguments)
    crypto = arguments.crypto.lower()
    restricted = arguments.act == "restrict"

    def work(unit: Unit) -> None:
        set_restricted_of(
            unit.traders.by_email(arguments.email).id,
            crypto,
            restricted,
            DESK,
            arguments.reason,
            book=unit.book,
            traders=unit.traders,
            at=unit.now(),
            catalogue=container.settings.catalogue,
        )

    container.store.run(work, writes=True)
    verb = "is restricted from trading" if restricted else "may trade"
    data = {"email": arguments.email, "crypto_currency": crypto, "restricted": restricted}
    show(arguments, data, f"{arguments.email} {verb} {crypto}")
    return 0


def set_suspended(arguments: argparse.Namespace) -> int:
    """Shut a trader out, or let them in again."""
    from domain.model.parties import DESK
    from domain.ports.store import Unit
    from domain.use_cases.bar_trader import set_suspended as set_suspended_of

    container = container_of(arguments)
    suspended = arguments.act == "suspend"

    def work(unit: Unit) -> None:
        trader = unit.traders.by_email(arguments.email)
        set_suspended_of(trader.id, suspended, DESK, arguments.reason, traders=unit.traders, at=unit.now())

    container.store.run(work, writes=True)
    data = {"email": arguments.email, "suspended": suspended}
    show(arguments, data, f"{arguments.email} {'is suspended' if suspended else 'may trade again'}")
    return 0


def turn_otp_off(arguments: argparse.Namespace) -> int:
    """Turn one-time passwords off; the trader is told by mail."""
    from domain.ports.causes import caused_by
    from domain.ports.store import Unit
    from domain.use_cases.one_time_passwords import disable_totp_for

    container = container_of(arguments)

    def work(unit: Unit) -> None:
        trader = unit.traders.by_email(arguments.email)
        disable_totp_for(
            trader,
            arguments.reason,
            factors=unit.second_factors,
            book=unit.book,
            identifiers=container.identifiers,
            at=unit.now(),
        )

    with caused_by(container.identifiers.new()):
        container.store.run(work, writes=True)
    data = {"email": arguments.email, "one_time_passwords": False}
    show(arguments, data, f"{arguments.email} needs no one-time passwords any more")
    return 0
