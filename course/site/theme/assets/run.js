/* Run, Edit, Reset, Stop and Copy on each Python block. The first Run or Edit fetches the scripts
   in run/, which run code in this page, or on the reader's machine (`make live`). */
const token = liveToken();

/** Return the token of `make live`: it comes in the address, once, and stays in this tab. */
function liveToken() {
  const [, live] = location.hash.match(/^#live=([\w-]+)$/) ?? [];
  try {
    if (live) sessionStorage.setItem("live", live);
    if (live) history.replaceState(null, "", location.pathname);
    return sessionStorage.getItem("live");
  } catch {
    return live; // a browser that keeps nothing runs code until the tab is left
  }
}

export const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

/** Add the bar of buttons to one block, with one line on where it runs. */
function addBar(box) {
  const { file, runs, why, check, section } = box.dataset;
  if (box.dataset.hasBar) return;
  box.dataset.hasBar = "yes";
  const runnable = token || runs === "page";
  if (!runnable && box.closest(".reveal")) return; // a slide says what is, not what is not
  const store = storeOf(box.dataset);
  const state = make("span", { className: "run-state", role: "status" });
  const setState = (text) => (state.textContent = text);
  const bar = make("div", { className: "run-bar" });
  const buttons = {};
  let loading; // the block's own script: asked for once, by the first button that is pressed
  const act = async (name) => {
    loading ??= import(new URL("run/block.js", import.meta.url));
    box.block ??= new (await loading).Block({ box, buttons, setState, token, store });
    return box.block[name]();
  };
  const button = (name, label, shown) => {
    const look = { className: `run-${name}`, hidden: !shown, ariaLabel: `${label} ${file}` };
    buttons[name] = make("button", { type: "button", onclick: () => act(name), ...look }, label);
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
  if (runnable) setState(section ? `runs the whole of ${file}` : "");
  else state.append(`${why} On your machine: `, make("code", {}, "make live"));
  box.append(bar);
  box.addEventListener("keydown", (event) => {
    if (!runnable || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    act("run");
  });
  if (runnable && store("getItem") !== null) act("restore");
}

/** Return access to a block's own text, which is stored for an exercise for good, else in its tab.
    It returns null instead of failing: a browser may store nothing, or have no room. */
function storeOf({ file, section, check }) {
  const key = `run:${file}${section ? `:${section}` : ""}`;
  return (method, ...text) => {
    try {
      return globalThis[check ? "localStorage" : "sessionStorage"][method](key, ...text);
    } catch {
      return null;
    }
  };
}

const addBars = () => document.querySelectorAll("[data-runs]").forEach(addBar);
globalThis.document$ ? globalThis.document$.subscribe(addBars) : addEventListener("load", addBars);
