"""Plays an offer with the client that openapi-python-client makes of the API document.

Run by a test, which puts that client onto the path: ``trade.py URL PASSWORD``. It is checked by mypy before.
"""

import sys

from desk_client import AuthenticatedClient, Client
from desk_client.api.ads import create_ad
from desk_client.api.auth import log_in
from desk_client.api.notifications import notifications
from desk_client.api.offers import create_offer, indicate_payment, offer_detail, release_funds
from desk_client.api.wallet import wallet
from desk_client.models import (
    AdBody,
    AdBodyAdType,
    CreateOfferAnswer,
    Credentials,
    Failure,
    LogInAnswer,
    NotificationsAnswer,
    Offer,
    OfferBody,
    OfferDetailAnswer,
    ReleaseFundsAnswer,
    WalletAnswer,
)
from desk_client.types import UNSET


def main(url: str, password: str) -> None:
    jude, amara = (logged_in(url, name, password) for name in ("jude", "amara"))
    ad = AdBody(
        ad_type=AdBodyAdType.SELL,
        crypto_currency="trx",
        crypto_amount="100",
        price_per_unit="200",
        fiat_currency="usd",
        payment_method="bank_transfer",
        bank_account_name="Jude Okafor",
        bank_account_number="0987654321",
        bank_name="Second Bank",
    )
    posted = create_ad.sync_detailed(client=jude, body=ad, idempotency_key="ad-1")
    assert posted.status_code == 200, posted.content
    ad_id = int(posted.headers["Location"].rsplit("/", 1)[1])
    body = OfferBody(
        ad=ad_id,
        currency_amount="10",
        bank_account_name="Amara Nwosu",
        bank_account_number="0123456789",
        bank_name="First Bank",
    )
    made = create_offer.sync(client=amara, body=body)
    assert isinstance(made, CreateOfferAnswer), made
    # Only whoever asks for a dry run gets the other answer.
    assert isinstance(made.entity, Offer), made
    offer_id = made.entity.id
    shown = offer_detail.sync(offer_id, client=amara)
    assert isinstance(shown, OfferDetailAnswer), shown
    assert shown.entity.pay_to is not None and shown.entity.pay_to.bank_name == "Second Bank"
    assert [action.action.value for action in shown.entity.allowed_actions] == ["paid", "cancel"]
    refused = release_funds.sync(offer_id, client=amara)
    assert isinstance(refused, Failure), refused
    assert refused.message == "You are not authorized to release funds on this trade"
    indicate_payment.sync(offer_id, client=amara, if_match=f'"{shown.entity.version}"')
    released = release_funds.sync(offer_id, client=jude)
    assert isinstance(released, ReleaseFundsAnswer), released
    ended(jude, amara)


def logged_in(url: str, name: str, password: str) -> AuthenticatedClient:
    credentials = Credentials(email=f"{name}@example.com", password=password)
    answer = log_in.sync(client=Client(base_url=url), body=credentials)
    assert isinstance(answer, LogInAnswer), answer
    return AuthenticatedClient(base_url=url, token=answer.entity.access)


def ended(jude: AuthenticatedClient, amara: AuthenticatedClient) -> None:
    """Both find the coins where they belong, and the seller was told of the payment."""
    held = [wallet.sync(client=client) for client in (jude, amara)]
    assert isinstance(held[0], WalletAnswer) and isinstance(held[1], WalletAnswer), held
    assert held[0].entity[0].escrow == "90.00000000000000000000"
    assert held[1].entity[0].p2p == "1010.00000000000000000000"
    told = notifications.sync(client=jude, cursor=UNSET)
    assert isinstance(told, NotificationsAnswer), told
    assert [notice.type_.value for notice in told.entity.items] == ["ad_interest", "payment_indication"]


if __name__ == "__main__":
    main(*sys.argv[1:])
