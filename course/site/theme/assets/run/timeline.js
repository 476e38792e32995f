// The states of Prefect runs as they change: in a bar for each run, in a table, and as news.
import { make } from "../run.js";

/** The signs of states and of types of states; all other types are signs themselves. */
const SIGNS = {
  AwaitingRetry: "retrying", Retrying: "retrying", Cached: "cached", RolledBack: "failed",
  PENDING: "scheduled", PAUSED: "scheduled", CANCELLED: "crashed", CANCELLING: "crashed",
};
const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(2)} s`;

export class Timeline {
  constructor(panel, file) {
    this.runs = new Map();
    this.news = make("p", { className: "run-news", role: "status" });
    this.body = make("tbody");
    const titles = ["Run", "State", "Its states, and when"];
    const cells = titles.map((title) => make("th", { scope: "col" }, title));
    const head = make("thead", {}, make("tr", {}, ...cells));
    const caption = make("caption", {}, `States of the runs of ${file}`);
    this.table = make("table", { className: "run-timeline" }, caption, head, this.body);
    panel.prepend(this.table, this.news);
  }

  /** Add one change of state; changes come in order. */
  add({ run, kind, name, state, stateType, at }) {
    const time = Date.parse(at);
    this.began ??= time;
    if (!this.runs.has(run)) this.runs.set(run, this.row(kind));
    const row = this.runs.get(run);
    const sign = SIGNS[state] ?? SIGNS[stateType] ?? stateType.toLowerCase();
    row.changes.push({ sign, state, time });
    row.name.textContent = name;
    row.state.className = `state ${sign}`;
    row.state.textContent = state;
    this.news.textContent = `${name}: ${state}`;
    this.draw(time);
  }

  row(kind) {
    const name = make("th", { scope: "row" });
    const row = { changes: [], name, state: make("span"), track: make("td") };
    this.body.append(make("tr", { className: kind }, name, make("td", {}, row.state), row.track));
    return row;
  }

  /** Draw each run's states as parts of one bar, from the first change to the last. */
  draw(now) {
    const whole = Math.max(now - this.began, 1);
    for (const { changes, track } of this.runs.values()) {
      const bar = make("span", { className: "run-track", ariaHidden: "true" });
      const words = changes.map(({ state, time }) => `${state} ${seconds(time - this.began)}`);
      changes.forEach(({ sign, time }, i) => {
        const isFinal = /completed|failed|crashed|cached/.test(sign);
        const until = changes[i + 1]?.time ?? (isFinal ? time : now);
        const part = make("span", { className: `state ${sign}` });
        part.style.left = `${(100 * (time - this.began)) / whole}%`;
        part.style.width = `${(100 * (until - time)) / whole}%`;
        bar.append(part);
      });
      track.replaceChildren(bar, make("span", { className: "visually-hidden" }, words.join(", ")));
    }
  }

  end() {
    this.table.classList.add("run-ended");
    const last = [...this.runs.values()].map(({ changes }) => changes.at(-1).state);
    const count = (state) => last.filter((each) => each === state).length;
    const words = [...new Set(last)].map((state) => `${count(state)} ${state}`);
    this.news.textContent = `Ended: ${words.join(", ")}`;
  }
}
