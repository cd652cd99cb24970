// What one holds, how it moves between one's own wallets, and all that ever moved.
import { useEffect, useState, html } from "../lib/html.js";
import { getFile, NoAnswer } from "../lib/api.js";
import { make } from "../lib/deeds.js";
import { digits, isZero, plain, readAmount, sum } from "../lib/money.js";
import { isSettled, touch, useList, useResource } from "../lib/resource.js";
import { refine, route } from "../lib/router.js";
import { session } from "../lib/session.js";
import { settings } from "../lib/settings.js";
import { sheet } from "../lib/sheet.js";
import { at } from "../lib/time.js";
import { saveAs } from "../parts/attached.js";
import { AmountField } from "../parts/amount.js";
import { Choice } from "../parts/field.js";
import { Heading } from "../parts/frame.js";
import { Icon } from "../parts/icon.js";
import { Coin, coins } from "../parts/price.js";
import { Empty, Shown, Trouble } from "../parts/trouble.js";

await sheet("lists.css", import.meta.url);

/**
 * @typedef {import("../lib/wire.js").Purses} Purses
 * @typedef {import("../lib/wire.js").Entry} Entry
 */

export default function Wallet() {
  const wallet = useResource("/wallet/", "wallet", "lists");
  return html`
    <${Heading}>Wallet<//>
    <p class="fine intro">
      Coins come in and go out by your main wallet: those who run this desk book both, so ask them how. Your p2p wallet
      trades. What is in escrow is held for your ads and offers until they end.
    </p>
    <${Shown} of=${wallet} bars=${3}>${(/** @type {Purses[]} */ purses) => html`<${Holdings} purses=${purses} />`}<//>
    <${History} isBelow=${isSettled(wallet)} />
    <${Proven} isBelow=${isSettled(wallet)} />
  `;
}

/** @param {{ purses: Purses[] }} props */
function Holdings({ purses }) {
  const [moving, move] = useState("");
  const held = [...purses].sort((a, b) => Number(isNothing(a)) - Number(isNothing(b)));
  if (!held.length) {
    return html`<${Empty} icon="wallet"
      ><h2>You hold no coins yet</h2>
      <p>Ask those who run this desk how to bring some in, or buy your first ones on the <a href="/">board</a>.</p>
      ${settings.value?.demo && html`<p>This desk is for trying out: <code>p2p wallet deposit ${session.value?.email} usdt 500</code></p>`}<//
    >`;
  }
  return html`<ul class="rows purses" aria-label="Balances">
    ${held.map(
      (purse) =>
        html`<li key=${purse.crypto_currency} class="purse">
          <div class="purse-row">
            <span class="purse-name"
              ><${Coin} code=${purse.crypto_currency} /> ${purse.crypto_currency.toUpperCase()}</span
            >
            <dl class="purse-amounts">
              ${WALLETS.map(
                ([name, words]) =>
                  html`<div>
                    <dt class="fine">${words}</dt>
                    <dd class=${isZero(purse[name]) ? "nothing" : ""}>${digits(purse[name], purse.crypto_currency)}</dd>
                  </div>`,
              )}
            </dl>
            <button
              type="button"
              aria-expanded=${moving === purse.crypto_currency}
              disabled=${isZero(sum(purse.main, purse.p2p))}
              onClick=${() => move(moving === purse.crypto_currency ? "" : purse.crypto_currency)}
            >
              Move<span class="unseen"> ${purse.crypto_currency.toUpperCase()}</span>
            </button>
          </div>
          ${moving === purse.crypto_currency && html`<${Move} purse=${purse} onDone=${() => move("")} />`}
        </li>`,
    )}
  </ul>`;
}

/** @type {["main" | "p2p" | "escrow", string][]} */
const WALLETS = [
  ["main", "Main"],
  ["p2p", "P2P"],
  ["escrow", "In escrow"],
];

/** @param {Purses} purse */
const isNothing = (purse) => WALLETS.every(([name]) => isZero(purse[name]));

/** @param {{ purse: Purses, onDone: () => void }} props */
function Move({ purse, onDone }) {
  const code = purse.crypto_currency;
  const [source, setSource] = useState(/** @type {"main" | "p2p"} */ (isZero(purse.main) ? "p2p" : "main"));
  const [typed, setTyped] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [failed, setFailed] = useState(/** @type {import("../lib/deeds.js").Outcome | null} */ (null));
  const read = readAmount(typed, code);
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (isBusy || !("amount" in read)) return;
    setBusy(true);
    const target = source === "main" ? "p2p" : "main";
    const outcome = await make("/wallet/transfer/", { crypto_currency: code, amount: read.amount, source, target });
    touch("wallet");
    setBusy(false);
    if (outcome.done) onDone();
    else setFailed(outcome);
  };
  return html`<form class="move" onSubmit=${send}>
    <${Choice}
      label="Which way"
      value=${source}
      onValue=${setSource}
      choices=${[
        ["main", "From main to P2P"],
        ["p2p", "From P2P to main"],
      ]}
    />
    <${AmountField}
      label="Amount"
      code=${code}
      text=${typed}
      onText=${setTyped}
      problem=${failed?.fields.amount}
      hint=${html`<button type="button" class="link" onClick=${() => setTyped(plain(purse[source]))}>
        All of it: ${coins(purse[source], code)}
      </button>`}
    />
    <div class="actions">
      <button type="submit" class="main" disabled=${isBusy || !("amount" in read)}>
        ${"amount" in read ? `Move ${coins(read.amount, code)}` : "Move"}
      </button>
      <button type="button" onClick=${onDone}>Not now</button>
    </div>
    <${Trouble} error=${failed && !failed.fields.amount ? failed : null} />
  </form>`;
}

