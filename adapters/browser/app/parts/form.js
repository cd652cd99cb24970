// What forms have in common: what was given so far, whether it is being sent, and why it was not taken.
import { Refusal } from "../lib/api.js";
import { useState } from "../lib/html.js";

/**
 * @template {Record<string, any>} T
 * @param {T} begin
 */
export function useForm(begin) {
  const [given, set] = useState(begin);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState(/** @type {Error | null} */ (null));
  /** @type {Record<string, string>} */
  const told = error instanceof Refusal ? error.fields : {};
  return {
    given,
    set,
    isBusy,
    /** Why it was not taken, where no field says so. */
    error: Object.keys(told).length ? null : error,
    /** What is said of each field. */
    told,
    /** @param {keyof T} name */
    put: (name) => (/** @type {any} */ value) => set((old) => ({ ...old, [name]: value })),
    /**
     * The handler of the form: sends it, once at a time. What `send` throws is shown, but for what it deals with.
     * @param {() => Promise<void>} send
     */
    submit: (send) => async (/** @type {Event} */ event) => {
      const form = sentForm(event);
      event.preventDefault();
      if (isBusy) return;
      setBusy(true);
      setError(null);
      await send().catch((trouble) => setError(trouble));
      setBusy(false);
      pointOut(form);
    },
  };
}

/** The form that is sent, which has to be asked for before anything is waited for. @param {Event} event */
export const sentForm = (event) => /** @type {HTMLElement | null} */ (event.currentTarget);

/**
 * Bring whoever has sent a form to the first field that is wrong, if there is one: on a phone it is far from the
 * button that was pressed.
 * @param {HTMLElement | null} form
 */
export function pointOut(form) {
  // By the next frame it is drawn.
  requestAnimationFrame(() => {
    const wrong = form?.querySelector("[aria-invalid=true]");
    if (!(wrong instanceof HTMLElement)) return;
    wrong.closest("details")?.setAttribute("open", "");
    wrong.scrollIntoView({ block: "center" });
    wrong.focus({ preventScroll: true });
  });
}
