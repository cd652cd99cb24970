// The style sheets that only some screens need: each is loaded once, before the screen that it belongs to is drawn.

/** @type {Map<string, Promise<void>>} */
const loaded = new Map();

/**
 * Wait for a sheet. Whatever waits for it at the top of its module is drawn only afterwards.
 * @param {string} name beside whoever asks
 * @param {string} beside the address of their module
 */
export function sheet(name, beside) {
  const address = new URL(name, beside).href;
  const known = loaded.get(address);
  if (known) return known;
  const coming = /** @type {Promise<void>} */ (
    new Promise((done, fail) => {
      const link = document.createElement("link");
      Object.assign(link, { rel: "stylesheet", href: address, onload: () => done(), onerror: fail });
      document.head.append(link);
    })
  );
  loaded.set(address, coming);
  return coming;
}
