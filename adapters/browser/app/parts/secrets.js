// Fields for what only one person knows, and the one-time password that the desk asks for once it is needed.
import { ask, Refusal } from "../lib/api.js";
import { html, useState } from "../lib/html.js";
import { Field } from "./field.js";

/** What of a form the fields here need. @typedef {{ given: any, told: Record<string, string>, put: (name: any) => any }} Form */

/** @param {{ form: Form, label?: string, name?: string, hint?: string, isNew?: boolean }} props */
export const PasswordField = ({ form, label = "Password", name = "password", hint, isNew = name !== "password" }) =>
  html`<${Field}
    label=${label}
    type="password"
    value=${form.given[name]}
    onValue=${form.put(name)}
    problem=${form.told[name]}
    hint=${hint}
    more=${{ autocomplete: isNew ? "new-password" : "current-password", required: true }}
  />`;

/** @param {{ form: Form, hint?: string, inputmode?: string }} props */
export const OtpField = ({ form, hint, inputmode = "text" }) =>
  html`<${Field}
    label="One-time password"
    value=${form.given.otp}
    onValue=${form.put("otp")}
    problem=${form.told.otp}
    hint=${hint}
    more=${{ autocomplete: "one-time-code", inputmode, required: true }}
  />`;

/** A code as it was copied, without what stood around or between its digits. @param {string} code */
export const digitsOf = (code) => code.replace(/\D/g, "");

/** The digits of a letter. @param {{ form: Form }} props */
export const CodeField = ({ form }) =>
  html`<${Field}
    label="Code"
    value=${form.given.code}
    onValue=${form.put("code")}
    problem=${form.told.code}
    hint="The eight digits of the newest letter. They are good for 15 minutes."
    more=${{ autocomplete: "one-time-code", inputmode: "numeric", required: true }}
  />`;

/**
 * A form with an `otp` that is asked for only where the desk does.
 * @param {Form} form
 */
export function useOtp(form) {
  const [isAsked, setAsked] = useState(false);
  return {
    field: isAsked && html`<${OtpField} form=${form} />`,
    /** @param {string} path @param {Record<string, unknown>} body */
    post: async (path, body) => {
      try {
        return await ask("POST", path, { body: isAsked ? { ...body, otp: form.given.otp.trim() } : body });
      } catch (trouble) {
        if (trouble instanceof Refusal && trouble.fields.otp) setAsked(true);
        throw trouble;
      }
    },
  };
}
