"""``p2p solvency``: checking, without server and database, that what one has is in what the desk says that it owes."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from domain.errors import Refusal
from domain.model.money import money_text, parse_amount
from domain.model.solvency import Holding, Node, NoProof, Proof, StatementMoment, Step, Total, check_proof

from .context import CommandFailed, Commands, add_command, add_group, show

Answer = TypeVar("Answer")

_SIDES = {"left": True, "right": False}


def add_commands(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the group."""
    group = add_group(commands, "solvency", "check proofs of what the desk owes", common)
    meaning = "check a saved answer of GET /wallet/proof/, without server and database; exit 1 if it proves nothing"
    command = add_command(group, "check", meaning, check, common, has_data=True)
    command.add_argument("file", metavar="FILE", type=Path, help="the answer, as JSON")
    published = "a saved answer of GET /p2p/solvency/, such as somebody else has kept; its roots have to be the same"
    command.add_argument("--published", metavar="FILE", type=Path, help=published)


def check(arguments: argparse.Namespace) -> int:
    """Check every proof of the answer."""
    moment, trader_id, proofs = _read(arguments.file, _proofs_in)
    published = _read(arguments.published, _published_in) if arguments.published else None
    for proof in proofs:
        currency = proof.total.currency
        try:
            check_proof(moment, proof)
        except NoProof as error:
            raise CommandFailed(f"{currency} is not proven: {error}") from None
        if published is not None and (published[0], published[1].get(currency)) != (moment, proof.total):
            raise CommandFailed(
                f"{currency} is not proven: what was published is another root, or of another statement"
            )
    shown = [_shown(proof) for proof in proofs]
    # Whose leaf it is only they can say: a desk could show one leaf to two who have the same.
    data = {"number": moment.number, "at": moment.at.isoformat(), "trader": str(trader_id), "proven": shown}
    lines = [
        f"{money_text(proof.holding.owed, proof.total.currency)} in the"
        f" {money_text(proof.total.owed, proof.total.currency)} that the desk owes, root {proof.total.root}"
        for proof in proofs
    ]
    outcome = f"all of {trader_id} is proven" if proofs else "nothing to prove, since nothing was held"
    show(arguments, data, "\n".join([f"Statement {moment.number} of {moment.at.isoformat()}: {outcome}", *lines]))
    return 0


def _shown(proof: Proof) -> dict[str, str]:
    total = proof.total
    held, owed = (money_text(amount, total.currency) for amount in (proof.holding.owed, total.owed))
    return {"crypto_currency": total.currency, "held": held, "owed": owed, "root": total.root}


def _read(path: Path, reader: Callable[[Any], Answer]) -> Answer:
    """What a saved answer says, in the desk's envelope or without it."""
    try:
        answer = json.loads(path.read_text(encoding="utf-8"))
        return reader(answer.get("entity", answer))
    except (AttributeError, ArithmeticError, KeyError, RecursionError, TypeError, ValueError, Refusal):
        raise CommandFailed(f"{path} is no such answer of the desk") from None


def _moment_in(said: Mapping[str, Any]) -> StatementMoment:
    at = datetime.fromisoformat(said["at"])
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return StatementMoment(int(said["number"]), at, int(said["link_number"]), str(said["link_digest"]))


def _proofs_in(said: Mapping[str, Any]) -> tuple[StatementMoment, UUID, list[Proof]]:
    trader_id = UUID(said["trader"])
    return _moment_in(said), trader_id, [_proof_in(each, trader_id) for each in said["proofs"]]


def _published_in(said: Mapping[str, Any]) -> tuple[StatementMoment, dict[str, Total]]:
    return _moment_in(said), {each["crypto_currency"]: _total_in(each) for each in said["totals"]}


def _proof_in(said: Mapping[str, Any], trader_id: UUID) -> Proof:
    amounts = (parse_amount(said[purse]) for purse in ("main", "p2p", "escrow"))
    path = tuple(Step(_SIDES[each["side"]], _node_in(each)) for each in said["path"])
    return Proof(Holding(trader_id, said["crypto_currency"], *amounts), str(said["nonce"]), path, _total_in(said))


def _node_in(said: Mapping[str, Any]) -> Node:
    return Node(str(said["digest"]), parse_amount(said["owed"]), parse_amount(said["in_escrow"]))


def _total_in(said: Mapping[str, Any]) -> Total:
    owed, in_escrow = parse_amount(said["owed"]), parse_amount(said["in_escrow"])
    return Total(str(said["crypto_currency"]), owed, in_escrow, int(said["leaves"]), str(said["root"]))
