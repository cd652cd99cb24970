// Asking once more before a deed that cannot be undone. Enter never does it: the focus is on Not now.
import { html, useEffect, useId, useRef, useState } from "../lib/html.js";
import { Trouble } from "./trouble.js";

/**
 * @typedef {object} ConfirmProps
 * @property {any} title
 * @property {any} deed the button says the deed with its amount: "Release 10 TRX"
 * @property {() => Promise<import("../lib/deeds.js").Outcome>} onDo
 * @property {(outcome: import("../lib/deeds.js").Outcome | null) => void} onClose null where it was not done
 * @property {any} children what is asked, and what comes of it
 * @property {boolean} [isGrave] it gives something away
 * @property {boolean} [isReady] false while something that the deed needs is missing
 */

/** Shown as long as it is drawn. @param {ConfirmProps} props */
export function Confirm({ title, deed, onDo, onClose, children, isGrave = false, isReady = true }) {
  const id = useId();
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const not = useRef(/** @type {HTMLButtonElement | null} */ (null));
  const [isBusy, setBusy] = useState(false);
  const [failed, setFailed] = useState(/** @type {import("../lib/deeds.js").Outcome | null} */ (null));
  useEffect(() => {
    const before = document.activeElement;
    const shown = dialog.current;
    shown?.showModal();
    not.current?.focus();
    return () => {
      // Nothing beside an open dialog can have the focus.
      shown?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const act = async () => {
    setBusy(true);
    setFailed(null);
    const outcome = await onDo();
    setBusy(false);
    if (outcome.done || outcome.kind === "changed") onClose(outcome);
    else setFailed(outcome);
  };
  return html`<dialog
    ref=${dialog}
    aria-labelledby=${id}
    onCancel=${(/** @type {Event} */ event) => leave(event, isBusy, onClose)}
  >
    <h2 id=${id}>${title}</h2>
    <div class="dialog-words">${children}</div>
    <${Trouble} error=${failed && !Object.keys(failed.fields).length ? failed : null} />
    <div class="dialog-buttons">
      <button type="button" ref=${not} disabled=${isBusy} onClick=${() => onClose(null)}>Not now</button>
      <button type="button" class=${isGrave ? "grave" : "main"} disabled=${isBusy || !isReady} onClick=${act}>
        <span>${deed}</span>
      </button>
    </div>
  </dialog>`;
}

/**
 * Escape closes, but not while nobody knows yet what becomes of it.
 * @param {Event} event
 * @param {boolean} isBusy
 * @param {(outcome: null) => void} onClose
 */
function leave(event, isBusy, onClose) {
  event.preventDefault();
  if (!isBusy) onClose(null);
}
