/* Under `make serve`: say what is still being made, and show an edit as soon as it is built. */
import { make, SERVE } from "./run.js";

const RECONNECT_MS = 1000;
const address = new URL("../run/news", import.meta.url).href.replace(/^http/, "ws");
const line = make("aside", { className: "news", hidden: true });
line.setAttribute("role", "status");
document.body.append(line);

const own = () => document.querySelector("meta[name=course-build]").content;
const isInUse = () => document.querySelector(".run-editing, .run-output");

function connect() {
  const socket = new WebSocket(address);
  socket.onmessage = ({ data }) => show(JSON.parse(data));
  socket.onclose = () => {
    say(`The server has stopped. Run ${SERVE} again, and open the address that it prints.`);
    setTimeout(connect, RECONNECT_MS);
  };
}

function show({ build, coming = [], failed = [] }) {
  const waits = [...document.querySelectorAll("[data-coming]")];
  const hasCome = waits.some((each) => !coming.includes(each.dataset.coming)) && !failed.length;
  const isNew = (build && String(build) !== own()) || hasCome;
  if (isNew && !isInUse()) return location.reload();
  const what = coming.length ? `Still being made: ${coming.join(", ")}.` : "";
  say([...failed, what].filter(Boolean).join(" · "));
  if (!isNew) return;
  const again = make("button", { type: "button", onclick: () => location.reload() }, "Show it");
  line.append(" This page has changed. ", again);
  line.hidden = false;
}

function say(text) {
  line.textContent = text;
  line.hidden = !text;
}

connect();
