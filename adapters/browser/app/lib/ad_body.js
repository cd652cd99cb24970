// What a new or edited ad is sent as, from the texts of its form; and what it will look like on the board.
import { readAmount, worth } from "./money.js";
import { decimalsOf, settings } from "./settings.js";

/** @typedef {import("./wire.js").Ad} Ad */

/** An ad's form, all in texts as they were typed. */
export const BLANK = {
  ad_type: "sell",
  crypto_currency: "",
  fiat_currency: "",
  price_type: "fixed",
  price_per_unit: "",
  price_margin: "",
  crypto_amount: "",
  payment_method: "",
  min_limit: "",
  max_limit: "",
  time_to_pay: "",
  end_date: "",
  terms_of_trade: "",
  auto_reply_message: "",
  additional_information: "",
  min_completed_offers: "",
  min_completion_rate: "",
  requires_kyc: false,
};

/** @typedef {typeof BLANK} AdForm */

const AMOUNTS = /** @type {const} */ ({
  price_per_unit: "",
  price_margin: "",
  crypto_amount: "crypto_currency",
  min_limit: "fiat_currency",
  max_limit: "fiat_currency",
});
const NUMBERS = /** @type {const} */ (["time_to_pay", "min_completed_offers", "min_completion_rate"]);
const TEXTS = /** @type {const} */ (["end_date", "terms_of_trade", "auto_reply_message", "additional_information"]);

/**
 * The fields as the desk takes them, and what is wrong with those that cannot be told. A price may have more decimals
 * than its currency, as the desk allows.
 * @param {AdForm} form
 * @param {readonly (keyof AdForm)[]} wanted
 */
export function adBody(form, wanted) {
  /** @type {Record<string, unknown>} */
  const body = {};
  /** @type {Record<string, string>} */
  const wrong = {};
  for (const name of wanted) {
    const value = form[name];
    if (name in AMOUNTS) {
      const currency = AMOUNTS[/** @type {keyof typeof AMOUNTS} */ (name)];
      const read = readAmount(String(value), currency ? String(form[currency]) : "");
      if ("amount" in read) body[name] = read.amount;
      if ("problem" in read) wrong[name] = read.problem;
    } else if (/** @type {readonly string[]} */ (NUMBERS).includes(name)) {
      if (value !== "") body[name] = /^\d+$/.test(String(value)) ? Number(value) : value;
    } else if (value !== "" || /** @type {readonly string[]} */ (TEXTS).includes(name)) {
      body[name] = value;
    }
  }
  return { body, wrong };
}

const EMPTIED = "Every ad has one: give an amount.";

/**
 * What of an ad's form was changed. A number that was taken away is 0, by which the desk asks for nothing, or takes its
 * own; an amount cannot be taken away.
 * @param {AdForm} form
 * @param {AdForm} before
 * @param {readonly (keyof AdForm)[]} changeable
 */
export function changesOf(form, before, changeable) {
  const changed = changeable.filter((name) => form[name] !== before[name]);
  const { body, wrong } = adBody(form, changed);
  for (const name of changed.filter((one) => String(form[one]).trim() === "")) {
    if (name in AMOUNTS) wrong[name] = EMPTIED;
    if (/** @type {readonly string[]} */ (NUMBERS).includes(name)) body[name] = 0;
  }
  return { body, wrong };
}

/**
 * The ad as others will see it, as far as it can be told from what is there.
 * @param {Record<string, any>} body
 * @param {AdForm} form
 * @param {import("./wire.js").Profile} user
 * @param {string | undefined} rate the market's price, where the ad follows it
 */
export function previewOf(body, form, user, rate) {
  const price = body.price_per_unit ?? (rate && body.price_margin ? marketPrice(rate, body.price_margin) : undefined);
  if (!price || !body.crypto_amount || !form.crypto_currency || !form.fiat_currency) return null;
  const whole = worth(body.crypto_amount, price, decimalsOf(form.fiat_currency));
  const minutes = Number(body.time_to_pay) || (settings.value?.default_time_to_pay ?? 30);
  return /** @type {Ad} */ ({
    ...body,
    user,
    price_per_unit: price,
    crypto_currency: form.crypto_currency,
    fiat_currency: form.fiat_currency,
    total_available: body.crypto_amount,
    min_limit: body.min_limit ?? smallest(decimalsOf(form.fiat_currency)),
    max_limit: body.max_limit ?? whole,
    payment_method: form.payment_method,
    time_to_pay: minutes,
  });
}

/** @param {number} decimals */
const smallest = (decimals) => (decimals ? `0.${"1".padStart(decimals, "0")}` : "1");

/** About what a market ad costs now; the desk computes it anew for every answer. @param {string} rate @param {string} margin */
const marketPrice = (rate, margin) => worth(worth(rate, margin, 12), "0.01", 8);
