// The time that is left, by the desk's clock. It is spoken at five minutes, at one, and when it is over.
import { classes, html, useEffect, useState } from "../lib/html.js";
import { at, until } from "../lib/time.js";

/** @type {[number, string][]} */
const SPOKEN = [
  [0, "The time is up."],
  [60_000, "One minute is left."],
  [300_000, "Five minutes are left."],
];

/** 25:03, or 1:02:03. @param {number} ms */
function clockText(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** @param {{ deadline: string, onEnd?: () => void, isShort?: boolean }} props */
export function Timer({ deadline, onEnd, isShort = false }) {
  const [left, setLeft] = useState(until(deadline));
  const isOver = left <= 0;
  useEffect(() => {
    const ticking = setInterval(() => setLeft(until(deadline)), 250);
    return () => clearInterval(ticking);
  }, [deadline]);
  useEffect(() => {
    if (isOver) onEnd?.();
  }, [isOver]);
  const spoken = SPOKEN.find(([ms]) => left <= ms && left > ms - 5_000)?.[1] ?? "";
  return html`<p class=${classes("timer", left < 300_000 && "soon", isShort && "short")}>
    <span role="timer" aria-label="Time left">${clockText(left)}</span>
    ${!isShort && html`<span class="fine">until ${at(deadline)}</span>`}
    ${!isShort && html`<span class="unseen" aria-live="polite">${spoken}</span>`}
  </p>`;
}
