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
        "\ua731\u1d1c\u1d18\u1d18\u1d0f\u0280\u1d1b", "Jude \u1d00\u1d05\u1d0d\u026a\u0274", "E\ua731crow",
        "\U0001f182\U0001f183\U0001f170\U0001f175\U0001f175", "\U0001f150\U0001f153\U0001f15c\U0001f158\U0001f15d",
        "\U0001f1f8 \U0001f1fa \U0001f1f5 \U0001f1f5 \U0001f1f4 \U0001f1f7 \U0001f1f9", "\u13dauppor\u13a2",
        "S\u057dpp\u0585rt", "\u0251dmin", "mode\u0280ato\u0280", "\u24e2\u24e3\u24d0\u24d5\u24d5",
    ],
)  # fmt: skip
def test_what_could_be_the_desk(name: str) -> None:
    assert could_be_the_desk(name, DESK)


@pytest.mark.parametrize(
    "name",
    [
        "Jude Okafor", "Amara Nwosu", "Stafford", "Administrador Lopez", "P2P Jude", "Desk",
        "Jude \U0001f1f3\U0001f1ec", "\u0540\u0561\u0575\u056f",
        "\u0418\u0432\u0430\u043d \u041f\u0435\u0442\u0440\u043e\u0432", "\u674e\u5c0f\u9f99",
    ],
)  # fmt: skip
def test_what_is_somebody_s_own(name: str) -> None:
    assert not could_be_the_desk(name, DESK)


def test_a_desk_without_a_name_has_its_words() -> None:
    assert could_be_the_desk("Support", "")
    assert not could_be_the_desk("Jude", "")
