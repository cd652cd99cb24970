// An amount that somebody types, with what was understood beneath; what can be read in two ways is asked about.
import { html } from "../lib/html.js";
import { readAmount, shown, typed } from "../lib/money.js";
import { Field } from "./field.js";

/**
 * @param {{
 *   label: string, code: string, text: string, onText: (text: string) => void, name?: string, problem?: string,
 *   hint?: any, optional?: boolean, unit?: any, more?: Record<string, unknown>,
 * }} props
 */
export function AmountField({ label, code, text, onText, name, problem, hint, optional, unit, more = {} }) {
  const read = readAmount(text, code);
  const told = problem ?? ("problem" in read ? read.problem : undefined);
  const isUnderstood = "amount" in read && code;
  return html`<div class="amount">
    <${Field}
      label=${label}
      name=${name}
      value=${text}
      onValue=${onText}
      problem=${told}
      hint=${isUnderstood ? html`<span class="understood">= ${shown(read.amount, code)}</span> ${hint}` : hint}
      after=${unit ?? code.toUpperCase()}
      optional=${optional}
      more=${{ inputmode: "decimal", autocomplete: "off", ...more }}
    />
    ${
      "readings" in read &&
      html`<div class="actions">
        ${read.readings?.map(
          (reading) =>
            html`<button type="button" class="small" onClick=${() => onText(typed(reading))}>
              ${shown(reading, code)}
            </button>`,
        )}
      </div>`
    }
  </div>`;
}

/**
 * The amount in a text, or nothing where there is none that is certain.
 * @param {string} text
 * @param {string} code
 */
export function amountIn(text, code) {
  const read = readAmount(text, code);
  return "amount" in read ? read.amount : undefined;
}
