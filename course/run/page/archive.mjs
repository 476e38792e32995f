// node archive.mjs STAGE: run compile.py on a stage of the build, in the Python that pages have.
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
