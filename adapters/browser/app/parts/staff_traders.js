// Traders as staff see them: found by a word, with what they hold and have under way, and what staff do about them.
import { html, useEffect, useState } from "../lib/html.js";
import { isZero } from "../lib/money.js";
import { useList, useResource } from "../lib/resource.js";
import { refine } from "../lib/router.js";
import { settings } from "../lib/settings.js";
import { onDay } from "../lib/time.js";
import { stateOf } from "./offer_words.js";
import { Choice, Field, Tick } from "./field.js";
import { Noted } from "./noted.js";
import { Avatar, coins, recordOf } from "./price.js";
import { Empty, Shown } from "./trouble.js";

/** @typedef {import("../lib/wire.js").TraderItem} Item @typedef {import("../lib/wire.js").TraderFile} File */

/** @param {{ query: URLSearchParams }} props */
export function StaffTraders({ query }) {
  const id = query.get("trader");
  return id ? html`<${TraderFile} key=${id} id=${id} />` : html`<${Found} query=${query} />`;
}

/** @param {{ query: URLSearchParams }} props */
function Found({ query }) {
  const q = query.get("q") ?? "";
  const [typed, setTyped] = useState(q);
  useEffect(() => {
    const waiting = setTimeout(() => typed.trim() !== q && refine({ q: typed.trim() || null }), 300);
    return () => clearTimeout(waiting);
  }, [typed]);
  const asked = new URLSearchParams(
    [
      ["q", q],
      ["suspended", query.get("suspended") ?? ""],
    ].filter(([, value]) => value),
  );
  const traders = useList(`/admin/trader/?${asked}`, "staff");
  return html`
    <div class="staff-filters">
      <${Field}
        label="Name, email or id"
        value=${typed}
        onValue=${setTyped}
        type="search"
        more=${{ autocomplete: "off" }}
      />
      <${Tick}
        label="Only suspended ones"
        checked=${Boolean(query.get("suspended"))}
        onValue=${(/** @type {boolean} */ is) => refine({ suspended: is ? "1" : null })}
      />
    </div>
    <${Shown} of=${traders} bars=${4}
      >${(/** @type {Item[]} */ items) =>
        items.length
          ? html`<ul class="rows">
              ${items.map((trader) => html`<${FoundTrader} key=${trader.id} trader=${trader} />`)}
            </ul>`
          : html`<${Empty} icon="user"
              ><h2>Nobody is found by this</h2>
              <p>Words are looked for at the beginning of names and addresses.</p><//
            >`}<//
    >
    ${traders.more && html`<button type="button" class="block more" onClick=${traders.more}>Show more</button>`}
  `;
}

/** @param {{ id: string }} props */
function TraderFile({ id }) {
  const file = useResource(`/admin/trader/${id}/`, "staff");
  return html`
    <p class="back"><a href="/staff?tab=traders">All traders</a></p>
    <${Shown} of=${file} bars=${3}>${(/** @type {File} */ trader) => html`<${Known} trader=${trader} />`}<//>
  `;
}

/** @param {{ trader: File }} props */
function Known({ trader }) {
  return html`<div class="dossier">
    <section class="card">
      <h2 dir="auto">${trader.fullname} ${trader.is_suspended && html`<span class="tag mine">suspended</span>`}</h2>
      <dl class="facts">
        <dt>Email</dt>
        <dd>${trader.email}</dd>
        <dt>Id</dt>
        <dd class="value">${trader.id}</dd>
        <dt>Since</dt>
        <dd>${onDay(trader.created_at)}</dd>
        <dt>Ratings</dt>
        <dd>${recordOf(trader)}</dd>
        <dt>Completed</dt>
        <dd>${doneBy(trader)}</dd>
        <dt>Barred from</dt>
        <dd>${trader.restrictions.map((code) => code.toUpperCase()).join(", ") || "nothing"}</dd>
      </dl>
      <p class="file-link"><a href=${`/traders/${trader.id}`}>As others see them</a></p>
    </section>
    <${Held} trader=${trader} />
    <section class="card">
      <h2>Under way</h2>
      <ul class="plain">
        ${trader.live_offers.map((offer) => html`<li><a href=${`/offers/${offer.id}`}>Offer ${offer.id}</a>: ${stateOf(offer.status)}</li>`)}
        ${trader.live_ads.map((ad) => html`<li><a href=${`/ads/${ad.id}`}>Ad ${ad.id}</a>: ${ad.ad_type} ${ad.crypto_currency.toUpperCase()}</li>`)}
      </ul>
      ${!trader.live_offers.length && !trader.live_ads.length && html`<p class="fine">Nothing.</p>`}
    </section>
    <${Measures} trader=${trader} />
  </div>`;
}

