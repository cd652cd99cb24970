// Deeds about money: each can be pressed twice, in two tabs, or after an answer that was lost, and happens once.
import { ask, NoAnswer, Refusal } from "./api.js";
import { useRef } from "./html.js";
import { touch } from "./resource.js";
import { loadSettings } from "./settings.js";

/**
 * What became of a deed. `kind` says how it failed: the desk refused it, what it was about has changed, or nobody
 * knows whether it was done.
 * @typedef {object} Outcome
 * @property {boolean} done
 * @property {"done" | "refused" | "changed" | "unknown"} kind
 * @property {string} message
 * @property {string} requestId
 * @property {string} code
 * @property {Record<string, string>} fields
 * @property {any} entity
 * @property {Headers | null} headers
 */

const UNKNOWN = "No answer came. It may or may not have been done: you can safely press again.";
const RUNS = "It is being done still. Press again in a moment.";
const CHANGED = "has changed while you were looking at it. Nothing was done.";
const OTHERWISE = "An earlier press of this was done, with what stood there then. Look at what it says now.";

/**
 * Do what an offer allows, if the offer is still as it was seen.
 * @param {{ id: number, version: number }} offer
 * @param {{ action: string, path: string }} allowed one of its `allowed_actions`
 * @param {unknown} [body]
 */
export async function actOnOffer(offer, allowed, body) {
  // Two tabs that show the same offer send the same key, so that the second is answered what the first was.
  const key = `page-${allowed.action}-${offer.id}-v${offer.version}`;
  const outcome = await carriedOut(
    () => ask("POST", allowed.path, { body, key, version: offer.version }),
    "This offer",
  );
  touch(`offer/${offer.id}`, "lists");
  return outcome;
}

/**
 * Do something to one's own ad, if it is still as it was seen.
 * @param {{ id: number, version: number }} ad
 * @param {"pause" | "resume" | "close" | "edit"} action
 * @param {unknown} [body]
 */
export async function actOnAd(ad, action, body) {
  const { key, forget } = keyFor(`${action} ${ad.id} v${ad.version}`, body);
  const version = action === "edit" ? ad.version : undefined;
  const outcome = await carriedOut(() => ask("POST", `/p2p/ad/${action}/${ad.id}/`, { body, key, version }), "This ad");
  if (outcome.done) forget();
  touch(`ad/${ad.id}`, "lists");
  return outcome;
}

/**
 * Make something new, once: the same body from the same tab is the same request, until it is known to be done.
 * @param {string} path
 * @param {unknown} body
 */
export async function make(path, body) {
  const { key, forget } = keyFor(path, body);
  const outcome = await carriedOut(() => ask("POST", path, { body, key }), "This");
  if (outcome.done) {
    forget();
    touch("lists");
  }
  return outcome;
}

/** They say nothing of the press before: no key was looked at, or somebody on the way answered in the desk's place. */
const UNSETTLED = ["rate_limited", "unknown"];

/**
 * Make something new of which a part is not typed, such as a price that may be another by the next press. Until it is
 * known what became of a press, each further one sends what that one sent, and so is the same request.
 * @param {string} path
 */
export function useMaking(path) {
  const open = useRef(/** @type {unknown} */ (null));
  return {
    /** @param {unknown} body */
    make: async (body) => {
      const sent = open.current ?? body;
      const outcome = await make(path, sent);
      const isSettled = outcome.kind !== "unknown" && !(open.current && UNSETTLED.includes(outcome.code));
      open.current = isSettled ? null : sent;
      return outcome;
    },
    /** What is typed from here on is wished for as something else. */
    renew: () => void (open.current = null),
    isOpen: () => open.current !== null,
  };
}

/**
 * A key that stays with a body until it is forgotten, also when the page is reloaded.
 * @param {string} what
 * @param {unknown} body
 */
export function keyFor(what, body) {
  const place = `desk.once ${what}`;
  const spelled = JSON.stringify(body ?? null);
  const kept = JSON.parse(sessionStorage.getItem(place) ?? "null");
  const key = kept?.body === spelled ? kept.key : randomKey();
  sessionStorage.setItem(place, JSON.stringify({ key, body: spelled }));
  return { key, forget: () => sessionStorage.removeItem(place) };
}

/** Where the page is not served by TLS, browsers have no randomUUID. */
function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `page-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * @param {() => Promise<{ entity: any, message: string | null, headers: Headers }>} doing
 * @param {string} what
 * @returns {Promise<Outcome>}
 */
export async function carriedOut(doing, what) {
  const nothing = { done: false, requestId: "", code: "", fields: {}, entity: null, headers: null };
  try {
    const { entity, message, headers } = await doing();
    return { ...nothing, done: true, kind: "done", message: message ?? "", entity, headers };
  } catch (trouble) {
    if (trouble instanceof NoAnswer) return { ...nothing, kind: "unknown", code: trouble.code, message: UNKNOWN };
    if (!(trouble instanceof Refusal)) throw trouble;
    const { status, message, requestId, code, fields } = trouble;
    const known = { ...nothing, requestId, code, fields, headers: null };
    if (status === 412) return { ...known, kind: "changed", message: `${what} ${CHANGED}` };
    // Keys are kept of what was done alone: another request under this one was.
    if (status === 422) return { ...known, kind: "changed", message: OTHERWISE };
    // The press before is still being worked on, and may yet come to nothing.
    if (code === "idempotency_conflict") return { ...known, kind: "unknown", message: RUNS };
    // It was told to begin nothing, and so nothing was begun.
    if (code === "frozen") {
      loadSettings().catch(() => {});
      return { ...known, kind: "refused", message };
    }
    if (status >= 500) return { ...known, kind: "unknown", message: `${message} ${UNKNOWN}` };
    return { ...known, kind: "refused", message };
  }
}
