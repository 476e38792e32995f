// One block: what its buttons do, and the line beside them that says how a run has ended.
// text.js has its text, output.js shows what it prints, runner.js runs it.
import { isLocal, SERVE, token } from "../run.js";
import { prepareOffline } from "./offline.js";
import { Output } from "./output.js";
import { inPage, inTurn, onMachine } from "./runner.js";
import { Text, testedFile } from "./text.js";

const built = new URL("../../run/", import.meta.url);
const NOT_BUILT =
  "This page's Python and editor are not built. If the line at the foot of the page says " +
  "“Still being made”, try again in a minute. If it names an error, fix that and run " + SERVE;
const AT_ITS_ADDRESS = `. To run it on your machine, open the address that ${SERVE} printed.`;

/** Return whether the page's Python and editor are there: `make serve` shows pages before that. */
const isBuilt = async () =>
  !isLocal || (await fetch(new URL("course.tar.gz", built), { method: "HEAD" })).ok;

export class Block {
  constructor({ box, buttons, setState, store }) {
    Object.assign(this, { box, buttons, setState });
    this.pre = box.querySelector("pre");
    this.text = new Text(box, store);
    this.output = new Output(box);
  }

  async edit({ focus = true } = {}) {
    try {
      await (this.opening ??= this.openEditor());
      if (focus) this.editor.focus();
    } catch (error) {
      this.opening = null;
      this.setState(error.message);
    }
  }

  async openEditor() {
    if (!(await isBuilt())) throw new Error(NOT_BUILT);
    await prepareOffline();
    const { open } = await import(new URL("editor.js", built));
    this.editor = open({ place: this.pre, text: this.text.now, name: this.text.file, block: this });
    this.box.classList.add("run-editing");
    this.buttons.edit.hidden = true;
  }

  /** Open the editor with the reader's own text. */
  async restore() {
    await this.edit({ focus: false });
    if (!this.editor) return;
    this.showOwnTextButtons(true);
    this.setState("edited; Reset restores the course's code");
  }

  changed(text) {
    this.showOwnTextButtons(true);
    if (this.text.edit(text)) return;
    this.setState("This browser has no room for your edit. Download it before you leave the page.");
  }

  /** Show or hide the buttons for a text of the reader's own. */
  showOwnTextButtons(shown) {
    this.buttons.reset.hidden = this.buttons.download.hidden = !shown;
  }

  reset() {
    const ask = "Reset discards your edit and restores the course's code. Continue?";
    if (this.text.edited !== this.text.shown && !confirm(ask)) return;
    this.text.edit(null);
    this.editor?.close();
    this.editor = this.opening = null;
    this.box.classList.remove("run-editing");
    this.buttons.edit.hidden = false;
    this.showOwnTextButtons(false);
    this.output.clear();
    this.setState("");
    this.buttons.edit.focus();
  }

  download = () => this.text.download();

  async copy() {
    try {
      await navigator.clipboard.writeText(this.text.now);
      this.setState("copied");
    } catch {
      this.setState("This browser lets pages copy nothing. Select the code and copy it yourself.");
    }
  }

  run = () => this.start("run");
  machine = () => this.start("run", true);
  check = () => this.start("check");

  stop() {
    this.isStopped = true;
    this.stopJob?.();
  }

  async start(type, isMachineWanted = false) {
    if (this.running) return;
    this.running = true;
    this.showRunning(true);
    this.output.clear();
    this.mark(0);
    this.isStopped = false;
    const onWait = () => this.setState("waiting for the other block to end");
    const work = () => this.runJob(type, isMachineWanted);
    const end = await inTurn(work, onWait).catch((error) => error.message);
    this.setState(end);
    this.running = this.stopJob = null;
    this.showRunning(false);
  }

  showRunning(running) {
    this.buttons.run.hidden = running;
    this.buttons.stop.hidden = !running;
    this.buttons.machine.hidden = running || !token || this.box.dataset.runs !== "page";
    if (running) this.buttons.stop.focus();
    else if (document.activeElement === document.body) this.buttons.run.focus(); // was on Stop
  }

  /** Return what runs a job, and where: in this page if it can, otherwise on the machine. */
  async place(type, isMachineWanted) {
    const { runs, check } = this.box.dataset;
    const isOfPage = (type === "check" ? check : runs) === "page";
    if (isOfPage && !isMachineWanted && (await isBuilt())) return [inPage, "in this page"];
    if (!token) throw new Error(`${NOT_BUILT}${AT_ITS_ADDRESS}`);
    return [(job, receive) => onMachine(job, receive, token), "on this machine"];
  }

  /** Run to the end, and return how it ended. */
  async runJob(type, isMachineWanted) {
    const began = performance.now();
    this.setState("starts");
    await prepareOffline(); // a page that has run once is there without a network, too
    const job = { type, file: this.text.file, code: await this.text.whole() };
    const folder = job.file.replace(/[^/]+$/, "");
    if (type === "check") job.exercise = await testedFile(`${folder}exercise.py`);
    const [run, where] = await this.place(type, isMachineWanted);
    if (this.isStopped) return "stopped before it ran";
    const end = await new Promise((resolve) => {
      const hidden = type === "check" ? ["stderr", "state"] : []; // a log would bury the hints
      const receive = (message) => hidden.includes(message.type) || this.receive(message, resolve);
      this.stopJob = run(job, receive);
    });
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const took = `${seconds} s${token ? ` ${where}` : ""}`; // without a token, it is this page
    this.output.end();
    if (this.isStopped) return `stopped after ${took}`;
    if (type === "check") return end.ok ? `all done · ${took}` : `something is missing · ${took}`;
    if (!end.ok) return `failed${this.mark(end.line)} · ${took}`;
    const asTested = this.output.matches(this.text.claims);
    return `${asTested ? "✓ prints what was tested" : "done"} · ${took}`;
  }

  receive(message, resolve) {
    if (message.type === "status") this.setState(message.text);
    else if (message.type === "end") resolve(message);
    else this.output.add(message);
  }

  /** Mark the line that failed, and return which one it is, in words. */
  mark(line) {
    const shown = line ? this.text.shownLine(line) : 0;
    this.editor?.mark(shown);
    this.pre.querySelectorAll("code > span").forEach((each, i) =>
      each.classList.toggle("run-failed", i + 1 === shown && !this.editor));
    if (shown) return ` in line ${shown}`;
    return line ? ` in line ${line} of the whole file` : "";
  }
}
