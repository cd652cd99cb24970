// That one's email address is one's own: a code is mailed to it, and given back here.
import { ask, Refusal } from "../lib/api.js";
import { html, useState } from "../lib/html.js";
import { session } from "../lib/session.js";
import { minutesText } from "../lib/time.js";
import { useForm } from "./form.js";
import { CodeField, digitsOf } from "./secrets.js";
import { Trouble } from "./trouble.js";

export function Verifying() {
  const mailing = useForm({});
  const form = useForm({ code: "" });
  const [isMailed, mailed] = useState(false);
  const mail = async () => {
    mailed(false);
    await ask("POST", "/auth/verify/").catch((trouble) => {
      throw tooSoon(trouble);
    });
    mailed(true);
  };
  const confirm = async () => {
    await ask("POST", "/auth/verify/confirm/", { body: { code: digitsOf(form.given.code) } });
    if (session.value) session.value = { ...session.value, email_verified: true };
  };
  return html`<div class="inner">
    <form onSubmit=${mailing.submit(mail)}>
      <p>
        Show that the address is yours by a code that is mailed to it: others see on your profile that you have. If you
        have just joined, a letter with one is on its way already.
      </p>
      <${Trouble} error=${mailing.error} />
      <div class="actions">
        <button type="submit" disabled=${mailing.isBusy}>Mail me a code</button>
        <span class="fine" aria-live="polite">${isMailed ? "It is on its way." : ""}</span>
      </div>
    </form>
    <form onSubmit=${form.submit(confirm)}>
      <${CodeField} form=${form} />
      <${Trouble} error=${form.error} />
      <div class="actions">
        <button type="submit" class="main" disabled=${form.isBusy}>Verify address</button>
      </div>
    </form>
  </div>`;
}

/** Whoever asks for another letter at once has not found the one that is there. @param {unknown} trouble */
function tooSoon(trouble) {
  if (!(trouble instanceof Refusal) || trouble.code !== "too_many_attempts") return trouble;
  const wait = `Another can be sent in ${waitText(trouble.retryAfter)}.`;
  trouble.requestId = "";
  trouble.message = `A letter with a code was sent already: look for it among unwanted mail, too. ${wait}`;
  return trouble;
}

/** @param {number} seconds */
const waitText = (seconds) => (seconds < 100 ? `${seconds} s` : minutesText(Math.ceil(seconds / 60)));
