// Amounts are the desk's strings outside and whole numbers of the smallest unit inside; no float ever holds one.
// What is computed here agrees with the domain to the last digit (domain/model/money.py), which a test holds.
import { decimalsOf, isFiat } from "./settings.js";

/** An amount as the wire spells it: "2000.00". @typedef {string} Amount */

const SPELLING = /^(\d+)(?:\.(\d+))?$/;

/**
 * An amount in units of so many decimals, and by itself in as many as it has.
 * @param {Amount} amount
 * @param {number} [decimals]
 * @returns {{ units: bigint, decimals: number }}
 */
export function exact(amount, decimals) {
  const match = SPELLING.exec(amount);
  if (!match) throw new RangeError(`${amount} is no amount`);
  const fraction = (match[2] ?? "").replace(/0+$/, "");
  const wanted = Math.max(decimals ?? 0, fraction.length);
  return { units: BigInt(match[1] + fraction.padEnd(wanted, "0")), decimals: wanted };
}

/**
 * @param {bigint} units
 * @param {number} decimals
 * @returns {Amount}
 */
function spelled(units, decimals) {
  const digits = units.toString().padStart(decimals + 1, "0");
  return decimals ? `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}` : digits;
}

/** @param {number} exponent */
const ten = (exponent) => 10n ** BigInt(exponent);

/**
 * What an amount of crypto is worth at a price, rounded half up to the fiat's decimals.
 * @param {Amount} amount
 * @param {Amount} price
 * @param {number} decimals
 * @returns {Amount}
 */
export function worth(amount, price, decimals) {
  const [a, p] = [exact(amount), exact(price)];
  const shift = a.decimals + p.decimals - decimals;
  const product = a.units * p.units;
  if (shift <= 0) return spelled(product * ten(-shift), decimals);
  return spelled((product + ten(shift) / 2n) / ten(shift), decimals);
}

/**
 * How much crypto an amount of fiat buys at a price, rounded down to the crypto's decimals.
 * @param {Amount} fiat
 * @param {Amount} price
 * @param {number} decimals
 * @returns {Amount}
 */
export function buys(fiat, price, decimals) {
  const [f, p] = [exact(fiat), exact(price)];
  if (p.units === 0n) throw new RangeError("Nothing is sold at no price");
  const shift = p.decimals - f.decimals + decimals;
  const units = shift >= 0 ? (f.units * ten(shift)) / p.units : f.units / (p.units * ten(-shift));
  return spelled(units, decimals);
}

