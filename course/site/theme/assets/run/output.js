// The panel below a block: what a run prints, its graphs, and the timeline that timeline.js draws.
import { make } from "../run.js";
import { Timeline } from "./timeline.js";

export class Output {
  constructor(box) {
    Object.assign(this, { box, file: box.dataset.file });
    this.clear();
  }

  clear() {
    this.panel?.remove();
    this.panel = this.timeline = this.stream = null;
    this.printed = "";
    this.unshown = [];
  }

  /** Show one message of a runner. */
  add(message) {
    this.open();
    if (message.type === "state") {
      this.timeline ??= new Timeline(this.panel, this.file);
      this.timeline.add(message);
    } else if (message.type === "graph") this.draw(message.svg);
    else if (message.type === "links") this.link(message);
    else if (message.type === "notice") this.write({ ...message, text: `${message.text}\n` });
    else this.write(message);
  }

  open() {
    if (this.panel) return;
    const named = { role: "region", ariaLabel: `Output of ${this.file}` };
    this.panel = make("div", { className: "run-output", ...named }); // a section would be a slide
    this.stream = this.panel.appendChild(make("pre", { tabIndex: 0 }));
    const slides = this.box.closest(".reveal .slides"); // a slide's output lies over all of it
    (slides ?? this.box).append(this.panel);
  }

  /** Show text a moment later: many short prints become one change of the page, so Stop works. */
  write({ type, text }) {
    if (type === "stdout") this.printed += text;
    if (!this.unshown.length) setTimeout(() => this.show(), 50);
    const last = this.unshown.at(-1);
    if (last?.className === type) last.textContent += text;
    else this.unshown.push({ className: type, textContent: text });
  }

  show() {
    this.stream?.append(...this.unshown.splice(0).map((part) => make("span", part)));
    this.stream?.scrollTo(0, this.stream.scrollHeight);
  }

  /** Show a graph as a picture: in an image, SVG runs no script. */
  draw(svg) {
    const src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
    this.panel.append(make("img", { src, alt: `Task graph that ${this.file} draws` }));
  }

  /** Link the dashboards that the reader's machine has. */
  link({ prefect, dask }) {
    const link = (href, text) => make("a", { href, target: "_blank" }, text);
    const links = [link(prefect, "Prefect's UI"), " · ", link(dask, "Dask's dashboard")];
    this.panel.append(make("p", {}, ...links, ", while a cluster runs"));
  }

  end() {
    this.timeline?.end();
    this.show();
    if (this.stream && !this.stream.textContent) this.stream.remove();
  }

  /** Return whether the claimed lines were printed, in any order, as the tests compare them. */
  matches(claims) {
    const lines = this.printed.split("\n").slice(0, -1).sort();
    return claims.length > 0 && claims.toSorted().join("\n") === lines.join("\n");
  }
}
