// Moments: told in the reader's own zone, and measured by the desk's clock, whatever the device's says.

let offset = 0;
let fastest = Infinity;

/**
 * Set the clock by an answer's Date header. The fastest answer knows best; each later one may be a little slower,
 * so that a device whose clock is set meanwhile is believed again.
 * @param {string | null} date
 * @param {number} tookMs
 */
export function heard(date, tookMs) {
  const said = date ? Date.parse(date) : NaN;
  const offsetNow = said + 500 - (Date.now() - tookMs / 2);
  if (Number.isNaN(said) || (tookMs > fastest && Math.abs(offsetNow - offset) < 2_000 + tookMs)) return;
  fastest = Math.min(tookMs, fastest);
  // The header has whole seconds: within one of them the clock is as right as before.
  if (Math.abs(offsetNow - offset) > 1_000) offset = offsetNow;
}

/** The desk's time, in milliseconds. */
export const now = () => Date.now() + offset;

/** How long until a moment, in milliseconds; below zero afterwards. @param {string} iso */
export const until = (iso) => Date.parse(iso) - now();

/** @param {Intl.DateTimeFormatOptions} options */
const format = (options) => new Intl.DateTimeFormat(undefined, { numberingSystem: "latn", ...options });
const moment = format({
  weekday: "short",
  month: "short",
  day: "numeric",
  hour: "numeric",
  minute: "2-digit",
  timeZoneName: "short",
});
const past = format({
  year: "numeric",
  month: "short",
  day: "numeric",
  hour: "numeric",
  minute: "2-digit",
  timeZoneName: "short",
});
const day = format({ year: "numeric", month: "long", day: "numeric" });
const month = format({ year: "numeric", month: "long" });

/** A moment near now, with the zone's name. @param {string} iso */
export function at(iso) {
  const date = new Date(iso);
  return (Math.abs(Date.now() - date.getTime()) < 6 * 86_400_000 ? moment : past).format(date);
}

/** A day. @param {string} iso */
export const onDay = (iso) => day.format(new Date(iso.length === 10 ? `${iso}T12:00:00` : iso));

/** A month. @param {string} iso */
export const inMonth = (iso) => month.format(new Date(iso));

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** How long ago, in words. @param {string} iso */
export function ago(iso) {
  const seconds = (Date.parse(iso) - now()) / 1000;
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["minute", 60];
  return relative.format(Math.trunc(seconds / size), unit);
}

const ISO = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:\+00:00|Z)/g;

/** The desk's sentence with its times as the reader reads them. @param {string} sentence */
export const localTimes = (sentence) => sentence.replace(ISO, (iso) => at(iso));

/** Minutes as people say them. @param {number} minutes */
export function minutesText(minutes) {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return [hours ? `${hours} h` : "", rest || !hours ? `${rest} min` : ""].filter(Boolean).join(" ");
}

/** How long something mostly takes; what takes no minute is not said to take none. @param {string} minutes */
export const medianText = (minutes) => (Number(minutes) < 1 ? "less than a minute" : `${minutes}\u00a0min`);
