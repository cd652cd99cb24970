// How one signs in, who else may act in one's name, where one is paid, whom one keeps away, and one's data.
import { html } from "../lib/html.js";
import { session } from "../lib/session.js";
import { sheet } from "../lib/sheet.js";
import { onDay } from "../lib/time.js";
import { Heading } from "../parts/frame.js";
import { Verifying } from "../parts/own_address.js";
import { Blocks, OwnData, PaymentMethods } from "../parts/own_things.js";
import { Webhooks } from "../parts/own_webhooks.js";
import { Keys, Logins, OneTimePasswords, Password } from "../parts/own_access.js";

await sheet("settings.css", import.meta.url);

export default function Settings() {
  const me = session.value;
  if (!me) return null;
  return html`
    <${Heading}>Settings<//>
    <div class="settings">
      <section class="card" aria-labelledby="you">
        <h2 id="you">You</h2>
        <dl class="facts">
          <dt>Name</dt>
          <dd dir="auto">${me.fullname}</dd>
          <dt>Email</dt>
          <dd>
            ${me.email}
            <span class=${`tag ${me.email_verified ? "good" : "mine"}`}
              >${me.email_verified ? "verified" : "not verified"}</span
            >
          </dd>
          <dt>Joined</dt>
          <dd>${onDay(me.created_at)}</dd>
        </dl>
        ${!me.email_verified && html`<${Verifying} />`}
        <p class="file-link"><a href=${`/traders/${me.id}`}>As others see you</a></p>
      </section>
      <${Password} />
      <${OneTimePasswords} />
      <${Logins} />
      <${PaymentMethods} />
      <${Blocks} />
      <${Keys} />
      <${Webhooks} />
      <${OwnData} />
    </div>
  `;
}
