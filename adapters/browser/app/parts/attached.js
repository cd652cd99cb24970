// A file of a chat: a picture is shown, a PDF is saved. Both need a token, so that the page fetches them itself.
import { getFile } from "../lib/api.js";
import { html, useEffect, useState } from "../lib/html.js";
import { Icon } from "./icon.js";
import { Trouble } from "./trouble.js";

/** @param {{ file: import("../lib/wire.js").Attachment, by: string, onShown: () => void }} props */
export const Attached = ({ file, by, onShown }) =>
  file.content_type.startsWith("image/")
    ? html`<${Picture} file=${file} by=${by} onShown=${onShown} />`
    : html`<${Saved} file=${file} />`;

/** @param {{ file: import("../lib/wire.js").Attachment, by: string, onShown: () => void }} props */
function Picture({ file, by, onShown }) {
  const [url, setUrl] = useState("");
  const [error, setError] = useState(/** @type {Error | null} */ (null));
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let made = "";
    let left = false;
    setError(null);
    getFile(file.path).then(
      (blob) => !left && setUrl((made = URL.createObjectURL(blob))),
      (trouble) => !left && setError(trouble),
    );
    return () => {
      left = true;
      URL.revokeObjectURL(made);
    };
  }, [file.path, tries]);
  if (error) return html`<${Trouble} error=${error} again=${() => setTries(tries + 1)} />`;
  if (!url) return html`<div class="bar picture" aria-busy="true"></div>`;
  return html`<a class="picture" href=${url} target="_blank" rel="noreferrer">
    <img src=${url} alt=${`Picture from ${by}: ${file.name}. Opens in full.`} onLoad=${onShown} />
  </a>`;
}

/** @param {{ file: import("../lib/wire.js").Attachment }} props */
function Saved({ file }) {
  const [error, setError] = useState(/** @type {Error | null} */ (null));
  const save = async () => {
    setError(null);
    try {
      saveAs(await getFile(file.path), file.name);
    } catch (trouble) {
      setError(/** @type {Error} */ (trouble));
    }
  };
  return html`<button type="button" class="small" onClick=${save}><${Icon} name="file" /> Save ${file.name}</button>
    <${Trouble} error=${error} />`;
}

/** Hand a file to whoever looks, to be kept. @param {Blob} blob @param {string} name */
export function saveAs(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
