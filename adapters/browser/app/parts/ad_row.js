// One ad on the board: who, the price of one coin, how much, how it is paid, and one button.
import { html } from "../lib/html.js";
import { minutesText } from "../lib/time.js";
import { Coin, coins, Limits, methodName, Person, Price } from "./price.js";

/** @param {{ ad: import("../lib/wire.js").Ad, isMine?: boolean, isPreview?: boolean }} props */
export function AdRow({ ad, isMine = false, isPreview = false }) {
  const code = ad.crypto_currency.toUpperCase();
  const verb = ad.ad_type === "sell" ? "Buy" : "Sell";
  return html`<li class="row">
    <${Person} trader=${ad.user} isMine=${isMine} />
    <span class="row-price"
      ><${Coin} code=${ad.crypto_currency} /> <span><${Price} ad=${ad} /></span
    ></span>
    <span class="row-limits"
      ><span><${Limits} ad=${ad} /></span>
      <span class="fine">${coins(ad.total_available, ad.crypto_currency)} left</span></span
    >
    <span class="row-method"
      ><span>${methodName(ad.payment_method)}</span>
      <span class="fine">${minutesText(ad.time_to_pay)} to pay</span></span
    >
    ${
      isPreview
        ? html`<span class="button main row-button" aria-hidden="true">${verb}</span>`
        : html`<a class=${`button row-button ${isMine ? "" : "main"}`} href=${`/ads/${ad.id}`}
            >${isMine ? "Look at it" : `${verb}\u00a0${code}`}</a
          >`
    }
  </li>`;
}
