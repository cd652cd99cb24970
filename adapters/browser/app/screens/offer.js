// One offer, in its plainest form.
import { actOnOffer } from "../lib/deeds.js";
import { html, useState } from "../lib/html.js";
import { useResource } from "../lib/resource.js";
import { Heading } from "../parts/frame.js";
import { Shown, Trouble } from "../parts/trouble.js";

/** @param {{ id: string }} props */
export default function Offer({ id }) {
  const offer = useResource(`/p2p/offer/detail/${id}`, `offer/${id}`);
  const [failed, setFailed] = useState(/** @type {import("../lib/deeds.js").Outcome | null} */ (null));
  return html`
    <${Heading} title=${`Offer ${id}`}>Offer ${id}<//>
    <${Trouble} error=${failed} />
    <${Shown} of=${offer}
      >${(/** @type {import("../lib/wire.js").OfferDetail} */ seen) =>
        html`<section class="card">
          <p role="status">${seen.status}</p>
          ${seen.allowed_actions.map(
            (allowed) =>
              html`<p>
                ${allowed.effect}
                <button
                  type="button"
                  onClick=${async () => {
                    const outcome = await actOnOffer(seen, allowed);
                    setFailed(outcome.done ? null : outcome);
                  }}
                >
                  ${allowed.action}
                </button>
              </p>`,
          )}
        </section>`}<//
    >
  `;
}
