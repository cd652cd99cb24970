// What staff judge a dispute with: what it is about, who looks at it, what is proposed, and the ruling.
import { actOnOffer } from "../lib/deeds.js";
import { html, useState } from "../lib/html.js";
import { compare, isZero, plain, readAmount, shown } from "../lib/money.js";
import { touch, useWhole } from "../lib/resource.js";
import { session } from "../lib/session.js";
import { ago } from "../lib/time.js";
import { KINDS } from "./offer_words.js";
import { Confirm } from "./confirm.js";
import { Field, Segments, TextField } from "./field.js";
import { Noted } from "./noted.js";
import { coins } from "./price.js";
import { Shown } from "./trouble.js";

/**
 * @typedef {import("../lib/wire.js").OfferDetail} Detail
 * @typedef {import("../lib/wire.js").Proposal} Proposal
 * @typedef {import("../lib/wire.js").DisputeItem} Waiting
 * @typedef {{ favour: string, amount: string, note: string }} Ruling
 */

/** @param {{ offer: Detail }} props */
export function Judging({ offer }) {
  const queue = useWhole(offer.status === "disputed" ? "/admin/dispute/" : null, "staff", "offer/");
  if (offer.status !== "disputed" || !offer.dispute) return null;
  const { dispute } = offer;
  const me = session.value?.id;
  const opener = [offer.buyer, offer.seller].find(({ id }) => id === dispute.opened_by);
  const by = opener ? `by ${opener.fullname}, the ${opener.id === offer.buyer.id ? "buyer" : "seller"}` : "by the desk";
  const isMine = dispute.handled_by === me;
  const mayJudge = !!rulingOf(offer);
  return html`<section class="card" aria-labelledby="judging">
    <h2 id="judging">The dispute</h2>
    <dl class="facts">
      <dt>About</dt>
      <dd>${KINDS[dispute.kind]}</dd>
      <dt>Opened</dt>
      <dd>${`${by}, ${ago(dispute.opened_at)}`}</dd>
      ${
        dispute.reason &&
        html`<dt>Because</dt>
          <dd dir="auto" class="words">${dispute.reason}</dd>`
      }
      <dt>Looked at</dt>
      <dd>${isMine ? "by you" : dispute.handled_by ? "by somebody else of the staff" : "by nobody yet"}</dd>
    </dl>
    <div class="judge">
      ${mayJudge && !isMine && html`<${Taking} offer=${offer} name=${dispute.handled_by ? "Take it over" : "Take it"} />`}
      <${Shown} of=${queue} bars=${1}
        >${(/** @type {Waiting[]} */ items) => {
          const proposal = items.find((item) => item.id === offer.id)?.proposal;
          if (!mayJudge) return html`<p class="fine">Somebody else of the staff must judge this dispute.</p>`;
          return proposal
            ? html`<${Proposed} offer=${offer} proposal=${proposal} />`
            : html`<${Decide} offer=${offer} />`;
        }}<//
      >
    </div>
  </section>`;
}

/** @param {{ offer: Detail, name: string }} props */
const Taking = ({ offer, name }) =>
  html`<p>
    <${Noted}
      name=${name}
      deed="Look at it"
      title="Look at this dispute?"
      path=${`/admin/dispute/take/${offer.id}/`}
      optional
    >
      <p>Both parties see that somebody looks at it.</p>
    <//>
  </p>`;

/** Whoever is a party, or is kept from one, judges nothing here. @param {Detail} offer */
const rulingOf = (offer) => offer.allowed_actions.find(({ action }) => action === "resolve");

/** What waits for somebody else's approval. @param {{ offer: Detail, proposal: Proposal }} props */
function Proposed({ offer, proposal }) {
  const isMine = proposal.by === session.value?.id;
  const ruling = { favour: proposal.in_favour_of, amount: plain(proposal.buyer_amount ?? "0"), note: proposal.note };
  return html`<div class="warn proposal">
      <p><strong>Proposed:</strong> ${outcomeOf(offer, ruling)}</p>
      <p dir="auto">“${proposal.note}”</p>
      <p class="fine">${isMine ? "You proposed it" : "Somebody of the staff proposed it"} ${ago(proposal.at)}.</p>
    </div>
    ${
      isMine
        ? html`<p class="fine">Somebody else of the staff has to approve it. A new decision takes its place.</p>
            <${Decide} offer=${offer} />`
        : html`<p class="actions">
            <${Noted}
              class="main"
              name="Approve"
              deed="Approve it"
              title="Approve what is proposed?"
              path=${`/admin/dispute/approve/${offer.id}/`}
              isGrave
            >
              <p>${outcomeOf(offer, ruling)} For good.</p>
            <//>
            <${Noted}
              name="Reject"
              deed="Reject it"
              title="Reject what is proposed?"
              path=${`/admin/dispute/reject/${offer.id}/`}
            >
              <p>The dispute goes on.</p>
            <//>
          </p>`
    }`;
}

