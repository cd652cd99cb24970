// What one asks before one joins: what it costs, how long it takes, whom one trusts, and what is traded.
import { html } from "../lib/html.js";
import { isZero, plain } from "../lib/money.js";
import { settings } from "../lib/settings.js";
import { sheet } from "../lib/sheet.js";
import { minutesText } from "../lib/time.js";
import { methodName } from "../parts/price.js";

await sheet("answers.css", import.meta.url);

export default function Answers() {
  const { fee_percent = "0", default_time_to_pay: minutes = 30 } = settings.value ?? {};
  const { crypto_currencies = [], fiat_currencies = [], payment_methods = [] } = settings.value ?? {};
  const codes = (/** @type {{ code: string }[]} */ of) => of.map(({ code }) => code.toUpperCase()).join(", ");
  return html`<dl class="answers">
    <div>
      <dt>What it costs</dt>
      <dd>
        ${
          isZero(fee_percent)
            ? "The desk takes nothing. You pay what the ad says, and what your bank asks."
            : `The desk takes ${plain(fee_percent)} % of the coins that reach the buyer, and nothing else.`
        }
      </dd>
    </div>
    <div>
      <dt>How long it takes</dt>
      <dd>
        Mostly ${minutesText(minutes)} to pay; then as long as the money is on its way. Each ad says its own time.
      </dd>
    </div>
    <div>
      <dt>Whom you trust</dt>
      <dd>
        Those who run this desk, who hold the coins and decide when there is a dispute. Of each trader you see how many
        trades they completed, how fast, and what others say of them.
      </dd>
    </div>
    <div>
      <dt>What is traded</dt>
      <dd>
        ${codes(crypto_currencies)} for ${codes(fiat_currencies)}, by
        ${" "}${payment_methods.map(({ code }) => methodName(code)).join(", ")}.
      </dd>
    </div>
    <div>
      <dt>For programs</dt>
      <dd>All that can be done here can be done by programs, too: <a href="/docs/">read how</a>.</dd>
    </div>
  </dl>`;
}
