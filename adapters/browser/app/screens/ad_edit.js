// Changing one's ad. Offers that are under way keep what was agreed.
import { BLANK, changesOf } from "../lib/ad_body.js";
import { actOnAd } from "../lib/deeds.js";
import { html, useState } from "../lib/html.js";
import { typed } from "../lib/money.js";
import { useResource } from "../lib/resource.js";
import { go } from "../lib/router.js";
import { session } from "../lib/session.js";
import { sheet } from "../lib/sheet.js";
import { Bounds, Prices, Requirements, Texts } from "../parts/ad_fields.js";
import { pointOut, sentForm } from "../parts/form.js";
import { Heading } from "../parts/frame.js";
import { methodName } from "../parts/price.js";
import { Shown, Trouble } from "../parts/trouble.js";

await sheet("ads.css", import.meta.url);

/** @typedef {import("../lib/ad_body.js").Ad} Ad */
/** @typedef {import("../lib/ad_body.js").AdForm} AdForm */
/** @typedef {import("../lib/deeds.js").Outcome} Outcome */

const CHANGEABLE = /** @type {(keyof AdForm)[]} */ ([
  ...["price_per_unit", "price_margin", "crypto_amount", "min_limit", "max_limit", "time_to_pay", "end_date"],
  ...["terms_of_trade", "auto_reply_message", "additional_information", "min_completed_offers", "min_completion_rate"],
  "requires_kyc",
]);

/** @param {{ id: string }} props */
export default function AdEdit({ id }) {
  const ad = useResource(`/p2p/ad/detail/${id}`);
  return html`<div class="middle">
    <${Heading} title=${`Edit ad ${id}`}>Edit ad ${id}<//>
    <${Shown} of=${ad}
      >${(/** @type {Ad} */ seen) => html`<${Form} key=${seen.version} ad=${seen} again=${ad.again} />`}<//
    >
  </div>`;
}

/** @param {{ ad: Ad, again: () => Promise<void> }} props */
function Form({ ad, again }) {
  const before = formOf(ad);
  const [form, setForm] = useState(before);
  const [failed, setFailed] = useState(/** @type {Outcome | null} */ (null));
  const [isBusy, setBusy] = useState(false);
  const put = (/** @type {keyof AdForm} */ name) => (/** @type {any} */ value) =>
    setForm((old) => ({ ...old, [name]: value }));
  const { body, wrong } = changesOf(form, before, CHANGEABLE);
  if (ad.user.id !== session.value?.id) return html`<p>Only its maker can change it.</p>`;
  const submit = async (/** @type {Event} */ event) => {
    const sent = sentForm(event);
    event.preventDefault();
    if (isBusy) return;
    if (Object.keys(wrong).length) return pointOut(sent);
    if (!Object.keys(body).length) return go(`/ads/${ad.id}`);
    setBusy(true);
    const outcome = await actOnAd(ad, "edit", body);
    setBusy(false);
    if (outcome.done) return go(`/ads/${ad.id}`);
    setFailed(outcome);
    pointOut(sent);
    if (outcome.kind === "changed") await again();
  };
  const refused = failed?.fields ?? {};
  const told = { ...refused, ...wrong };
  const fields = { form, put, told };
  return html`<form class="card" onSubmit=${submit}>
    <p>
      <b>${ad.ad_type === "sell" ? "You sell" : "You buy"} ${ad.crypto_currency.toUpperCase()}</b>
      ${` for ${ad.fiat_currency.toUpperCase()}`} by ${methodName(ad.payment_method).toLowerCase()}. Offers that are
      under way keep what was agreed.
    </p>
    <${Prices} ...${fields} isNew=${false} amountHint="In all, with what is sold already." />
    <${Bounds} ...${fields} />
    <${Texts} ...${fields} />
    <${Requirements} ...${fields} isOpen />
    <${Trouble} error=${failed && !Object.keys(refused).length ? failed : null} />
    <div class="actions">
      <button type="submit" class="main" disabled=${isBusy}>Save changes</button>
      <a class="button" href=${`/ads/${ad.id}`}>Leave it as it is</a>
    </div>
  </form>`;
}

/** The form as the ad is now. @param {Ad} ad @returns {AdForm} */
function formOf(ad) {
  const text = (/** @type {unknown} */ value) => (value ? String(value) : "");
  const amount = (/** @type {string | null | undefined} */ value) => (value ? typed(value) : "");
  return {
    ...BLANK,
    ad_type: ad.ad_type,
    crypto_currency: ad.crypto_currency,
    fiat_currency: ad.fiat_currency,
    payment_method: ad.payment_method,
    price_type: ad.price_type,
    price_per_unit: ad.price_type === "market" ? "" : amount(ad.price_per_unit),
    price_margin: amount(ad.price_margin),
    crypto_amount: amount(ad.crypto_amount),
    min_limit: amount(ad.min_limit),
    max_limit: amount(ad.max_limit),
    time_to_pay: text(ad.time_to_pay),
    end_date: text(ad.end_date),
    terms_of_trade: ad.terms_of_trade,
    auto_reply_message: ad.auto_reply_message,
    additional_information: ad.additional_information,
    min_completed_offers: text(ad.min_completed_offers),
    min_completion_rate: text(ad.min_completion_rate),
    requires_kyc: ad.requires_kyc,
  };
}
