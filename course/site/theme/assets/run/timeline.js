// The states of Prefect runs as they change: in a bar for each run, in a table, and as news.
/** The sign of each type of state, and of those states that have a sign of their own. */
const TYPE_SIGNS = {
  SCHEDULED: "scheduled", PENDING: "scheduled", RUNNING: "running", COMPLETED: "completed",
  FAILED: "failed", CRASHED: "crashed", CANCELLED: "crashed", CANCELLING: "crashed",
  PAUSED: "scheduled",
};
const STATE_SIGNS = {
  AwaitingRetry: "retrying", Retrying: "retrying", Cached: "cached", RolledBack: "failed",
};

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
    const titles = ["Run", "State", "Its states, and when"];
    const cells = titles.map((textContent) => make("th", { scope: "col", textContent }));
    const head = make("thead", {}, make("tr", {}, ...cells));
    const caption = make("caption", { textContent: `States of the runs of ${file}` });
    this.table = make("table", { className: "run-timeline" }, caption, head, this.body);
    panel.prepend(this.table, this.news);
  }

  /** Add one change of state; changes come in order. */
  add({ run, kind, name, state, stateType, at }) {
    const time = Date.parse(at);
    this.began ??= time;
    if (!this.runs.has(run)) this.runs.set(run, this.row(kind));
    const row = this.runs.get(run);
    const sign = STATE_SIGNS[state] ?? TYPE_SIGNS[stateType] ?? "scheduled";
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
      const bar = make("span", { className: "run-track" });
      const words = changes.map(({ state, time }) => `${state} ${seconds(time - this.began)}`);
      changes.forEach(({ sign, time }, i) => {
        const isFinal = /completed|failed|crashed|cached/.test(sign);
        const until = changes[i + 1]?.time ?? (isFinal ? time : now);
        const part = make("span", { className: `state ${sign}` });
        part.style.left = `${(100 * (time - this.began)) / whole}%`;
        part.style.width = `${(100 * (until - time)) / whole}%`;
        bar.append(part);
      });
      bar.setAttribute("aria-hidden", "true");
      const text = words.join(", ");
      track.replaceChildren(bar, make("span", { className: "visually-hidden", textContent: text }));
    }
  }

  end() {
    this.table.classList.add("run-ended");
    const counts = {};
    for (const { changes } of this.runs.values()) {
      const { state } = changes.at(-1);
      counts[state] = (counts[state] ?? 0) + 1;
    }
    const words = Object.entries(counts).map(([state, count]) => `${count} ${state}`);
    this.news.textContent = `Ended: ${words.join(", ")}`;
  }
}
