// One block: what its buttons do. Its text is text.js's, what it prints output.js's, what runs it runner.js's.
import { keep } from "./offline.js";
import { Output } from "./output.js";
import { inPage, onMachine, turn } from "./runner.js";
import { Text, tested } from "./text.js";

const built = new URL("../../run/", import.meta.url);

export class Block {
  constructor({ box, buttons, say, token }) {
    Object.assign(this, { box, buttons, say, token });
    this.pre = box.querySelector("pre");
    this.text = new Text(box, box.dataset.check);
    this.output = new Output(box);
  }

  async edit({ focus = true } = {}) {
    this.opening ??= keep().then(() => import(new URL("editor.js", built))).then(({ open }) => {
      const run = () => this.run();
      this.editor = open({ place: this.pre, text: this.text.now, name: this.text.file, run, changed: (text) => this.keep(text) });
      this.box.classList.add("run-editing");
      this.buttons.edit.hidden = true;
    });
    await this.opening;
    if (focus) this.editor.focus();
  }

  /** Open what the reader has left here. */
  async restore() {
    await this.edit({ focus: false });
    this.offer(true);
    this.say("your own text; Reset brings the course's back");
  }

  keep(text) {
    this.offer(true);
    if (!this.text.keep(text)) this.say("This browser keeps no more: download your text before you leave the page.");
  }

  /** Show or hide what concerns a text of the reader's own. */
  offer(shown) {
    this.buttons.reset.hidden = this.buttons.download.hidden = !shown;
  }

  reset() {
    const ask = "Reset throws your text away and brings back the course's. Do you want that?";
    if (this.text.own !== this.text.shown && !confirm(ask)) return;
    this.text.forget();
    this.editor?.close();
    this.editor = this.opening = null;
    this.box.classList.remove("run-editing");
    this.buttons.edit.hidden = false;
    this.offer(false);
    this.output.clear();
    this.say("");
    this.buttons.edit.focus();
  }

  download = () => this.text.download();

  async copy() {
    try {
      await navigator.clipboard.writeText(this.text.now);
      this.say("copied");
    } catch {
      this.say("This browser lets no page copy: select the text.");
    }
  }

  run = () => this.start("run");
  check = () => this.start("check");
  stop = () => this.halt?.();

  async start(type) {
    if (this.running) return;
    this.running = true;
    this.busy(true);
    this.output.clear();
    this.mark(0);
    let waits = true;
    this.halt = () => (waits = false);
    const next = await turn(() => this.say("waits for the block that runs"));
    try {
      this.say(waits ? await this.take(type) : "stopped before it ran");
    } catch (error) {
      this.say(error.message);
    } finally {
      this.running = this.halt = null;
      this.busy(false);
      next();
    }
  }

  busy(running) {
    this.buttons.run.hidden = running;
    this.buttons.stop.hidden = !running;
    if (running) this.buttons.stop.focus();
    else if (document.activeElement === document.body) this.buttons.run.focus(); // the focus was on Stop
  }

  /** Run to the end, and return how it ended. */
  async take(type) {
    const began = performance.now();
    this.say("starts");
    await keep(); // a page that has run once is there without a network, too
    const job = { type, file: this.text.file, code: await this.text.whole() };
    if (type === "check") job.exercise = await tested(job.file.replace(/[^/]+$/, "exercise.py"));
    let halted = false;
    const end = await new Promise((resolve) => {
      const log = type === "check" ? ["stderr", "state"] : []; // a hint must not drown in the log of what it is about
      const tell = (message) => log.includes(message.type) || this.hear(message, resolve);
      const halt = this.token ? onMachine(job, tell, this.token) : inPage(job, tell);
      this.halt = () => {
        halted = true;
        halt();
      };
    });
    const took = `${((performance.now() - began) / 1000).toFixed(1)} s`;
    this.output.end();
    if (halted) return `stopped after ${took}`;
    if (type === "check") return end.ok ? `all done · ${took}` : `something is missing · ${took}`;
    if (!end.ok) return `failed${this.mark(end.line)} · ${took}`;
    return `${this.output.matches(this.text.source) ? "✓ prints what was tested" : "done"} · ${took}`;
  }

  hear(message, resolve) {
    if (message.type === "status") this.say(message.text);
    else if (message.type === "end") resolve(message);
    else this.output.add(message);
  }

  /** Mark the line that failed, and return which one it is, in words. */
  mark(line) {
    const here = line ? this.text.here(line) : 0;
    this.editor?.mark(here);
    const lines = this.pre.querySelectorAll("code > span");
    lines.forEach((each, i) => each.classList.toggle("run-failed", i + 1 === here && !this.editor));
    if (!line) return "";
    return here ? ` in line ${here}` : ` in line ${line} of the whole file`;
  }
}
