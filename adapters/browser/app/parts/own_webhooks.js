// Addresses of one's own to which the desk sends what one is told, for programs.
import { ask } from "../lib/api.js";
import { html, useState } from "../lib/html.js";
import { touch, useResource } from "../lib/resource.js";
import { ago } from "../lib/time.js";
import { Copied } from "./copy.js";
import { Field, Tick } from "./field.js";
import { useForm } from "./form.js";
import { End } from "./own_access.js";
import { Shown, Trouble } from "./trouble.js";

/** @typedef {import("../lib/wire.js").Webhook} Webhook */
/** @typedef {Webhook["types"][number]} Kind */

/** What can be sent, as it is called here. @type {Record<Kind, string>} */
const KINDS = {
  ad_interest: "An offer on an ad of mine",
  auto_reply: "What a maker says at once",
  payment_indication: "The buyer has paid",
  funds_released: "Coins were released",
  offer_cancel: "An offer was cancelled",
  offer_called_off: "Staff ended an offer",
  offer_expired: "Nobody paid in time",
  offer_returned: "The buyer gave up an offer",
  offer_disputed: "A dispute was opened",
  dispute_withdrawn: "A dispute was withdrawn",
  dispute_resolved: "A dispute was decided",
  feedback_given: "A trade was rated",
  chat_message: "A message in a chat",
};
const ALL = /** @type {Kind[]} */ (Object.keys(KINDS));

export function Webhooks() {
  const hooks = useResource("/webhook/", "webhooks");
  const [secret, setSecret] = useState("");
  return html`<section class="card" aria-labelledby="webhooks">
    <h2 id="webhooks">Webhooks</h2>
    <${Shown} of=${hooks} bars=${1}
      >${(/** @type {{ items: Webhook[] }} */ { items }) =>
        items.length
          ? html`<ul class="things">
              ${items.map((hook) => html`<${Hook} key=${hook.id} hook=${hook} />`)}
            </ul>`
          : html`<p class="fine">Nothing is sent anywhere. A program of yours can be told what you are told.</p>`}<//
    >
    ${
      secret &&
      html`<div class="warn" aria-live="polite">
        <p>By this secret your program knows what is from the desk. It is shown this one time.</p>
        <dl><${Copied} label="Secret" value=${secret} /></dl>
      </div>`
    }
    <details>
      <summary>Add a webhook</summary>
      <${NewHook} onMade=${setSecret} />
    </details>
  </section>`;
}

/** @param {{ hook: Webhook }} props */
function Hook({ hook }) {
  const form = useForm({});
  const [told, tell] = useState("");
  const send = async () => {
    const { message } = await ask("POST", `/webhook/${hook.is_on ? "test" : "on"}/${hook.id}/`);
    tell(message ?? "");
    touch("webhooks");
  };
  // Without any it is sent all of them.
  const what = hook.types.map((kind) => KINDS[kind]).join(", ") || "Everything";
  return html`<li>
    <span>
      <span dir="auto">${hook.url}</span>
      <span class=${`tag ${hook.is_on ? "good" : "bad"}`}>${hook.is_on ? "on" : "off"}</span>
      <span class="fine">${`${what}; ${lastOf(hook)}`}</span>
      <span class="fine" aria-live="polite">${told}</span>
    </span>
    <span class="actions">
      <button type="button" class="small" disabled=${form.isBusy} onClick=${form.submit(send)}>
        ${hook.is_on ? "Send a test" : "Turn on"}<span class="unseen"> ${hook.url}</span>
      </button>
      <${End} name="Remove" of=${`the webhook ${hook.url}`} path=${`/webhook/${hook.id}/`} topic="webhooks" />
    </span>
    <${Trouble} error=${form.error} />
  </li>`;
}

/** What came of the last try. @param {Webhook} hook */
function lastOf({ last_at, last_status }) {
  if (!last_at) return "nothing was sent yet";
  return `last sent ${ago(last_at)}, ${last_status === null ? "and no answer came" : `answered with ${last_status}`}`;
}

/** @param {{ onMade: (secret: string) => void }} props */
function NewHook({ onMade }) {
  const form = useForm({ url: "", types: ALL });
  const { url, types } = form.given;
  const send = async () => {
    const body = types.length === ALL.length ? { url } : { url, types };
    onMade((await ask("POST", "/webhook/", { body })).entity.secret);
    form.set({ url: "", types: ALL });
    touch("webhooks");
  };
  const put = (/** @type {Kind} */ kind, /** @type {boolean} */ is) =>
    form.set((old) => ({ ...old, types: ALL.filter((one) => (one === kind ? is : old.types.includes(one))) }));
  return html`<form onSubmit=${form.submit(send)}>
    <${Field}
      label="Address"
      type="url"
      value=${url}
      onValue=${form.put("url")}
      problem=${form.told.url}
      hint="It begins with https://, and anybody on the internet can reach it."
      more=${{ required: true }}
    />
    <fieldset>
      <legend class="label">What is sent</legend>
      ${ALL.map(
        (kind) =>
          html`<${Tick}
            label=${KINDS[kind]}
            checked=${types.includes(kind)}
            onValue=${(/** @type {boolean} */ is) => put(kind, is)}
          />`,
      )}
      ${form.told.types && html`<p class="problem">${form.told.types}</p>`}
    </fieldset>
    <p class="fine">How a program tells what is from the desk: <a href="/docs/">read how</a>.</p>
    <${Trouble} error=${form.error} />
    <div class="actions"><button type="submit" disabled=${form.isBusy || !types.length}>Add webhook</button></div>
  </form>`;
}
