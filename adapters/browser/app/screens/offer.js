// One offer, the heart of it all: whose turn it is, the one thing to do now, where to pay, the chat, and ways out.
import { html, useEffect, useState } from "../lib/html.js";
import { link } from "../lib/live.js";
import { isZero, shown, sum } from "../lib/money.js";
import { useResource } from "../lib/resource.js";
import { session } from "../lib/session.js";
import { sheet } from "../lib/sheet.js";
import { at, localTimes } from "../lib/time.js";
import { Chat } from "../parts/chat.js";
import { Copied } from "../parts/copy.js";
import { Heading } from "../parts/frame.js";
import { Icon } from "../parts/icon.js";
import { isMissing, Missing } from "../parts/missing.js";
import { Deed, DeedButton } from "../parts/offer_deeds.js";
import { coins, methodName, Person } from "../parts/price.js";
import { Rating } from "../parts/rating.js";
import { Timer } from "../parts/timer.js";
import { Bars, Shown, Trouble } from "../parts/trouble.js";
import { ENDED, hasAccount, offerWords, partsOf, stateOf } from "../parts/offer_words.js";

await sheet("offer.css", import.meta.url);

/**
 * @typedef {import("../lib/wire.js").OfferDetail} Detail
 * @typedef {import("../lib/wire.js").AllowedAction} Allowed
 * @typedef {import("../lib/deeds.js").Outcome} Outcome
 */

/** @param {{ id: string }} props */
export default function OfferScreen({ id }) {
  const offer = useResource(`/p2p/offer/detail/${id}`, `offer/${id}`);
  const state = offer.data ? `: ${stateOf(offer.data.status)}` : "";
  if (isMissing(offer)) {
    const why = "Its number may have been copied in part, or it is an offer of others: only its two sides see it.";
    return html`<${Missing} what="offer" why=${why} href="/offers" to="Go to your offers" />`;
  }
  return html`
    <${Heading} title=${`Offer ${id}${state}`}>Offer ${id}<//>
    <${Shown} of=${offer} bars=${4}
      >${(/** @type {Detail} */ seen) => html`<${Seen} offer=${seen} again=${offer.again} />`}<//
    >
  `;
}

/** @param {{ offer: Detail, again: () => Promise<void> }} props */
function Seen({ offer, again }) {
  const me = session.value?.id;
  const { isBuyer, isSeller } = partsOf(offer, me);
  const [deed, begin] = useState(/** @type {Allowed | null} */ (null));
  const [told, tell] = useState(/** @type {Outcome | null} */ (null));
  const close = (/** @type {Outcome | null} */ outcome) => {
    begin(null);
    tell(outcome);
  };
  const isParty = isBuyer || isSeller;
  return html`
    <${Trouble} error=${told && !told.done ? told : null} />
    <div class="offer">
      <${Now} offer=${offer} again=${again} begin=${begin} tell=${tell} />
      <div class="offer-side">
        <${Facts} offer=${offer} />
        ${isParty && html`<${WaysOut} offer=${offer} begin=${begin} />`}
      </div>
      <div class="offer-main">
        ${!isParty && session.value?.is_staff && html`<${ForStaff} offer=${offer} />`}
        ${isParty && offer.status === "completed" && html`<${Rating} offer=${offer} />`}
        <${PayTo} offer=${offer} />
        <${Chat} offer=${offer} isParty=${isParty} />
      </div>
    </div>
    ${deed && html`<${Deed} offer=${offer} allowed=${deed} onClose=${close} />`}
  `;
}

/** Staff alone need what they judge with, which is not loaded for anybody else. @param {{ offer: Detail }} props */
function ForStaff({ offer }) {
  const [part, show] = useState(/** @type {{ drawn: any } | null} */ (null));
  useEffect(() => void import("../parts/judging.js").then((module) => show({ drawn: module.Judging })), []);
  if (part) return html`<${part.drawn} offer=${offer} />`;
  return offer.status === "disputed" && html`<section class="card"><${Bars} count=${4} /></section>`;
}

/** Which deed is the one to do now. @param {Detail} offer */
function mainDeed(offer) {
  const wanted = { pending: "paid", paid: "release" }[/** @type {string} */ (offer.status)];
  return offer.allowed_actions.find(({ action }) => action === wanted);
}

