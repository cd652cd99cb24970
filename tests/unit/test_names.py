"""Names that could be taken for the desk's. Source: docs/contract/accounts.md, "Names and passwords"."""

import pytest

from domain.model.names import could_be_the_desk

DESK = "P2P desk"


@pytest.mark.parametrize(
    "name",
    [
        "Support", "p2p desk", "The P2P Desk", "P2P-Desk Team", "p2pdesk", "Jude (admin)", "ADMIN", "staff_1",
        "Desk Moderator", "Escrow Jude", "s u p p o r t", "sup\u200bport", "\u0455upport", "\u0410dmin", "\uff33taff",
        "adm1n", "5taff", "Suppo\u0301rt", "sup\u3164port", "es\u0441r\u043ew", "$taff", "Support\u2014Lagos",
    ],
)  # fmt: skip
def test_what_could_be_the_desk(name: str) -> None:
    assert could_be_the_desk(name, DESK)


@pytest.mark.parametrize(
    "name",
    [
        "Jude Okafor", "Amara Nwosu", "Stafford", "Administrador Lopez", "P2P Jude", "Desk",
        "\u0418\u0432\u0430\u043d \u041f\u0435\u0442\u0440\u043e\u0432", "\u674e\u5c0f\u9f99",
    ],
)  # fmt: skip
def test_what_is_somebody_s_own(name: str) -> None:
    assert not could_be_the_desk(name, DESK)


def test_a_desk_without_a_name_has_its_words() -> None:
    assert could_be_the_desk("Support", "")
    assert not could_be_the_desk("Jude", "")
