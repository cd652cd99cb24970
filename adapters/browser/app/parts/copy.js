// A value to be typed somewhere else, with a button that copies it.
import { html, useState } from "../lib/html.js";

/** @param {{ label: string, value: string, shown?: any }} props */
export function Copied({ label, value, shown }) {
  const [state, set] = useState("Copy");
  const copy = async () => {
    // Where the page is not served by TLS a browser may have no clipboard; the value can still be selected.
    const isDone = await navigator.clipboard?.writeText(value).then(
      () => true,
      () => false,
    );
    set(isDone ? "Copied" : "Select and copy it");
    setTimeout(() => set("Copy"), 2_000);
  };
  return html`<div class="copied">
    <dt>${label}</dt>
    <dd>
      <span class="value" dir="auto">${shown ?? value}</span>
      <button type="button" class="small" aria-label=${`Copy ${label.toLowerCase()}`} onClick=${copy}>${state}</button>
      <span class="unseen" aria-live="polite">${state === "Copy" ? "" : `${label}: ${state}`}</span>
    </dd>
  </div>`;
}
