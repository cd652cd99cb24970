// Where somebody is paid, or pays from: one of their saved accounts, or fields for another.
import { html } from "../lib/html.js";
import { useResource } from "../lib/resource.js";
import { settings } from "../lib/settings.js";
import { Choice, Field, TextField } from "./field.js";

/** @typedef {import("../lib/wire.js").SavedPaymentMethod} Saved */

export const ACCOUNT = {
  bank_account_name: "",
  bank_account_number: "",
  bank_name: "",
  payment_details: "",
  saved_payment_method: "",
};

const LABELS = {
  bank_account_name: "Account name",
  bank_account_number: "Account number",
  bank_name: "Bank",
};

/** One's saved accounts of a payment method; one has 50 at most. @param {string} method @returns {Saved[]} */
export function useSaved(method) {
  const saved = useResource("/p2p/payment-method/?limit=100", "methods");
  return (saved.data?.items ?? []).filter((/** @type {Saved} */ one) => one.payment_method === method);
}

/**
 * What of an account is sent: the saved one, or the fields that were filled in.
 * @param {Record<string, string>} given
 * @param {readonly string[]} needs
 */
export function accountOf(given, needs) {
  if (given.saved_payment_method) return { saved_payment_method: Number(given.saved_payment_method) };
  return Object.fromEntries(needs.filter((name) => given[name]).map((name) => [name, given[name]]));
}

/**
 * @param {{
 *   legend: string, needs: readonly string[], saved: Saved[], given: Record<string, string>, optional?: boolean,
 *   put: (name: string) => (value: string) => void, told: Record<string, string>, hint?: any,
 * }} props
 */
export function Account({ legend, needs, saved, given, put, told, optional = false, hint }) {
  const choices = [...saved.map((one) => [String(one.id), one.label]), ["", "Another account"]];
  return html`<fieldset class="group">
    <legend>${legend}${optional && html` <span class="fine">optional</span>`}</legend>
    ${hint && html`<p class="hint">${hint}</p>`}
    ${
      saved.length > 0 &&
      html`<${Choice}
        label="Account"
        value=${given.saved_payment_method}
        onValue=${put("saved_payment_method")}
        choices=${choices}
        problem=${told.saved_payment_method}
      />`
    }
    ${!given.saved_payment_method && html`<${Fields} ...${{ needs, given, put, told, optional }} />`}
  </fieldset>`;
}

/** @param {{ needs: readonly string[], given: Record<string, string>, put: (name: string) => (value: string) => void, told: Record<string, string>, optional: boolean }} props */
function Fields({ needs, given, put, told, optional }) {
  const limits = settings.value?.limits;
  const common = (/** @type {string} */ name) => ({
    name,
    value: given[name],
    onValue: put(name),
    problem: told[name],
  });
  return needs.map((name) =>
    name === "payment_details"
      ? html`<${TextField}
          key=${name}
          label="Where to pay"
          ...${common(name)}
          hint="All that the other side needs to pay you: service, number, name."
          more=${{ maxlength: limits?.text, required: !optional }}
        />`
      : html`<${Field}
          key=${name}
          label=${LABELS[/** @type {keyof typeof LABELS} */ (name)] ?? name}
          ...${common(name)}
          more=${{ maxlength: limits?.bank_field, required: !optional, autocomplete: "off" }}
        />`,
  );
}
