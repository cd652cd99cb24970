// What one was told, the newest first, each with the way to where something can be done about it.
import { ask, get } from "../lib/api.js";
import { html, useEffect, useState } from "../lib/html.js";
import { inbox, readUpTo } from "../lib/live.js";
import { useLoaded } from "../lib/resource.js";
import { sheet } from "../lib/sheet.js";
import { at, localTimes } from "../lib/time.js";
import { Heading } from "../parts/frame.js";
import { Icon } from "../parts/icon.js";
import { Empty, Shown } from "../parts/trouble.js";

await sheet("lists.css", import.meta.url);

/** @typedef {import("../lib/wire.js").NoticePage["items"][number]} Notice */

const PAGE = 50;

export default function Inbox() {
  const [wanted, want] = useState(PAGE);
  // What was new when one came stays marked as new while one reads.
  const [readBefore] = useState(inbox.value.readUpTo);
  const newest = inbox.value.newest;
  const notices = useLoaded(`notices ${wanted}`, () => latest(wanted), ["notices"]);
  const first = notices.data?.[notices.data.length - 1]?.notice ?? 0;
  useEffect(() => {
    const shown = notices.data?.[0]?.notice ?? 0;
    if (shown > inbox.value.readUpTo) void markRead(shown);
  }, [notices.data, newest]);
  return html`<section class="middle">
    <${Heading}>Inbox<//>
    <${Shown} of=${notices} bars=${5}
      >${(/** @type {Notice[]} */ items) =>
        items.length
          ? html`<ul class="rows">
                ${items.map((notice) => html`<${Told} key=${notice.notice} notice=${notice} isNew=${notice.notice > readBefore} />`)}
              </ul>
              ${first > 1 && html`<button type="button" class="block more" onClick=${() => want(wanted + PAGE)}>Show earlier ones</button>`}`
          : html`<${Empty} icon="inbox"
              ><h2>Nothing yet</h2>
              <p>You are told here when somebody takes your ad, pays, releases or writes to you.</p>
              <p><a class="button main" href="/">Go to the board</a></p><//
            >`}<//
    >
  </section>`;
}

/**
 * Numbers have no gaps, so that the last ones can be asked for by them.
 * @param {number} wanted
 * @returns {Promise<Notice[]>}
 */
async function latest(wanted) {
  const items = [];
  let since = Math.max(0, inbox.value.newest - wanted);
  for (let more = true; more;) {
    const page = await get(`/notifications/?since=${since}&limit=100`);
    items.push(...page.items);
    more = page.next !== null && page.items.length > 0;
    since = items[items.length - 1]?.notice ?? since;
  }
  return items.reverse().slice(0, wanted);
}

/** @param {number} number */
async function markRead(number) {
  try {
    await ask("POST", "/notifications/read/", { body: { up_to: number } });
    readUpTo(number);
  } catch {
    // They stay unread, and are marked the next time.
  }
}

/** What can be done about each. @type {Record<string, [string, string]>} */
const ABOUT = {
  ad_interest: ["user", "Look at the offer"],
  auto_reply: ["chat", "Go to the offer"],
  payment_indication: ["clock", "Check your account, then release"],
  offer_cancel: ["close", "Look at the offer"],
  offer_called_off: ["close", "Look at the offer"],
  funds_released: ["wallet", "Look at your wallet"],
  offer_expired: ["clock", "Look at the offer"],
  offer_disputed: ["flag", "Say what happened"],
  dispute_resolved: ["flag", "See what was decided"],
  dispute_withdrawn: ["flag", "Look at the offer"],
  feedback_given: ["star", "Look at the offer"],
  offer_returned: ["move", "Look at the offer"],
  chat_message: ["chat", "Answer in the chat"],
};

/** @param {{ notice: Notice, isNew: boolean }} props */
function Told({ notice, isNew }) {
  const [icon, todo] = ABOUT[notice.type] ?? ["inbox", "Look at it"];
  const path = notice.offer_id
    ? `/offers/${notice.offer_id}`
    : notice.type === "funds_released"
      ? "/my-wallet"
      : notice.ad_id
        ? `/ads/${notice.ad_id}`
        : "";
  return html`<li class=${`row told-row ${isNew ? "new" : ""}`}>
    <span class="step-icon"><${Icon} name=${icon} /></span>
    <span class="told-words">
      <span dir="auto">${isNew && html`<span class="unseen">New: </span>`}${localTimes(notice.message)}</span>
      ${notice.text && html`<span class="quoted" dir="auto">${notice.text}</span>`}
      <span class="fine">${at(notice.created_at)}</span>
    </span>
    ${path && html`<a class="told-link" href=${path}>${todo}<span class="unseen">, notice ${notice.notice}</span></a>`}
  </li>`;
}
