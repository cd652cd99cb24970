// Who is signed in. The refresh token is in a cookie that no script sees; the access token is in memory.
import { ask, Refusal, token } from "./api.js";
import { signal } from "./html.js";

/**
 * Nobody is null; undefined means that it is not known yet. It is set once per sign-in.
 * @type {import("../vendor/signals.js").Signal<import("./wire.js").Me | null | undefined>}
 */
export const session = signal(undefined);

// Says which trader this browser last signed in as, so that nobody is asked for a cookie that is not there.
const HINT = "desk.trader";

/** Go on as whoever signed in here before. */
export async function resume() {
  token.renew = renew;
  if (!localStorage.getItem(HINT)) {
    session.value = null;
    return;
  }
  if (await renew()) await open();
}

/**
 * @param {string} email
 * @param {string} password
 * @param {string} [otp]
 */
export async function signIn(email, password, otp) {
  const body = { email, password, cookie: true, ...(otp ? { otp } : {}) };
  keep((await ask("POST", "/auth/token/", { body, open: true })).entity);
  await open();
}

/** End this login, here and in the browser's other tabs. */
export async function signOut() {
  try {
    await ask("POST", "/auth/logout/");
  } catch (trouble) {
    // Without a login there is nothing to end.
    if (!(trouble instanceof Refusal)) throw trouble;
  }
  forget();
}

async function open() {
  const me = (await ask("GET", "/auth/me/")).entity;
  localStorage.setItem(HINT, me.id);
  session.value = me;
}

/** @param {{ access: string, expires_in: number }} tokens */
function keep(tokens) {
  token.access = tokens.access;
  token.until = performance.now() + tokens.expires_in * 1000;
}

export function forget() {
  token.access = null;
  localStorage.removeItem(HINT);
  session.value = null;
}

/** @type {Promise<boolean> | null} */
let renewing = null;

/** Get the next access token by the cookie; one request, however many wait for it. */
function renew() {
  renewing ??= exchange().finally(() => (renewing = null));
  return renewing;
}

async function exchange() {
  try {
    keep((await ask("POST", "/auth/token/refresh/", { open: true })).entity);
    return true;
  } catch (trouble) {
    if (!(trouble instanceof Refusal)) throw trouble;
    if (trouble.status >= 500 || trouble.status === 429) throw trouble;
    forget();
    return false;
  }
}

// The cookie is the browser's: where another tab signs out, or in as somebody else, this one goes along.
addEventListener("storage", (event) => {
  if (event.key === HINT && session.value && event.newValue !== session.value.id) location.reload();
});
