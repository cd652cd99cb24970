// One's own ads: those that take offers first, then those that are paused, then those that have ended.
import { actOnAd } from "../lib/deeds.js";
import { html, useState } from "../lib/html.js";
import { isZero } from "../lib/money.js";
import { useList } from "../lib/resource.js";
import { sheet } from "../lib/sheet.js";
import { minutesText } from "../lib/time.js";
import { Confirm } from "../parts/confirm.js";
import { Heading } from "../parts/frame.js";
import { Coin, coins, Limits, methodName, Price } from "../parts/price.js";
import { Empty, Shown, Trouble } from "../parts/trouble.js";

await sheet("ads.css", import.meta.url);

/** @typedef {import("../lib/wire.js").Ad} Ad */
/** @typedef {import("../lib/deeds.js").Outcome} Outcome */

const STATES = { pending: "Open", paused: "Paused", completed: "All traded", closed: "Closed", expired: "Expired" };

export default function MyAds() {
  const ads = useList("/p2p/ad/?mine=1", "lists");
  return html`
    <div class="board-head">
      <${Heading}>My ads<//>
      <a class="button main" href="/ads/new">Place an ad</a>
    </div>
    <${Shown} of=${ads}>
      ${(/** @type {Ad[]} */ items) => (items.length ? html`<${Parts} items=${items} />` : html`<${None} />`)}
    <//>
    ${ads.more && html`<button type="button" class="block" onClick=${ads.more}>Show more</button>`}
  `;
}

function None() {
  return html`<${Empty} icon="plus">
    <h2>You have no ads yet</h2>
    <p>An ad says what you sell or buy and at which price. Others come to you.</p>
  <//>`;
}

/** @param {{ items: Ad[] }} props */
function Parts({ items }) {
  const parts = [
    ["Open", items.filter((ad) => ad.status === "pending")],
    ["Paused", items.filter((ad) => ad.status === "paused")],
    ["Ended", items.filter((ad) => !["pending", "paused"].includes(ad.status))],
  ];
  return parts.map(
    ([name, ads]) =>
      ads.length > 0 &&
      html`<section class="part">
        <h2>${name}</h2>
        <ul class="rows">
          ${/** @type {Ad[]} */ (ads).map((ad) => html`<${Row} key=${ad.id} ad=${ad} />`)}
        </ul>
      </section>`,
  );
}

/** @param {{ ad: Ad }} props */
function Row({ ad }) {
  const [failed, setFailed] = useState(/** @type {Outcome | null} */ (null));
  const [isClosing, setClosing] = useState(false);
  const isLive = ad.status === "pending" || ad.status === "paused";
  const name = `${ad.ad_type === "sell" ? "Sell" : "Buy"} ${ad.crypto_currency.toUpperCase()}`;
  return html`<li class="row my-ad">
    <span class="row-price">
      <${Coin} code=${ad.crypto_currency} />
      <span
        ><a class="name" href=${`/ads/${ad.id}`}>${name}</a>
        <span class="fine">Ad ${ad.id} · ${STATES[ad.status]}</span></span
      >
    </span>
    <span><${Price} ad=${ad} /></span>
    <span class="row-limits">
      <span
        >${coins(ad.total_available, ad.crypto_currency)} left of ${coins(ad.crypto_amount, ad.crypto_currency)}</span
      >
      <span class="fine"
        ><${Limits} ad=${ad} /> · ${methodName(ad.payment_method)} · ${minutesText(ad.time_to_pay)}</span
      >
    </span>
    ${isLive && html`<${Deeds} ad=${ad} onFailed=${setFailed} onClose=${() => setClosing(true)} />`}
    ${failed && html`<div class="row-trouble"><${Trouble} error=${failed} /></div>`}
    ${
      isClosing &&
      html`<${Closing}
        ad=${ad}
        onClose=${(/** @type {Outcome | null} */ outcome) => {
          setClosing(false);
          setFailed(outcome && !outcome.done ? outcome : null);
        }}
      />`
    }
  </li>`;
}

/** @param {{ ad: Ad, onFailed: (outcome: Outcome | null) => void, onClose: () => void }} props */
function Deeds({ ad, onFailed, onClose }) {
  const act = (/** @type {"pause" | "resume"} */ deed) => async () => {
    const outcome = await actOnAd(ad, deed);
    onFailed(outcome.done ? null : outcome);
  };
  return html`<span class="row-deeds">
    ${
      ad.status === "pending"
        ? html`<button type="button" class="small" onClick=${act("pause")}>Pause ad</button>`
        : html`<button type="button" class="small" onClick=${act("resume")}>Resume ad</button>`
    }
    <a class="button small" href=${`/ads/${ad.id}/edit`}>Edit</a>
    <button type="button" class="small" onClick=${onClose}>Close ad</button>
  </span>`;
}

/** @param {{ ad: Ad, onClose: (outcome: Outcome | null) => void }} props */
function Closing({ ad, onClose }) {
  const returned = ad.ad_type === "sell" && !isZero(ad.total_available);
  return html`<${Confirm}
    title="Close this ad?"
    deed="Close ad"
    isGrave
    onDo=${() => actOnAd(ad, "close")}
    onClose=${onClose}
  >
    <p>It takes no more offers, and cannot be opened again.</p>
    ${returned && html`<p><b>${coins(ad.total_available, ad.crypto_currency)}</b> return to your p2p wallet.</p>`}
    <p>Offers that are under way go on.</p>
  <//>`;
}
