// What every screen draws with: htm's templates over Preact, and the hooks. Text in a template is text, never markup.
import htm from "../vendor/htm.js";
import { h } from "../vendor/preact.js";

/** A template of markup: html`<p>${text}</p>`. */
export const html = htm.bind(h);

export { render } from "../vendor/preact.js";
export { useEffect, useId, useLayoutEffect, useRef, useState } from "../vendor/hooks.js";
export { effect, signal } from "../vendor/signals.js";

/**
 * Class names, without those that do not hold.
 * @param {...(string | false | null | undefined)} names
 */
export const classes = (...names) => names.filter(Boolean).join(" ");
