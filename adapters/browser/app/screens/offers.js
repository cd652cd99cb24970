// One's offers: those that wait for oneself first, then what is under way, then what is over.
import { html } from "../lib/html.js";
import { useList } from "../lib/resource.js";
import { refine, route } from "../lib/router.js";
import { session } from "../lib/session.js";
import { sheet } from "../lib/sheet.js";
import { ago } from "../lib/time.js";
import { Segments } from "../parts/field.js";
import { Heading } from "../parts/frame.js";
import { Coin } from "../parts/price.js";
import { Timer } from "../parts/timer.js";
import { Empty, Shown } from "../parts/trouble.js";
import { partsOf, stateOf, turnOf, whoseTurn } from "../parts/offer_words.js";

await sheet("lists.css", import.meta.url);

/** @typedef {import("../lib/wire.js").OfferItem} Item */

const ORDER = ["mine", "staff", "theirs", "ended"];

export default function Offers() {
  const role = route.value.query.get("role") ?? "";
  const offers = useList(`/p2p/offer/${role ? `?role=${role}` : ""}`, "lists", "offer/");
  return html`
    <div class="board-head">
      <${Heading}>Offers<//>
      <${Segments}
        label="Which offers"
        value=${role}
        onValue=${(/** @type {string} */ chosen) => refine({ role: chosen || null })}
        choices=${[
          ["", "All"],
          ["buyer", "You buy"],
          ["seller", "You sell"],
        ]}
      />
    </div>
    <${Shown} of=${offers} bars=${4}
      >${(/** @type {Item[]} */ items) => (items.length ? html`<${Groups} items=${items} more=${offers.more} />` : html`<${None} role=${role} />`)}<//
    >
  `;
}

/** @param {{ items: Item[], more: (() => void) | null }} props */
function Groups({ items, more }) {
  const me = session.value?.id;
  const place = (/** @type {Item} */ offer) => ORDER.indexOf(whoseTurn(offer, me));
  const live = items.filter((offer) => whoseTurn(offer, me) !== "ended").sort((a, b) => place(a) - place(b));
  const over = items.filter((offer) => whoseTurn(offer, me) === "ended");
  return html`
    ${live.length > 0 && html`<${Group} name="Under way" offers=${live} />`}
    ${over.length > 0 && html`<${Group} name="Over" offers=${over} />`}
    ${more && html`<button type="button" class="block more" onClick=${more}>Show more</button>`}
  `;
}

/** @param {{ name: string, offers: Item[] }} props */
const Group = ({ name, offers }) =>
  html`<section class="batch" aria-label=${name}>
    <h2>${name}</h2>
    <ul class="rows">
      ${offers.map((offer) => html`<${Row} key=${offer.id} offer=${offer} />`)}
    </ul>
  </section>`;

/** One offer: whose turn, what, with whom. @param {{ offer: Item }} props */
export function Row({ offer }) {
  const me = session.value?.id;
  const whose = whoseTurn(offer, me);
  const { isBuyer, isSeller, other, amount, money } = partsOf(offer, me);
  const verb = isBuyer ? "Buy" : isSeller ? "Sell" : "Trade of";
  const whom = isBuyer ? `from ${other.fullname}` : isSeller ? `to ${other.fullname}` : "";
  return html`<li class="row offer-row">
    <${Coin} code=${offer.crypto_currency} />
    <span class="offer-what">
      <a href=${`/offers/${offer.id}`} dir="auto"
        ><span>${verb} <span class="money">${amount}</span> ${whom}</span></a
      >
      <span class="fine">Offer ${offer.id}, for <span class="money">${money}</span></span>
    </span>
    <span class="offer-turn">
      <span class=${`tag ${whose === "mine" ? "mine" : ""}`}>${turnOf(offer, me)}</span>
      <span class="fine">${stateOf(offer.status)}</span>
    </span>
    <span class="offer-when">
      ${
        offer.status === "pending"
          ? html`<${Timer} deadline=${offer.deadline} isShort />`
          : html`<span class="fine">made ${ago(offer.created_at)}</span>`
      }
    </span>
  </li>`;
}

/** @param {{ role: string }} props */
const None = ({ role }) =>
  html`<${Empty}>
    <h2>
      ${role === "buyer" ? "You are buying nothing" : role === "seller" ? "You are selling nothing" : "No offers yet"}
    </h2>
    <p>An offer begins when you take an ad from the board, or when somebody takes one of yours.</p>
    <p><a class="button main" href="/">Go to the board</a></p>
  <//>`;
