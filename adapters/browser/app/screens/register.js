// Joining the desk, and being signed in at once.
import { ask } from "../lib/api.js";
import { html } from "../lib/html.js";
import { go } from "../lib/router.js";
import { signIn } from "../lib/session.js";
import { settings } from "../lib/settings.js";
import { Field } from "../parts/field.js";
import { useForm } from "../parts/form.js";
import { Heading } from "../parts/frame.js";
import { Trouble } from "../parts/trouble.js";

const NAME = { autocomplete: "name", required: true };
const EMAIL = { autocomplete: "username", required: true };
const PASSWORD = { autocomplete: "new-password", required: true };

export default function Register() {
  const { given, told, put, ...form } = useForm({ fullname: "", email: "", password: "" });
  const least = settings.value?.limits.password_least;
  const send = async () => {
    await ask("POST", "/auth/register/", { body: given, open: true });
    await signIn(given.email, given.password);
    go("/");
  };
  const field = (/** @type {"fullname" | "email" | "password"} */ name) => ({
    name,
    value: given[name],
    onValue: put(name),
    problem: told[name],
  });
  return html`<section class="narrow">
    <${Heading}>Create account<//>
    <form class="card" onSubmit=${form.submit(send)}>
      <${Field}
        label="Full name"
        ...${field("fullname")}
        hint="As it is on your bank account: those you trade with compare the two."
        more=${NAME}
      />
      <${Field} label="Email" type="email" ...${field("email")} more=${EMAIL} />
      <${Field}
        label="Password"
        type="password"
        ...${field("password")}
        hint=${`At least ${least} characters: a few words that only you would put together are good.`}
        more=${PASSWORD}
      />
      <${Trouble} error=${form.error} />
      <button type="submit" class="main block" disabled=${form.isBusy}>Create account</button>
      <p class="beside">Been here before? <a href="/sign-in">Sign in</a></p>
    </form>
  </section>`;
}