/**
 * @param {{ offer: Detail, again: () => Promise<void>, begin: (allowed: Allowed) => void,
 *   tell: (outcome: Outcome | null) => void }} props
 */
function Now({ offer, again, begin, tell }) {
  const words = offerWords(offer, session.value?.id);
  const main = mainDeed(offer);
  return html`<section class=${`now ${words.whose}`} aria-labelledby="headline">
    <p class="turn">${words.turn}</p>
    <div role="status" class="state">
      <p>${words.state}</p>
      <h2 id="headline">${words.headline}</h2>
    </div>
    ${words.lines.map((line) => html`<p dir="auto">${line}</p>`)}
    ${offer.status === "pending" && html`<${Timer} deadline=${offer.deadline} onEnd=${again} />`}
    ${main && html`<${DeedButton} offer=${offer} allowed=${main} isMain begin=${begin} tell=${tell} />`}
    ${offer.at_deadline && html`<p class="fine">${localTimes(offer.at_deadline)}</p>`}
    ${link.value === "asking" && !ENDED.includes(offer.status) && html`<p class="fine">Asked for anew every few seconds.</p>`}
  </section>`;
}

/** @type {[keyof import("../lib/wire.js").PayTo, string][]} */
const ACCOUNT = [
  ["bank_account_name", "Account name"],
  ["bank_account_number", "Account number"],
  ["bank_name", "Bank"],
  ["payment_details", "Payment details"],
];

/** Where the buyer pays; for the seller, what is to arrive where, and from whom. @param {{ offer: Detail }} props */
function PayTo({ offer }) {
  const { isBuyer, isSeller, money } = partsOf(offer, session.value?.id);
  if (ENDED.includes(offer.status)) return null;
  const account = ACCOUNT.map(([key, label]) => ({
    label,
    value: withoutAdvice(offer, offer.pay_to?.[key] ?? ""),
  })).filter(({ value }) => value);
  return html`<section class="card" aria-labelledby="pay-to">
    <h2 id="pay-to">${isBuyer ? "Pay to" : isSeller ? "What to look for in your bank" : "The payment"}</h2>
    ${
      !isBuyer
        ? html`<${Expected} offer=${offer} account=${account.map(({ value }) => value).join(", ")} />`
        : html`<dl>
              <${Copied} label="Amount" value=${offer.fiat_amount} shown=${money} />
              ${account.map((one) => html`<${Copied} key=${one.label} ...${one} />`)}
              ${account.length > 0 && html`<${Copied} label="Reference" value=${offer.payment_reference} />`}
            </dl>
            ${payerOf(offer) && html`<p class="fine payer">From the account that you named: <span dir="auto">${payerOf(offer)}</span></p>`}`
    }
    ${
      isBuyer || isSeller || offer.dispute
        ? !hasAccount(offer) &&
          html`<p class="warn"><${Icon} name="alert" /> No account was given. Agree on one in the chat.</p>`
        : html`<p class="fine">Staff see the accounts once there is a dispute.</p>`
    }
  </section>`;
}

/**
 * The details of a payment without the desk's advice on when to pay, which programs find there too: it stands at the
 * button, and is nothing to give to a bank.
 * @param {Detail} offer
 * @param {string} details
 */
function withoutAdvice(offer, details) {
  const parts = details.split("\n\n");
  const paid = offer.allowed_actions.find(({ action }) => action === "paid");
  const isAdvice = offer.user === offer.seller.id && paid?.effect.endsWith(parts[parts.length - 1]);
  return details && isAdvice ? parts.slice(0, -1).join("\n\n") : details;
}

/** @param {{ offer: Detail, account: string }} props */
function Expected({ offer, account }) {
  const { money } = partsOf(offer, session.value?.id);
  return html`<dl class="facts">
    <dt>Amount</dt>
    <dd>${money}</dd>
    <dt>From</dt>
    <dd dir="auto">${payerOf(offer) || `${offer.buyer.fullname}’s own account`}</dd>
    ${
      account &&
      html`<dt>To</dt>
        <dd dir="auto">${account}</dd>
        <dt>Reference</dt>
        <dd>${offer.payment_reference}</dd>`
    }
  </dl>`;
}

/** The account that the buyer said they pay from; nobody says it on a buy ad. @param {Detail} offer */
const payerOf = (offer) =>
  offer.user === offer.buyer.id
    ? [offer.bank_account_name, offer.bank_account_number, offer.bank_name].filter(Boolean).join(", ")
    : "";

