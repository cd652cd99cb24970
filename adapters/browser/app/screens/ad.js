// One ad: what the maker wants, who they are, and the offer that one can make.
import { html } from "../lib/html.js";
import { useResource } from "../lib/resource.js";
import { session } from "../lib/session.js";
import { sheet } from "../lib/sheet.js";
import { ago, inMonth, medianText, minutesText, onDay } from "../lib/time.js";
import { AdRow } from "../parts/ad_row.js";
import { Heading } from "../parts/frame.js";
import { isMissing, Missing } from "../parts/missing.js";
import { OfferForm } from "../parts/offer_form.js";
import { coins, Limits, methodName, Person } from "../parts/price.js";
import { rateOf } from "../parts/rate.js";
import { Shown } from "../parts/trouble.js";

await sheet("ads.css", import.meta.url);

/** @typedef {import("../lib/ad_body.js").Ad} Ad */

/** @param {{ id: string }} props */
export default function AdScreen({ id }) {
  const ad = useResource(`/p2p/ad/detail/${id}`, `ad/${id}`, "lists");
  if (isMissing(ad)) return html`<${Missing} what="ad" why="Its number may have been copied in part." />`;
  return html`<${Shown} of=${ad} bars=${4}>
    ${(/** @type {Ad} */ seen) => html`<${Detail} ad=${seen} again=${ad.again} />`}
  <//>`;
}

/** @param {{ ad: Ad, again: () => Promise<void> }} props */
function Detail({ ad, again }) {
  const isMine = ad.user.id === session.value?.id;
  const code = ad.crypto_currency.toUpperCase();
  const verb = ad.ad_type === "sell" ? `Buy ${code} from` : `Sell ${code} to`;
  const title = isMine ? `Your ad ${ad.id}` : `${verb} ${ad.user.fullname}`;
  return html`
    <${Heading} title=${title}>${title}<//>
    <div class="columns">
      <div>${isMine ? html`<${Own} ad=${ad} />` : html`<${Offer} ad=${ad} again=${again} />`}</div>
      <aside>
        <section class="card">
          <h2>Who this is</h2>
          <${Person} trader=${ad.user} isMine=${isMine} />
          <${Record} id=${ad.user.id} />
        </section>
        <section class="card">
          <h2>The ad</h2>
          <${Facts} ad=${ad} />
        </section>
      </aside>
    </div>
  `;
}

/** @param {{ ad: Ad, again: () => Promise<void> }} props */
function Offer({ ad, again }) {
  const why = closedBecause(ad);
  if (!why) return html`<${OfferForm} ad=${ad} again=${again} />`;
  return html`<section class="card">
    <h2>This ad takes no offers</h2>
    <p>${why}</p>
    <p class="actions"><a class="button main" href="/">Look at other ads</a></p>
  </section>`;
}

/** @param {Ad} ad */
function closedBecause(ad) {
  const words = {
    pending: "",
    paused: "Its maker has paused it. It may be open again later.",
    completed: "All of it has been traded.",
    closed: "Its maker has closed it.",
    expired: "Its last day has passed.",
  };
  if (ad.status !== "pending") return words[ad.status];
  return ad.price_known ? "" : "It follows the market’s price, which is not known at the moment.";
}

/** @param {{ ad: Ad }} props */
function Own({ ad }) {
  const isLive = ad.status === "pending" || ad.status === "paused";
  return html`
    <section class="card">
      <h2>${ad.status === "pending" ? "Others can make offers on it" : closedBecause(ad)}</h2>
      <p>Offers that others make are under Offers, and you are told of each in the inbox.</p>
      <p class="actions">
        ${isLive && html`<a class="button main" href=${`/ads/${ad.id}/edit`}>Edit ad</a>`}
        <a class="button" href="/my-ads">All my ads</a>
      </p>
    </section>
    <section>
      <h2 class="above">As others see it</h2>
      <ul class="rows one">
        <${AdRow} ad=${ad} isPreview />
      </ul>
    </section>
  `;
}

/** What the desk knows of somebody's trades. @param {{ id: string }} props */
function Record({ id }) {
  const record = useResource(`/p2p/trader/${id}/`);
  const stats = record.data?.stats;
  if (!stats) return html`<p class="fine record">${record.error ? record.error.message : "…"}</p>`;
  if (!stats.trading_since) return html`<p class="fine record">Has not traded here yet.</p>`;
  return html`<dl class="facts record">
    <dt>Trades</dt>
    <dd>${stats.completed_offers} completed${rateOf(stats) && `, ${rateOf(stats)} of those that ended`}</dd>
    ${
      stats.median_minutes_to_release &&
      html`<dt>Releases in</dt>
        <dd>${medianText(stats.median_minutes_to_release)}, mostly</dd>`
    }
    ${
      stats.median_minutes_to_pay &&
      html`<dt>Pays in</dt>
        <dd>${medianText(stats.median_minutes_to_pay)}, mostly</dd>`
    }
    <dt>Here since</dt>
    <dd>${inMonth(stats.trading_since)}</dd>
  </dl>`;
}

/** @param {{ ad: Ad }} props */
function Facts({ ad }) {
  return html`<dl class="facts">
    <dt>One offer</dt>
    <dd><${Limits} ad=${ad} /></dd>
    <dt>Left</dt>
    <dd>${coins(ad.total_available, ad.crypto_currency)}</dd>
    <dt>Payment</dt>
    <dd>${methodName(ad.payment_method)}</dd>
    <dt>Time to pay</dt>
    <dd>${minutesText(ad.time_to_pay)}</dd>
    ${
      Number(ad.fee_percent) > 0 &&
      html`<dt>Desk’s fee</dt>
        <dd>${ad.fee_percent} % of the coins</dd>`
    }
    ${
      asks(ad).length > 0 &&
      html`<dt>Asks for</dt>
        <dd>${asks(ad).join(", ")}</dd>`
    }
    ${
      ad.end_date &&
      html`<dt>Open until</dt>
        <dd>${onDay(ad.end_date)}</dd>`
    }
    ${
      ad.trade_started_at &&
      html`<dt>First offer</dt>
        <dd>${ago(ad.trade_started_at)}</dd>`
    }
  </dl>`;
}

/** @param {Ad} ad */
function asks(ad) {
  const trades = ad.min_completed_offers;
  return [
    trades ? `${trades} completed ${trades === 1 ? "offer" : "offers"}` : "",
    ad.min_completion_rate ? `${ad.min_completion_rate} % completed` : "",
    ad.requires_kyc ? "a verified identity" : "",
  ].filter(Boolean);
}
