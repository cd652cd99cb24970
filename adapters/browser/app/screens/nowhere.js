// An address at which there is nothing.
import { html } from "../lib/html.js";
import { session } from "../lib/session.js";
import { Heading } from "../parts/frame.js";
import { Empty } from "../parts/trouble.js";

export default function Nowhere() {
  return html`<section class="narrow">
    <${Heading}>There is no such page<//>
    <${Empty}>
      <p>Nothing is at this address. It may have been copied in part.</p>
      <p><a class="button main" href="/">${session.value ? "Go to the board" : "Go to the first page"}</a></p>
    <//>
  </section>`;
}
