// Settings, in its plainest form.
import { html } from "../lib/html.js";
import { useResource } from "../lib/resource.js";
import { Heading } from "../parts/frame.js";
import { Empty, Shown } from "../parts/trouble.js";

export default function Screen() {
  const asked = useResource("/auth/me/", "lists");
  return html`
    <${Heading}>Settings<//>
    <${Shown} of=${asked}>${(/** @type {any} */ data) => html`<${Plain} data=${data} />`}<//>
  `;
}

/** @param {{ data: any }} props */
function Plain({ data }) {
  const items = Array.isArray(data) ? data : (data.items ?? [data]);
  if (!items.length) return html`<${Empty}><h2>Nothing here yet</h2><//>`;
  return html`<ul class="card plain">
    ${items.map((/** @type {any} */ item) => html`<li>${words(item)}</li>`)}
  </ul>`;
}

/** @param {any} item */
function words(item) {
  if (item.message) return item.message;
  if (item.p2p) return `${item.crypto_currency}: main ${item.main}, p2p ${item.p2p}, escrow ${item.escrow}`;
  if (item.fiat_amount) return html`<a href=${`/offers/${item.id}`}>Offer ${item.id}</a>: ${item.status}`;
  return item.fullname;
}
