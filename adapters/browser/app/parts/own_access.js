// How one proves who one is: password, one-time passwords, logins and keys of programs.
import { ask } from "../lib/api.js";
import { html, useEffect, useState } from "../lib/html.js";
import { touch, useResource } from "../lib/resource.js";
import { ago, at } from "../lib/time.js";
import { Copied } from "./copy.js";
import { Field, Tick } from "./field.js";
import { useForm } from "./form.js";
import { OtpField, PasswordField, useOtp } from "./secrets.js";
import { Shown, Trouble } from "./trouble.js";

export function Password() {
  const form = useForm({ password: "", new_password: "" });
  const [isDone, done] = useState(false);
  const send = async () => {
    done(false);
    await ask("POST", "/auth/password/", { body: form.given });
    form.set({ password: "", new_password: "" });
    touch("logins");
    done(true);
  };
  return html`<section class="card" aria-labelledby="password">
    <h2 id="password">Password</h2>
    <form onSubmit=${form.submit(send)}>
      <${PasswordField} form=${form} />
      <${PasswordField}
        form=${form}
        label="New password"
        name="new_password"
        hint="All your other logins end with it."
      />
      <${Trouble} error=${form.error} />
      <div class="actions">
        <button type="submit" disabled=${form.isBusy}>Change password</button>
        <span class="fine" aria-live="polite">${isDone ? "Your password is changed." : ""}</span>
      </div>
    </form>
  </section>`;
}

export function OneTimePasswords() {
  const state = useResource("/auth/totp/", "totp");
  const [secret, setSecret] = useState(/** @type {{ secret: string, qr: string } | null} */ (null));
  const [codes, setCodes] = useState(/** @type {string[]} */ ([]));
  return html`<section class="card" aria-labelledby="totp">
    <h2 id="totp">One-time passwords</h2>
    <${Shown} of=${state} bars=${1}
      >${(/** @type {{ is_on: boolean }} */ { is_on }) =>
        codes.length > 0
          ? html`<${Recovery} codes=${codes} onDone=${() => setCodes([])} />`
          : is_on
            ? html`<${TurnOff} />`
            : secret
              ? html`<${Confirming}
                  secret=${secret}
                  onDone=${(/** @type {string[]} */ given) => {
                    setSecret(null);
                    setCodes(given);
                    touch("totp");
                  }}
                />`
              : html`<${TurnOn} onSecret=${setSecret} />`}<//
    >
  </section>`;
}

/** @param {{ onSecret: (secret: any) => void }} props */
function TurnOn({ onSecret }) {
  const form = useForm({});
  const send = async () => onSecret((await ask("POST", "/auth/totp/")).entity);
  return html`<form onSubmit=${form.submit(send)}>
    <p>Six digits from your phone, beside your password: for signing in, and for each release.</p>
    <${Trouble} error=${form.error} />
    <div class="actions"><button type="submit" disabled=${form.isBusy}>Turn on</button></div>
  </form>`;
}

/** @param {{ secret: { secret: string, qr: string }, onDone: (codes: string[]) => void }} props */
function Confirming({ secret, onDone }) {
  const form = useForm({ otp: "" });
  const [url, setUrl] = useState("");
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([secret.qr], { type: "image/svg+xml" }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [secret.qr]);
  const send = async () =>
    onDone((await ask("POST", "/auth/totp/confirm/", { body: { otp: form.given.otp.trim() } })).entity.recovery_codes);
  return html`<form onSubmit=${form.submit(send)}>
    <p>Scan this with an authenticator, or type the secret into it. Then type the six digits that it shows.</p>
    ${url && html`<img class="qr" src=${url} alt="The secret as a QR code" width="180" height="180" />`}
    <dl><${Copied} label="Secret" value=${secret.secret} /></dl>
    <${OtpField} form=${form} inputmode="numeric" />
    <${Trouble} error=${form.error} />
    <div class="actions"><button type="submit" class="main" disabled=${form.isBusy}>Confirm</button></div>
  </form>`;
}

/** @param {{ codes: string[], onDone: () => void }} props */
const Recovery = ({ codes, onDone }) =>
  html`<p>
      One-time passwords are on. Keep these recovery codes where only you find them: each gets you in once without your
      phone. They are shown this one time.
    </p>
    <ul class="codes">
      ${codes.map((code) => html`<li><code>${code}</code></li>`)}
    </ul>
    <dl><${Copied} label="All codes" value=${codes.join("\n")} shown=${`${codes.length} codes`} /></dl>
    <button type="button" class="main" onClick=${onDone}>I have kept them</button>`;

function TurnOff() {
  const form = useForm({ password: "", otp: "" });
  const send = async () => {
    await ask("POST", "/auth/totp/disable/", { body: { ...form.given, otp: form.given.otp.trim() } });
    touch("totp");
  };
  return html`<p><span class="tag good">on</span> You are asked for one when you sign in, and for each release.</p>
    <details>
      <summary>Turn them off</summary>
      <form onSubmit=${form.submit(send)}>
        <${PasswordField} form=${form} />
        <${OtpField} form=${form} hint="Or one of your recovery codes." />
        <${Trouble} error=${form.error} />
        <div class="actions"><button type="submit" disabled=${form.isBusy}>Turn off</button></div>
      </form>
    </details>`;
}

