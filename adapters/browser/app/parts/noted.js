// What staff do needs a reason, which the audit trail keeps: a button, and a dialog that asks for it.
import { ask } from "../lib/api.js";
import { carriedOut, keyFor } from "../lib/deeds.js";
import { html, useState } from "../lib/html.js";
import { touch } from "../lib/resource.js";
import { loadSettings } from "../lib/settings.js";
import { Confirm } from "./confirm.js";
import { TextField } from "./field.js";

/**
 * @typedef {object} NotedProps
 * @property {string} name what the button is called
 * @property {string} deed what the button of the dialog is called
 * @property {string} title
 * @property {any} [children] what comes of it
 * @property {"POST" | "DELETE"} [method]
 * @property {string} path
 * @property {Record<string, unknown>} [body] what is sent beside the note
 * @property {boolean} [isGrave]
 * @property {boolean} [optional] whether it can be done without a reason
 * @property {string} [class]
 */

/** @param {NotedProps} props */
export function Noted(props) {
  const [isAsking, asks] = useState(false);
  return html`<button type="button" class=${props.class ?? ""} onClick=${() => asks(true)}>${props.name}</button>
    ${isAsking && html`<${Asking} ...${props} onClose=${() => asks(false)} />`}`;
}

/** @param {NotedProps & { onClose: () => void }} props */
function Asking({ deed, title, children, method = "POST", path, body = {}, isGrave, optional, onClose }) {
  const [note, setNote] = useState("");
  const [told, tell] = useState("");
  const onDo = async () => {
    const sent = { ...body, note: note.trim() };
    // Only what is posted can be sent twice without being done twice; what is lifted is lifted once anyway.
    const { key, forget } = keyFor(path, sent);
    const outcome = await carriedOut(
      () => ask(method, path, { body: sent, ...(method === "POST" ? { key } : {}) }),
      "This",
    );
    if (outcome.done) {
      forget();
      // Freezing is among what they do.
      loadSettings().catch(() => {});
    }
    tell(outcome.fields.note ?? "");
    touch("staff", "offer/", "lists");
    return outcome;
  };
  return html`<${Confirm}
    title=${title}
    deed=${deed}
    isGrave=${isGrave}
    isReady=${optional || note.trim() !== ""}
    onDo=${onDo}
    onClose=${onClose}
  >
    ${children}
    <${TextField}
      label="Reason"
      value=${note}
      onValue=${setNote}
      problem=${told}
      optional=${optional}
      hint="For the audit trail, which all staff can read."
    />
  <//>`;
}
