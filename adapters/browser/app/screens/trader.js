// Somebody as others see them: what was checked, how their trades went, and what others said.
import { ask } from "../lib/api.js";
import { html, useState } from "../lib/html.js";
import { isSettled, touch, useList, useResource, useWhole } from "../lib/resource.js";
import { session } from "../lib/session.js";
import { sheet } from "../lib/sheet.js";
import { ago, inMonth, medianText } from "../lib/time.js";
import { Heading } from "../parts/frame.js";
import { Icon } from "../parts/icon.js";
import { isMissing, Missing } from "../parts/missing.js";
import { Avatar, recordOf } from "../parts/price.js";
import { rateOf } from "../parts/rate.js";
import { Empty, Shown, Trouble } from "../parts/trouble.js";

await sheet("ads.css", import.meta.url);

/** @typedef {import("../lib/wire.js").PublicRecord} Trader */

/** @param {{ id: string }} props */
export default function TraderScreen({ id }) {
  const trader = useResource(`/p2p/trader/${id}/`, `trader/${id}`);
  const feedback = useList(`/p2p/trader/feedback/${id}/`, `trader/${id}`);
  if (isMissing(trader)) {
    return html`<${Missing}
      what="trader"
      why="They may have deleted their account, or the address was copied in part."
    />`;
  }
  return html`<div class="middle">
    <${Shown} of=${trader}>${(/** @type {Trader} */ seen) => html`<${Who} trader=${seen} />`}<//>
    <section hidden=${!isSettled(trader)}>
      <h2 class="section">What others say</h2>
      <${Shown} of=${feedback}>
        ${(/** @type {import("../lib/wire.js").Feedback[]} */ items) =>
          items.length
            ? html`<ul class="card ratings">
                  ${items.map((one) => html`<${Said} key=${one.id} feedback=${one} />`)}
                </ul>
                ${feedback.more && html`<button type="button" class="block" onClick=${feedback.more}>Show more</button>`}`
            : html`<${Empty} icon="star"><h2>Nobody has rated a trade with them yet</h2><//>`}
      <//>
    </section>
  </div>`;
}

/** @param {{ trader: Trader }} props */
function Who({ trader }) {
  const from = trader.country && countryName(trader.country);
  const words = [from, `here since ${inMonth(trader.created_at)}`, recordOf(trader)];
  return html`
    <div class="who">
      <${Avatar} trader=${trader} />
      <div>
        <${Heading} title=${trader.fullname}><span dir="auto">${trader.fullname}</span><//>
        <p class="fine">${words.filter(Boolean).join(" · ")}</p>
      </div>
      ${trader.id !== session.value?.id && html`<${Block} id=${trader.id} name=${trader.fullname} />`}
    </div>
    ${!trader.is_active && html`<p class="banner">This trader is suspended, and cannot trade at the moment.</p>`}
    <div class="card stats"><${Stats} stats=${trader.stats} /></div>
    <ul class="checks">
      <${Check} is=${trader.email_verified} words="Email address" />
      <${Check} is=${trader.phone_number_verified} words="Phone number" />
      <${Check} is=${trader.country_verified} words="Country" />
      <${Check} is=${trader.has_kyc} words="Identity" />
    </ul>
  `;
}

/** @param {{ stats: import("../lib/wire.js").Stats }} props */
function Stats({ stats }) {
  const rows = [
    ["Completed trades", String(stats.completed_offers)],
    ["Completed, of those that ended", rateOf(stats)],
    ["Pays in", stats.median_minutes_to_pay && medianText(stats.median_minutes_to_pay)],
    ["Releases in", stats.median_minutes_to_release && medianText(stats.median_minutes_to_release)],
  ];
  return html`<dl class="numbers">
    ${rows.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value ?? "–"}</dd>
        </div>`,
    )}
  </dl>`;
}

/** @param {{ is: boolean, words: string }} props */
const Check = ({ is, words }) =>
  html`<li class=${`tag ${is ? "good" : ""}`}>
    ${is && html`<${Icon} name="check" /> `}${words} ${is ? "verified" : "not verified"}
  </li>`;

/** @param {{ feedback: import("../lib/wire.js").Feedback }} props */
function Said({ feedback }) {
  const stars = `${feedback.rating} of 5`;
  return html`<li>
    <p>
      <span class=${`tag ${feedback.positive ? "good" : "bad"}`}>${feedback.positive ? "Positive" : "Negative"}</span>
      <span class="stars" role="img" aria-label=${stars}
        >${"★".repeat(feedback.rating)}${"☆".repeat(5 - feedback.rating)}</span
      >
      <span class="fine"><span dir="auto">${feedback.by.fullname}</span>, ${ago(feedback.at)}</span>
    </p>
    ${feedback.comment && html`<p dir="auto">${feedback.comment}</p>`}
  </li>`;
}

/** Keep somebody's ads away, and oneself from theirs. @param {{ id: string, name: string }} props */
function Block({ id, name }) {
  const blocked = useWhole("/p2p/block/", "blocks");
  const [error, setError] = useState(/** @type {Error | null} */ (null));
  const is = blocked.data?.some((/** @type {{ id: string }} */ one) => one.id === id);
  const turn = async () => {
    setError(null);
    await ask(is ? "DELETE" : "POST", `/p2p/block/${id}/`).catch(setError);
    touch("blocks", "lists");
  };
  return html`<div class="who-deed">
    <button type="button" disabled=${!blocked.data} onClick=${turn}>${is ? "Unblock" : "Block"}</button>
    <p class="fine">${is ? `You and ${name} do not see each other’s ads.` : ""}</p>
    <${Trouble} error=${error} />
  </div>`;
}

/** @param {string} code */
const countryName = (code) => new Intl.DisplayNames(undefined, { type: "region" }).of(code) ?? code;
