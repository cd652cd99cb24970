// What one keeps at the desk: places to be paid, whom one has blocked, and the data itself.
import { ask, getFile } from "../lib/api.js";
import { html, useState } from "../lib/html.js";
import { touch, useList } from "../lib/resource.js";
import { forget } from "../lib/session.js";
import { settings } from "../lib/settings.js";
import { saveAs } from "./attached.js";
import { Choice, Field, TextField } from "./field.js";
import { useForm } from "./form.js";
import { End } from "./own_access.js";
import { Avatar, methodName } from "./price.js";
import { PasswordField, useOtp } from "./secrets.js";
import { Shown, Trouble } from "./trouble.js";

/** @typedef {import("../lib/wire.js").SavedPaymentMethod} Method */

export function PaymentMethods() {
  const methods = useList("/p2p/payment-method/", "methods");
  const [editing, edit] = useState(/** @type {number | null} */ (null));
  const done = () => {
    edit(null);
    touch("methods");
  };
  return html`<section class="card" aria-labelledby="methods">
    <h2 id="methods">Where you are paid</h2>
    <${Shown} of=${methods} bars=${1}
      >${(/** @type {Method[]} */ items) =>
        html`${
          items.length
            ? html`<ul class="things">
                ${items.map((one) => html`<${Kept} key=${one.id} method=${one} onEdit=${() => edit(one.id)} />`)}
              </ul>`
            : html`<p class="fine">Save an account once, and choose it in ads and offers.</p>`
        }
        ${
          editing === null
            ? html`<button type="button" onClick=${() => edit(0)}>Add a payment method</button>`
            : html`<${MethodForm}
                key=${editing}
                method=${items.find(({ id }) => id === editing)}
                onDone=${done}
                onLeave=${() => edit(null)}
              />`
        }`}<//
    >
  </section>`;
}

/** @param {{ method: Method, onEdit: () => void }} props */
const Kept = ({ method, onEdit }) =>
  html`<li>
    <span>
      <span dir="auto">${method.label}</span>
      <span class="fine" dir="auto">
        ${[methodName(method.payment_method), method.bank_account_name, method.bank_account_number, method.bank_name, method.payment_details].filter(Boolean).join(", ")}
      </span>
    </span>
    <span class="actions">
      <button type="button" class="small" onClick=${onEdit}>Edit<span class="unseen"> ${method.label}</span></button>
      <${End} name="Remove" of=${method.label} path=${`/p2p/payment-method/${method.id}/`} topic="methods" />
    </span>
  </li>`;

const NEW = {
  label: "",
  payment_method: "bank_transfer",
  bank_account_name: "",
  bank_account_number: "",
  bank_name: "",
  payment_details: "",
};

/** @param {{ method: Method | undefined, onDone: () => void, onLeave: () => void }} props */
function MethodForm({ method, onDone, onLeave }) {
  const known = settings.value?.payment_methods ?? [];
  const form = useForm(method ? pick(method) : { ...NEW, payment_method: known[0]?.code ?? "" });
  const { given, told, put } = form;
  const isBank = given.payment_method === "bank_transfer";
  const send = async () => {
    const body = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
    await ask("POST", method ? `/p2p/payment-method/edit/${method.id}/` : "/p2p/payment-method/", { body });
    onDone();
  };
  const field = (/** @type {keyof typeof NEW} */ name, /** @type {string} */ label, optional = !isBank) =>
    html`<${Field}
      label=${label}
      value=${given[name]}
      onValue=${put(name)}
      problem=${told[name]}
      optional=${optional}
    />`;
  return html`<form class="inner" onSubmit=${form.submit(send)}>
    ${field("label", "What you call it", false)}
    <${Choice}
      label="Payment method"
      value=${given.payment_method}
      onValue=${put("payment_method")}
      problem=${told.payment_method}
      choices=${known.map(({ code }) => [code, methodName(code)])}
    />
    ${field("bank_account_name", "Account name")} ${field("bank_account_number", "Account number")}
    ${field("bank_name", "Bank")}
    ${
      !isBank &&
      html`<${TextField}
        label="Payment details"
        value=${given.payment_details}
        onValue=${put("payment_details")}
        problem=${told.payment_details}
        optional
        rows=${2}
      />`
    }
    <${Trouble} error=${form.error} />
    <div class="actions">
      <button type="submit" class="main" disabled=${form.isBusy}>Save</button>
      <button type="button" onClick=${onLeave}>Not now</button>
    </div>
  </form>`;
}

/** @param {Method} method @returns {typeof NEW} */
const pick = ({ label, payment_method, bank_account_name, bank_account_number, bank_name, payment_details }) => ({
  label,
  payment_method,
  bank_account_name,
  bank_account_number,
  bank_name,
  payment_details,
});

export function Blocks() {
  const blocks = useList("/p2p/block/", "blocks");
  return html`<section class="card" aria-labelledby="blocks">
    <h2 id="blocks">Whom you keep away</h2>
    <${Shown} of=${blocks} bars=${1}
      >${(/** @type {import("../lib/wire.js").Profile[]} */ items) =>
        items.length
          ? html`<ul class="things">
              ${items.map(
                (trader) =>
                  html`<li key=${trader.id}>
                    <span class="person"
                      ><${Avatar} trader=${trader} />
                      <a href=${`/traders/${trader.id}`} dir="auto">${trader.fullname}</a></span
                    >
                    <${End} name="Unblock" of=${trader.fullname} path=${`/p2p/block/${trader.id}/`} topic="blocks" />
                  </li>`,
              )}
            </ul>`
          : html`<p class="fine">
              Nobody. You can block somebody on their page: then neither of you takes the other’s ads.
            </p>`}<//
    >
  </section>`;
}

export function OwnData() {
  const [error, setError] = useState(/** @type {Error | null} */ (null));
  const save = async () => {
    setError(null);
    await getFile("/auth/export/").then((file) => saveAs(file, "p2p-desk.json"), setError);
  };
  return html`<section class="card" aria-labelledby="data">
    <h2 id="data">Your data</h2>
    <p>All that the desk keeps about you, as one file.</p>
    <p class="actions"><button type="button" onClick=${save}>Save my data</button></p>
    <${Trouble} error=${error} />
    <details>
      <summary>Delete my account</summary>
      <${Leaving} />
    </details>
  </section>`;
}

function Leaving() {
  const form = useForm({ password: "", otp: "" });
  const otp = useOtp(form);
  const send = async () => {
    await otp.post("/auth/delete/", { password: form.given.password });
    forget();
  };
  return html`<form onSubmit=${form.submit(send)}>
    <p>
      Your name, your address and your details are erased, for good. It is possible once you hold no coins and nothing
      is under way.
    </p>
    <${PasswordField} form=${form} />
    ${otp.field}
    <${Trouble} error=${form.error} />
    <div class="actions">
      <button type="submit" class="grave" disabled=${form.isBusy}>Delete my account, for good</button>
    </div>
  </form>`;
}
