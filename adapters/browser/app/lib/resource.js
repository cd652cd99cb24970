// What is on screen and comes from the desk: one GET that is asked again whenever something says that it has changed.
import { get } from "./api.js";
import { useEffect, useRef, useState } from "./html.js";

/**
 * @template T
 * @typedef {object} Resource
 * @property {T | undefined} data the newest that came; it stays while newer is asked for
 * @property {Error | null} error what kept the last answer away
 * @property {boolean} busy
 * @property {() => Promise<void>} again
 */

/** Whether it takes the room that it is going to take. @param {Resource<any>} of */
export const isSettled = (of) => of.data !== undefined || of.error !== null;

/** @type {Map<() => void, readonly string[]>} */
const shown = new Map();

/**
 * Have all that is on screen about a topic asked for again: `touch("offer/7")`; `touch("offer/")` is every offer.
 * A nudge is never data: what it brings is what the desk answers then.
 * @param {...string} topics
 */
export function touch(...topics) {
  for (const [again, about] of [...shown]) {
    if (
      about.some((name) => topics.some((topic) => name === topic || (topic.endsWith("/") && name.startsWith(topic))))
    ) {
      again();
    }
  }
}

/**
 * What a path answers, or null for a path that is not known yet.
 * @param {string | null} path
 * @param {...string} topics
 * @returns {Resource<any>}
 */
export const useResource = (path, ...topics) => useLoaded(path, () => get(/** @type {string} */ (path)), topics);

/**
 * A list of which a first part is shown, and more when it is wished for.
 * @param {string} path
 * @param {...string} topics
 * @returns {Resource<any[]> & { more: (() => void) | null }}
 */
export function useList(path, ...topics) {
  const [wanted, want] = useState(PAGE);
  const next = useRef(/** @type {string | null} */ (null));
  const loaded = useLoaded(`${path} ${wanted}`, () => pages(path, wanted, (cursor) => (next.current = cursor)), topics);
  return { ...loaded, more: next.current === null ? null : () => want(wanted + PAGE) };
}

/**
 * A whole list, in which something is looked for; a path that is not known yet is null.
 * @param {string | null} path
 * @param {...string} topics
 * @returns {Resource<any[]>}
 */
export const useWhole = (path, ...topics) =>
  useLoaded(path, () => pages(/** @type {string} */ (path), Infinity, () => {}), topics);

const PAGE = 50;
/** The desk gives no more at once. */
const MOST = 100;

/**
 * @param {string} path
 * @param {number} wanted
 * @param {(cursor: string | null) => void} found
 */
async function pages(path, wanted, found) {
  /** @type {any[]} */
  const items = [];
  /** @type {string | null} */
  let cursor = null;
  do {
    const limit = Math.min(wanted - items.length, MOST);
    const more = `limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`;
    const page = await get(`${path}${path.includes("?") ? "&" : "?"}${more}`);
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null && items.length < wanted);
  found(cursor);
  return items;
}

/**
 * @template T
 * @param {string | null} name what is asked for, by which it is known whether it is still the same
 * @param {() => Promise<T>} load
 * @param {readonly string[]} topics
 * @returns {Resource<T>}
 */
export function useLoaded(name, load, topics = []) {
  const [state, set] = useState({
    data: /** @type {T | undefined} */ (undefined),
    error: /** @type {Error | null} */ (null),
    busy: name !== null,
  });
  const asked = useRef({ again: async () => {} });
  useEffect(() => {
    if (name === null) return;
    let left = false;
    let running = false;
    let wished = false;
    const run = async () => {
      // Wishes while an answer is on its way become one more question, since that answer may be older than they are.
      wished = true;
      if (running) return;
      running = true;
      while (wished && !left) {
        wished = false;
        set((old) => ({ ...old, busy: true }));
        try {
          const data = await load();
          if (!left) set({ data, error: null, busy: false });
        } catch (error) {
          if (!left) set((old) => ({ ...old, error: /** @type {Error} */ (error), busy: false }));
        }
      }
      running = false;
    };
    asked.current.again = run;
    shown.set(run, topics);
    run();
    return () => {
      left = true;
      shown.delete(run);
    };
  }, [name]);
  return { ...state, again: () => asked.current.again() };
}
