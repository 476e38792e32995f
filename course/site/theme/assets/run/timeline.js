// The states of a Prefect run as they change: a bar a run for eyes, the same in a table, the news in words.
const STATES = {
  SCHEDULED: "scheduled", PENDING: "scheduled", RUNNING: "running", COMPLETED: "completed", FAILED: "failed",
  CRASHED: "crashed", CANCELLED: "crashed", CANCELLING: "crashed", PAUSED: "scheduled",
};
const NAMES = { AwaitingRetry: "retrying", Retrying: "retrying", Cached: "cached", RolledBack: "failed" };

const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};
const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(2)} s`;

export class Timeline {
  constructor(panel, file) {
    this.runs = new Map();
    this.news = make("p", { className: "run-news" });
    this.news.setAttribute("role", "status");
    this.body = make("tbody");
    const head = make("tr", {}, ...["Run", "State", "Its states, and when"].map((text) => make("th", { scope: "col", textContent: text })));
    const caption = make("caption", { textContent: `States of the runs of ${file}` });
    this.table = make("table", { className: "run-timeline" }, caption, make("thead", {}, head), this.body);
    panel.prepend(this.table, this.news);
  }

  /** Take one change of state; they come in order. */
  add({ run, kind, name, state, stateType, at }) {
    const time = Date.parse(at);
    this.began ??= time;
    if (!this.runs.has(run)) this.runs.set(run, this.row(kind));
    const row = this.runs.get(run);
    const sign = NAMES[state] ?? STATES[stateType] ?? "scheduled";
    row.changes.push({ sign, state, time });
    row.name.textContent = name;
    row.state.className = `state ${sign}`;
    row.state.textContent = state;
    this.news.textContent = `${name}: ${state}`;
    this.draw(time);
  }

  row(kind) {
    const row = { changes: [], name: make("th", { scope: "row" }), state: make("span"), track: make("td") };
    this.body.append(make("tr", { className: kind }, row.name, make("td", {}, row.state), row.track));
    return row;
  }

  /** Draw each run's states as parts of one bar, from the first change to the last. */
  draw(now) {
    const whole = Math.max(now - this.began, 1);
    for (const { changes, track } of this.runs.values()) {
      const bar = make("span", { className: "run-track" });
      const words = changes.map(({ state, time }) => `${state} ${seconds(time - this.began)}`).join(", ");
      changes.forEach(({ sign, time }, i) => {
        const until = changes[i + 1]?.time ?? (/completed|failed|crashed|cached/.test(sign) ? time : now);
        const part = make("span", { className: `state ${sign}` });
        part.style.left = `${(100 * (time - this.began)) / whole}%`;
        part.style.width = `${(100 * (until - time)) / whole}%`;
        bar.append(part);
      });
      bar.setAttribute("aria-hidden", "true");
      track.replaceChildren(bar, make("span", { className: "visually-hidden", textContent: words }));
    }
  }

  end() {
    this.table.classList.add("run-ended");
    const counts = {};
    for (const { changes } of this.runs.values()) counts[changes.at(-1).state] = (counts[changes.at(-1).state] ?? 0) + 1;
    this.news.textContent = `Ended: ${Object.entries(counts).map(([state, n]) => `${n} ${state}`).join(", ")}`;
  }
}
