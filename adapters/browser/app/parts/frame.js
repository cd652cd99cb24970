// What stands around every screen: where one can go, how many notices are unread, and whether the page is up to date.
import { classes, effect, html, signal, useEffect, useRef, useState } from "../lib/html.js";
import { inbox, link } from "../lib/live.js";
import { go, route } from "../lib/router.js";
import { session, signOut } from "../lib/session.js";
import { settings } from "../lib/settings.js";
import { Icon } from "./icon.js";

/** What the screen is called, which is the page's title. */
const title = signal("");

effect(() => {
  const unread = session.value ? inbox.value.newest - inbox.value.readUpTo : 0;
  document.title = `${unread ? `(${unread}) ` : ""}${title.value ? `${title.value} · ` : ""}P2P desk`;
});

/**
 * Name the screen, in the title and to whoever cannot see it.
 * @param {string} name
 */
export function useTitle(name) {
  useEffect(() => {
    title.value = name;
  }, [name]);
}

/** The name of a screen, on which reading begins when one has come to it by a link. @param {{ children: any, title?: string, class?: string }} props */
export function Heading({ children, title: named, class: of }) {
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  const text = named ?? (typeof children === "string" ? children : "");
  useTitle(text);
  useEffect(() => {
    if (arrived) heading.current?.focus({ preventScroll: true });
    arrived = true;
  }, []);
  return html`<h1 ref=${heading} tabindex="-1" class=${of}>${children}</h1>`;
}
let arrived = false;

const FROZEN =
  "Staff have frozen the desk: nobody places ads or makes offers at the moment. What is under way goes on.";
const PLACES = [
  { path: "/", name: "Board", also: /^\/ads\// },
  { path: "/offers", name: "Offers", also: /^\/offers\// },
  { path: "/my-ads", name: "My ads", also: null },
  { path: "/my-wallet", name: "Wallet", also: null },
];

/** @param {{ children?: any, isBare?: boolean }} props */
export function Frame({ children, isBare = false }) {
  return html`
    <a class="skip" href="#main">Skip to what is here</a>
    <header class="top">
      <div class="wide top-row">
        <a class="brand" href="/"><${Icon} name="mark" /> P2P desk</a>
        ${!isBare && (session.value ? html`<${Nav} /> <${Me} />` : html`<${Visitor} />`)}
      </div>
    </header>
    ${session.value && html`<${Banner} />`}
    <main id="main" class="wide" hidden=${isBare} aria-busy=${isBare ? "true" : undefined}>${children}</main>
  `;
}

/** Who one is here: two windows of one desk look alike. */
const Me = () => html`<span class="me" dir="auto">${session.value?.fullname}</span>`;

function Visitor() {
  return html`<nav class="nav visitor" aria-label="Main">
    <${Place} path="/sign-in" name="Sign in" />
    <a class="button" href="/register">Create account</a>
  </nav>`;
}

function Nav() {
  const unread = inbox.value.newest - inbox.value.readUpTo;
  const [isLeaving, setLeaving] = useState(false);
  const leave = async () => {
    setLeaving(true);
    try {
      await signOut();
      go("/");
    } finally {
      setLeaving(false);
    }
  };
  return html`<nav class="nav" aria-label="Main">
    ${PLACES.map((place) => html`<${Place} ...${place} />`)}
    ${session.value?.is_staff && html`<${Place} path="/staff" name="Staff" />`}
    <span class="nav-gap"></span>
    <${Place} path="/inbox" name="Inbox">
      ${unread > 0 && html`<span class="count">${unread}<span class="unseen"> unread</span></span>`}
    <//>
    <${Place} path="/settings" name="Settings" />
    <button type="button" class="quiet" disabled=${isLeaving} onClick=${leave}>Sign out</button>
  </nav>`;
}

/** @param {{ path: string, name: string, also?: RegExp | null, children?: any }} props */
function Place({ path, name, also, children }) {
  const at = route.value.path;
  const isHere = at === path || also?.test(at);
  return html`<a
    class=${classes("place", isHere && "here")}
    href=${path}
    aria-current=${at === path ? "page" : undefined}
  >
    ${name}${children && html` ${children}`}
  </a>`;
}

/** Said only when there is something to know: that what is shown may be old, or that not all can be done. */
function Banner() {
  const stale = {
    joining: "",
    live: "",
    asking: "The live connection is interrupted. This page asks for news every few seconds instead.",
    offline: "You are offline. What you see may be old; it is asked for again as soon as you are connected.",
  }[link.value];
  const said = (/** @type {any} */ words) => words && html`<p class="banner"><${Icon} name="alert" /> ${words}</p>`;
  return html`<div aria-live="polite" class="banner-place">
    ${said(stale)} ${said(settings.value?.frozen && FROZEN)}
    ${said(session.value?.email_verified === false && html`Your email address is not verified. <a href="/settings">Verify it</a>`)}
  </div>`;
}
