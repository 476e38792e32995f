// Run code in a worker of this page, or on the reader's machine; one block at a time.
import { SERVE } from "../run.js";

const ANSWER_TIMEOUT = 10_000; // milliseconds, for a slow machine
export const GONE =
  `The server of this page has stopped: run ${SERVE} again, and open the address that it prints.`;
let worker; // started by the first Run; Stop ends it, because Python cannot be interrupted

/** Run a job in this page; `receive` gets its messages. Return the function that stops it. */
export function inPage(job, receive) {
  const isWarm = Boolean(worker);
  const script = new URL("worker.js", import.meta.url);
  const current = (worker ??= new Worker(script, { type: "module" }));
  const end = (text) => {
    clearTimeout(timer);
    current.terminate();
    if (worker !== current) return; // it was stopped, and the next one runs already
    worker = undefined;
    if (text) receive({ type: "notice", text });
    receive({ type: "end", ok: false, line: 0 });
  };
  // A warm worker answers at once. If not, the browser has ended it, for which there is no event.
  const restart = () => end("Python has stopped in this page. Press Run to start it again.");
  const timer = isWarm && setTimeout(restart, ANSWER_TIMEOUT);
  current.onmessage = ({ data }) => {
    clearTimeout(timer);
    if (worker === current) receive(data);
  };
  current.onerror = ({ message }) =>
    end(`Python has stopped in this page: ${message ?? "its files could not be loaded"}`);
  current.postMessage(job);
  return () => end("");
}

/** Run a job on the reader's machine, which `make serve` serves; return what stops it. */
export function onMachine(job, receive, token) {
  const url = new URL("../../run/live", import.meta.url);
  const socket = new WebSocket(url.href.replace(/^http/, "ws"));
  let ended;
  socket.onopen = () => socket.send(JSON.stringify({ ...job, token }));
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    ended ||= message.type === "end";
    receive(message);
  };
  socket.onclose = ({ reason }) => {
    if (ended) return;
    receive({ type: "notice", text: reason || GONE });
    receive({ type: "end", ok: false, line: 0 });
  };
  return () => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: "stop" }));
    else socket.close();
  };
}

let last = Promise.resolve();
let turns = 0; // those that have not ended

/** Do a block's work once the blocks that run already have ended. */
export function inTurn(work, onWait) {
  if (turns) onWait();
  turns += 1;
  const turn = last.then(work).finally(() => (turns -= 1));
  last = turn.catch(() => {});
  return turn;
}
