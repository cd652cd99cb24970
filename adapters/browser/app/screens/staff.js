// What staff look at: disputes first, then offers, traders, what staff did, and whether the desk is frozen.
import { html } from "../lib/html.js";
import { useList } from "../lib/resource.js";
import { refine, route } from "../lib/router.js";
import { session } from "../lib/session.js";
import { settings } from "../lib/settings.js";
import { sheet } from "../lib/sheet.js";
import { ago, at } from "../lib/time.js";
import { Choice, Segments, Tick } from "../parts/field.js";
import { Heading } from "../parts/frame.js";
import { Noted } from "../parts/noted.js";
import { Coin, coins } from "../parts/price.js";
import { StaffTraders } from "../parts/staff_traders.js";
import { Empty, Shown } from "../parts/trouble.js";
import { KINDS, stateOf } from "../parts/offer_words.js";

await sheet("lists.css", import.meta.url);

/** @typedef {import("../lib/wire.js").DisputeItem} Dispute @typedef {import("../lib/wire.js").OfferItem} Item */

/** @type {[string, string][]} */
const TABS = [
  ["", "Disputes"],
  ["offers", "Offers"],
  ["traders", "Traders"],
  ["audit", "Audit"],
  ["freeze", "Freeze"],
];

export default function Staff() {
  const tab = route.value.query.get("tab") ?? "";
  if (!session.value?.is_staff) {
    return html`<${Heading}>Staff<//
      ><${Empty} icon="lock"
        ><h2>This is for staff of the desk</h2>
        <p><a class="button main" href="/">Go to the board</a></p><//
      >`;
  }
  const shown = { offers: Offers, traders: StaffTraders, audit: Audit, freeze: Freeze }[tab] ?? Disputes;
  return html`
    <${Heading}>Staff<//>
    <div class="tabs">
      <${Segments}
        label="What to look at"
        value=${tab}
        onValue=${(/** @type {string} */ chosen) => refine({ tab: chosen || null, kind: null, mine: null, status: null, trader: null, q: null })}
        choices=${TABS}
      />
    </div>
    <${shown} query=${route.value.query} />
  `;
}

/** @param {{ query: URLSearchParams }} props */
function Disputes({ query }) {
  const kind = query.get("kind") ?? "";
  const asked = new URLSearchParams(
    [
      ["kind", kind],
      ["mine", query.get("mine") ?? ""],
    ].filter(([, value]) => value),
  );
  const queue = useList(`/admin/dispute/?${asked}`, "staff", "lists", "offer/");
  return html`
    <div class="staff-filters">
      <${Choice}
        label="About"
        value=${kind}
        onValue=${(/** @type {string} */ chosen) => refine({ kind: chosen || null })}
        choices=${[["", "Anything"], ...Object.entries(KINDS)]}
      />
      <${Tick}
        label="Only those that I look at"
        checked=${Boolean(query.get("mine"))}
        onValue=${(/** @type {boolean} */ is) => refine({ mine: is ? "1" : null })}
      />
    </div>
    <${Shown} of=${queue} bars=${3}
      >${(/** @type {Dispute[]} */ items) =>
        items.length
          ? html`<ul class="rows" aria-label="Disputes, the oldest first">
              ${items.map((item) => html`<${InDispute} key=${item.id} item=${item} />`)}
            </ul>`
          : html`<${Empty} icon="check"
              ><h2>No disputes</h2>
              <p>Nobody waits for staff at the moment.</p><//
            >`}<//
    >
    ${queue.more && html`<button type="button" class="block more" onClick=${queue.more}>Show more</button>`}
  `;
}

/** @param {{ item: Dispute }} props */
function InDispute({ item }) {
  const handler =
    item.handled_by === session.value?.id ? "You look at it" : item.handled_by ? "Looked at" : "Nobody looks at it yet";
  return html`<li class="row offer-row">
    <${Coin} code=${item.crypto_currency} />
    <span class="offer-what">
      <a href=${`/offers/${item.id}`} dir="auto"><span>${KINDS[item.kind]}</span></a>
      <span class="fine" dir="auto">
        Offer ${item.id}: ${item.buyer.fullname} buys ${coins(item.currency_amount, item.crypto_currency)} from
        ${" "}${item.seller.fullname}
      </span>
    </span>
    <span class="offer-turn">
      <span class=${`tag ${item.proposal ? "good" : item.handled_by ? "" : "mine"}`}
        >${item.proposal ? "To be approved" : handler}</span
      >
    </span>
    <span class="offer-when"><span class="fine">${ago(item.opened_at)}</span></span>
  </li>`;
}

