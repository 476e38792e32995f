// What a run prints, below its block: streams as they come, graphs, and the timeline of a Prefect run.
import { Timeline } from "./timeline.js";

const CLAIM = /^ *#> ?(.*)$/gm;

export class Output {
  constructor(box) {
    this.box = box;
    this.file = box.dataset.file;
    this.clear();
  }

  clear() {
    this.panel?.remove();
    this.panel = this.timeline = this.stream = null;
    this.printed = "";
    this.waiting = [];
  }

  /** Show one message of a runner. */
  add(message) {
    this.open();
    if (message.type === "state") {
      this.timeline ??= new Timeline(this.panel, this.file);
      this.timeline.add(message);
    } else if (message.type === "graph") this.draw(message.svg);
    else if (message.type === "links") this.link(message);
    else this.write(message);
  }

  open() {
    if (this.panel) return;
    this.panel = document.createElement("div"); // a section would be a slide
    this.panel.className = "run-output";
    this.panel.setAttribute("role", "region");
    this.panel.setAttribute("aria-label", `Output of ${this.file}`);
    this.stream = this.panel.appendChild(document.createElement("pre"));
    this.stream.tabIndex = 0;
    (this.box.closest(".reveal .slides") ?? this.box).append(this.panel); // on a slide it lies over all of it
  }

  /** Show text a moment later: many short prints are one change of the page, which has to stay awake for Stop. */
  write({ type, text }) {
    if (type === "stdout") this.printed += text;
    if (!this.waiting.length) setTimeout(() => this.show(), 50);
    const last = this.waiting.at(-1);
    if (last?.className === type) last.textContent += text;
    else this.waiting.push({ className: type, textContent: text });
  }

  show() {
    this.stream?.append(...this.waiting.splice(0).map((part) => Object.assign(document.createElement("span"), part)));
    this.stream?.scrollTo(0, this.stream.scrollHeight);
  }

  /** A graph is a picture: as one, it cannot run anything. */
  draw(svg) {
    const picture = document.createElement("img");
    picture.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
    picture.alt = `Task graph that ${this.file} draws`;
    this.panel.append(picture);
  }

  /** On the reader's machine there is more to look at. */
  link({ prefect, dask }) {
    const links = document.createElement("p");
    const to = (text, href) => Object.assign(document.createElement("a"), { textContent: text, href, target: "_blank" });
    links.append(to("Prefect's UI", prefect), " · ", to("Dask's dashboard", dask), ", while a cluster runs");
    this.panel.append(links);
  }

  end() {
    this.timeline?.end();
    this.show();
    if (this.stream && !this.stream.textContent) this.stream.remove();
  }

  /** Whether what was printed is what the file says it prints, in any order, as the tests compare it. */
  matches(source) {
    const claims = [...source.matchAll(CLAIM)].map(([, line]) => line).sort();
    const lines = this.printed.split("\n").slice(0, -1).sort();
    return claims.length > 0 && claims.join("\n") === lines.join("\n");
  }
}
