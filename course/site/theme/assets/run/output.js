// What a run prints, below its block: streams, graphs, and the timeline of a Prefect run.
import { Timeline } from "./timeline.js";

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
    for (const part of this.unshown.splice(0)) {
      this.stream?.append(Object.assign(document.createElement("span"), part));
    }
    this.stream?.scrollTo(0, this.stream.scrollHeight);
  }

  /** Show a graph as a picture: in an image, SVG runs no script. */
  draw(svg) {
    const picture = document.createElement("img");
    picture.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
    picture.alt = `Task graph that ${this.file} draws`;
    this.panel.append(picture);
  }

  /** Link the dashboards that the reader's machine has. */
  link({ prefect, dask }) {
    const links = document.createElement("p");
    const link = (textContent, href) =>
      Object.assign(document.createElement("a"), { textContent, href, target: "_blank" });
    links.append(link("Prefect's UI", prefect), " · ", link("Dask's dashboard", dask));
    links.append(", while a cluster runs");
    this.panel.append(links);
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
