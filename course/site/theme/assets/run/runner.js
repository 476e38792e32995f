// The two that run code: a worker of this page, and the reader's machine. One block runs at a time, the next one waits.
const PATIENCE = 10_000; // milliseconds: a slow machine's
let worker; // started by the first Run; ended by Stop, for only that ends Python

/** Run a job in this page; return what stops it. */
export function inPage(job, tell) {
  const before = worker;
  const mine = (worker ??= new Worker(new URL("worker.js", import.meta.url), { type: "module" }));
  const end = (text) => {
    clearTimeout(silent);
    mine.terminate();
    if (worker !== mine) return; // last words of one that was stopped: the next one runs already
    worker = undefined;
    if (text) tell({ type: "stderr", text });
    tell({ type: "end", ok: false, line: 0 });
  };
  // One that has run before answers at once; if not, the browser has ended it, which no event tells.
  const silent = before && setTimeout(() => end("Python has ended here: Run starts it again\n"), PATIENCE);
  mine.onmessage = ({ data }) => {
    clearTimeout(silent);
    if (worker === mine) tell(data);
  };
  mine.onerror = ({ message }) => end(`Python has ended here: ${message ?? "its files did not load"}\n`);
  mine.postMessage(job);
  return () => end("");
}

/** Run a job on the reader's machine, which `make live` serves; return what stops it. */
export function onMachine(job, tell, token) {
  const socket = new WebSocket(new URL("../../run/live", import.meta.url).href.replace(/^http/, "ws"));
  let ended = false;
  socket.onopen = () => socket.send(JSON.stringify({ ...job, token }));
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    ended ||= message.type === "end";
    tell(message);
  };
  socket.onclose = ({ reason }) => {
    if (ended) return;
    tell({ type: "stderr", text: `${reason || "Nothing serves this page any more: run make live again, and take its address."}\n` });
    tell({ type: "end", ok: false, line: 0 });
  };
  return () => (socket.readyState === WebSocket.OPEN ? socket.send(JSON.stringify({ type: "stop" })) : socket.close());
}

let last = Promise.resolve();

/** Take turns: resolve when it is this one's, with the function that gives the turn on. */
export async function turn(waits) {
  const before = last;
  let next;
  last = new Promise((resolve) => (next = resolve));
  let free = false;
  before.then(() => (free = true));
  await Promise.resolve();
  await Promise.resolve();
  if (!free) waits();
  await before;
  return next;
}
