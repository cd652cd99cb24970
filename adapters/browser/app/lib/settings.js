// What can be traded here and within which bounds; only whether the desk is frozen changes while the page is open.
import { ask } from "./api.js";
import { signal } from "./html.js";

/** @type {import("../vendor/signals.js").Signal<import("./wire.js").Settings | null>} */
export const settings = signal(null);

export async function loadSettings() {
  settings.value = (await ask("GET", "/p2p/settings/", { open: true })).entity;
}

/**
 * How many decimals a currency has; a coin that is no longer traded may have any.
 * @param {string} code
 */
export function decimalsOf(code) {
  const { fiat_currencies = [], crypto_currencies = [] } = settings.value ?? {};
  return [...fiat_currencies, ...crypto_currencies].find((one) => one.code === code)?.decimals ?? 20;
}

/** @param {string} code */
export const isFiat = (code) => settings.value?.fiat_currencies.some((one) => one.code === code) ?? false;

/** What a seller's place to be paid consists of. @param {string} method */
export const needsOf = (method) => settings.value?.payment_methods.find((one) => one.code === method)?.needs ?? [];
