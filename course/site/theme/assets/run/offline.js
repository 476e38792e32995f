// The site without a network: what the first Run or Edit does for the next visit. See service-worker.js.
const PATIENCE = 10_000; // milliseconds that a Run waits for it, at most: on a network that does not answer
const worker = new URL("../../service-worker.js", import.meta.url);
let kept;

/**
 * Start the site's service worker, or its successor after a new build, and hand it what this page has loaded so far.
 * Call it before anything of run/ is fetched, and wait for it: what is fetched from then on is kept. It never fails.
 */
export function keep() {
  return (kept ??= Promise.race([start().catch(() => {}), new Promise((resolve) => setTimeout(resolve, PATIENCE))]));
}

async function start() {
  const { serviceWorker } = navigator; // there is none in some private windows, and on http:
  const found = await serviceWorker.getRegistration(worker);
  const site = await serviceWorker.register(worker, { updateViaCache: "none" });
  if (found) await site.update().catch(() => {}); // without a network, what is kept is as new as this page
  const next = site.installing ?? site.waiting;
  if (next) await activated(next);
  const ours = new Promise((resolve) => serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  site.active.postMessage([location.href, ...loaded]);
  if (!serviceWorker.controller) await ours;
}

function activated(worker) {
  return new Promise((resolve) => {
    worker.addEventListener("statechange", () => worker.state === "activated" && resolve());
  });
}
