"""What every service tells of itself: where it is, whether it is well, and how it is spoken to."""

from __future__ import annotations

from .operation import Operation, Tag
from .replies.rejections import UnknownPath, Unready, UpgradeNeeded
from .requests.security import Caller
from .schemas.service import AliveSchema, ReadyQuery, ReadySchema
from .schemas.settings import SettingsSchema
from .schemas.solvency import StatementSchema
from .views import service, settings, solvency

# fmt: off
SERVICE: tuple[Operation, ...] = (
    Operation(
        "icon", Tag.SERVICE, "GET", "/favicon.ico", service.icon, "The desk's icon",
        caller=Caller.ANYONE, media=("image/x-icon",), headers=("Content-Security-Policy",),
    ),
    Operation(
        "settings", Tag.SERVICE, "GET", "/p2p/settings/", settings.settings,
        "What can be traded here, and within which bounds",
        caller=Caller.ANYONE, entity=SettingsSchema(),
    ),
    Operation(
        "solvency", Tag.SERVICE, "GET", "/p2p/solvency/", solvency.stated,
        "What the desk owes, and the roots that prove it",
        caller=Caller.ANYONE, entity=StatementSchema(),
    ),
    Operation(
        "alive", Tag.SERVICE, "GET", "/healthz", service.alive, "Whether the process answers",
        caller=Caller.ANYONE, entity=AliveSchema(), media=("application/json",),
    ),
    Operation(
        "ready", Tag.SERVICE, "GET", "/readyz", service.ready, "Whether the store answers",
        caller=Caller.ANYONE, query=ReadyQuery(), entity=ReadySchema(), media=("application/json",),
        rejections=(Unready(),),
    ),
    Operation(
        "metrics", Tag.SERVICE, "GET", "/metrics", service.metrics, "Figures for Prometheus",
        caller=Caller.ANYONE, media=("text/plain",),
    ),
    Operation(
        "api_document", Tag.SERVICE, "GET", "/openapi.json", service.api_document, "This document",
        caller=Caller.ANYONE, media=("application/json",),
    ),
    Operation(
        "websocket_document", Tag.SERVICE, "GET", "/asyncapi.json", service.websocket_document,
        "What the websocket sends, as AsyncAPI 3", caller=Caller.ANYONE, media=("application/json",),
    ),
    Operation(
        "docs", Tag.SERVICE, "GET", "/docs/", service.docs, "This document, to try out",
        caller=Caller.ANYONE, media=("text/html",), headers=("Content-Security-Policy",),
    ),
    Operation(
        "docs_asset", Tag.SERVICE, "GET", "/docs/{asset}", service.docs_asset, "A part of that page",
        caller=Caller.ANYONE, media=("text/css", "text/javascript", "image/png", "image/x-icon", "text/html"),
        headers=("Content-Security-Policy",), rejections=(UnknownPath(),),
    ),
    Operation(
        "websocket_elsewhere", Tag.SERVICE, "GET", "/ws/p2p/", service.websocket_elsewhere, "Where the websocket is",
        caller=Caller.ANYONE, success=None, media=("application/json",),
        rejections=(UpgradeNeeded("The websocket is at wss://desk.example/ws/p2p/"),),
    ),
)
# fmt: on
