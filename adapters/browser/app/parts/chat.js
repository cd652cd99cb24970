// The chat of an offer: what was written, in order, and a place to write and to send a picture from.
import { ask, get, Refusal } from "../lib/api.js";
import { carriedOut, keyFor } from "../lib/deeds.js";
import { useDraft } from "../lib/drafts.js";
import { classes, html, useId, useLayoutEffect, useRef, useState } from "../lib/html.js";
import { touch, useLoaded } from "../lib/resource.js";
import { session } from "../lib/session.js";
import { settings } from "../lib/settings.js";
import { at, now } from "../lib/time.js";
import { ENDED } from "./offer_words.js";
import { Attached } from "./attached.js";
import { TextField } from "./field.js";
import { Icon } from "./icon.js";
import { Bars, Trouble } from "./trouble.js";

/**
 * @typedef {import("../lib/wire.js").OfferDetail} Detail
 * @typedef {import("../lib/wire.js").Message} Message
 */

const MANY = 100;
const OPEN_MS = 30 * 86_400_000;
const KINDS_OF_FILES = "image/jpeg,image/png,image/webp,application/pdf";

/** @param {{ offer: Detail, isParty: boolean }} props */
export function Chat({ offer, isParty }) {
  const known = useRef(/** @type {Message[]} */ ([]));
  const chat = useLoaded(`chat ${offer.id}`, () => further(offer.id, known), [`chat/${offer.id}`]);
  const isHidden = chat.error instanceof Refusal && chat.error.status === 404;
  // Staff come into a chat with a dispute; before there is one, it is none of theirs.
  if (isHidden && !isParty) return null;
  const isOpen = isParty ? isWithinDays(offer) : offer.status === "disputed";
  return html`<section class="card chat" aria-labelledby="chat">
    <h2 id="chat"><${Icon} name="chat" /> Chat</h2>
    <p class="fine">Staff never ask you to release here, nor for a password.</p>
    <${Trouble} error=${isHidden ? null : chat.error} again=${chat.again} />
    ${
      isHidden
        ? html`<p class="fine">This chat is closed.</p>`
        : chat.data || chat.error
          ? html`<${Log} messages=${chat.data ?? known.current} />`
          : html`<${Bars} count=${1} />`
    }
    ${isOpen && !isHidden && html`<${Writing} id=${offer.id} />`}
  </section>`;
}

/** Whether an offer is under way, or ended so lately that its parties can still write. @param {Detail} offer */
function isWithinDays(offer) {
  if (!ENDED.includes(offer.status)) return true;
  const last = offer.history[offer.history.length - 1];
  return !last || now() - Date.parse(last.at) < OPEN_MS;
}

/**
 * What came after the messages that are known.
 * @param {number} id
 * @param {{ current: Message[] }} known
 */
async function further(id, known) {
  for (let more = true; more;) {
    const since = known.current[known.current.length - 1]?.number ?? 0;
    const page = await get(`/p2p/offer/chat/${id}/?since=${since}&limit=${MANY}`);
    if (page.items.length) known.current = [...known.current, ...page.items];
    more = page.next !== null && page.items.length > 0;
  }
  return known.current;
}

/** @param {{ messages: Message[] }} props */
function Log({ messages }) {
  const log = useRef(/** @type {HTMLElement | null} */ (null));
  const count = messages.length;
  // The newest is below, and is shown when it comes.
  const toEnd = () => log.current && (log.current.scrollTop = log.current.scrollHeight);
  useLayoutEffect(() => void toEnd(), [count]);
  return html`<div class="log" role="log" aria-label="Chat" tabindex="0" ref=${log}>
    ${
      count === 0
        ? html`<p class="fine quiet-words">Nobody has written yet. Say hello, and ask what you need to know.</p>`
        : messages.map((message) => html`<${Said} key=${message.number} message=${message} onShown=${toEnd} />`)
    }
  </div>`;
}