/** What each movement is called. @type {Record<string, string>} */
const MOVEMENTS = {
  deposit: "Came in",
  withdrawal: "Went out",
  transfer: "Moved between your wallets",
  ad_escrow: "Held for an ad",
  ad_return: "Back from an ad",
  offer_escrow: "Held for an offer",
  release: "Released",
  refund: "Back from an offer",
  split: "Split by staff",
};

/** @param {{ isBelow: boolean }} props whether what stands above is there, which would push it down */
function History({ isBelow }) {
  const code = route.value.query.get("coin") ?? "";
  const path = `/wallet/history/${code ? `?crypto_currency=${code}` : ""}`;
  const history = useList(path, "wallet", "lists");
  const known = settings.value?.crypto_currencies ?? [];
  return html`<section class="batch" aria-labelledby="history" hidden=${!isBelow}>
    <div class="board-head">
      <h2 id="history">What has moved</h2>
      <div class="history-tools">
        <${Choice}
          label="Coin"
          value=${code}
          onValue=${(/** @type {string} */ chosen) => refine({ coin: chosen || null })}
          choices=${[["", "All coins"], ...known.map((one) => [one.code, one.code.toUpperCase()])]}
        />
        <${Table} path=${path} />
      </div>
    </div>
    <${Shown} of=${history} bars=${4}
      >${(/** @type {Entry[]} */ entries) =>
        entries.length
          ? html`<ul class="rows">
                ${entries.map((entry) => html`<${Moved} key=${`${entry.kind} ${entry.reference}`} entry=${entry} />`)}
              </ul>
              ${history.more && html`<button type="button" class="block more" onClick=${history.more}>Show more</button>`}`
          : html`<${Empty} icon="wallet"
              ><h2>Nothing has moved yet</h2>
              <p>What comes in, is traded or goes out is listed here.</p><//
            >`}<//
    >
  </section>`;
}

/** For the few who ask whether it is all there. @param {{ isBelow: boolean }} props */
function Proven({ isBelow }) {
  const [part, show] = useState(/** @type {{ drawn: any } | null} */ (null));
  const [error, setError] = useState(/** @type {Error | null} */ (null));
  const load = () =>
    import("../parts/proof.js").then(
      (module) => show({ drawn: module.default }),
      () => setError(new NoAnswer()),
    );
  return html`<details class="card proof" hidden=${!isBelow} onToggle=${() => part || load()}>
    <summary>Whether the desk has what it owes you</summary>
    <${Trouble} error=${error} />
    ${part && html`<${part.drawn} />`}
  </details>`;
}

/** @param {{ path: string }} props */
function Table({ path }) {
  const [error, setError] = useState(/** @type {Error | null} */ (null));
  useEffect(() => setError(null), [path]);
  const save = async () => {
    try {
      saveAs(await getFile(path, "text/csv"), "wallet.csv");
    } catch (trouble) {
      setError(/** @type {Error} */ (trouble));
    }
  };
  return html`<button type="button" onClick=${save}><${Icon} name="down" /> Save as a table</button>
    <${Trouble} error=${error} />`;
}

/** By what somebody else knows a movement; the desk's own numbers say nothing to its reader. @param {Entry} entry */
const referenceOf = ({ kind, reference }) =>
  kind === "transfer" || /^(operator|demo):/.test(reference) ? "" : reference;

/** @param {{ entry: Entry }} props */
function Moved({ entry }) {
  const [, of, number] = /^(offer|ad):(\d+)/.exec(entry.reference) ?? [];
  const link = of && html`<a href=${`/${of}s/${number}`}>${of === "offer" ? "Offer" : "Ad"} ${number}</a>`;
  return html`<li class="row moved">
    <span>${MOVEMENTS[entry.kind] ?? entry.kind} <span class="fine">${link || referenceOf(entry)}</span></span>
    <span class="fine">${at(entry.created_at)}</span>
    <span class="moved-amounts">
      ${entry.postings.map(
        ({ wallet, side, amount }) =>
          html`<span class=${side === "credit" ? "plus" : ""}>
            ${side === "credit" ? "+" : "−"}${coins(amount, entry.crypto_currency)}
            <span class="fine"> ${wallet === "escrow" ? "in escrow" : wallet}</span>
          </span>`,
      )}
    </span>
  </li>`;
}
