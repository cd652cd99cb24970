// What was looked for and is not there: another try would find as little.
import { Refusal } from "../lib/api.js";
import { html } from "../lib/html.js";
import { Heading } from "./frame.js";
import { Empty } from "./trouble.js";

/** Whether the desk has said that there is none. @param {import("../lib/resource.js").Resource<any>} of */
export const isMissing = ({ data, error }) =>
  data === undefined && error instanceof Refusal && /(^|_)not_found$/.test(error.code);

/** @param {{ what: string, why: string, href?: string, to?: string }} props */
export const Missing = ({ what, why, href = "/", to = "Go to the board" }) =>
  html`<section class="narrow">
    <${Heading}>${`There is no such ${what}`}<//>
    <${Empty}>
      <p>${why}</p>
      <p><a class="button main" href=${href}>${to}</a></p>
    <//>
  </section>`;
