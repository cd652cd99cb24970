// The time that is left, by the desk's clock. It is spoken at five minutes, at one, and when it is over.
import { classes, html, useEffect, useState } from "../lib/html.js";
import { at, clockText, until } from "../lib/time.js";

/** @type {[number, string][]} */
const SPOKEN = [
  [0, "The time is up."],
  [60_000, "One minute is left."],
  [300_000, "Five minutes are left."],
];

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
