// Prepare the site for a visit without a network, at the first Run or Edit. See service-worker.js.
import { isLocal } from "../run.js";

const START_TIMEOUT = 10_000; // milliseconds that a Run waits at most, on a network without answer
const worker = new URL("../../service-worker.js", import.meta.url);
let prepared;

/**
 * Start the site's service worker, or its successor after a new build, and send it the addresses
 * that this page has loaded. Wait for it before anything of run/ is fetched: the worker stores what
 * is fetched from then on. It never fails. The reader's own machine is there without a network.
 */
export async function prepareOffline() {
  if (isLocal) return;
  const timeout = new Promise((resolve) => setTimeout(resolve, START_TIMEOUT));
  await (prepared ??= Promise.race([start().catch(() => {}), timeout]));
}

async function start() {
  const { serviceWorker } = navigator; // missing in some private windows, and on http:
  const found = await serviceWorker.getRegistration(worker);
  const site = await serviceWorker.register(worker, { updateViaCache: "none" });
  if (found) await site.update().catch(() => {}); // fails without a network
  const next = site.installing ?? site.waiting;
  const activated = (resolve) =>
    next.addEventListener("statechange", () => next.state === "activated" && resolve());
  if (next) await new Promise(activated);
  const controlled = new Promise((resolve) =>
    serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  site.active.postMessage([location.href, ...loaded]);
  if (!serviceWorker.controller) await controlled;
}
