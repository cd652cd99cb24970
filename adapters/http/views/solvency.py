"""What the desk owes, and the proofs of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.model.solvency import Proof, Statement, Total
from domain.use_cases.state_solvency import prove_holdings

from ..operation import Reply
from ..requests.request import DeskRequest


def stated(request: DeskRequest) -> Reply:
    """The last statement of what the desk owes, by currency, with the roots that each trader can find themselves in.

    The worker makes it at intervals; before the first, its number is 0 and its list is empty.
    """
    statement = request.unit.solvency.newest()
    return Reply({**_of_when(statement), "totals": statement.totals if statement else ()})


def proof(request: DeskRequest) -> Reply:
    """The paths from what the caller held, when the last statement was made, to the roots of that statement.

    `p2p solvency check` checks the saved answer without the desk, and so can any program.
    """
    statement, proofs = prove_holdings(request.caller.id, solvency=request.unit.solvency)
    return Reply({**_of_when(statement), "trader": request.caller.id, "proofs": list(map(_shown, proofs))})


def _of_when(statement: Statement | None) -> Mapping[str, Any]:
    if statement is None:
        return {"number": 0, "at": None, "link_number": 0, "link_digest": ""}
    moment = statement.moment
    of_link = {"link_number": moment.link_number, "link_digest": moment.link_digest}
    return {"number": moment.number, "at": moment.at, **of_link}


def _shown(proof: Proof) -> dict[str, Any]:
    path = [
        {
            "side": "left" if step.is_left else "right",
            "digest": step.node.digest,
            "owed": step.node.owed,
            "in_escrow": step.node.in_escrow,
        }
        for step in proof.path
    ]
    held = {"main": proof.holding.main, "p2p": proof.holding.p2p, "escrow": proof.holding.escrow}
    return {**_total(proof.total), **held, "nonce": proof.nonce, "path": path}


def _total(total: Total) -> dict[str, Any]:
    sums = {"owed": total.owed, "in_escrow": total.in_escrow}
    return {"currency": total.currency, **sums, "leaves": total.leaves, "root": total.root}
