// Python for the Run buttons: one module worker, started by the first Run. All that it loads is on this site.
import { loadPyodide } from "../../run/pyodide/pyodide.mjs";

const built = new URL("../../run/", import.meta.url).href;
const PACKAGES = "/lib/python3.14/site-packages";
const MOST = 100_000; // characters of output: a page with more of them is slow to scroll
let printed = 0;

const tell = (message) => self.postMessage(message);
const status = (text) => tell({ type: "status", text });

/** Tell what was printed; of a flood, its beginning: the page has to stay awake for Stop. */
function print(type, text) {
  if (printed > MOST) return;
  printed += text.length;
  const end = `\n… more than ${MOST.toLocaleString("en")} characters: the rest is not shown\n`;
  tell({ type, text: printed > MOST ? text.slice(0, MOST - printed) + end : text });
}

/** Unpack one archive of run/ where Python finds it. */
async function unpack(python, name) {
  const response = await fetch(`${built}${name}.tar.gz`);
  if (!response.ok) throw new Error(`${name}.tar.gz did not come: HTTP ${response.status}`);
  python.unpackArchive(await response.arrayBuffer(), "gztar", { extractDir: PACKAGES });
}

/** Start Python and return its main module; what Python prints is told as it comes. */
async function boot() {
  status("Python starts");
  const python = await loadPyodide({ indexURL: `${built}pyodide/`, env: { HOME: "/home/pyodide", NO_COLOR: "1" } });
  for (const [type, set] of [["stdout", "setStdout"], ["stderr", "setStderr"]]) {
    const decoder = new TextDecoder();
    const write = (bytes) => (print(type, decoder.decode(bytes, { stream: true })), bytes.length);
    python[set]({ write });
  }
  await unpack(python, "course");
  const page = python.pyimport("course.run.page.python.main");
  return { python, page };
}

/** Load the archives that a block's imports ask for, each once. */
const loaded = new Set();
async function prepare({ python, page }, code) {
  for (const topic of page.topics(code).toJs().filter((name) => !loaded.has(name))) {
    status(`${topic} is loaded`);
    await unpack(python, topic);
    if (topic === "dask") {
      const viz = await (await import(`${built}graphviz.js`)).instance();
      self.graphviz = (dot) => viz.renderString(dot, { format: "svg" });
    }
    status(`${topic} starts`);
    page.start(topic);
    loaded.add(topic);
  }
}

let booted;
self.onmessage = async ({ data: { type, file, code, exercise } }) => {
  try {
    const { python, page } = await (booted ??= boot());
    await prepare({ python, page }, exercise ?? code);
    status("running");
    printed = 0;
    const name = file.split("/").pop();
    const [work, ...given] = type === "check" ? [page.check_exercise, name, code, exercise] : [page.run_block, name, code];
    const suspends = "Suspending" in WebAssembly; // JSPI: Python can wait in the middle of a call
    const line = await (suspends ? work.callPromising(...given) : page.run_in_task(work, ...given));
    tell({ type: "end", ok: line === 0, line: Math.max(line, 0) });
  } catch (error) {
    booted = undefined;
    loaded.clear();
    tell({ type: "stderr", text: `Python could not start here: ${error.message}\n` });
    tell({ type: "end", ok: false, line: 0 });
  }
};