/** @param {{ message: Message, onShown: () => void }} props */
function Said({ message, onShown }) {
  const isMine = message.by.id === session.value?.id;
  return html`<div class=${classes("said", isMine && "mine", message.is_staff && "staff")}>
    <p class="fine">
      <strong dir="auto">${isMine ? "You" : message.by.fullname}</strong>
      ${message.is_staff && html` <span class="tag good">staff</span>`} ${at(message.at)}
    </p>
    ${message.text && html`<p class="words" dir="auto">${message.text}</p>`}
    ${message.attachment && html`<${Attached} file=${message.attachment} by=${message.by.fullname} onShown=${onShown} />`}
  </div>`;
}

/** @param {{ id: number }} props */
function Writing({ id }) {
  const [text, setText, forgetText] = useDraft(`chat ${id}`, "");
  const [sending, setSending] = useState("");
  const [failed, setFailed] = useState(/** @type {import("../lib/deeds.js").Outcome | null} */ (null));
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const send = async (/** @type {string} */ what, /** @type {() => Promise<any>} */ doing) => {
    setSending(what);
    setFailed(null);
    const outcome = await carriedOut(doing, "This chat");
    setSending("");
    if (!outcome.done) setFailed(outcome);
    touch(`chat/${id}`);
    return outcome.done;
  };
  const write = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!text.trim() || sending) return;
    const { key, forget } = keyFor(`chat ${id}`, { text });
    const isDone = await send("Sending …", () => ask("POST", `/p2p/offer/chat/${id}/`, { body: { text }, key }));
    if (!isDone) return;
    forget();
    setText("");
    forgetText();
    place.current?.querySelector("textarea")?.focus();
  };
  // A line ends with Shift and Enter; Enter alone sends, but not while a word is being put together.
  const onKeyDown = (/** @type {KeyboardEvent} */ event) =>
    event.key === "Enter" && !event.shiftKey && !event.isComposing && write(event);
  return html`<form class="writing" ref=${place} onSubmit=${write}>
    <${TextField}
      label="Message"
      rows=${1}
      value=${text}
      onValue=${setText}
      problem=${failed?.fields.text}
      more=${{ onKeyDown, maxlength: 2000, enterkeyhint: "send" }}
    />
    <div class="actions">
      <button type="submit" class="main" disabled=${sending !== ""}>Send</button>
      <${FileButton} id=${id} disabled=${sending !== ""} send=${send} tell=${setFailed} />
      <span class="fine" aria-live="polite">${sending}</span>
    </div>
    <${Trouble} error=${failed && !failed.fields.text ? failed : null} />
  </form>`;
}

/**
 * @param {{ id: number, disabled: boolean, tell: (failed: any) => void,
 *   send: (what: string, doing: () => Promise<any>) => Promise<boolean> }} props
 */
function FileButton({ id, disabled, send, tell }) {
  const field = useId();
  const most = settings.value?.limits.file_bytes ?? Infinity;
  const choose = async (/** @type {any} */ event) => {
    const input = event.currentTarget;
    const file = /** @type {File | undefined} */ (input.files[0]);
    if (!file) return;
    if (file.size > most) {
      const message = `This file is too large: at most ${Math.floor(most / 2 ** 20)} MB can be sent.`;
      tell({ message, requestId: "", fields: {} });
    } else {
      const { key, forget } = keyFor(`file ${id}`, [file.name, file.size, file.lastModified]);
      const path = `/p2p/offer/attachment/${id}/?name=${encodeURIComponent(file.name)}`;
      if (await send(`Sending ${file.name} …`, () => ask("POST", path, { file, key }))) forget();
    }
    input.value = "";
  };
  return html`<label class="button file" for=${field}>
    <${Icon} name="file" /> Picture or PDF
    <input id=${field} type="file" class="unseen" accept=${KINDS_OF_FILES} disabled=${disabled} onChange=${choose} />
  </label>`;
}
