// An offer on an ad: how much, by which account, and what happens when it is made.
import { useMaking } from "../lib/deeds.js";
import { useDraft } from "../lib/drafts.js";
import { html, useState } from "../lib/html.js";
import { buys, compare, digits, shown, typed, worth } from "../lib/money.js";
import { go } from "../lib/router.js";
import { decimalsOf, needsOf, settings } from "../lib/settings.js";
import { localTimes, minutesText } from "../lib/time.js";
import { ACCOUNT, Account, accountOf, useSaved } from "./account.js";
import { AmountField, amountIn } from "./amount.js";
import { pointOut, sentForm } from "./form.js";
import { coins, methodName } from "./price.js";
import { FarOff, useRate } from "./rate.js";
import { Trouble } from "./trouble.js";

/** @typedef {import("../lib/ad_body.js").Ad} Ad */
/** @typedef {import("../lib/deeds.js").Outcome} Outcome */

const BANK = ["bank_account_name", "bank_account_number", "bank_name"];

/** @param {{ ad: Ad, again: () => Promise<void> }} props */
export function OfferForm({ ad, again }) {
  const { amount, account, putAmount, put, submit, isBusy, failed } = useOffer(ad, again);
  const saved = useSaved(ad.payment_method);
  const both = amountsOf(ad, amount);
  const needs = accountNeeds(ad);
  const told = failed?.fields ?? {};
  return html`<form class="card offer-form" onSubmit=${submit}>
    <${PriceLine} ad=${ad} problem=${told.price_per_unit} />
    <${Amounts} ad=${ad} amount=${amount} both=${both} onAmount=${putAmount} told=${told} />
    ${
      needs.length > 0 &&
      html`<${Account}
        legend=${ad.ad_type === "sell" ? "The account that you pay from" : "Where you are to be paid"}
        hint=${ad.ad_type === "sell" ? `${ad.user.fullname} looks whether the money comes from it.` : undefined}
        needs=${needs}
        saved=${saved}
        given=${account}
        ...${{ put, told }}
      />`
    }
    <${Terms} ad=${ad} />
    <${Promised} ad=${ad} both=${both} />
    ${settings.value?.frozen && html`<p class="terms">The desk is frozen: this offer can be made once staff let it go on.</p>`}
    <${Trouble} error=${failed && !Object.keys(told).length ? failed : null} />
    ${failed?.code === "insufficient_balance" && html`<p><a href="/my-wallet">Move coins in your wallet</a></p>`}
    <button type="submit" class="main block" disabled=${isBusy}>Make offer</button>
  </form>`;
}

/**
 * What was given so far, and the handlers that take it and send it.
 * @param {Ad} ad
 * @param {() => Promise<void>} again
 */
function useOffer(ad, again) {
  const [amount, setAmount, forgetAmount] = useDraft(`offer on ${ad.id}`, { by: "crypto", text: "" });
  const [account, setAccount, forgetAccount] = useDraft(`account for ${ad.id}`, ACCOUNT);
  const [isBusy, setBusy] = useState(false);
  const [failed, setFailed] = useState(/** @type {Outcome | null} */ (null));
  const making = useMaking("/p2p/offer/create/");
  const putAmount = (/** @type {typeof amount} */ typed) => {
    making.renew();
    setAmount(typed);
  };
  const put = (/** @type {string} */ name) => (/** @type {string} */ value) => {
    making.renew();
    setAccount((old) => ({ ...old, [name]: value }));
  };
  const submit = async (/** @type {Event} */ event) => {
    const form = sentForm(event);
    event.preventDefault();
    const { sent } = amountsOf(ad, amount);
    if (isBusy) return;
    if (!sent) return pointOut(form);
    setBusy(true);
    const given = accountOf(account, accountNeeds(ad));
    const outcome = await making.make({ ad: ad.id, ...sent, price_per_unit: ad.price_per_unit, ...given });
    setBusy(false);
    if (outcome.done) {
      forgetAmount();
      forgetAccount();
      return go(`/offers/${outcome.entity.id}`);
    }
    setFailed(outcome);
    pointOut(form);
    // The ad may be another by now: another price, less left, or closed. That is looked at once it is known that
    // there is no offer.
    if (!making.isOpen()) again();
  };
  return { amount, account, putAmount, put, submit, isBusy, failed };
}

/**
 * Which fields say where the money comes from or goes to.
 * @param {Ad} ad
 */
function accountNeeds(ad) {
  if (ad.ad_type === "buy") return needsOf(ad.payment_method);
  return ad.payment_method === "bank_transfer" ? BANK : [];
}

/**
 * The two amounts of an offer: the one that was typed is sent, the other follows by the desk's own rounding.
 * @param {Ad} ad
 * @param {{ by: string, text: string }} amount
 */