/** The trade in a few lines. @param {{ offer: Detail }} props */
function Facts({ offer }) {
  const { isBuyer, isSeller, other, amount, money } = partsOf(offer, session.value?.id);
  const got = coins(offer.buyer_receives, offer.crypto_currency);
  // All of the offer, unless staff split it: then the part that left the seller.
  const given = coins(sum(offer.buyer_receives, offer.fee_amount), offer.crypto_currency);
  const fee = coins(offer.fee_amount, offer.crypto_currency);
  const hasFee = !isZero(offer.fee_amount);
  return html`<section class="card" aria-labelledby="trade">
    <h2 id="trade">The trade</h2>
    ${
      isBuyer || isSeller
        ? html`<${Person} trader=${other} />`
        : html`<h3>The buyer</h3>
            <${Person} trader=${offer.buyer} />
            <h3>The seller</h3>
            <${Person} trader=${offer.seller} />`
    }
    <dl class="facts">
      <dt>${isBuyer ? "You get" : isSeller ? "You give" : "Coins"}</dt>
      <dd>
        ${isBuyer ? got : isSeller ? given : amount}${hasFee && html`<span class="fine block-fine">${isBuyer ? "after" : "with"} a fee of ${fee}</span>`}
      </dd>
      <dt>${isBuyer ? "You pay" : isSeller ? "You get" : "Money"}</dt>
      <dd>${money}</dd>
      <dt>Price</dt>
      <dd>${shown(offer.price_per_unit, offer.fiat_currency)}</dd>
      <dt>By</dt>
      <dd>${methodName(offer.payment_method)}</dd>
    </dl>
    <p class="fine"><a href=${`/ads/${offer.ad}`}>Ad ${offer.ad}</a></p>
    <${History} offer=${offer} />
  </section>`;
}

/** @param {{ offer: Detail }} props */
function History({ offer }) {
  const me = session.value?.id;
  const who = (/** @type {string | null} */ by) => {
    if (by === null) return "by the desk";
    if (by === me) return "by you";
    const party = [offer.buyer, offer.seller].find(({ id }) => id === by);
    return party ? `by ${party.fullname}` : "by staff";
  };
  return html`<details>
    <summary>What has happened</summary>
    <ol class="history">
      ${offer.history.map(
        (step) =>
          html`<li><span>${stateOf(step.state)}</span> <span class="fine">${at(step.at)}, ${who(step.by)}</span></li>`,
      )}
    </ol>
  </details>`;
}

/** Always there, folded: each way out with what comes of it, or from when there is one. @param {{ offer: Detail, begin: (allowed: Allowed) => void }} props */
function WaysOut({ offer, begin }) {
  const main = mainDeed(offer);
  const ways = offer.allowed_actions.filter((allowed) => allowed !== main);
  const hints = offer.status === "pending" || offer.status === "paid" ? laterWays(offer) : [];
  if (ENDED.includes(offer.status) && !ways.length) {
    return html`<p class="fine help">Something wrong with it? Write in the chat: it stays open for 30 days.</p>`;
  }
  return html`<details class="card ways">
    <summary>Something is wrong, or you changed your mind</summary>
    ${ways.map(
      (allowed) =>
        html`<div class="way" key=${allowed.action}>
          <p>${allowed.effect}</p>
          <${DeedButton} offer=${offer} allowed=${allowed} begin=${begin} />
        </div>`,
    )}
    ${hints.map((hint) => html`<p class="way fine">${hint}</p>`)}
  </details>`;
}

/** What is not possible yet, and what has to come before it. @param {Detail} offer */
function laterWays(offer) {
  const may = (/** @type {string} */ action) => offer.allowed_actions.some((allowed) => allowed.action === action);
  const { isBuyer, isSellAd, other } = partsOf(offer, session.value?.id);
  const hints = [];
  if (offer.status === "pending") {
    if (!may("cancel"))
      hints.push(
        isBuyer === isSellAd ? "" : `${other.fullname} took the ad and can cancel. You can let the time run out.`,
      );
    hints.push(`A dispute can be opened once the offer is marked as paid: then staff decide who gets the coins.`);
  } else if (!may("dispute")) {
    hints.push(
      "A dispute can be opened once more time has passed since it was marked as paid. Write in the chat until then.",
    );
  }
  return hints.filter(Boolean);
}
