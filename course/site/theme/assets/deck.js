/* Cut a deck, which is one long article, into slides, and start reveal.js with its keys. */
const deck = document.getElementById("deck");
const ROOM = "(min-width: 600px), print";
const isPreview = location.search.includes("receiver"); // in a frame of the speaker's window

const scheme = (name) => document.body.setAttribute("data-md-color-scheme", name);
const chosen = __md_get("__palette")?.color; // on a page of the site, or "as the system"
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
const system = dark ? "slate" : "default";
scheme(chosen && chosen.media !== "(prefers-color-scheme)" ? chosen.scheme : system);

/** Every heading of level 1 or 2 starts a slide and hands it its attributes. */
function cut(slides) {
  let slide;
  let minute = 0; // of the module, at which the slide starts
  let lesson; // the link to the page that this slide and those after it go with
  for (const node of [...slides.children]) {
    if (/^H[12]$/.test(node.tagName)) {
      slide = slides.appendChild(document.createElement("section"));
      for (const { name, value } of [...node.attributes]) {
        slide.setAttribute(name, value);
        node.removeAttribute(name);
      }
      slide.dataset.timing = Math.round(slide.dataset.minutes * 60);
      lesson = document.querySelector(`#lessons [data-slide="${slide.id}"]`) ?? lesson;
      slide.append(corner(minute, lesson));
      minute += Number(slide.dataset.minutes);
    }
    slide.append(node);
  }
}

/** Return the slide's place in the class: its module, its minute, and the page with the details. */
function corner(minute, lesson) {
  const line = document.createElement("p");
  const { module, minutes } = deck.dataset;
  line.className = "corner";
  const place = `Module ${module} · minute ${Math.floor(minute)} of ${minutes} · `;
  line.append(place, lesson?.cloneNode(true) ?? "");
  return line;
}

/** data-steps="1-3|5" on a code block lights one group of lines after another. */
function step(box) {
  const first = box.querySelector("pre");
  box.dataset.steps.split("|").forEach((step, i) => {
    const pre = i ? box.appendChild(first.cloneNode(true)) : first;
    if (i) {
      pre.classList.add("fragment");
      pre.setAttribute("aria-hidden", "true"); // the same code again, for eyes only
    }
    const [from, to] = step.split("-").map(Number);
    pre.querySelectorAll("code > span").forEach((line, n) => {
      if (i) line.removeAttribute("id");
      line.classList.toggle("dim", n + 1 < from || to < n + 1);
    });
  });
}

/** Title, exercise and discussion slides have a ground of their own, up to the screen's edge. */
function ground() {
  const [kind = ""] = Reveal.getCurrentSlide().className.match(/title|exercise|discuss/) ?? [];
  document.body.dataset.ground = kind;
}

/** Bind a key. The slides in the speaker's window hand it on to the window that the room sees. */
function bind(key, description, act) {
  const keyCode = key.charCodeAt();
  Reveal.addKeyBinding({ keyCode, key, description }, () => {
    const room = isPreview && parent.opener?.Reveal;
    return room ? room.triggerKey(keyCode) : act();
  });
}

// Code may scroll: it is reached by keyboard.
deck.querySelectorAll("pre > code").forEach((code) => (code.tabIndex = 0));
if (matchMedia(ROOM).matches || isPreview) {
  cut(deck.querySelector(".slides"));
  deck.querySelectorAll("[data-steps]").forEach(step);
  deck.classList.add("reveal");
  Reveal.initialize({
    width: 1280, height: 720, margin: 0.05, center: false, hash: true, slideNumber: "c/t",
    transition: "none", defaultTiming: 60, pdfSeparateFragments: false,
    scrollActivationWidth: null, plugins: [RevealNotes],
  }).then(() => {
    deck.removeAttribute("role"); // role="application" would keep a screen reader from reading on
    bind("D", "Dark or light", () =>
      scheme(document.body.dataset.mdColorScheme === "default" ? "slate" : "default"));
    bind("R", "Run the slide's code, or stop it", () =>
      Reveal.getCurrentSlide().querySelector(":is(.run-run, .run-stop):not([hidden])")?.click());
    Reveal.on("slidechanged", () => {
      ground();
      document.querySelectorAll(".slides > .run-output").forEach((output) => output.remove());
    });
    ground();
  });
}