/** Below zero where the first is less, zero where they are equal. @param {Amount} a @param {Amount} b */
export function compare(a, b) {
  const decimals = Math.max(exact(a).decimals, exact(b).decimals);
  const difference = exact(a, decimals).units - exact(b, decimals).units;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** @param {Amount} a @param {Amount} b @returns {Amount} */
export function sum(a, b) {
  const decimals = Math.max(exact(a).decimals, exact(b).decimals);
  return spelled(exact(a, decimals).units + exact(b, decimals).units, decimals);
}

/** @param {Amount} amount */
export const isZero = (amount) => exact(amount).units === 0n;

/** Without zeros that say nothing: "10.00000000000000000000" is "10". @param {Amount} amount @returns {Amount} */
export const plain = (amount) => spelled(exact(amount).units, exact(amount).decimals);

/**
 * An amount as the reader writes numbers: 12,001.00 with the decimals of a fiat currency, 0.05 of a coin.
 * @param {Amount} amount
 * @param {string} code
 * @param {string} [locale]
 */
export function digits(amount, code, locale) {
  const least = isFiat(code) ? decimalsOf(code) : 0;
  const options = { numberingSystem: "latn", minimumFractionDigits: least, maximumFractionDigits: 20 };
  // Intl reads a string exactly, whatever its length; as a number it would be rounded first.
  return new Intl.NumberFormat(locale, options).format(/** @type {any} */ (plain(amount)));
}

/** The same with its currency, which never stands alone on the next line. @param {Amount} amount @param {string} code */
export const shown = (amount, code) => `${digits(amount, code)}\u00a0${code.toUpperCase()}`;

/**
 * What a person typed: an amount, nothing yet, or why it cannot be told. `readings` are those that it can have.
 * @typedef {{ amount: Amount } | { empty: true } | { problem: string, readings?: Amount[] }} Reading
 */

const SPACES = /[\s\u00a0\u2007\u2009\u202f'’]/g;

/**
 * Read an amount as people type them: with groups or without, a point or a comma. What can be read in two ways is
 * asked about and never guessed: of `12,001` one reading is a thousand times the other.
 * @param {string} typed
 * @param {string} code
 * @param {string} [locale]
 * @returns {Reading}
 */
export function readAmount(typed, code, locale) {
  const text = typed.replace(SPACES, "");
  if (!text) return { empty: true };
  if (!/^[\d.,]+$/.test(text) || !/\d/.test(text)) return { problem: "This is not an amount." };
  const readings = readingsOf(text, decimalMark(locale));
  if (readings.length === 0) return { problem: "This is not an amount." };
  if (readings.length > 1) {
    const [whole, fraction] = readings;
    const both = `${digits(whole, "", locale)} or ${digits(fraction, "", locale)}`;
    return { problem: `This can be read as ${both}. Which is it?`, readings };
  }
  const [integer, fraction = ""] = readings[0].split(".");
  const amount = `${integer.replace(/^0+(?=\d)/, "")}${fraction ? `.${fraction}` : ""}`;
  return withinBounds(amount, code);
}

/** @param {Amount} amount @param {string} code @returns {Reading} */
function withinBounds(amount, code) {
  const decimals = decimalsOf(code);
  if (exact(amount).decimals > decimals) {
    const places = decimals === 1 ? "1 decimal place" : `${decimals} decimal places`;
    return {
      problem: decimals
        ? `${code.toUpperCase()} has ${places} at most.`
        : `${code.toUpperCase()} has no decimal places.`,
    };
  }
  if (amount.split(".")[0].length > 18) return { problem: "This is too much." };
  return { amount };
}

/**
 * What digits with marks between them can mean, spelled as the wire does.
 * @param {string} text
 * @param {string} decimal the mark that stands before decimals where the reader lives
 * @returns {Amount[]}
 */
function readingsOf(text, decimal) {
  const marks = text.replace(/\d/g, "");
  if (marks === "") return [text];
  const last = marks[marks.length - 1];
  const place = text.lastIndexOf(last);
  const [before, after] = [text.slice(0, place), text.slice(place + 1)];
  const isOnce = marks.split(last).length === 2;
  const asDecimal = isOnce && after && isGrouped(before, last) ? [`${strip(before) || "0"}.${after}`] : [];
  const asGroups = isGrouped(text, "") && marks === last.repeat(marks.length) && marks ? [strip(text)] : [];
  if (asDecimal.length && asGroups.length) return last === decimal ? asDecimal : [...asGroups, ...asDecimal];
  return asDecimal.length ? asDecimal : asGroups;
}

/** @param {string} text */
const strip = (text) => text.replace(/[.,]/g, "");

/**
 * Whether digits are whole, or in groups as they are written somewhere, by a mark other than this one: 1,234,567 and
 * 12,34,567.
 * @param {string} text
 * @param {string} not
 */
function isGrouped(text, not) {
  if (/^\d*$/.test(text)) return true;
  const mark = strip(text) === text ? "" : /** @type {string} */ (/[.,]/.exec(text)?.[0]);
  if (mark === not) return false;
  const [first, ...rest] = text.split(mark);
  const isWhole = rest.every((group) => /^\d{2,3}$/.test(group)) && /^\d{3}$/.test(rest[rest.length - 1]);
  return isWhole && /^[1-9]\d{0,2}$/.test(first);
}

/** @param {string} [locale] */
function decimalMark(locale) {
  const parts = new Intl.NumberFormat(locale, { numberingSystem: "latn" }).formatToParts(1.5);
  return parts.find((part) => part.type === "decimal")?.value ?? ".";
}

/** An amount as the reader would type it, which can be read in one way only. @param {Amount} amount @param {string} [locale] */
export const typed = (amount, locale) => plain(amount).replace(".", decimalMark(locale));
