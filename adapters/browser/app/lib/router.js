// Real addresses: they work when typed, reloaded and gone back to. Links are plain anchors.
import { signal } from "./html.js";

const here = () => ({ path: location.pathname.replace(/(.)\/$/, "$1"), query: new URLSearchParams(location.search) });

/** Where one is. */
export const route = signal(here());

/**
 * Go to another page of the desk.
 * @param {string} address
 * @param {{ replace?: boolean }} [how]
 */
export function go(address, { replace = false } = {}) {
  const before = location.pathname;
  history[replace ? "replaceState" : "pushState"](null, "", address);
  route.value = here();
  if (location.pathname !== before) scrollTo(0, 0);
}

/**
 * Change parts of the query and stay on the page; null takes one away.
 * @param {Record<string, string | null>} changes
 */
export function refine(changes) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  go(`${location.pathname}${query.size ? `?${query}` : ""}`, { replace: true });
}

/** An address of this desk, or the board: whoever made a link to here must not choose where it leads. @param {string | null} next */
export const safely = (next) => (next && /^\/(?![/\\])/.test(next) ? next : "/");

/** @param {MouseEvent} event */
function follow(event) {
  const link = /** @type {Element} */ (event.target).closest?.("a[href]");
  if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || event.button) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
  // The API's document is another page, and so is the part of this one that a hash names.
  if (link.pathname.startsWith("/docs") || link.hash) return;
  event.preventDefault();
  go(link.pathname + link.search);
}

export function listen() {
  addEventListener("popstate", () => (route.value = here()));
  document.addEventListener("click", follow);
}
