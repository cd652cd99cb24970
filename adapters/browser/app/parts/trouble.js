// What is shown when an answer is missing: what the desk said, by which number to ask about it, and the next step.
import { NoAnswer } from "../lib/api.js";
import { html, useEffect } from "../lib/html.js";
import { localTimes } from "../lib/time.js";
import { Heading } from "./frame.js";
import { Icon } from "./icon.js";

/**
 * Why something is not there or not done.
 * @param {{ error: { message: string, requestId?: string } | null | undefined, again?: () => void }} props
 */
export function Trouble({ error, again }) {
  if (!error) return null;
  return html`<div class="trouble" role="alert">
    <p><${Icon} name="alert" /> ${localTimes(error.message)}</p>
    ${error.requestId && html`<p class="fine">Request ${error.requestId}</p>`}
    ${again && html`<button type="button" onClick=${again}>Try again</button>`}
  </div>`;
}

/**
 * A resource on screen: bars of the size to come, the trouble beside what is still known, or what there is.
 * @param {{ of: import("../lib/resource.js").Resource<any>, bars?: number, children: (data: any) => any }} props
 */
export function Shown({ of, bars = 3, children }) {
  return html`
    <${Trouble} error=${of.error} again=${of.again} />
    ${of.data !== undefined ? children(of.data) : !of.error && html`<${Bars} count=${bars} />`}
  `;
}

/** @param {{ count: number }} props */
export function Bars({ count }) {
  const bars = Array.from({ length: count }, () => html`<div class="bar"></div>`);
  return html`<div class="bars" aria-busy="true"><span class="unseen">Loading</span>${bars}</div>`;
}

/**
 * Nothing here yet: why, and the one thing to do.
 * @param {{ children: any, icon?: string }} props
 */
export const Empty = ({ children, icon = "empty" }) =>
  html`<div class="empty"><${Icon} name=${icon} /> ${children}</div>`;

/** The page cannot begin. @param {{ error: Error, again: () => void }} props */
export function StartTrouble({ error, again }) {
  return html`<main class="wide narrow">
    <h1>The desk cannot be reached</h1>
    <${Trouble} error=${error} again=${again} />
  </main>`;
}

/** The desk was updated while the page was open. */
export function Outdated() {
  return html`<section class="card narrow">
    <h1>The desk has been updated</h1>
    <p>Reload the page to go on. Nothing that you have done is lost.</p>
    <p class="actions"><button type="button" class="main" onClick=${() => location.reload()}>Reload</button></p>
  </section>`;
}

/** A screen that was not here before cannot be had at the moment. @param {{ again: () => Promise<void> }} props */
export function Unreached({ again }) {
  useEffect(() => {
    addEventListener("online", again);
    return () => removeEventListener("online", again);
  }, []);
  return html`<section class="narrow">
    <${Heading}>This page has not come<//>
    <${Trouble} error=${new NoAnswer()} again=${again} />
  </section>`;
}
