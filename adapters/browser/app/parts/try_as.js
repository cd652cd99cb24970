// On a desk that was started to be tried out: sign in as one of its made-up traders, by one press.
import { html, useState } from "../lib/html.js";
import { go } from "../lib/router.js";
import { signIn } from "../lib/session.js";
import { settings } from "../lib/settings.js";
import { Trouble } from "./trouble.js";

/** @param {{ next?: string }} props */
export function TryAs({ next = "/" }) {
  const [busy, setBusy] = useState("");
  const [error, setError] = useState(/** @type {Error | null} */ (null));
  const enter = async (/** @type {import("../lib/wire.js").DemoTrader} */ trader) => {
    setBusy(trader.email);
    setError(null);
    try {
      await signIn(trader.email, trader.password);
      go(next);
    } catch (trouble) {
      setError(/** @type {Error} */ (trouble));
    }
    setBusy("");
  };
  return html`<p class="actions">
      ${(settings.value?.demo ?? []).map(
        (trader) =>
          html`<button type="button" disabled=${busy !== ""} onClick=${() => enter(trader)}>
            Try as ${trader.fullname}
          </button>`,
      )}
    </p>
    <${Trouble} error=${error} />`;
}
