// The board: who sells or buys, at which price. What is asked for is in the address, so that it can be shared.
import { html, useEffect, useState } from "../lib/html.js";
import { readAmount, shown, typed } from "../lib/money.js";
import { useList } from "../lib/resource.js";
import { refine, route } from "../lib/router.js";
import { session } from "../lib/session.js";
import { settings } from "../lib/settings.js";
import { AdRow } from "../parts/ad_row.js";
import { Choice, Field, Segments, Tick } from "../parts/field.js";
import { Heading } from "../parts/frame.js";
import { methodName } from "../parts/price.js";
import { Empty, Shown } from "../parts/trouble.js";

const PAUSE_MS = 600;
const FILTERS = ["crypto_currency", "fiat_currency", "payment_method", "amount", "takeable"];

export default function Board() {
  const { query } = route.value;
  const isSelling = query.get("want") === "sell";
  const ads = useList(pathOf(query), "lists");
  const comparable = Boolean(query.get("crypto_currency") && query.get("fiat_currency"));
  return html`
    <${Heading}>Board<//>
    <div class="board-head">
      <${Segments}
        label="What you want to do"
        value=${isSelling ? "sell" : "buy"}
        onValue=${(/** @type {string} */ want) => refine({ want: want === "sell" ? want : null })}
        choices=${[
          ["buy", "I want to buy"],
          ["sell", "I want to sell"],
        ]}
      />
      <a class="button" href="/ads/new">Place an ad of your own</a>
    </div>
    <${Filters} query=${query} />
    <p class="fine order">
      ${comparable ? "Best price first." : "Newest first. Choose a coin and a currency to have the best price first."}
    </p>
    <${Shown} of=${ads} bars=${5}
      >${(/** @type {import("../lib/wire.js").Ad[]} */ items) =>
        items.length
          ? html` <ul class="rows" aria-label="Ads">
                ${items.map((ad) => html`<${AdRow} key=${ad.id} ad=${ad} isMine=${ad.user.id === session.value?.id} />`)}
              </ul>
              ${ads.more && html`<button type="button" class="block" onClick=${ads.more}>Show more</button>`}`
          : html`<${NoAds} isSelling=${isSelling} query=${query} />`}
    <//>
  `;
}

/** @param {URLSearchParams} query */
function pathOf(query) {
  const asked = new URLSearchParams();
  const isSelling = query.get("want") === "sell";
  // Who wants to buy takes the ads of those who sell.
  asked.set("ad_type", isSelling ? "buy" : "sell");
  for (const name of FILTERS) {
    const value = query.get(name);
    if (value) asked.set(name, value);
  }
  // Prices in several currencies cannot be compared.
  if (asked.has("crypto_currency") && asked.has("fiat_currency")) asked.set("sort", isSelling ? "-price" : "price");
  return `/p2p/ad/?${asked}`;
}

/** @param {{ query: URLSearchParams }} props */
function Filters({ query }) {
  const { crypto_currencies = [], fiat_currencies = [], payment_methods = [] } = settings.value ?? {};
  const choices = (/** @type {{ code: string }[]} */ of, /** @type {(code: string) => string} */ name) => [
    ["", "Any"],
    ...of.map(({ code }) => [code, name(code)]),
  ];
  const upper = (/** @type {string} */ code) => code.toUpperCase();
  const pick = (/** @type {string} */ name) => (/** @type {string} */ value) => refine({ [name]: value || null });
  return html`<div class="filters card" role="search" aria-label="Ads to show">
    <${Choice}
      label="Coin"
      value=${query.get("crypto_currency") ?? ""}
      onValue=${pick("crypto_currency")}
      choices=${choices(crypto_currencies, upper)}
    />
    <${Choice}
      label="Currency"
      value=${query.get("fiat_currency") ?? ""}
      onValue=${pick("fiat_currency")}
      choices=${choices(fiat_currencies, upper)}
    />
    <${Choice}
      label="Payment method"
      value=${query.get("payment_method") ?? ""}
      onValue=${pick("payment_method")}
      choices=${choices(payment_methods, methodName)}
    />
    <${AmountFilter} query=${query} />
    <${Tick}
      label="Only ads that I can take"
      checked=${query.get("takeable") === "1"}
      onValue=${(/** @type {boolean} */ is) => refine({ takeable: is ? "1" : null })}
    />
  </div>`;
}

/** @param {{ query: URLSearchParams }} props */
function AmountFilter({ query }) {
  const asked = query.get("amount") ?? "";
  const fiat = query.get("fiat_currency") ?? settings.value?.fiat_currencies[0]?.code ?? "";
  const [text, setText] = useState(asked);
  const read = readAmount(text, fiat);
  useEffect(() => {
    if (!("amount" in read) || read.amount !== asked) setText(asked);
  }, [asked]);
  const apply = () => {
    if ("empty" in read && asked) refine({ amount: null });
    if ("amount" in read && read.amount !== asked) refine({ amount: read.amount });
  };
  // Whoever has stopped typing means it.
  useEffect(() => {
    const soon = setTimeout(apply, PAUSE_MS);
    return () => clearTimeout(soon);
  }, [text]);
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => event.key === "Enter" && apply();
  return html`<div>
    <${Field}
      label="Amount"
      value=${text}
      onValue=${setText}
      problem=${"problem" in read ? read.problem : undefined}
      after=${query.get("fiat_currency")?.toUpperCase()}
      more=${{ inputmode: "decimal", autocomplete: "off", onChange: apply, onKeyDown }}
    />
    ${
      "readings" in read &&
      html`<p class="actions">
        ${read.readings?.map((one) => html`<button class="small" onClick=${() => setText(typed(one))}>${shown(one, "")}</button>`)}
      </p>`
    }
  </div>`;
}

/** @param {{ isSelling: boolean, query: URLSearchParams }} props */
function NoAds({ isSelling, query }) {
  const isFiltered = FILTERS.some((name) => query.get(name));
  const clear = () => refine(Object.fromEntries(FILTERS.map((name) => [name, null])));
  return html`<${Empty}>
    <h2>
      ${isFiltered ? "No ad is like this at the moment" : `Nobody wants to ${isSelling ? "buy" : "sell"} at the moment`}
    </h2>
    ${
      isFiltered
        ? html`<p>Ask for less, or place an ad of your own and let others come.</p>
            <p><button type="button" onClick=${clear}>Show all ads</button></p>`
        : html`<p>Place an ad of your own, and others come to you.</p>`
    }
  <//>`;
}
