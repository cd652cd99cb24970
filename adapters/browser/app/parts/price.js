// How amounts, prices, methods and people are shown, everywhere alike.
import { html } from "../lib/html.js";
import { digits, plain, shown } from "../lib/money.js";

/** The price of one coin, biggest. @param {{ ad: import("../lib/wire.js").Ad }} props */
export const Price = ({ ad }) =>
  html`<span class="price">${digits(ad.price_per_unit, ad.fiat_currency)}</span>
    <span class="fine">${ad.fiat_currency.toUpperCase()} for 1 ${ad.crypto_currency.toUpperCase()}</span>`;

/** Pays with "bank transfer": the codes are words already, but for names that write themselves otherwise. @param {string} code */
export const methodName = (code) => {
  if (code === "paypal") return "PayPal";
  const words = code.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** From the least to the most, with the currency once. @param {{ ad: import("../lib/wire.js").Ad }} props */
export const Limits = ({ ad }) =>
  html`<span class="money">${digits(ad.min_limit, ad.fiat_currency)}</span>${" – "}<span class="money"
      >${shown(ad.max_limit, ad.fiat_currency)}</span
    >`;

/** A coin by its letters. @param {{ code: string }} props */
export const Coin = ({ code }) =>
  html`<span class=${`coin coin-${hue(code)}`} aria-hidden="true">${code.slice(0, 4).toUpperCase()}</span>`;

/** A person by the first letters of their name. @param {{ trader: { id: string, fullname: string } }} props */
export function Avatar({ trader }) {
  const words = trader.fullname.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words[words.length - 1] : ""].map((word) => [...word][0] ?? "");
  return html`<span class=${`avatar coin-${hue(trader.id)}`} aria-hidden="true"
    >${letters.join("").toUpperCase()}</span
  >`;
}

/** One of twelve colours, always the same for the same name. @param {string} name */
const hue = (name) => [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973, 7) % 12;

/** What others said of somebody, in a few words. @param {import("../lib/wire.js").Profile} trader */
export function recordOf(trader) {
  const { positive_feedback_count: good, negative_feedback_count: bad } = trader.ratings;
  const all = good + bad;
  if (!all) return "no ratings yet";
  return `${Math.round((100 * good) / all)}\u00a0% positive of ${all} ${all === 1 ? "rating" : "ratings"}`;
}

/** Who somebody is, with the marks of what was checked. @param {{ trader: import("../lib/wire.js").Profile, isMine?: boolean }} props */
export const Person = ({ trader, isMine }) =>
  html`<span class="person">
    <${Avatar} trader=${trader} />
    <span class="person-words">
      <span
        ><a href=${`/traders/${trader.id}`} dir="auto">${trader.fullname}</a
        >${isMine && html` <span class="tag mine">yours</span>`}${trader.has_kyc && html` <span class="tag">ID verified</span>`}</span
      >
      <span class="fine">${recordOf(trader)}</span>
    </span>
  </span>`;

/** A coin's amount without zeros that say nothing. @param {string} amount @param {string} code */
export const coins = (amount, code) => shown(plain(amount), code);
