"""The part of the table of operations that is about accounts: joining, logging in and out, and passwords."""

from __future__ import annotations

from domain import errors

from .operation import Operation, Tag
from .replies.rejections import NothingToLeaveBy, NoTokenToLeaveBy, ScopeMissing
from .requests.security import Caller
from .schemas.base import ListQuery
from .schemas.keys import KEY_PAGE, KeyBodySchema, MadeKeySchema
from .schemas.mailed_codes import AddressSchema, CodeSchema, NewPasswordSchema, ResetSchema
from .schemas.one_time_passwords import (
    AuthenticatorSchema,
    ConfirmedTotpSchema,
    ConfirmSchema,
    DisableSchema,
    FactorSchema,
)
from .schemas.own_data import DeletionSchema, OwnDataSchema
from .schemas.traders import (
    LOGIN_PAGE,
    CredentialsSchema,
    LogoutSchema,
    MeSchema,
    RefreshSchema,
    RegistrationSchema,
    TicketSchema,
    TokensSchema,
)
from .views import auth, keys, mailed_codes, one_time_passwords, own_data

# Laid out by hand, as the rest of the table is.
# fmt: off
ACCOUNT_OPERATIONS = (
    Operation(
        "register", Tag.AUTH, "POST", "/auth/register/", auth.register, "Join the desk",
        caller=Caller.ANYONE, body=RegistrationSchema(), entity=MeSchema(), message="Registered successfully",
        refusals=(errors.InvalidFields, errors.TooManyAttempts), hashes=True,
    ),
    Operation(
        "log_in", Tag.AUTH, "POST", "/auth/token/", auth.log_in, "Log in with email and password",
        caller=Caller.ANYONE, body=CredentialsSchema(), entity=TokensSchema(), hashes=True,
        headers=("Set-Cookie",),
        refusals=(errors.WrongCredentials, errors.OneTimePasswordRequired, errors.OneTimePasswordWrong,
                  errors.TooManyAttempts, errors.TraderSuspended),
    ),
    Operation(
        "refresh", Tag.AUTH, "POST", "/auth/token/refresh/", auth.refresh, "Exchange a refresh token for a new pair",
        caller=Caller.ANYONE, body=RefreshSchema(), entity=TokensSchema(), headers=("Set-Cookie",),
        refusals=(errors.LoginEnded, errors.TraderSuspended),
    ),
    Operation(
        "log_out", Tag.AUTH, "POST", "/auth/logout/", auth.log_out, "End this login and all its tokens",
        caller=Caller.ANYONE, body=LogoutSchema(), message="Logged out successfully", may_have_token=True,
        headers=("Set-Cookie",), refusals=(errors.TraderSuspended,),
        rejections=(NothingToLeaveBy(), NoTokenToLeaveBy(), ScopeMissing()),
    ),
    Operation(
        "ticket", Tag.AUTH, "POST", "/auth/ticket/", auth.ticket,
        "A single-use ticket for the websocket", entity=TicketSchema(),
    ),
    Operation(
        "logins", Tag.AUTH, "GET", "/auth/login/", auth.logins, "Where one is logged in",
        query=ListQuery(), entity=LOGIN_PAGE,
    ),
    Operation(
        "end_login", Tag.AUTH, "DELETE", "/auth/login/{login_id}/", auth.end_login, "End another login of one's own",
        message="Login ended successfully", refusals=(errors.LoginNotFound,),
    ),
    Operation(
        "send_verification", Tag.AUTH, "POST", "/auth/verify/", mailed_codes.send_verification,
        "Have another code mailed, to verify one's address", message="A code is on its way",
        refusals=(errors.AlreadyVerified, errors.TooManyAttempts),
    ),
    Operation(
        "verify", Tag.AUTH, "POST", "/auth/verify/confirm/", mailed_codes.verify, "Verify one's address by a code",
        body=CodeSchema(), message="Email address verified successfully",
        refusals=(errors.WrongCode, errors.TooManyAttempts),
    ),
    Operation(
        "ask_for_reset", Tag.AUTH, "POST", "/auth/password/reset/", mailed_codes.ask_for_reset,
        "Have a code mailed, to set a new password by", caller=Caller.ANYONE, body=AddressSchema(), hashes=True,
        message="If this address has an account, a code is on its way",
    ),
    Operation(
        "reset_password", Tag.AUTH, "POST", "/auth/password/reset/confirm/", mailed_codes.reset_password,
        "Set a new password by a code", caller=Caller.ANYONE, body=ResetSchema(), hashes=True,
        message="Password changed successfully",
        refusals=(errors.InvalidFields, errors.WrongCode, errors.TooManyAttempts),
    ),
    Operation(
        "change_password", Tag.AUTH, "POST", "/auth/password/", mailed_codes.change_password, "Set another password",
        body=NewPasswordSchema(), hashes=True, message="Password changed successfully",
        refusals=(errors.InvalidFields, errors.TooManyAttempts),
    ),
    Operation(
        "make_key", Tag.AUTH, "POST", "/auth/key/", keys.make, "Make a key for a program",
        body=KeyBodySchema(), entity=MadeKeySchema(), message="Key made successfully",
        refusals=(errors.InvalidFields, errors.TooManyAttempts, errors.TooManyKeys),
    ),
    Operation(
        "keys", Tag.AUTH, "GET", "/auth/key/", keys.listed, "One's keys for programs", query=ListQuery(),
        entity=KEY_PAGE,
    ),
    Operation(
        "end_key", Tag.AUTH, "DELETE", "/auth/key/{key_id}/", keys.end, "End a key",
        message="Key ended successfully", refusals=(errors.KeyNotFound,),
    ),
    Operation(
        "totp", Tag.AUTH, "GET", "/auth/totp/", one_time_passwords.state, "Whether one-time passwords are on",
        entity=FactorSchema(),
    ),
    Operation(
        "begin_totp", Tag.AUTH, "POST", "/auth/totp/", one_time_passwords.begin, "A secret for an authenticator",
        entity=AuthenticatorSchema(), refusals=(errors.OtpOnAlready,),
    ),
    Operation(
        "confirm_totp", Tag.AUTH, "POST", "/auth/totp/confirm/", one_time_passwords.confirm,
        "Turn one-time passwords on", body=ConfirmSchema(), entity=ConfirmedTotpSchema(),
        message="One-time passwords are on", refusals=(errors.OtpOnAlready, errors.TooManyAttempts),
    ),
    Operation(
        "disable_totp", Tag.AUTH, "POST", "/auth/totp/disable/", one_time_passwords.disable,
        "Turn one-time passwords off", body=DisableSchema(), hashes=True, message="One-time passwords are off",
        refusals=(errors.InvalidFields, errors.OtpIsOff, errors.TooManyAttempts),
    ),
    Operation("me", Tag.AUTH, "GET", "/auth/me/", auth.me, "One's own profile", entity=MeSchema()),
    Operation(
        "export_data", Tag.AUTH, "GET", "/auth/export/", own_data.export, "All that is kept about oneself",
        entity=OwnDataSchema(),
    ),
    Operation(
        "delete_account", Tag.AUTH, "POST", "/auth/delete/", own_data.delete, "Leave for good",
        body=DeletionSchema(), message="Account deleted successfully", hashes=True,
        refusals=(errors.InvalidFields, errors.TooManyAttempts, errors.AccountInUse),
    ),
)
# fmt: on
