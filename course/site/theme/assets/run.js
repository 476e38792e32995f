/* Run, Edit, Reset, Stop and Copy on each Python block. The first Run or Edit fetches the scripts
   in run/, which run code in this page, or on the reader's machine (`make serve`). */

/** How the course is served, on the reader's system. */
export const SERVE = /Windows/.test(navigator.userAgent) ? "python -m course serve" : "make serve";
/** Whether this page comes from the reader's machine, whose ports belong to many programs. */
export const isLocal = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(location.hostname);
/** What `make serve` wants to see before it runs something; null if this tab does not know it. */
export let token = null;
if (isLocal) findToken();

/** Take the token from the address, once, or from this tab, or from another tab of this origin. */
function findToken() {
  const [, given] = location.hash.match(/^#live=([\w-]+)$/) ?? [];
  if (given) history.replaceState(null, "", location.pathname);
  token = keep(given);
  const tabs = new BroadcastChannel("live");
  tabs.onmessage = ({ data }) => {
    if (!data && token) tabs.postMessage(token);
    if (!data || data === token) return;
    token = keep(data);
    document.querySelectorAll("[data-runs]").forEach(renewBar);
  };
  if (given || !token) tabs.postMessage(given); // tell the other tabs, or ask them
}

/** Store a token in this tab, where no program finds it that has this port later; return it. */
function keep(given) {
  try {
    if (given) sessionStorage.setItem("live", given);
    return sessionStorage.getItem("live");
  } catch {
    return given; // a browser that keeps nothing runs code until the tab is left
  }
}

export const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

/** Add the buttons that a token brings, unless the block is in use. */
function renewBar(box) {
  if (box.isInUse) return;
  box.querySelector(".run-bar")?.remove();
  delete box.dataset.hasBar;
  addBar(box);
}

/** Add the bar of buttons to one block, with one line on where it runs. */
function addBar(box) {
  const { file, runs, why, check, section } = box.dataset;
  if (box.dataset.hasBar) return;
  box.dataset.hasBar = "yes";
  const isOfPage = runs === "page";
  const runnable = token || isOfPage;
  if (!runnable && box.closest(".reveal")) return; // a slide says what is, not what is not
  const store = storeOf(box.dataset);
  const state = make("span", { className: "run-state", role: "status" });
  const setState = (text) => (state.textContent = text);
  const bar = make("div", { className: "run-bar" });
  const buttons = {};
  let loading; // the block's own script: asked for once, by the first button that is pressed
  const act = async (name) => {
    box.isInUse = true;
    loading ??= import(new URL("run/block.js", import.meta.url));
    box.block ??= new (await loading).Block({ box, buttons, setState, store });
    return box.block[name]();
  };
  const button = (name, label, shown) => {
    const look = { className: `run-${name}`, hidden: !shown, ariaLabel: `${label} ${file}` };
    buttons[name] = make("button", { type: "button", onclick: () => act(name), ...look }, label);
    bar.append(buttons[name]);
  };
  button("run", "Run", runnable);
  button("stop", "Stop", false);
  button("machine", "Run on this machine", token && isOfPage);
  button("check", "Check", check && (token || check === "page"));
  button("edit", "Edit", runnable);
  button("reset", "Reset", false);
  button("download", "Download", false);
  button("copy", "Copy", true);
  bar.append(state);
  if (runnable) setState(section ? `runs the whole of ${file}` : "");
  else state.append(...elsewhere(why));
  box.append(bar);
  box.onkeydown = (event) => {
    if (!runnable || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    act("run");
  };
  if (runnable && store("getItem") !== null) act("restore");
}

/** Return why a block does not run in this tab, and where it does. */
function elsewhere(why) {
  const command = make("code", {}, SERVE);
  if (!isLocal) return [`${why} On your machine: `, command];
  return [`${why} To run it, open the address that `, command, " printed."];
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