export function amountsOf(ad, { by, text }) {
  const isCrypto = by === "crypto";
  const known = amountIn(text, isCrypto ? ad.crypto_currency : ad.fiat_currency);
  if (known === undefined) return { crypto: undefined, fiat: undefined, sent: undefined };
  const [crypto, fiat] = isCrypto
    ? [known, worth(known, ad.price_per_unit, decimalsOf(ad.fiat_currency))]
    : [buys(known, ad.price_per_unit, decimalsOf(ad.crypto_currency)), known];
  return { crypto, fiat, sent: isCrypto ? { currency_amount: known } : { fiat_amount: known } };
}

/** @param {{ ad: Ad, problem?: string }} props */
function PriceLine({ ad, problem }) {
  const code = ad.crypto_currency.toUpperCase();
  const rate = useRate(ad);
  return html`<div>
    <p class="price-line">
      <span class="price">${digits(ad.price_per_unit, ad.fiat_currency)}</span>
      <span class="fine"
        >${ad.fiat_currency.toUpperCase()} for 1 ${code}${ad.price_type === "market" && ", following the market"}</span
      >
    </p>
    ${rate && html`<p class="fine">The market is at ${shown(rate, ad.fiat_currency)} now. <${FarOff} price=${ad.price_per_unit} rate=${rate} /></p>`}
    ${problem && html`<p class="problem" role="alert">${problem} Look at the amounts again before you go on.</p>`}
  </div>`;
}

/**
 * @param {{
 *   ad: Ad, amount: { by: string, text: string }, both: ReturnType<typeof amountsOf>,
 *   onAmount: (amount: { by: string, text: string }) => void, told: Record<string, string>,
 * }} props
 */
function Amounts({ ad, amount, both, onAmount, told }) {
  const isCrypto = amount.by === "crypto";
  const shownIn = (/** @type {string} */ by, /** @type {string | undefined} */ computed) =>
    amount.by === by ? amount.text : computed === undefined ? "" : typed(computed);
  const put = (/** @type {string} */ by) => (/** @type {string} */ text) => onAmount({ by, text });
  const most = mostOf(ad);
  const limits = `${digits(ad.min_limit, ad.fiat_currency)} – ${shown(ad.max_limit, ad.fiat_currency)} in one offer.`;
  return html`<div class="pair">
    <${AmountField}
      label="Crypto amount"
      name="currency_amount"
      code=${ad.crypto_currency}
      text=${shownIn("crypto", both.crypto)}
      onText=${put("crypto")}
      problem=${told.currency_amount}
      hint=${html`<button type="button" class="link" onClick=${() => put("crypto")(typed(most))}>
        The most: ${coins(most, ad.crypto_currency)}
      </button>`}
      more=${{ required: isCrypto }}
    />
    <${AmountField}
      label="Fiat amount"
      name="fiat_amount"
      code=${ad.fiat_currency}
      text=${shownIn("fiat", both.fiat)}
      onText=${put("fiat")}
      problem=${told.fiat_amount}
      hint=${limits}
      more=${{ required: !isCrypto }}
    />
  </div>`;
}

/** The most of the coin that one offer can be for. @param {Ad} ad */
function mostOf(ad) {
  const most = buys(ad.max_limit, ad.price_per_unit, decimalsOf(ad.crypto_currency));
  return compare(ad.total_available, most) < 0 ? ad.total_available : most;
}

/** @param {{ ad: Ad }} props */
function Terms({ ad }) {
  const texts = [ad.terms_of_trade, ad.additional_information].filter(Boolean);
  if (!texts.length) return null;
  return html`<div class="terms">
    <h2>What ${ad.user.fullname} asks for</h2>
    ${texts.map((text) => html`<p dir="auto">${text}</p>`)}
  </div>`;
}

/** Whose coins do what, and by when. @param {{ ad: Ad, both: ReturnType<typeof amountsOf> }} props */
function Promised({ ad, both }) {
  const crypto = both.crypto ? coins(both.crypto, ad.crypto_currency) : "the coins";
  const fiat = both.fiat ? shown(both.fiat, ad.fiat_currency) : "the money";
  const minutes = minutesText(ad.time_to_pay);
  const by = methodName(ad.payment_method).toLowerCase();
  const name = ad.user.fullname;
  const words =
    ad.ad_type === "sell"
      ? `When you make the offer, ${crypto} of ${name} are locked for you. You then have ${minutes} to pay ${fiat} by ${by} and say so. ${name} releases the coins when the money has arrived; if you pay nothing, the offer expires.`
      : `When you make the offer, ${crypto} leave your p2p wallet and are locked. ${name} then has ${minutes} to pay you ${fiat} by ${by}. You release the coins when the money has arrived; if nobody pays in time, you have them back.`;
  const account =
    ad.ad_type === "sell" && !ad.gives_account
      ? ` ${name} has not said yet where to pay: ask in the chat, and pay nothing before.`
      : "";
  return html`<p class="promised">${localTimes(words + account)}</p>`;
}
