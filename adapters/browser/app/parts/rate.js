// What the market asks for a coin now, where the desk knows it, and how a price stands to it; and the rate of completion.
import { html } from "../lib/html.js";
import { buys, isZero, worth } from "../lib/money.js";
import { useWhole } from "../lib/resource.js";
import { settings } from "../lib/settings.js";

/** @param {{ crypto_currency: string, fiat_currency: string }} of */
export function useRate({ crypto_currency, fiat_currency }) {
  const prices = useWhole(settings.value?.market_prices ? "/p2p/price/" : null, "prices");
  const isIt = (/** @type {import("../lib/wire.js").Price} */ one) =>
    one.crypto_currency === crypto_currency && one.fiat_currency === fiat_currency;
  return /** @type {string | undefined} */ (prices.data?.find(isIt)?.rate);
}

/** So many percent from the market's price are no news. */
const USUAL_PERCENT = 10;

/**
 * Said of a price that is far from the market's, by which a slip of the finger shows.
 * @param {{ price?: string, rate?: string }} props
 */
export function FarOff({ price, rate }) {
  if (!price || !rate || isZero(rate)) return null;
  const percent = Number(buys(worth(price, "100", 8), rate, 1));
  if (Math.abs(percent - 100) <= USUAL_PERCENT) return null;
  const words =
    percent >= 1000
      ? `about ${Math.round(percent / 100)} times the market’s price`
      : `${Math.abs(percent - 100).toFixed(1)} % ${percent > 100 ? "above" : "below"} the market’s price`;
  return html`<span class="far">This is ${words}.</span>`;
}

/**
 * How many of somebody's offers were completed. Where none was there is nothing to say: the desk counts 100 % as long as
 * they let none down.
 * @param {import("../lib/wire.js").Stats} stats
 */
export const rateOf = ({ completed_offers, completion_rate }) =>
  completed_offers > 0 && completion_rate ? `${completion_rate}\u00a0%` : null;
