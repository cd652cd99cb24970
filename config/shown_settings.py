"""Settings as an operator is shown them, and what of them nobody may see."""

from __future__ import annotations

from collections.abc import Mapping

from .masking import MASK, masked_url, options_in_url, passwords_in_url, without_query
from .settings import SETTINGS, Settings

BY_HOST = "(by whatever host a client knows this machine)"


def shown_settings(settings: Settings, environment: Mapping[str, str]) -> dict[str, str]:
    """Every setting by name, as it is in effect, with secrets masked."""
    given = {setting.name: setting.default or "" for setting in SETTINGS}
    given.update(environment)
    in_effect = {
        "P2P_DATABASE_URL": masked_url(settings.database.url),
        "P2P_REPLICA_URL": masked_url(settings.database.replica_url or ""),
        "P2P_SECRET_KEY": MASK if settings.secret_keys else "(made and kept beside the database)",
        "P2P_MAIL_URL": masked_url(settings.mail_url),
        "P2P_PRICES_URL": without_query(settings.prices_url),
        "P2P_PUBLIC_URL": BY_HOST if settings.public_url_by_host else settings.public_url,
        "P2P_WS_PUBLIC_URL": BY_HOST if settings.websocket_url_by_host else settings.websocket_url,
    }
    return {setting.name: in_effect.get(setting.name, given[setting.name].strip()) for setting in SETTINGS}


def secrets_of(settings: Settings) -> set[str]:
    """What must never be seen in a log."""
    urls = (settings.database.url, settings.database.replica_url or "", settings.mail_url)
    of_urls = set[str]().union(*map(passwords_in_url, urls))
    return of_urls | options_in_url(settings.prices_url or "") | set(settings.secret_keys or ())
