"""Whether mail can be written, where it goes into a folder."""

from __future__ import annotations

from domain.ports.delivery import Mailer

from .wrong_setting import WrongSetting


def check_mail(mailer: Mailer) -> None:
    """Raise ``WrongSetting`` where mail is to be written into a folder and cannot."""
    from adapters.smtp.local import FileMailer

    if isinstance(mailer, FileMailer):
        try:
            mailer.check()
        except OSError as error:
            reason = f"names {mailer.folder}, where no mail can be written: {error.strerror}"
            raise WrongSetting("P2P_MAIL_URL", reason) from None
