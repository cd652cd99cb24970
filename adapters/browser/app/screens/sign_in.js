// Signing in: with email and password, and the one-time password where the desk asks for one.
import { Refusal } from "../lib/api.js";
import { html, useEffect, useRef, useState } from "../lib/html.js";
import { go, route, safely } from "../lib/router.js";
import { session, signIn } from "../lib/session.js";
import { settings } from "../lib/settings.js";
import { Field } from "../parts/field.js";
import { useForm } from "../parts/form.js";
import { Heading } from "../parts/frame.js";
import { Trouble } from "../parts/trouble.js";
import { TryAs } from "../parts/try_as.js";

export default function SignIn() {
  const next = safely(route.value.query.get("next"));
  useEffect(() => {
    if (session.value) go(next, { replace: true });
  }, [session.value]);
  return html`<section class="narrow">
    <${Heading}>Sign in<//>
    ${next !== "/" && html`<p class="fine">Sign in to go on. If you were signed in here, that login has ended.</p>`}
    <div class="card">
      <${Form} next=${next} />
      <p class="beside"><a href="/new-password">I have forgotten my password</a></p>
      <p class="beside">New here? <a href="/register">Create account</a></p>
    </div>
    ${
      settings.value?.demo &&
      html`<div class="demo">
        <h2>Try it now</h2>
        <p>Be one of the made-up traders of this desk.</p>
        <${TryAs} next=${next} />
      </div>`
    }
  </section>`;
}

/** @param {{ next: string }} props */
function Form({ next }) {
  const form = useForm({ email: "", password: "", otp: "" });
  const [asksOtp, setAsksOtp] = useState(false);
  const { email, password, otp } = form.given;
  const send = async () => {
    try {
      await signIn(email, password, asksOtp ? otp.trim() : undefined);
      go(next, { replace: true });
    } catch (trouble) {
      const isAsked = trouble instanceof Refusal && trouble.code === "otp_required";
      if (!isAsked) throw trouble;
      setAsksOtp(true);
    }
  };
  return html`<form onSubmit=${form.submit(send)}>
    <${Field} label="Email" type="email" value=${email} onValue=${form.put("email")} more=${EMAIL} />
    <${Field} label="Password" type="password" value=${password} onValue=${form.put("password")} more=${PASSWORD} />
    ${asksOtp && html`<${OneTimePassword} value=${otp} onValue=${form.put("otp")} />`}
    <${Trouble} error=${form.error} />
    <button type="submit" class="main block" disabled=${form.isBusy}>Sign in</button>
  </form>`;
}

const EMAIL = { name: "email", autocomplete: "username", required: true };
const PASSWORD = { name: "password", autocomplete: "current-password", required: true };

/** @param {{ value: string, onValue: (value: string) => void }} props */
function OneTimePassword({ value, onValue }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => place.current?.querySelector("input")?.focus(), []);
  const more = { name: "otp", autocomplete: "one-time-code", required: true };
  const hint = "The six digits that your authenticator shows, or one of your recovery codes.";
  return html`<div ref=${place}>
    <${Field} label="One-time password" value=${value} onValue=${onValue} hint=${hint} more=${more} />
  </div>`;
}
