// A new password for whoever has forgotten theirs: by a code that is mailed to them.
import { ask } from "../lib/api.js";
import { html, useState } from "../lib/html.js";
import { settings } from "../lib/settings.js";
import { Field } from "../parts/field.js";
import { useForm } from "../parts/form.js";
import { Heading } from "../parts/frame.js";
import { CodeField, digitsOf, PasswordField } from "../parts/secrets.js";
import { Trouble } from "../parts/trouble.js";

export default function NewPassword() {
  const form = useForm({ email: "", code: "", password: "" });
  const [step, toStep] = useState(/** @type {"address" | "code" | "done"} */ ("address"));
  const [asked, setAsked] = useState(0);
  const mail = async () => {
    await ask("POST", "/auth/password/reset/", { body: { email: form.given.email }, open: true });
    setAsked(asked + 1);
    toStep("code");
  };
  const confirm = async () => {
    const body = { ...form.given, code: digitsOf(form.given.code) };
    await ask("POST", "/auth/password/reset/confirm/", { body, open: true });
    toStep("done");
  };
  return html`<section class="narrow">
    <${Heading}>Choose a new password<//>
    ${
      step === "done"
        ? html`<div class="card" role="status">
            <h2>Your password is changed</h2>
            <p>All your logins have ended. Sign in with the new one.</p>
            <p class="actions"><a class="button main" href="/sign-in">Sign in</a></p>
          </div>`
        : html`<form class="card" onSubmit=${form.submit(step === "address" ? mail : confirm)}>
            ${step === "address" ? html`<${Address} form=${form} />` : html`<${Code} form=${form} mail=${mail} asked=${asked} />`}
            <p class="beside">Remembered it? <a href="/sign-in">Sign in</a></p>
          </form>`
    }
  </section>`;
}

/** @typedef {ReturnType<typeof useForm<{ email: string, code: string, password: string }>>} Form */

/** @param {{ form: Form }} props */
const Address = ({ form }) =>
  html`<${Field}
      label="Email"
      type="email"
      value=${form.given.email}
      onValue=${form.put("email")}
      problem=${form.told.email}
      hint="The address of your account. A code is mailed to it."
      more=${{ autocomplete: "username", required: true }}
    />
    <${Trouble} error=${form.error} />
    <button type="submit" class="main block" disabled=${form.isBusy}>Mail me a code</button>`;

/** @param {{ form: Form, mail: () => Promise<void>, asked: number }} props */
const Code = ({ form, mail, asked }) =>
  html`<p role="status">
      ${asked > 1 ? "You have asked again: one a minute is mailed at most, and the newest counts. " : ""}If${" "}
      ${form.given.email} has an account here, a code is on its way to it.
      <button type="button" class="link" disabled=${form.isBusy} onClick=${form.submit(mail)}>Mail another</button>
    </p>
    <${CodeField} form=${form} />
    <${PasswordField}
      form=${form}
      label="New password"
      name="password"
      isNew
      hint=${`At least ${settings.value?.limits.password_least} characters: a few words that only you would put together are good.`}
    />
    <${Trouble} error=${form.error} />
    <button type="submit" class="main block" disabled=${form.isBusy}>Change password</button>`;