const STATES = ["pending", "paid", "disputed", "completed", "cancelled", "expired"];

/** @param {{ query: URLSearchParams }} props */
function Offers({ query }) {
  const status = query.get("status") ?? "";
  const offers = useList(`/admin/offer/${status ? `?status=${status}` : ""}`, "staff", "lists", "offer/");
  return html`
    <div class="staff-filters">
      <${Choice}
        label="State"
        value=${status}
        onValue=${(/** @type {string} */ chosen) => refine({ status: chosen || null })}
        choices=${[["", "Any"], ...STATES.map((state) => [state, stateOf(/** @type {any} */ (state))])]}
      />
    </div>
    <${Shown} of=${offers} bars=${4}
      >${(/** @type {Item[]} */ items) =>
        items.length
          ? html`<ul class="rows">
              ${items.map((offer) => html`<${AnyOffer} key=${offer.id} offer=${offer} />`)}
            </ul>`
          : html`<${Empty}
              ><h2>No offers like this</h2>
              <p>Offers are listed here when somebody takes an ad.</p><//
            >`}<//
    >
    ${offers.more && html`<button type="button" class="block more" onClick=${offers.more}>Show more</button>`}
  `;
}

/** @param {{ offer: Item }} props */
const AnyOffer = ({ offer }) =>
  html`<li class="row offer-row">
    <${Coin} code=${offer.crypto_currency} />
    <span class="offer-what">
      <a href=${`/offers/${offer.id}`} dir="auto"
        ><span
          >${offer.buyer.fullname} buys ${coins(offer.currency_amount, offer.crypto_currency)} from
          ${" "}${offer.seller.fullname}</span
        ></a
      >
      <span class="fine">Offer ${offer.id}</span>
    </span>
    <span class="offer-turn"><span class="tag">${stateOf(offer.status)}</span></span>
    <span class="offer-when"><span class="fine">${ago(offer.created_at)}</span></span>
  </li>`;

/** @typedef {import("../lib/wire.js").Act} Act */

function Audit() {
  const acts = useList("/admin/audit/", "staff");
  return html`<${Shown} of=${acts} bars=${5}
      >${(/** @type {Act[]} */ items) =>
        items.length
          ? html`<ul class="rows">
              ${items.map((act) => html`<${Done} key=${act.id} act=${act} />`)}
            </ul>`
          : html`<${Empty}
              ><h2>Nothing was done yet</h2>
              <p>What staff and the operator do is listed here, with why.</p><//
            >`}<//
    >
    ${acts.more && html`<button type="button" class="block more" onClick=${acts.more}>Show more</button>`}`;
}

/** @param {{ act: Act }} props */
function Done({ act }) {
  const [, of, id] = /^(offer|trader):(.+)$/.exec(act.of) ?? [];
  const path = of === "offer" ? `/offers/${id}` : `/staff?tab=traders&trader=${id}`;
  const who = act.by === null ? "the operator" : act.by === session.value?.id ? "you" : "staff";
  return html`<li class="row told-row act">
    <span class="told-words">
      <span><code>${act.act}</code> ${of ? html`<a href=${path}>${of} ${of === "offer" ? id : ""}</a>` : act.of}</span>
      ${act.note && html`<span class="quoted" dir="auto">${act.note}</span>`}
      <span class="fine">${at(act.at)}, by ${who}</span>
    </span>
  </li>`;
}

function Freeze() {
  return html`<section class="card middle">
    <h2>Freeze the desk</h2>
    <p>
      While it is frozen nobody places ads or makes offers, on the page or by programs. What is under way goes on:
      offers are paid, released and judged.
    </p>
    <p class="actions freeze">
      ${
        settings.value?.frozen
          ? html`<${Noted}
              key="on"
              name="Let the desk go on"
              deed="Let it go on"
              title="Let the desk go on?"
              path="/admin/unfreeze/"
            >
              <p>Ads and offers can begin again.</p>
            <//>`
          : html`<${Noted}
              key="off"
              name="Freeze the desk"
              deed="Freeze it"
              title="Freeze the desk?"
              path="/admin/freeze/"
              isGrave
            >
              <p>Nothing new begins until somebody lets it go on.</p>
            <//>`
      }
    </p>
  </section>`;
}
