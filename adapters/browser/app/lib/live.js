// What others do is seen without reloading: by a websocket, or, where there is none, by asking every few seconds.
import { ask, get } from "./api.js";
import { effect, signal } from "./html.js";
import { touch } from "./resource.js";
import { session } from "./session.js";
import { loadSettings, settings } from "./settings.js";

/**
 * How what is shown is kept up to date: by the socket, by asking, or not at all.
 * @type {import("../vendor/signals.js").Signal<"joining" | "live" | "asking" | "offline">}
 */
export const link = signal("joining");

/** Notices by their numbers, which have no gaps: how many there are, and up to which they were read. */
export const inbox = signal({ newest: 0, readUpTo: 0 });

const ASK_MS = 4_000;
const CHECK_MS = 30_000;
const PATIENCE_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];
const MANY = 100;

/** Whose turn at this page it is: what was asked for in another comes to nothing, also where the same person is back. */
let turn = 0;
/** @type {WebSocket | null} */
let socket = null;
let tries = 0;
let isJoining = false;
let isAsking = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let joinsAgain;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let asksAgain;

/** Begin when somebody has signed in, stop when they have left. */
export function keepUp() {
  let follows = "";
  effect(() => {
    // The settings say where the socket is.
    const id = (settings.value && session.value?.id) ?? "";
    if (id === follows) return;
    follows = id;
    stop();
    if (id) begin();
  });
  addEventListener("online", () => follows && back());
  addEventListener("offline", () => follows && drop());
  document.addEventListener("visibilitychange", () => follows && !document.hidden && check());
}

/** @param {number} number */
export function readUpTo(number) {
  if (number > inbox.value.readUpTo) inbox.value = { ...inbox.value, readUpTo: number };
}

async function begin() {
  const mine = turn;
  try {
    const first = await get("/notifications/?since=0&limit=1");
    if (mine !== turn) return;
    inbox.value = { newest: first.read_up_to, readUpTo: first.read_up_to };
  } catch {
    // Asking goes on below.
    if (mine !== turn) return;
  }
  await check();
}

function stop() {
  turn += 1;
  isJoining = false;
  isAsking = false;
  clearTimeout(joinsAgain);
  joinsAgain = undefined;
  clearTimeout(asksAgain);
  const closing = socket;
  socket = null;
  closing?.close();
  tries = 0;
  inbox.value = { newest: 0, readUpTo: 0 };
  link.value = "joining";
}

/** Offline, a socket can seem open by which nothing comes any more. */
function drop() {
  const closing = socket;
  socket = null;
  closing?.close();
  link.value = "offline";
}

function back() {
  clearTimeout(joinsAgain);
  joinsAgain = undefined;
  tries = 0;
  return check();
}

/** Ask what is new, and see to it that the next question and the socket come. */
async function check() {
  const mine = turn;
  clearTimeout(asksAgain);
  await catchUp();
  if (mine !== turn) return;
  // Another may have asked meanwhile, whose next question this one takes the place of.
  clearTimeout(asksAgain);
  if (link.value !== "live") touch("offer/", "chat/");
  // Nobody tells one of the staff what another does, so that they ask.
  if (session.value?.is_staff) touch("staff", "offer/");
  if (settings.value?.frozen) loadSettings().catch(() => {});
  asksAgain = setTimeout(check, link.value === "live" ? CHECK_MS : ASK_MS);
  if (!socket && !isJoining && !joinsAgain) join();
}

async function catchUp() {
  if (isAsking) return;
  const mine = turn;
  isAsking = true;
  try {
    for (let more = true; more;) {
      const page = await get(`/notifications/?since=${inbox.value.newest}&limit=${MANY}`);
      if (mine !== turn) return;
      readUpTo(page.read_up_to);
      page.items.forEach(take);
      more = page.next !== null && page.items.length > 0;
    }
    if (link.value === "offline") link.value = "joining";
  } catch {
    if (mine === turn && link.value !== "live" && !navigator.onLine) link.value = "offline";
  } finally {
    if (mine === turn) isAsking = false;
  }
}

async function join() {
  const mine = turn;
  isJoining = true;
  joinsAgain = undefined;
  try {
    const { ticket } = (await ask("POST", "/auth/ticket/")).entity;
    if (mine !== turn) return;
    const address = new URL(settings.value?.websocket ?? "");
    address.searchParams.set("token", ticket);
    address.searchParams.set("since", String(inbox.value.newest));
    connect(new WebSocket(address));
  } catch {
    if (mine === turn) lost(null);
  } finally {
    if (mine === turn) isJoining = false;
  }
}

/** @param {WebSocket} opened */
function connect(opened) {
  socket = opened;
  opened.onopen = () => {
    tries = 0;
    link.value = "live";
  };
  opened.onmessage = ({ data }) => take(JSON.parse(data));
  // Where the policy forbids it there is an error and never a close; usually there are both.
  opened.onerror = () => lost(opened);
  opened.onclose = () => lost(opened);
}

/** @param {WebSocket | null} which */
function lost(which) {
  if (which !== socket || !session.value) return;
  socket = null;
  // Losing it for a moment is no news: the first try to come back is made before anybody is told.
  if (tries > 0 || link.value === "joining") link.value = navigator.onLine ? "asking" : "offline";
  const wait = PATIENCE_MS[Math.min(tries, PATIENCE_MS.length - 1)];
  tries += 1;
  joinsAgain = setTimeout(join, wait * (0.5 + Math.random() / 2));
  clearTimeout(asksAgain);
  asksAgain = setTimeout(check, 1_000);
}

/**
 * A frame is a nudge: what it is about is asked for again.
 * @param {{ type: string, notice?: number, offer_id?: number, ad_id?: number }} frame
 */
function take(frame) {
  const number = frame.notice ?? 0;
  if (number && number <= inbox.value.newest) return;
  if (number) inbox.value = { ...inbox.value, newest: number };
  // Some name no offer, and then it can be any.
  const offer = frame.offer_id ? [`offer/${frame.offer_id}`, `chat/${frame.offer_id}`] : ["offer/"];
  touch("lists", "notices", "wallet", ...offer, ...(frame.ad_id ? [`ad/${frame.ad_id}`] : []));
}
