// Deeds on an offer: which buttons they have, what is asked before, and what they need to be told.
import { actOnOffer } from "../lib/deeds.js";
import { html, useState } from "../lib/html.js";
import { localTimes } from "../lib/time.js";
import { session } from "../lib/session.js";
import { KINDS, partsOf } from "./offer_words.js";
import { Confirm } from "./confirm.js";
import { Choice, TextField } from "./field.js";
import { OtpField } from "./secrets.js";

/**
 * @typedef {import("../lib/wire.js").OfferDetail} Detail
 * @typedef {import("../lib/wire.js").AllowedAction} Allowed
 * @typedef {import("../lib/deeds.js").Outcome} Outcome
 */

/** What the buttons of deeds are called. @type {Record<string, string>} */
export const NAMES = {
  paid: "I have paid",
  release: "Release",
  cancel: "Cancel offer",
  return: "Give up this offer",
  dispute: "Open dispute",
  withdraw: "Withdraw dispute",
};

/** It moves no coins, and what it does stands beside it. */
const AT_ONCE = ["paid"];

/**
 * A deed's button. What moves coins is asked about once more; the rest is done.
 * @param {{ offer: Detail, allowed: Allowed, isMain?: boolean, begin: (allowed: Allowed) => void,
 *   tell?: (outcome: Outcome | null) => void }} props
 */
export function DeedButton({ offer, allowed, isMain = false, begin, tell }) {
  const [isBusy, setBusy] = useState(false);
  const act = async () => {
    if (!AT_ONCE.includes(allowed.action)) return begin(allowed);
    setBusy(true);
    tell?.(null);
    tell?.(await actOnOffer(offer, allowed, {}));
    setBusy(false);
  };
  const name = NAMES[allowed.action] ?? allowed.action;
  return html`
    <button type="button" class=${isMain ? "main big" : ""} disabled=${isBusy} onClick=${act}>${name}</button>
    ${isMain && html`<p class="fine">${localTimes(allowed.effect)}</p>`}
  `;
}

/**
 * The dialog of a deed.
 * @param {{ offer: Detail, allowed: Allowed, onClose: (outcome: Outcome | null) => void }} props
 */
export function Deed({ offer, allowed, onClose }) {
  const [given, set] = useState({ reason: "", kind: "", otp: "" });
  const [fields, tellFields] = useState(/** @type {Record<string, string>} */ ({}));
  const [asksOtp, setAsksOtp] = useState(false);
  const put = (/** @type {string} */ name) => (/** @type {string} */ value) =>
    set((old) => ({ ...old, [name]: value }));
  const asked = ASKED[allowed.action] ?? plainly;
  const words = asked(offer, allowed);
  const onDo = async () => {
    const outcome = await actOnOffer(offer, allowed, bodyOf(allowed.action, given, asksOtp));
    tellFields(outcome.fields);
    if (outcome.fields.otp) setAsksOtp(true);
    return outcome;
  };
  const isDispute = allowed.action === "dispute";
  const isReady = !isDispute || Boolean(given.reason.trim() && given.kind);
  return html`<${Confirm}
    title=${words.title}
    deed=${words.deed}
    isGrave=${words.isGrave}
    isReady=${isReady}
    onDo=${onDo}
    onClose=${onClose}
  >
    ${words.question && html`<p>${words.question}</p>`}
    <p>${localTimes(allowed.effect)}</p>
    ${isDispute && html`<${DisputeFields} offer=${offer} given=${given} put=${put} told=${fields} />`}
    ${
      asksOtp &&
      html`<${OtpField}
        form=${{ given, put, told: fields }}
        hint="The six digits that your authenticator shows now."
      />`
    }
  <//>`;
}

/**
 * @param {string} action
 * @param {{ reason: string, kind: string, otp: string }} given
 * @param {boolean} asksOtp
 */
function bodyOf(action, { reason, kind, otp }, asksOtp) {
  if (action === "dispute") return { reason: reason.trim(), kind };
  return asksOtp ? { otp: otp.trim() } : {};
}

/** @param {{ offer: Detail, given: { reason: string, kind: string }, put: (name: string) => (value: string) => void, told: Record<string, string> }} props */
const DisputeFields = ({ offer, given, put, told }) =>
  html`<${Choice}
      label="What is wrong"
      value=${given.kind}
      onValue=${put("kind")}
      problem=${told.kind}
      choices=${[["", "Choose"], ...kindsFor(offer)]}
    />
    <${TextField}
      label="Reason"
      value=${given.reason}
      onValue=${put("reason")}
      problem=${told.reason}
      hint="In your own words, for staff and the other side."
    />`;

const OF_BUYER = ["crypto_not_released", "other"];
const OF_SELLER = ["payment_not_received", "payment_incomplete", "third_party_payment", "other"];

/** Which kinds of dispute somebody can mean. @param {Detail} offer */
const kindsFor = (offer) =>
  (partsOf(offer, session.value?.id).isBuyer ? OF_BUYER : OF_SELLER).map((kind) => [kind, KINDS[kind]]);

/**
 * What is asked before each deed.
 * @type {Record<string, (offer: Detail, allowed: Allowed) => { title: any, deed: any, question?: any, isGrave?: boolean }>}
 */
const ASKED = {
  release: (offer) => {
    const { other, money } = partsOf(offer, session.value?.id);
    const amount = spelled(offer);
    const payer = (offer.user === offer.buyer.id && offer.bank_account_name) || other.fullname;
    return {
      title: html`Release <${Amount} of=${amount} />?`,
      deed: html`Release <${Amount} of=${amount} />`,
      question: html`Has <strong>${money}</strong> arrived in your account, from <strong dir="auto">${payer}</strong>?`,
      isGrave: true,
    };
  },
  cancel: () => ({
    title: "Cancel this offer?",
    deed: "Cancel offer",
    question: "Do it only if you have sent no money.",
    isGrave: true,
  }),
  return: (offer) => ({
    title: "Give up this offer?",
    deed: html`Give up <${Amount} of=${spelled(offer)} />`,
    question: "You get no coins for it, whatever you have paid.",
    isGrave: true,
  }),
  dispute: () => ({ title: "Open a dispute?", deed: "Open dispute" }),
  withdraw: () => ({ title: "Withdraw the dispute?", deed: "Withdraw dispute", question: "Staff stop looking at it." }),
};

/** A deed that came to the desk after this page: it says itself what it does. @param {Detail} _ @param {Allowed} allowed */
const plainly = (_, allowed) => ({ title: `${allowed.action}?`, deed: allowed.action });

/** The wire spells currencies in small letters, and so do the names of buttons. @param {Detail} offer */
const spelled = (offer) => [partsOf(offer, undefined).amount.split("\u00a0")[0], offer.crypto_currency];

/** @param {{ of: string[] }} props */
const Amount = ({ of: [amount, code] }) => html`<span class="money">${amount} <span class="code">${code}</span></span>`;
