// How the page asks the desk. Everything that it does, any program could do: docs/contract/README.md.
import { heard } from "./time.js";

/** The access token is in memory only, and whoever can get another sets `renew`. Reloading the page asks the cookie. */
export const token = {
  /** @type {string | null} */
  access: null,
  /** By `performance.now()`, which no setting of the device's clock moves. */
  until: 0,
  /** @type {(() => Promise<boolean>) | null} */
  renew: null,
};

const RENEW_BEFORE_MS = 30_000;
const PATIENCE_MS = 20_000;

/** The desk said no, with a sentence for people. Nothing has changed. */
export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {string} message
   * @param {Headers} headers
   */
  constructor(status, message, headers) {
    super(message);
    this.status = status;
    this.code = headers.get("Error-Code") ?? "unknown";
    this.requestId = headers.get("X-Request-Id") ?? "";
    this.retryAfter = Number(headers.get("Retry-After") ?? 0);
    this.fields = fieldMessages(message, headers.get("Error-Fields") ?? "");
  }
}

/** No answer came. What was asked may or may not have been done. */
export class NoAnswer extends Error {
  constructor() {
    super("The desk does not answer. Look whether you are connected.");
    this.code = "no_answer";
  }
}

/**
 * @typedef {object} Asking
 * @property {unknown} [body] sent as JSON
 * @property {Blob} [file] sent as it is, in place of a body
 * @property {string} [key] the Idempotency-Key
 * @property {number} [version] the If-Match
 * @property {string} [accept] the form of the answer that is wished for
 * @property {boolean} [open] asked without a token
 */

/**
 * Ask once; with a fresh token where the old one has ended.
 * @param {string} method
 * @param {string} path
 * @param {Asking} [asking]
 * @returns {Promise<{ entity: any, message: string | null, headers: Headers }>}
 */
export async function ask(method, path, asking = {}) {
  if (!asking.open) await renewInTime();
  const answer = await send(method, path, asking);
  const renewed = answer.status === 401 && !asking.open && token.access && (await token.renew?.());
  return read(renewed ? await send(method, path, asking) : answer);
}

/** A token that ends in a moment is exchanged before it is used. */
async function renewInTime() {
  if (token.access && performance.now() > token.until - RENEW_BEFORE_MS) await token.renew?.();
}

/** @param {string} path */
export const get = async (path) => (await ask("GET", path)).entity;

/**
 * A file of the desk, such as a picture of a chat.
 * @param {string} path
 * @param {string} [accept] the form of it that is wished for
 * @returns {Promise<Blob>}
 */
export async function getFile(path, accept) {
  await renewInTime();
  const answer = await send("GET", path, { accept });
  if (!answer.ok) {
    await read(answer);
  }
  return answer.blob();
}

/**
 * @param {string} method
 * @param {string} path
 * @param {Asking} asking
 */
async function send(method, path, { body, file, key, version, accept, open }) {
  /** @type {Record<string, string>} */
  const headers = {};
  if (token.access && !open) headers["Authorization"] = `Bearer ${token.access}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (file) headers["Content-Type"] = file.type;
  if (accept) headers["Accept"] = accept;
  if (key) headers["Idempotency-Key"] = key;
  if (version !== undefined) headers["If-Match"] = `"${version}"`;
  const started = performance.now();
  try {
    const answer = await fetch(path, {
      method,
      headers,
      body: file ?? (body === undefined ? undefined : JSON.stringify(body)),
      credentials: "same-origin",
      cache: "no-store",
      // It may bring the next cookie, without which one is signed out: it comes to its end where the page is left, too.
      keepalive: open,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    heard(answer.headers.get("Date"), performance.now() - started);
    return answer;
  } catch {
    throw new NoAnswer();
  }
}

/** @param {Response} answer */
async function read(answer) {
  /** @type {any} */
  let envelope;
  try {
    envelope = await answer.json();
  } catch {
    // Somebody on the way answered in the desk's place, or the answer broke off.
    if (answer.ok) throw new NoAnswer();
    envelope = { message: `The desk cannot be reached at the moment (${answer.status}).` };
  }
  if (!answer.ok) {
    throw new Refusal(answer.status, envelope.message ?? "The desk said no.", answer.headers);
  }
  return { entity: envelope.entity, message: envelope.message, headers: answer.headers };
}

/**
 * What a message says of each field: "(price) Too low. (amount) Too high." has two.
 * @param {string} message
 * @param {string} named the header Error-Fields
 * @returns {Record<string, string>}
 */
export function fieldMessages(message, named) {
  const fields = named
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  const starts = fields.map((field) => message.indexOf(`(${field}) `));
  /** @type {Record<string, string>} */
  const told = {};
  fields.forEach((field, index) => {
    const start = starts[index];
    if (start < 0) return;
    const ends = starts.filter((other) => other > start);
    told[field] = message.slice(start + field.length + 3, ends.length ? Math.min(...ends) : undefined).trim();
  });
  return told;
}
