// The fields of an ad, in the order in which one thinks of them.
import { html } from "../lib/html.js";
import { settings } from "../lib/settings.js";
import { digits } from "../lib/money.js";
import { AmountField, amountIn } from "./amount.js";
import { Choice, Field, Segments, TextField, Tick } from "./field.js";
import { methodName } from "./price.js";
import { FarOff } from "./rate.js";

/** @typedef {import("../lib/ad_body.js").AdForm} AdForm */
/**
 * @typedef {object} FieldsProps
 * @property {AdForm} form
 * @property {(name: keyof AdForm) => (value: any) => void} put
 * @property {Record<string, string>} told
 * @property {string} [rate] the market's price now
 */

const upper = (/** @type {string} */ code) => code.toUpperCase();
const codes = (/** @type {{ code: string }[]} */ of, /** @type {(code: string) => string} */ name) => [
  ["", "Choose one"],
  ...of.map(({ code }) => [code, name(code)]),
];

/** What is traded: it cannot be changed later. @param {FieldsProps} props */
export function Kind({ form, put, told }) {
  const { crypto_currencies = [], fiat_currencies = [], payment_methods = [] } = settings.value ?? {};
  const common = (/** @type {keyof AdForm} */ name) => ({ value: form[name], onValue: put(name), problem: told[name] });
  const required = { required: true };
  return html`
    <${Segments}
      label="What you want to do"
      value=${form.ad_type}
      onValue=${put("ad_type")}
      choices=${[
        ["sell", "I want to sell"],
        ["buy", "I want to buy"],
      ]}
    />
    <div class="triple">
      <${Choice}
        label="Coin"
        ...${common("crypto_currency")}
        choices=${codes(crypto_currencies, upper)}
        more=${required}
      />
      <${Choice}
        label="Currency"
        ...${common("fiat_currency")}
        choices=${codes(fiat_currencies, upper)}
        more=${required}
      />
      <${Choice}
        label="Payment method"
        ...${common("payment_method")}
        choices=${codes(payment_methods, methodName)}
        more=${required}
      />
    </div>
  `;
}

/** @param {FieldsProps & { isNew: boolean, amountHint?: any }} props */
export function Prices({ form, put, told, rate, isNew, amountHint }) {
  const code = form.crypto_currency;
  return html`
    ${
      isNew &&
      settings.value?.market_prices &&
      html`<${Segments}
        label="The price"
        value=${form.price_type}
        onValue=${put("price_type")}
        choices=${[
          ["fixed", "Fixed price"],
          ["market", "Follows the market"],
        ]}
      />`
    }
    <div class="pair">
      <${PriceField} ...${{ form, put, told, rate }} />
      <${AmountField}
        label="Crypto amount"
        name="crypto_amount"
        code=${code}
        text=${form.crypto_amount}
        onText=${put("crypto_amount")}
        problem=${told.crypto_amount}
        hint=${amountHint}
        more=${{ required: true }}
      />
    </div>
  `;
}

/** @param {FieldsProps} props */
function PriceField({ form, put, told, rate }) {
  const { crypto_currency: code, fiat_currency: fiat } = form;
  const per = fiat && code ? `${upper(fiat)} for 1 ${upper(code)}` : "";
  const market = rate && `The market is at ${digits(rate, fiat)} ${per} now.`;
  if (form.price_type === "market") {
    return html`<${AmountField}
      label="Percent of the market"
      name="price_margin"
      code=""
      unit="%"
      text=${form.price_margin}
      onText=${put("price_margin")}
      problem=${told.price_margin ?? told.price_type}
      hint=${`${market ? `${market} ` : ""}100 is the market’s price, 102.5 two and a half percent above it.`}
      more=${{ required: true }}
    />`;
  }
  return html`<${AmountField}
    label="Price per unit"
    name="price_per_unit"
    code=""
    unit=${per || "for 1"}
    text=${form.price_per_unit}
    onText=${put("price_per_unit")}
    problem=${told.price_per_unit}
    hint=${html`${market} <${FarOff} price=${amountIn(form.price_per_unit, "")} rate=${rate} />`}
    more=${{ required: true }}
  />`;
}

/** @param {FieldsProps} props */
export function Bounds({ form, put, told }) {
  const { default_time_to_pay, max_time_to_pay } = settings.value ?? {};
  return html`<div class="triple">
    <${AmountField}
      label="Least in one offer"
      code=${form.fiat_currency}
      text=${form.min_limit}
      onText=${put("min_limit")}
      problem=${told.min_limit}
      optional
    />
    <${AmountField}
      label="Most in one offer"
      code=${form.fiat_currency}
      text=${form.max_limit}
      onText=${put("max_limit")}
      problem=${told.max_limit}
      optional
    />
    <${Field}
      label="Minutes to pay"
      value=${form.time_to_pay}
      onValue=${put("time_to_pay")}
      problem=${told.time_to_pay}
      hint=${`${default_time_to_pay} unless you say, ${max_time_to_pay} at most.`}
      after="min"
      more=${{ inputmode: "numeric", autocomplete: "off", placeholder: String(default_time_to_pay) }}
      optional
    />
  </div>`;
}

/** @param {FieldsProps} props */
export function Texts({ form, put, told }) {
  const text = (/** @type {keyof AdForm} */ name, /** @type {string} */ label, /** @type {string} */ hint) =>
    html`<${TextField}
      label=${label}
      value=${form[name]}
      onValue=${put(name)}
      problem=${told[name]}
      hint=${hint}
      more=${{ maxlength: settings.value?.limits.text }}
      optional
    />`;
  return html`
    ${text("terms_of_trade", "Your terms", "Shown before anybody makes an offer, such as: only from an account of your own.")}
    ${text("auto_reply_message", "First message", "Mailed to whoever makes an offer, and put into their inbox, at once.")}
    ${text("additional_information", "Anything else", "Such as when you are usually there.")}
  `;
}

/** @param {FieldsProps & { isOpen?: boolean }} props */
export function Requirements({ form, put, told, isOpen }) {
  const number = (/** @type {keyof AdForm} */ name, /** @type {string} */ label, /** @type {string} */ unit) =>
    html`<${Field}
      label=${label}
      value=${form[name]}
      onValue=${put(name)}
      problem=${told[name]}
      after=${unit}
      more=${{ inputmode: "numeric", autocomplete: "off" }}
      optional
    />`;
  return html`<details class="group" open=${isOpen}>
    <summary>Who may take it, and until when</summary>
    <div class="triple">
      ${number("min_completed_offers", "Completed offers, at least", "offers")}
      ${number("min_completion_rate", "Completion rate, at least", "%")}
      <${Field}
        label="Last day"
        type="date"
        value=${form.end_date}
        onValue=${put("end_date")}
        problem=${told.end_date}
        optional
      />
    </div>
    <${Tick}
      label="Only traders whose identity is verified"
      checked=${form.requires_kyc}
      onValue=${put("requires_kyc")}
    />
  </details>`;
}
