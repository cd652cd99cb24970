// What was typed and not sent: whoever has to sign in again meanwhile, or looks elsewhere, finds it again. It stays in
// the memory of this page, and only whoever typed it sees it.
import { useState } from "./html.js";
import { session } from "./session.js";

/** @type {Map<string, any>} */
const kept = new Map();

/**
 * As useState, of something that is kept until it is forgotten. What is empty is not kept.
 * @template T
 * @param {string} name
 * @param {T} begin
 * @returns {[T, (change: T | ((old: T) => T)) => void, () => void]} the last forgets it
 */
export function useDraft(name, begin) {
  // Whoever is signed out while they type has typed it still.
  const [place] = useState(`${session.value?.id} ${name}`);
  const [value, set] = useState(/** @type {T} */ (kept.get(place) ?? begin));
  const put = (/** @type {T | ((old: T) => T)} */ change) =>
    set((old) => {
      const next = change instanceof Function ? change(old) : change;
      kept.set(place, next);
      return next;
    });
  return [value, put, () => void kept.delete(place)];
}
