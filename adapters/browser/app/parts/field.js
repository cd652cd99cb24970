// Fields: a name above, what is wrong or was understood beneath, and both told to whoever cannot see them.
import { html, useId } from "../lib/html.js";
import { Icon } from "./icon.js";

/**
 * @typedef {object} FieldProps
 * @property {string} label
 * @property {string} [name]
 * @property {string} value
 * @property {(value: string) => void} onValue
 * @property {string} [problem]
 * @property {any} [hint]
 * @property {any} [after] what stands behind the input, such as its currency
 * @property {string} [type]
 * @property {boolean} [optional]
 * @property {Record<string, unknown>} [more] of the input
 */

/** @param {FieldProps} props */
export function Field({ label, name, value, onValue, problem, hint, after, type = "text", optional, more = {} }) {
  const id = useId();
  const input = html`<input
    id=${id}
    name=${name}
    type=${type}
    dir=${type === "text" ? "auto" : undefined}
    value=${value}
    aria-describedby=${`${id}-told`}
    aria-invalid=${problem ? "true" : undefined}
    onInput=${heard(onValue)}
    ...${more}
  />`;
  return html`<div class="field">
    <${Label} of=${id} text=${label} optional=${optional} />
    ${after ? html`<div class="joined">${input}<span class="unit">${after}</span></div>` : input}
    <${Told} id=${id} problem=${problem} hint=${hint} />
  </div>`;
}

/** @param {FieldProps & { rows?: number }} props */
export function TextField({ label, name, value, onValue, problem, hint, optional, rows = 3, more = {} }) {
  const id = useId();
  return html`<div class="field">
    <${Label} of=${id} text=${label} optional=${optional} />
    <textarea
      id=${id}
      name=${name}
      rows=${rows}
      dir="auto"
      value=${value}
      aria-describedby=${`${id}-told`}
      aria-invalid=${problem ? "true" : undefined}
      onInput=${heard(onValue)}
      ...${more}
    ></textarea>
    <${Told} id=${id} problem=${problem} hint=${hint} />
  </div>`;
}

/** @param {FieldProps & { choices: [string, string][] }} props */
export function Choice({ label, name, value, onValue, problem, hint, choices, optional, more = {} }) {
  const id = useId();
  return html`<div class="field">
    <${Label} of=${id} text=${label} optional=${optional} />
    <select
      id=${id}
      name=${name}
      value=${value}
      aria-describedby=${`${id}-told`}
      aria-invalid=${problem ? "true" : undefined}
      onChange=${heard(onValue)}
      ...${more}
    >
      ${choices.map(([code, words]) => html`<option value=${code} selected=${code === value}>${words}</option>`)}
    </select>
    <${Told} id=${id} problem=${problem} hint=${hint} />
  </div>`;
}

/** @param {{ label: any, checked: boolean, onValue: (is: boolean) => void, more?: Record<string, unknown> }} props */
export const Tick = ({ label, checked, onValue, more = {} }) =>
  html`<label class="tick">
    <input
      type="checkbox"
      checked=${checked}
      onChange=${(/** @type {any} */ event) => onValue(event.currentTarget.checked)}
      ...${more}
    />
    <span>${label}</span>
  </label>`;

/**
 * One of a few, side by side.
 * @param {{ label: string, value: string, onValue: (value: string) => void, choices: [string, string][] }} props
 */
export function Segments({ label, value, onValue, choices }) {
  const name = useId();
  return html`<fieldset class="segments">
    <legend class="unseen">${label}</legend>
    ${choices.map(
      ([code, words]) =>
        html`<label>
          <input type="radio" name=${name} value=${code} checked=${code === value} onChange=${() => onValue(code)} />
          <span>${words}</span>
        </label>`,
    )}
  </fieldset>`;
}

/** @param {(value: string) => void} onValue */
const heard = (onValue) => (/** @type {any} */ event) => onValue(event.currentTarget.value);

/** @param {{ of: string, text: string, optional?: boolean }} props */
const Label = ({ of, text, optional }) =>
  html`<div class="label">
    <label for=${of}>${text}</label>${optional && html`<span class="fine"> optional</span>`}
  </div>`;

/** As one says it to people; programs rely on the rest. @param {string} problem */
const plainly = (problem) =>
  problem.replace(/^Ensure that (?:(?:this \w+ (?:is|has)|there are) )?(.)/, (_, first) => first.toUpperCase());

/** @param {{ id: string, problem?: string, hint?: any }} props */
const Told = ({ id, problem, hint }) =>
  html`<div id=${`${id}-told`} class="told">
    ${problem ? html`<p class="problem"><${Icon} name="alert" /> ${plainly(problem)}</p>` : hint && html`<div class="hint">${hint}</div>`}
  </div>`;
