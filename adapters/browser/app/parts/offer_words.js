// What an offer says to whoever looks at it: whose turn it is, what has happened, and what to do now. Words only.
import { coins } from "./price.js";
import { shown } from "../lib/money.js";

/**
 * @typedef {import("../lib/wire.js").OfferDetail} Offer
 * @typedef {import("../lib/wire.js").OfferItem} OfferItem
 * @typedef {import("../lib/wire.js").Profile} Profile
 * @typedef {"mine" | "theirs" | "staff" | "ended"} Whose
 * @typedef {object} Words
 * @property {Whose} whose
 * @property {string} turn whose turn it is, in words
 * @property {string} state
 * @property {string} headline what to do, or what is the case
 * @property {string[]} lines
 */

const STATES = {
  pending: "Waiting for payment",
  paid: "Marked as paid",
  disputed: "In dispute, with staff",
  completed: "Completed",
  cancelled: "Cancelled",
  expired: "Expired",
};

/** In these nothing can be done any more. */
export const ENDED = ["completed", "cancelled", "expired"];

/** What a dispute is about. @type {Record<string, string>} */
export const KINDS = {
  payment_not_received: "The payment has not arrived",
  payment_incomplete: "Not all of the money has arrived",
  third_party_payment: "The money came from somebody else's account",
  crypto_not_released: "The money was sent, and the coins are not released",
  other: "Something else",
  no_answer: "Nobody answered for too long",
};

/** The state in words. @param {OfferItem["status"]} status */
export const stateOf = (status) => STATES[status] ?? status;

/**
 * Who is what in an offer, for its reader. Somebody of the staff is neither buyer nor seller.
 * @param {OfferItem} offer
 * @param {string | undefined} me
 */
export function partsOf(offer, me) {
  const isBuyer = offer.buyer.id === me;
  const isSeller = offer.seller.id === me;
  return {
    isBuyer,
    isSeller,
    other: isBuyer ? offer.seller : offer.buyer,
    // Whoever made the offer took the ad: on a sell ad that is the buyer.
    isSellAd: offer.user === offer.buyer.id,
    amount: coins(offer.currency_amount, offer.crypto_currency),
    money: shown(offer.fiat_amount, offer.fiat_currency),
  };
}

/**
 * Whose turn it is, which decides the order of lists too.
 * @param {OfferItem} offer
 * @param {string | undefined} me
 * @returns {Whose}
 */
export function whoseTurn(offer, me) {
  if (offer.status === "disputed") return "staff";
  if (offer.status === "pending") return offer.buyer.id === me ? "mine" : "theirs";
  if (offer.status === "paid") return offer.seller.id === me ? "mine" : "theirs";
  return "ended";
}

/**
 * @param {OfferItem} offer
 * @param {string | undefined} me
 */
export function turnOf(offer, me) {
  const whose = whoseTurn(offer, me);
  const acting = offer.status === "pending" ? offer.buyer : offer.seller;
  return { mine: "Your turn", theirs: `${acting.fullname}’s turn`, staff: "With staff", ended: "Ended" }[whose];
}

/**
 * All that is said at the top of an offer.
 * @param {Offer} offer
 * @param {string | undefined} me
 * @returns {Words}
 */
export function offerWords(offer, me) {
  const parts = partsOf(offer, me);
  const of = parts.isBuyer ? FOR_BUYER : parts.isSeller ? FOR_SELLER : FOR_STAFF;
  const [headline, ...lines] = of[offer.status](offer, parts);
  return { whose: whoseTurn(offer, me), turn: turnOf(offer, me), state: stateOf(offer.status), headline, lines };
}

/** @typedef {ReturnType<typeof partsOf>} Parts @typedef {Record<string, (offer: Offer, parts: Parts) => string[]>} Table */

/** Whether anybody said where the buyer is to pay. @param {Offer} offer */
export const hasAccount = (offer) => Object.values(offer.pay_to ?? {}).some(Boolean);

/** @type {Table} */
const FOR_BUYER = {
  pending: (offer, { isSellAd, money, amount, other }) => {
    if (!hasAccount(offer))
      return [
        `Ask ${other.fullname} where to pay ${money}`,
        `${other.fullname} has given no account. Pay nothing before you know where: ask in the chat below.`,
      ];
    if (isSellAd)
      return [
        `Pay ${money} to ${other.fullname}`,
        `The ${amount} are in escrow for you. Send the money and press “I have paid” before the time is up.`,
      ];
    return [
      `Press “I have paid” first, then pay ${money} to ${other.fullname}`,
      `In this order: until you have pressed it, ${other.fullname} can still cancel.`,
    ];
  },
  paid: (_, { isSellAd, money, amount, other }) => [
    `Waiting for ${other.fullname} to release`,
    // Whoever was told to press first has it still to do.
    ...(isSellAd ? [] : [`Send the ${money} now, if you have not yet, and send them once.`]),
    `${other.fullname} looks whether your ${money} have arrived, and then releases the ${amount} to you.`,
  ],
  disputed: (offer, parts) => disputed(offer, parts, "buyer"),
  completed: (offer, { other }) => [
    `You have got ${coins(offer.buyer_receives, offer.crypto_currency)}`,
    decided(offer) ?? `${other.fullname} has released them. They are in your p2p wallet.`,
  ],
  cancelled: (offer, { other }) => [
    "This offer was cancelled",
    decided(offer) ?? endedBy(offer, other),
    "If you sent money, write to them in the chat now.",
  ],
  expired: (_, { other, amount }) => [
    "Nobody marked it as paid in time",
    `The ${amount} have gone back. If you sent money, write to ${other.fullname} in the chat, and ask for it back.`,
  ],
};

