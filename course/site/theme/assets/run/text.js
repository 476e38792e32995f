// A block's text: what it shows, the reader's edit of it, and the whole file that it belongs to.
import { isLocal, make } from "../run.js";
import { GONE } from "./runner.js";

const built = new URL("../../run/", import.meta.url);

/** Return the text of a file in run/files, as it was tested. */
export async function testedFile(file) {
  const answer = await fetch(new URL(`files/${file}`, built)).catch((error) => {
    throw isLocal ? new Error(GONE) : error;
  });
  if (!answer.ok) throw new Error(`${file} could not be loaded: HTTP ${answer.status}`);
  return answer.text();
}

export class Text {
  constructor(box, store) {
    Object.assign(this, box.dataset, { store, edited: store("getItem") });
    const lines = box.querySelector("pre").querySelectorAll("code > span");
    this.shown = [...lines].map((line) => line.textContent).join("").replace(/\n*$/, "\n");
  }

  get now() {
    return this.edited ?? this.shown;
  }

  /** Store the reader's text, or its absence; return whether the browser has room for it. */
  edit(text) {
    this.edited = text;
    return (text === null ? this.store("removeItem") : this.store("setItem", text)) !== null;
  }

  /** Return the file that runs: a section is put back into the file that it is a part of. */
  async whole() {
    const source = await testedFile(this.file);
    this.claims = JSON.parse(await testedFile("claims.json"))[this.file];
    if (!this.lines) return this.now;
    const [from, to] = this.lines.split("-").map(Number);
    const lines = source.split("\n");
    const margin = " ".repeat(this.indent);
    const edited = this.now.replace(/\n$/, "").split("\n");
    Object.assign(this, { from, count: edited.length });
    const indented = edited.map((line) => (line ? margin + line : line));
    return [...lines.slice(0, from - 1), ...indented, ...lines.slice(to)].join("\n");
  }

  /** Return which of the shown lines a line of the whole file is; 0 if it is not shown. */
  shownLine(line) {
    const { from = 1, count = Infinity } = this;
    return line >= from && line < from + count ? line - from + 1 : 0;
  }

  download() {
    const href = URL.createObjectURL(new Blob([this.now], { type: "text/x-python" }));
    make("a", { href, download: this.file.split("/").pop() }).click();
    setTimeout(() => URL.revokeObjectURL(href), 1000);
  }
}