/** @param {{ trader: Item }} props */
const FoundTrader = ({ trader }) =>
  html`<li class="row told-row">
    <${Avatar} trader=${trader} />
    <span class="told-words">
      <span>
        <a href=${`/staff?tab=traders&trader=${trader.id}`} dir="auto">${trader.fullname}</a>
        ${trader.is_suspended && html` <span class="tag mine">suspended</span>`}
      </span>
      <span class="fine">${trader.email}</span>
    </span>
    <span class="fine">${recordOf(trader)}</span>
  </li>`;

/** @param {{ trader: File }} props */
function Held({ trader }) {
  const held = trader.balances.filter(({ main, p2p, escrow }) => ![main, p2p, escrow].every(isZero));
  return html`<section class="card">
    <h2>What they hold</h2>
    ${
      held.length
        ? html`<dl class="facts">
            ${held.map(
              (purse) =>
                html`<dt>${purse.crypto_currency.toUpperCase()}</dt>
                  <dd>
                    ${["main", "p2p", "escrow"]
                      .map((name) => [name, purse[/** @type {"main"} */ (name)]])
                      .filter(([, amount]) => !isZero(amount))
                      .map(([name, amount]) => `${coins(amount, purse.crypto_currency)} ${name}`)
                      .join(", ")}
                  </dd>`,
            )}
          </dl>`
        : html`<p class="fine">Nothing.</p>`
    }
  </section>`;
}

/** @param {{ trader: File }} props */
const Measures = ({ trader }) =>
  html`<section class="card">
    <h2>Measures</h2>
    <div class="measures">
      <p>
        <${Noted}
          name=${trader.has_kyc ? "Identity is not verified" : "Identity is verified"}
          deed="Note it"
          title=${`Say that ${trader.fullname}’s identity is ${trader.has_kyc ? "not " : ""}verified?`}
          path=${`/admin/trader/${trader.id}/`}
          body=${{ has_kyc: !trader.has_kyc }}
          ><p>All others see it on their profile.</p><//
        >
      </p>
      <${Barring} trader=${trader} />
      <${Suspending} trader=${trader} />
    </div>
  </section>`;

/** Keep somebody from one coin, and let them trade it again. @param {{ trader: File }} props */
function Barring({ trader }) {
  const [code, setCode] = useState("");
  const coin = code.toUpperCase();
  const known = settings.value?.crypto_currencies ?? [];
  const choices = [["", "Choose"], ...known.map((one) => [one.code, one.code.toUpperCase()])];
  const bar = html`<${Noted}
    name=${`Bar them from ${coin}`}
    deed=${`Bar them from ${coin}`}
    title=${`Bar ${trader.fullname} from ${coin}?`}
    path="/admin/restriction/"
    body=${{ trader: trader.id, crypto_currency: code }}
    isGrave
    ><p>They place no new ads and make no new offers in it. What is under way may finish.</p><//
  >`;
  const lift = html`<${Noted}
    name=${`Let them trade ${coin}`}
    deed="Let them"
    title=${`Let ${trader.fullname} trade ${coin} again?`}
    method="DELETE"
    path=${`/admin/restriction/${trader.id}/${code}/`}
  />`;
  return html`<div class="measure">
    <${Choice} label="Coin" value=${code} onValue=${setCode} choices=${choices} />
    ${code && (trader.restrictions.includes(code) ? lift : bar)}
  </div>`;
}

/** Shut somebody out, and let them in again. @param {{ trader: File }} props */
function Suspending({ trader }) {
  const [endsTrades, setEndsTrades] = useState(false);
  const path = `/admin/suspension/${trader.id}/`;
  if (trader.is_suspended) {
    return html`<p>
      <${Noted}
        name="Let them in again"
        deed="Let them in"
        title=${`Let ${trader.fullname} in again?`}
        method="DELETE"
        path=${path}
      />
    </p>`;
  }
  const ends = endsTrades ? " Their ads are closed, pending offers called off and paid ones disputed." : "";
  return html`<div class="measure">
    <${Tick} label="End what they have under way, too" checked=${endsTrades} onValue=${setEndsTrades} />
    <${Noted}
      name="Suspend"
      deed="Suspend them"
      title=${`Suspend ${trader.fullname}?`}
      path=${path}
      body=${{ end_trades: endsTrades }}
      isGrave
      ><p>They are shut out at once.${ends}</p><//
    >
  </div>`;
}

/** How many offers somebody completed, and how many of those that ended. @param {File} trader */
function doneBy({ stats }) {
  const offers = stats.completed_offers === 1 ? "1 offer" : `${stats.completed_offers} offers`;
  return stats.completion_rate ? `${offers}, ${stats.completion_rate}\u00a0% of those that ended` : offers;
}