/** @type {Table} */
const FOR_SELLER = {
  pending: (offer, { isSellAd, amount, money, other }) => {
    if (!hasAccount(offer))
      return [
        `Tell ${other.fullname} where to pay ${money}`,
        `You have given no account: write it in the chat below. Then wait; your ${amount} are in escrow meanwhile.`,
      ];
    return [
      `Waiting for ${other.fullname} to pay`,
      isSellAd
        ? `Nothing to do yet. Your ${amount} are in escrow until then.`
        : `Nothing to do yet. ${other.fullname} presses “I have paid” first and sends the money then.`,
    ];
  },
  paid: (offer, { money, other }) => [
    `Check your account for ${money}`,
    `Look in your bank, not at a picture. It has to come from ${payerOf(offer) || other.fullname}’s own account.`,
  ],
  disputed: (offer, parts) => disputed(offer, parts, "seller"),
  completed: (offer, { amount, other }) => {
    const ruling = decided(offer);
    return ruling
      ? ["This trade is over", ruling]
      : [`You have released ${amount}`, `They are in ${other.fullname}’s p2p wallet.`];
  },
  cancelled: (offer, { other, amount }) => [
    "This offer was cancelled",
    decided(offer) ?? endedBy(offer, other),
    `Your ${amount} are back.`,
  ],
  expired: (_, { other, amount }) => [
    `${other.fullname} did not pay in time`,
    `Your ${amount} are back. If money arrives all the same, send it back the way it came.`,
  ],
};

/** @type {Table} */
const FOR_STAFF = {
  pending: (offer) => [`${offer.buyer.fullname} is to pay ${offer.seller.fullname}`],
  paid: (offer) => [`${offer.seller.fullname} is to look for the money`],
  disputed: (offer) => [
    KINDS[offer.dispute?.kind ?? "other"],
    "Read what both say, and ask in the chat what you need to know.",
  ],
  completed: (offer) => ["This trade is over", decided(offer) ?? "The seller has released."],
  cancelled: (offer) => ["This offer was cancelled", decided(offer) ?? endedBy(offer, offer.buyer)],
  expired: () => ["Nobody marked it as paid in time"],
};

/** @param {Offer} offer @param {Parts} parts @param {"buyer" | "seller"} role */
function disputed(offer, { other }, role) {
  const isMine = offer.dispute?.opened_by === (role === "buyer" ? offer.buyer.id : offer.seller.id);
  const opener = !offer.dispute?.opened_by ? "The desk" : isMine ? "You" : other.fullname;
  const proof =
    role === "buyer" ? "Show in the chat how and when you paid." : "Say in the chat what has arrived, and when.";
  return [
    "Staff decide who gets the coins",
    `${opener} asked staff to look at this${offer.dispute?.reason ? `: “${offer.dispute.reason}”` : "."}`,
    `${proof} Staff read along there.`,
  ];
}

/** What staff decided, where they did. @param {Offer} offer */
function decided(offer) {
  const { dispute } = offer;
  if (!dispute?.resolved_at || !dispute.note) return null;
  const whom = {
    buyer: `for ${offer.buyer.fullname}`,
    seller: `for ${offer.seller.fullname}`,
    split: "that both get a part",
  };
  const part =
    dispute.buyer_amount && `${coins(dispute.buyer_amount, offer.crypto_currency)} for ${offer.buyer.fullname}`;
  const words = dispute.in_favour_of ? whom[dispute.in_favour_of] : "";
  return `Staff decided ${words}${part ? `: ${part}, the rest for ${offer.seller.fullname}` : ""}. “${dispute.note}”`;
}

/** @param {Offer} offer @param {Profile} other */
function endedBy(offer, other) {
  const { by } = offer.history[offer.history.length - 1] ?? { by: null };
  if (by === null) return "The desk called it off, since one of you may not trade at the moment.";
  const who = by === other.id ? other.fullname : by === offer.buyer.id || by === offer.seller.id ? "You" : "Staff";
  const given = offer.history.some(({ state }) => state === "paid") ? "gave it up" : "cancelled it";
  return `${who} ${given}.`;
}

/** Whose account the money comes from, as far as it was said. @param {Offer} offer */
const payerOf = (offer) => (offer.user === offer.buyer.id ? offer.bank_account_name : "");
