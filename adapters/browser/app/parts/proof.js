// That what one holds is in what the desk says it owes: what was stated last, and the files by which it is checked.
import { get, getFile } from "../lib/api.js";
import { html, useState } from "../lib/html.js";
import { sum } from "../lib/money.js";
import { useLoaded } from "../lib/resource.js";
import { at } from "../lib/time.js";
import { saveAs } from "./attached.js";
import { coins } from "./price.js";
import { Shown, Trouble } from "./trouble.js";

/** @typedef {import("../lib/wire.js").ProvenHoldings} Proven */

const FILES = [
  ["/wallet/proof/", "my-proof.json", "Save my proof"],
  ["/p2p/solvency/", "what-the-desk-owes.json", "Save what the desk published"],
];

export default function Proof() {
  const proven = useLoaded("proof", () => get("/wallet/proof/"));
  return html`<${Shown} of=${proven} bars=${1}
    >${(/** @type {Proven} */ seen) => (seen.at ? html`<${Stated} proven=${seen} at=${seen.at} />` : html`<p class="fine">The desk has not stated yet what it owes. Look again in an hour.</p>`)}<//
  >`;
}

/** @param {{ proven: Proven, at: string }} props */
function Stated({ proven, at: moment }) {
  return html`<p>
      The desk states what it owes all traders together, and gives each of them a proof that theirs is in it. This is
      statement ${proven.number}, of ${at(moment)}; what has moved since is in a later one.
    </p>
    ${
      proven.proofs.length
        ? html`<dl class="facts">
            ${proven.proofs.map(
              (one) =>
                html`<dt>${one.crypto_currency.toUpperCase()}</dt>
                  <dd>
                    <span
                      >${`${coins(one.owed, one.crypto_currency)} to ${one.leaves === 1 ? "you alone" : `${one.leaves} traders`}`}</span
                    >
                    <span class="fine">${`${coins(mine(one), one.crypto_currency)} of it to you`}</span>
                  </dd>`,
            )}
          </dl>`
        : html`<p>You held nothing at that moment.</p>`
    }
    <div class="actions">
      ${FILES.map(([path, name, words]) => html`<${Save} path=${path} name=${name} words=${words} />`)}
    </div>
    <p class="fine">
      Check them without the desk: <code>p2p solvency check my-proof.json --published what-the-desk-owes.json</code>.
      Compare what was published with what somebody else saved: all must have the same.
    </p>`;
}

/** @param {import("../lib/wire.js").Proof} of */
const mine = ({ main, p2p, escrow }) => sum(sum(main, p2p), escrow);

/** @param {{ path: string, name: string, words: string }} props */
function Save({ path, name, words }) {
  const [error, setError] = useState(/** @type {Error | null} */ (null));
  const save = async () => {
    setError(null);
    await getFile(path).then((file) => saveAs(file, name), setError);
  };
  return html`<button type="button" onClick=${save}>${words}</button> <${Trouble} error=${error} />`;
}
