// A block's text: what it shows, the reader's edit of it, and the whole file that it belongs to.
const built = new URL("../../run/", import.meta.url);

/** Return the text of a file in run/files, as it was tested. */
export async function testedFile(file) {
  const answer = await fetch(new URL(`files/${file}`, built));
  if (!answer.ok) throw new Error(`${file} did not come: HTTP ${answer.status}`);
  return answer.text();
}

export class Text {
  /** `lasting`: an exercise's text outlives its tab, an edited block's does not. */
  constructor(box, lasting) {
    Object.assign(this, box.dataset);
    this.storage = lasting ? "localStorage" : "sessionStorage";
    this.key = `run:${this.file}${this.section ? `:${this.section}` : ""}`;
    const lines = box.querySelector("pre").querySelectorAll("code > span");
    this.shown = [...lines].map((line) => line.textContent).join("").replace(/\n*$/, "\n");
    this.edited = this.load();
  }

  get now() {
    return this.edited ?? this.shown;
  }

  load() {
    try {
      return globalThis[this.storage].getItem(this.key);
    } catch {
      return null; // this browser keeps nothing
    }
  }

  /** Store the reader's text; return whether the browser has room for it. */
  store(text) {
    this.edited = text;
    try {
      globalThis[this.storage].setItem(this.key, text);
      return true;
    } catch {
      return false; // its store is full, or closed to pages
    }
  }

  discard() {
    this.edited = null;
    try {
      globalThis[this.storage].removeItem(this.key);
    } catch { /* nothing was kept */ }
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
    this.editedLines = edited.length;
    const indented = edited.map((line) => (line ? margin + line : line));
    return [...lines.slice(0, from - 1), ...indented, ...lines.slice(to)].join("\n");
  }

  /** Return which of the shown lines a line of the whole file is; 0 if it is not shown. */
  shownLine(line) {
    const first = this.lines ? Number(this.lines.split("-")[0]) : 1;
    const count = this.lines ? this.editedLines : Infinity;
    return line >= first && line < first + count ? line - first + 1 : 0;
  }

  download() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([this.now], { type: "text/x-python" }));
    link.download = this.file.split("/").pop();
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
}
