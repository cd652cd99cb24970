// The first page: the board for those who are signed in, and for all others what this is and how to join.
import { html } from "../lib/html.js";
import { session } from "../lib/session.js";
import Board from "./board.js";
import Landing from "./landing.js";

export default function Home() {
  return session.value ? html`<${Board} />` : html`<${Landing} />`;
}
