"""Settings of a desk on which a few traders do what many would: bounds on one trader are in the way of that."""

from config.settings import SETTINGS

UNLIMITED = {setting.name: "0" for setting in SETTINGS if setting.name.startswith("P2P_MAX_")} | {
    "P2P_RATE_LIMITS": "off"
}
