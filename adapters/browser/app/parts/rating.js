// Saying how a trade was, once, for others to read.
import { make } from "../lib/deeds.js";
import { html, useState } from "../lib/html.js";
import { touch } from "../lib/resource.js";
import { session } from "../lib/session.js";
import { ago } from "../lib/time.js";
import { partsOf } from "./offer_words.js";
import { Segments, TextField } from "./field.js";
import { Icon } from "./icon.js";
import { Trouble } from "./trouble.js";

/** @param {{ offer: import("../lib/wire.js").OfferDetail }} props */
export function Rating({ offer }) {
  const { other } = partsOf(offer, session.value?.id);
  const [given, set] = useState({ positive: "", rating: "", comment: "" });
  const [isBusy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState(/** @type {import("../lib/deeds.js").Outcome | null} */ (null));
  if (offer.my_feedback || outcome?.done) return html`<${Given} said=${offer.my_feedback} whom=${other.fullname} />`;
  const put = (/** @type {string} */ name) => (/** @type {string} */ value) =>
    set((old) => ({ ...old, [name]: value }));
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    const { positive, rating, comment } = given;
    const body = { positive: positive === "yes", rating: Number(rating), comment: comment.trim() || undefined };
    setOutcome(await make(`/p2p/offer/feedback/${offer.id}/`, body));
    touch(`offer/${offer.id}`);
    setBusy(false);
  };
  const isReady = given.positive && given.rating;
  return html`<section class="card" aria-labelledby="rate">
    <h2 id="rate">How was it with ${other.fullname}?</h2>
    <form onSubmit=${send}>
      <${Segments} label="Good or bad" value=${given.positive} onValue=${put("positive")} choices=${GOOD_OR_BAD} />
      <${Stars} value=${given.rating} onValue=${put("rating")} />
      <${TextField}
        label="Comment"
        optional
        rows=${2}
        value=${given.comment}
        onValue=${put("comment")}
        problem=${outcome?.fields.comment}
        hint="Everybody can read it, and it stays."
        more=${{ maxlength: 500 }}
      />
      <${Trouble} error=${outcome && !Object.keys(outcome.fields).length ? outcome : null} />
      ${!isReady && html`<p class="fine">Choose good or bad, and how many stars.</p>`}
      <div class="actions">
        <button type="submit" class="main" disabled=${isBusy || !isReady}>Rate ${other.fullname}</button>
      </div>
    </form>
  </section>`;
}

/** What one has said, once the desk tells it. @param {{ said: import("../lib/wire.js").MyFeedback | null, whom: string }} props */
const Given = ({ said, whom }) =>
  html`<section class="card">
    <p role="status"><${Icon} name="check" /> You have rated ${whom}.</p>
    ${
      said &&
      html`<p class="fine">${said.positive ? "Good" : "Bad"}, ${said.rating} of 5 stars, ${ago(said.at)}</p>
        ${said.comment && html`<blockquote dir="auto">${said.comment}</blockquote>`}`
    }
  </section>`;

/** @type {[string, string][]} */
const GOOD_OR_BAD = [
  ["yes", "Good"],
  ["no", "Bad"],
];

/** @param {{ value: string, onValue: (value: string) => void }} props */
const Stars = ({ value, onValue }) =>
  html`<fieldset class="star-choice">
    <legend class="label">Stars</legend>
    ${["1", "2", "3", "4", "5"].map(
      (number) =>
        html`<label class=${Number(number) <= Number(value) ? "on" : ""}>
          <input
            type="radio"
            name="stars"
            value=${number}
            checked=${number === value}
            onChange=${() => onValue(number)}
          />
          <${Icon} name="star" /><span class="unseen">${number} of 5</span>
        </label>`,
    )}
  </fieldset>`;
