// What the desk is, for somebody who has never been here.
import { html, useState } from "../lib/html.js";
import { settings } from "../lib/settings.js";
import { useTitle } from "../parts/frame.js";
import { Icon } from "../parts/icon.js";
import { TryAs } from "../parts/try_as.js";

const STEPS = [
  [
    "lock",
    "The coins are locked",
    "The moment you agree, the seller’s coins go into escrow. Neither side can take them away.",
  ],
  [
    "send",
    "The buyer pays the seller",
    "By bank or phone, straight from person to person. Each has the other’s account, and a chat.",
  ],
  ["check", "The seller looks and releases", "When the money is there, one press hands the coins over."],
  ["shield", "If something is wrong, staff decide", "Either side can ask. Until then nothing moves."],
];

export default function Landing() {
  useTitle("");
  return html`<div class="landing">
    <section class="hero">
      <h1>Buy and sell crypto, person to person.</h1>
      <p class="lead">
        People sell and buy crypto here from each other, at prices that they set. The desk holds the coins in escrow
        while the money is on its way. They move only when the seller says that it has arrived.
      </p>
      <p class="actions">
        <a class="button main" href="/register">Create account</a>
        <a class="button" href="/sign-in">Sign in</a>
      </p>
      ${settings.value?.demo && html`<${Demo} />`}
    </section>
    <ol class="steps card">
      ${STEPS.map(
        ([icon, name, words]) =>
          html`<li>
            <span class="step-icon"><${Icon} name=${icon} /></span>
            <div>
              <h2>${name}</h2>
              <p>${words}</p>
            </div>
          </li>`,
      )}
    </ol>
    <${Answers} />
  </div>`;
}

/** What one asks before one joins, for whoever asks. */
function Answers() {
  const [part, show] = useState(/** @type {any} */ (null));
  const load = () => import("./answers.js").then((module) => show({ drawn: module.default }));
  return html`<details class="asked" onToggle=${load}>
    <summary>What it costs, and whom you trust</summary>
    ${part && html`<${part.drawn} />`}
  </details>`;
}

function Demo() {
  return html`<section class="demo">
    <h2>Try it now</h2>
    <p>
      This desk has made-up traders and a small market. Be one of them here, and the other in a private window: nothing
      is real.
    </p>
    <${TryAs} />
  </section>`;
}
