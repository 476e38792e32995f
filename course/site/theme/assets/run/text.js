// A block's text: what it shows, what the reader has made of it, and the whole file that it belongs to.
const built = new URL("../../run/", import.meta.url);

/** A file of run/files, as it was tested. */
export async function tested(file) {
  const answer = await fetch(new URL(`files/${file}`, built));
  if (!answer.ok) throw new Error(`${file} did not come: HTTP ${answer.status}`);
  return answer.text();
}

export class Text {
  /** `forGood`: an exercise's text outlives its tab, an edited block's does not. */
  constructor(box, forGood) {
    Object.assign(this, { ...box.dataset, store: forGood ? "localStorage" : "sessionStorage" });
    this.key = `run:${this.file}${this.section ? `:${this.section}` : ""}`;
    const lines = box.querySelector("pre").querySelectorAll("code > span");
    this.shown = [...lines].map((line) => line.textContent).join("").replace(/\n*$/, "\n");
    this.own = this.recall();
  }

  get now() {
    return this.own ?? this.shown;
  }

  recall() {
    try {
      return globalThis[this.store].getItem(this.key);
    } catch {
      return null; // this browser keeps nothing
    }
  }

  /** Keep the reader's text; return whether the browser does. */
  keep(text) {
    this.own = text;
    try {
      globalThis[this.store].setItem(this.key, text);
      return true;
    } catch {
      return false; // its store is full, or closed to pages
    }
  }

  forget() {
    this.own = null;
    try {
      globalThis[this.store].removeItem(this.key);
    } catch { /* nothing was kept */ }
  }

  /** The file that runs: a section is put back into the file that it is a part of. */
  async whole() {
    this.source = await tested(this.file);
    if (!this.lines) return this.now;
    const [from, to] = this.lines.split("-").map(Number);
    const lines = this.source.split("\n");
    const margin = " ".repeat(this.indent);
    const mine = this.now.replace(/\n$/, "").split("\n").map((line) => (line ? margin + line : line));
    this.mine = mine.length;
    return [...lines.slice(0, from - 1), ...mine, ...lines.slice(to)].join("\n");
  }

  /** Which of the shown lines a line of the whole file is; 0 if it is not shown. */
  here(line) {
    const first = this.lines ? Number(this.lines.split("-")[0]) : 1;
    const count = this.lines ? this.mine : Infinity;
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