export function Logins() {
  const logins = useResource("/auth/login/?limit=100", "logins");
  return html`<section class="card" aria-labelledby="logins">
    <h2 id="logins">Where you are signed in</h2>
    <${Shown} of=${logins} bars=${1}
      >${(/** @type {import("../lib/wire.js").LoginPage} */ { items }) =>
        html`<ul class="things">
          ${items.map(
            (login) =>
              html`<li key=${login.id}>
                <span>
                  <span dir="auto">${clientOf(login.client)}</span>
                  ${login.is_current && html` <span class="tag good">this one</span>`}
                  <span class="fine">${login.address}, last used ${ago(login.last_used_at ?? login.created_at)}</span>
                </span>
                ${!login.is_current && html`<${End} name="End" of=${`the login from ${login.address}`} path=${`/auth/login/${login.id}/`} topic="logins" />`}
              </li>`,
          )}
        </ul>`}<//
    >
  </section>`;
}

/** What a browser calls itself, in short. @param {string} client */
function clientOf(client) {
  const browser = ["Firefox", "Edg", "OPR", "Chrome", "Safari"].find((name) => client.includes(`${name}/`));
  const system = ["Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux"].find((name) => client.includes(name));
  const known = { Edg: "Edge", OPR: "Opera" }[browser ?? ""] ?? browser;
  return known ? `${known}${system ? ` on ${system}` : ""}` : client || "A program";
}

/** A button that ends or removes one thing. @param {{ name: string, of: string, path: string, topic: string }} props */
export function End({ name, of, path, topic }) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState(/** @type {Error | null} */ (null));
  const end = async () => {
    setBusy(true);
    setError(null);
    await ask("DELETE", path).then(() => touch(topic), setError);
    setBusy(false);
  };
  return html`<button type="button" class="small" disabled=${isBusy} onClick=${end}>
      ${name}<span class="unseen"> ${of}</span>
    </button>
    <${Trouble} error=${error} />`;
}

/** @type {[string, string][]} */
const SCOPES = [
  ["read", "Read what you can read"],
  ["trade", "Place ads, make offers, write, move between your wallets"],
  ["release", "Release coins"],
];

export function Keys() {
  const keys = useResource("/auth/key/", "keys");
  const [made, setMade] = useState("");
  return html`<section class="card" aria-labelledby="keys">
    <h2 id="keys">Keys for programs</h2>
    <${Shown} of=${keys} bars=${1}
      >${(/** @type {import("../lib/wire.js").KeyPage} */ { items }) =>
        items.length
          ? html`<ul class="things">
              ${items.map(
                (key) =>
                  html`<li key=${key.id}>
                    <span>
                      <span dir="auto">${key.name}</span>
                      <span class="fine"
                        >${`${key.scopes.join(", ")}; ${key.expires_at ? `until ${at(key.expires_at)}` : "until you end it"}`}</span
                      >
                    </span>
                    <${End} name="End" of=${`the key ${key.name}`} path=${`/auth/key/${key.id}/`} topic="keys" />
                  </li>`,
              )}
            </ul>`
          : html`<p class="fine">No program acts in your name.</p>`}<//
    >
    ${
      made &&
      html`<div class="warn" aria-live="polite">
        <p>This is shown this one time: keep it where your program finds it.</p>
        <dl><${Copied} label="Key" value=${made} /></dl>
      </div>`
    }
    <details>
      <summary>Make a key</summary>
      <${NewKey} onMade=${setMade} />
    </details>
  </section>`;
}

/** @param {{ onMade: (key: string) => void }} props */
function NewKey({ onMade }) {
  const form = useForm({ name: "", scopes: ["read"], otp: "" });
  const otp = useOtp(form);
  const { name, scopes } = form.given;
  const send = async () => {
    onMade((await otp.post("/auth/key/", { name, scopes })).entity.key);
    form.set({ name: "", scopes: ["read"], otp: "" });
    touch("keys");
  };
  const put = (/** @type {string} */ scope, /** @type {boolean} */ is) =>
    form.set((old) => ({
      ...old,
      scopes: SCOPES.map(([one]) => one).filter((one) => (one === scope ? is : old.scopes.includes(one))),
    }));
  return html`<form onSubmit=${form.submit(send)}>
    <${Field}
      label="Name of the program"
      value=${name}
      onValue=${form.put("name")}
      problem=${form.told.name}
      more=${{ required: true }}
    />
    <fieldset>
      <legend class="label">What it may do</legend>
      ${SCOPES.map(
        ([scope, words]) =>
          html`<${Tick}
            label=${words}
            checked=${scopes.includes(scope)}
            onValue=${(/** @type {boolean} */ is) => put(scope, is)}
          />`,
      )}
      ${form.told.scopes && html`<p class="problem">${form.told.scopes}</p>`}
    </fieldset>
    ${otp.field}
    <${Trouble} error=${form.error} />
    <div class="actions"><button type="submit" disabled=${form.isBusy || !scopes.length}>Make key</button></div>
  </form>`;
}
