// What staff judge a dispute with. Nobody else loads it.
import { html } from "../lib/html.js";

/** @param {{ offer: import("../lib/wire.js").OfferDetail }} props */
export const Judging = ({ offer }) =>
  offer.status === "disputed" && html`<p class="card"><a href="/staff">Decide it among all disputes</a></p>`;
