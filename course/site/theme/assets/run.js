/* Run, Edit, Reset, Stop and Copy on each Python block. What runs code is fetched by the first Run or Edit, not before;
   run/runner.js has the two that can: this page, and the reader's machine (`make live`). */
const token = remember();

/** The token of `make live` comes in the address, once, and stays in this tab. */
function remember() {
  const [, live] = location.hash.match(/^#live=([\w-]+)$/) ?? [];
  try {
    if (live) sessionStorage.setItem("live", live);
    if (live) history.replaceState(null, "", location.pathname);
    return sessionStorage.getItem("live");
  } catch {
    return live; // a browser that keeps nothing runs code until the tab is left
  }
}

const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

/** Give one block its bar: what it can do, and one line on where that happens. */
function dress(box) {
  const { file, runs, why, check, section, dressed } = box.dataset;
  if (dressed) return;
  box.dataset.dressed = "yes";
  const runnable = token || runs === "page";
  if (!runnable && box.closest(".reveal")) return; // a slide says what is, not what is not
  const state = make("span", { className: "run-state" });
  state.setAttribute("role", "status");
  const say = (text) => (state.textContent = text);
  const bar = make("div", { className: "run-bar" });
  const buttons = {};
  let loading; // the block's own script: asked for once, by the first button that is pressed
  const act = async (name) => {
    loading ??= import(new URL("run/block.js", import.meta.url));
    box.block ??= new (await loading).Block({ box, buttons, say, token });
    return box.block[name]();
  };
  const button = (name, label, shown) => {
    buttons[name] = make("button", { type: "button", className: `run-${name}`, hidden: !shown, textContent: label });
    buttons[name].setAttribute("aria-label", `${label} ${file}`);
    buttons[name].addEventListener("click", () => act(name));
    bar.append(buttons[name]);
  };
  button("run", "Run", runnable);
  button("stop", "Stop", false);
  button("check", "Check", check && (token || check === "page"));
  button("edit", "Edit", runnable);
  button("reset", "Reset", false);
  button("download", "Download", false);
  button("copy", "Copy", true);
  bar.append(state);
  if (runnable) say(section ? `runs the whole of ${file}` : "");
  else state.append(`${why} On your machine: `, make("code", { textContent: "make live" }));
  box.append(bar);
  box.addEventListener("keydown", (event) => {
    if (!runnable || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    act("run");
  });
  if (runnable && kept(file, section, check)) act("restore");
}

/** Whether the reader's own text is kept: an exercise for good, an edited block as long as its tab. */
function kept(file, section, check) {
  try {
    return (check ? localStorage : sessionStorage).getItem(`run:${file}${section ? `:${section}` : ""}`) !== null;
  } catch {
    return false;
  }
}

const all = () => document.querySelectorAll("[data-runs]").forEach(dress);
globalThis.document$ ? globalThis.document$.subscribe(all) : addEventListener("load", all);
