// node archive.mjs STAGE: Pyodide imports what a topic's warm-up imports, and compiles it, as only its own Python can.
// STAGE holds the topic's packages, what they need (needs/), our own (course/) and warm.py.
import { readFileSync } from "node:fs";
import { loadPyodide } from "pyodide";

const [stage] = process.argv.slice(2);
const python = await loadPyodide();
python.FS.mkdirTree("/stage");
python.mountNodeFS("/stage", stage);
python.setStderr({ batched: () => {} }); // the warm-up's own log
try {
  await python.runPythonAsync(readFileSync(new URL("compile.py", import.meta.url), "utf8"));
} catch (error) {
  console.error(error.message); // Node would print the whole of Pyodide before it
  process.exit(1);
}
