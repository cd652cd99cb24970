// The symbols of icons.svg. They stand beside words and say nothing by themselves.
import { html } from "../lib/html.js";

const ICONS = new URL("../icons.svg", import.meta.url).pathname;

/** @param {{ name: string, class?: string }} props */
export const Icon = ({ name, class: of }) =>
  html`<svg class=${`icon ${of ?? ""}`} aria-hidden="true"><use href=${`${ICONS}#${name}`} /></svg>`;