/** @param {{ offer: Detail }} props */
function Decide({ offer }) {
  const [given, set] = useState({ favour: "", amount: "", note: "" });
  const [isAsking, asks] = useState(false);
  const [told, tell] = useState(/** @type {import("../lib/deeds.js").Outcome | null} */ (null));
  const allowed = rulingOf(offer);
  const close = (/** @type {import("../lib/deeds.js").Outcome | null} */ outcome) => {
    asks(false);
    tell(outcome);
    touch("staff");
  };
  return html`<${RulingForm} offer=${offer} given=${given} set=${set} onReady=${() => asks(true)} />
    ${told?.message && html`<p class="warn" aria-live="polite">${told.message}</p>`}
    ${isAsking && allowed && html`<${Ruled} offer=${offer} allowed=${allowed} ruling=${given} onClose=${close} />`}`;
}

/** @type {[string, string][]} */
const FAVOURS = [
  ["buyer", "To the buyer"],
  ["split", "Split"],
  ["seller", "To the seller"],
];

/** @param {{ offer: Detail, given: Ruling, set: (change: (old: Ruling) => Ruling) => void, onReady: () => void }} props */
function RulingForm({ offer, given, set, onReady }) {
  const put = (/** @type {string} */ name) => (/** @type {string} */ value) =>
    set((old) => ({ ...old, [name]: value }));
  const isSplit = given.favour === "split";
  const problem = isSplit ? splitProblem(offer, given.amount) : "";
  const isReady = given.favour && given.note.trim() && problem === "" && (!isSplit || given.amount.trim());
  const onSubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (isReady) onReady();
  };
  return html`<form onSubmit=${onSubmit}>
    <${Segments} label="Who gets the coins" value=${given.favour} onValue=${put("favour")} choices=${FAVOURS} />
    ${
      isSplit &&
      html`<${Field}
        label=${`What ${offer.buyer.fullname} gets`}
        value=${given.amount}
        onValue=${put("amount")}
        problem=${problem}
        hint=${`The rest of ${coins(offer.currency_amount, offer.crypto_currency)} goes to ${offer.seller.fullname}.`}
        after=${offer.crypto_currency.toUpperCase()}
        more=${{ inputmode: "decimal", autocomplete: "off" }}
      />`
    }
    <${TextField} label="Reason" value=${given.note} onValue=${put("note")} hint="Both parties read it." />
    <div class="actions"><button type="submit" class="main" disabled=${!isReady}>See what it does</button></div>
  </form>`;
}

/** @param {Detail} offer @param {string} typed */
function splitProblem(offer, typed) {
  const read = readAmount(typed, offer.crypto_currency);
  if ("problem" in read) return read.problem;
  if ("empty" in read) return "";
  const isPart = !isZero(read.amount) && compare(read.amount, plain(offer.currency_amount)) < 0;
  return isPart ? "" : `More than nothing, and less than ${coins(offer.currency_amount, offer.crypto_currency)}.`;
}

/**
 * The ruling once more, before it is made.
 * @param {{ offer: Detail, allowed: import("../lib/wire.js").AllowedAction, ruling: Ruling,
 *   onClose: (outcome: import("../lib/deeds.js").Outcome | null) => void }} props
 */
function Ruled({ offer, allowed, ruling, onClose }) {
  const body = bodyOf(offer, ruling);
  const deed = { buyer: "Give it to the buyer", seller: "Give it to the seller", split: "Split it" }[ruling.favour];
  return html`<${Confirm}
    title="Decide this dispute?"
    deed=${deed ?? "Decide it"}
    isGrave
    onDo=${() => actOnOffer(offer, allowed, body)}
    onClose=${onClose}
  >
    <p><strong>${outcomeOf(offer, ruling)}</strong> For good.</p>
    <p dir="auto">“${ruling.note.trim()}”</p>
  <//>`;
}

/** @param {Detail} offer @param {Ruling} ruling */
function bodyOf(offer, { favour, amount, note }) {
  const read = readAmount(amount, offer.crypto_currency);
  return {
    in_favour_of: favour,
    note: note.trim(),
    ...(favour === "split" && "amount" in read ? { buyer_amount: read.amount } : {}),
  };
}

/** Who gets what, in words. @param {Detail} offer @param {Ruling} ruling */
function outcomeOf(offer, { favour, amount }) {
  const all = coins(offer.currency_amount, offer.crypto_currency);
  if (favour === "split") {
    const read = readAmount(amount, offer.crypto_currency);
    const part = "amount" in read ? shown(read.amount, offer.crypto_currency) : amount;
    return `${offer.buyer.fullname} gets ${part} of ${all}, ${offer.seller.fullname} the rest.`;
  }
  return favour === "buyer"
    ? `${offer.buyer.fullname} gets the ${all}.`
    : `${offer.seller.fullname} gets the ${all} back.`;
}
