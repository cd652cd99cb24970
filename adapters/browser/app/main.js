// The page begins here: who is signed in, what the desk trades, and which screen the address names.
import { html, render, useEffect, useState } from "./lib/html.js";
import { keepUp } from "./lib/live.js";
import { go, listen, route } from "./lib/router.js";
import { resume, session } from "./lib/session.js";
import { loadSettings, settings } from "./lib/settings.js";
import { Frame } from "./parts/frame.js";
import { Outdated, StartTrouble, Unreached } from "./parts/trouble.js";
import { NOWHERE, ROUTES } from "./routes.js";

/** @typedef {(props: any) => any} Screen */

function App() {
  const [trouble, setTrouble] = useState(/** @type {Error | null} */ (null));
  useEffect(() => void begin(setTrouble), []);
  if (trouble) return html`<${StartTrouble} error=${trouble} again=${() => begin(setTrouble)} />`;
  if (!settings.value || session.value === undefined) return html`<${Frame} isBare />`;
  return html`<${Page} />`;
}

/** @param {(trouble: Error | null) => void} tell */
async function begin(tell) {
  tell(null);
  try {
    await Promise.all([loadSettings(), resume()]);
  } catch (trouble) {
    tell(/** @type {Error} */ (trouble));
  }
}

/** Which screen an address names. @param {string} path */
const screenAt = (path) => ROUTES.find((one) => one.path.test(path)) ?? NOWHERE;

function Page() {
  const { path, query } = route.value;
  const me = session.value;
  const found = screenAt(path);
  const isClosed = !me && !found.open;
  useEffect(() => {
    if (isClosed) go(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`, { replace: true });
  }, [isClosed, path, query]);
  if (isClosed) return html`<${Frame} isBare />`;
  // Each address and each person has a screen of its own: nothing of one is shown to the next.
  const key = `${path} ${me?.id ?? ""}`;
  return html`<${Frame}><${Loaded} key=${key} load=${found.load} given=${{ ...found.path.exec(path)?.groups }} /><//>`;
}

/** @param {{ load: () => Promise<{ default: Screen }>, given: Record<string, string> }} props */
function Loaded({ load, given }) {
  const [screen, show] = useState(/** @type {{ drawn: Screen } | null} */ (null));
  const [missing, tell] = useState(/** @type {"" | "outdated" | "unreached"} */ (""));
  const begin = (isAgain = false) =>
    load().then(
      (module) => show({ drawn: module.default }),
      async () => tell((await isGone(isAgain)) ? "outdated" : "unreached"),
    );
  useEffect(() => void begin(), []);
  if (screen) return html`<${screen.drawn} ...${given} />`;
  if (missing === "outdated") return html`<${Outdated} />`;
  return missing && html`<${Unreached} again=${() => begin(true)} />`;
}

/** Whether the files have another digest by now. A browser may go on missing one, too. @param {boolean} isAgain */
async function isGone(isAgain) {
  try {
    const shell = await (await fetch("/", { cache: "no-store" })).text();
    return isAgain || !shell.includes(new URL(".", import.meta.url).pathname);
  } catch {
    return false;
  }
}

listen();
keepUp();
// Its files come while it is found out who is here.
screenAt(route.value.path)
  .load()
  .catch(() => {});
render(html`<${App} />`, /** @type {Element} */ (document.getElementById("page")));
