// A new ad: its fields in order, and beside them what others will see.
import { adBody, BLANK, previewOf } from "../lib/ad_body.js";
import { make } from "../lib/deeds.js";
import { html, useEffect, useState } from "../lib/html.js";
import { useResource } from "../lib/resource.js";
import { go } from "../lib/router.js";
import { session } from "../lib/session.js";
import { needsOf } from "../lib/settings.js";
import { sheet } from "../lib/sheet.js";
import { ACCOUNT, Account, accountOf, useSaved } from "../parts/account.js";
import { Bounds, Kind, Prices, Requirements, Texts } from "../parts/ad_fields.js";
import { AdRow } from "../parts/ad_row.js";
import { pointOut, sentForm } from "../parts/form.js";
import { Heading } from "../parts/frame.js";
import { coins } from "../parts/price.js";
import { useRate } from "../parts/rate.js";
import { Trouble } from "../parts/trouble.js";

await sheet("ads.css", import.meta.url);

/** @typedef {import("../lib/ad_body.js").AdForm} AdForm */
/** @typedef {import("../lib/deeds.js").Outcome} Outcome */

const FIXED = /** @type {const} */ (["price_per_unit"]);
const MARKET = /** @type {const} */ (["price_type", "price_margin"]);
const ALWAYS = /** @type {const} */ ([
  ...["ad_type", "crypto_currency", "fiat_currency", "crypto_amount", "payment_method", "min_limit", "max_limit"],
  ...["time_to_pay", "end_date", "terms_of_trade", "auto_reply_message", "additional_information"],
  ...["min_completed_offers", "min_completion_rate", "requires_kyc"],
]);

/** What was typed and not posted: whoever looks into their wallet meanwhile finds it again. It stays in this page. */
let draft = { whose: "", form: BLANK, account: ACCOUNT };

/** @returns {typeof draft} */
function draftOf(/** @type {string} */ whose) {
  return draft.whose === whose ? draft : { whose, form: BLANK, account: ACCOUNT };
}

export default function AdNew() {
  const me = session.value?.id ?? "";
  const [form, setForm] = useState(draftOf(me).form);
  const [account, setAccount] = useState(draftOf(me).account);
  const [isBusy, setBusy] = useState(false);
  const [failed, setFailed] = useState(/** @type {Outcome | null} */ (null));
  const wanted = /** @type {(keyof AdForm)[]} */ ([...ALWAYS, ...(form.price_type === "market" ? MARKET : FIXED)]);
  const { body, wrong } = adBody(form, wanted);
  const needs = form.ad_type === "sell" ? needsOf(form.payment_method) : [];
  const rate = useRate(form);
  const put = (/** @type {keyof AdForm} */ name) => (/** @type {any} */ value) =>
    setForm((old) => ({ ...old, [name]: value }));
  useEffect(() => void (draft = { whose: me, form, account }), [form, account]);
  const submit = async (/** @type {Event} */ event) => {
    const sent = sentForm(event);
    event.preventDefault();
    if (isBusy) return;
    if (Object.keys(wrong).length) return pointOut(sent);
    setBusy(true);
    const outcome = await make("/p2p/ad/", { ...withoutEmpty(body), ...accountOf(account, needs) });
    setBusy(false);
    if (!outcome.done) {
      setFailed(outcome);
      return pointOut(sent);
    }
    draft = draftOf("");
    go(`/ads/${outcome.headers?.get("Location")?.split("/").pop()}`);
  };
  const told = failed?.fields ?? {};
  const fields = { form, put, told, rate };
  return html`
    <${Heading}>Place an ad<//>
    <div class="columns">
      <form class="card" onSubmit=${submit}>
        <${Kind} ...${fields} />
        <${Prices} ...${fields} isNew amountHint=${html`<${Held} form=${form} />`} />
        <${Bounds} ...${fields} />
        ${needs.length > 0 && html`<${WhereToPay} ...${{ needs, account, setAccount, told }} method=${form.payment_method} />`}
        <${Texts} ...${fields} />
        <${Requirements} ...${fields} />
        <${Trouble} error=${failed && !Object.keys(told).length ? failed : null} />
        ${failed?.code === "insufficient_balance" && html`<p><a href="/my-wallet">Move coins in your wallet</a></p>`}
        <button type="submit" class="main block" disabled=${isBusy}>Post ad</button>
      </form>
      <aside><${Preview} body=${body} form=${form} rate=${rate} /></aside>
    </div>
  `;
}

/** @param {Record<string, unknown>} body */
const withoutEmpty = (body) =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== "" && value !== false));

/** What a sell ad can be for. @param {{ form: AdForm }} props */
function Held({ form }) {
  const wallet = useResource("/wallet/", "wallet");
  if (form.ad_type !== "sell" || !form.crypto_currency || !wallet.data) return null;
  const purse = wallet.data.find((/** @type {any} */ one) => one.crypto_currency === form.crypto_currency);
  return html`You have ${coins(purse?.p2p ?? "0", form.crypto_currency)} in your p2p wallet.`;
}

/**
 * @param {{
 *   needs: readonly string[], account: typeof ACCOUNT, told: Record<string, string>, method: string,
 *   setAccount: (change: (old: typeof ACCOUNT) => typeof ACCOUNT) => void,
 * }} props
 */
function WhereToPay({ needs, account, setAccount, told, method }) {
  const saved = useSaved(method);
  const put = (/** @type {string} */ name) => (/** @type {string} */ value) =>
    setAccount((old) => ({ ...old, [name]: value }));
  return html`<${Account}
    legend="Where buyers pay you"
    hint="Shown to those whose offer is under way, and to nobody else."
    ...${{ needs, put, told }}
    saved=${saved}
    given=${account}
    optional
  />`;
}

/** @param {{ body: Record<string, any>, form: AdForm, rate?: string }} props */
function Preview({ body, form, rate }) {
  const me = session.value;
  const seen = me && previewOf(body, form, me, rate);
  return html`<section class="preview">
    <h2>As others will see it</h2>
    ${
      seen
        ? html`<ul class="rows one">
            <${AdRow} ad=${seen} isPreview />
          </ul>`
        : html`<p class="fine">Coin, currency, price and amount make the row on the board.</p>`
    }
    <p class="fine">
      ${
        form.ad_type === "sell"
          ? "When you post it, its whole amount goes from your p2p wallet into escrow. What is not sold comes back when you close it."
          : "When you post it, nothing moves. Whoever makes an offer has their coins locked, and you pay them."
      }
    </p>
  </section>`;
}
