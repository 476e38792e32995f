// Python for the Run buttons: a module worker that loads only files of this site.
import { loadPyodide } from "../../run/pyodide/pyodide.mjs";

const built = new URL("../../run/", import.meta.url).href;
const PACKAGES = "/lib/python3.14/site-packages";
const MAX_OUTPUT = 100_000; // characters of output: a page with more of them is slow to scroll
const NOT_STARTED = "Python could not start in this page. Press Run to try again";
const CRASHED =
  "Python itself has crashed in this page, for example because calls or data are nested too " +
  "deeply. The next Run starts a new Python.";
let printed = 0;

const post = (message) => self.postMessage(message);
const status = (text) => post({ type: "status", text });
const notice = (text) => post({ type: "notice", text });

/** Post what was printed, up to a limit, so that the page stays responsive for Stop. */
function print(type, text) {
  if (printed > MAX_OUTPUT) return;
  printed += text.length;
  if (printed <= MAX_OUTPUT) return post({ type, text });
  post({ type, text: text.slice(0, MAX_OUTPUT - printed) });
  notice(`… more than ${MAX_OUTPUT.toLocaleString("en")} characters: the rest is not shown`);
}

/** Unpack one archive of run/ where Python finds it. */
async function unpack(python, name) {
  const response = await fetch(`${built}${name}.tar.gz`);
  if (!response.ok) throw new Error(`${name}.tar.gz could not be loaded: HTTP ${response.status}`);
  python.unpackArchive(await response.arrayBuffer(), "gztar", { extractDir: PACKAGES });
}

/** Start Python, and post what it prints as it comes. */
async function boot() {
  status("starting Python");
  const env = { HOME: "/home/pyodide", NO_COLOR: "1" };
  const python = await loadPyodide({ indexURL: `${built}pyodide/`, env });
  for (const [type, set] of [["stdout", "setStdout"], ["stderr", "setStderr"]]) {
    const decoder = new TextDecoder();
    const write = (bytes) => (print(type, decoder.decode(bytes, { stream: true })), bytes.length);
    python[set]({ write });
  }
  python.setStdin({ stdin: () => null }); // at its end, as on the reader's machine
  await unpack(python, "course");
  const page = python.pyimport("course.run.page.python.main");
  return { python, page };
}

/** Load the archives that a block needs, each once. */
const loaded = new Set();
async function prepare({ python, page }, code) {
  for (const topic of page.topics(code).toJs().filter((name) => !loaded.has(name))) {
    status(`loading ${topic}`);
    await unpack(python, topic);
    if (topic === "dask") {
      const viz = await (await import(`${built}graphviz.js`)).instance();
      self.graphviz = (dot) => viz.renderString(dot, { format: "svg" });
    }
    status(`starting ${topic}`);
    page.start(topic);
    loaded.add(topic);
  }
}

let booted;
self.onmessage = async ({ data: { type, file, code, exercise } }) => {
  let hasStarted = false;
  try {
    const { python, page } = await (booted ??= boot());
    await prepare({ python, page }, exercise ?? code);
    status("runs in this page");
    hasStarted = true;
    printed = 0;
    const name = file.split("/").pop();
    const isCheck = type === "check";
    const work = isCheck ? page.check_exercise : page.run_block;
    const given = isCheck ? [name, code, exercise] : [name, code];
    const hasJSPI = "Suspending" in WebAssembly; // Python can wait in the middle of a call
    const line = await (hasJSPI ? work.callPromising(...given) : page.run_in_task(work, ...given));
    post({ type: "end", ok: line === 0, line: Math.max(line, 0) });
  } catch (error) {
    booted = undefined;
    loaded.clear();
    notice(hasStarted ? `${CRASHED} (${error.message})` : `${NOT_STARTED}: ${error.message}`);
    post({ type: "end", ok: false, line: 0 });
  }
};
