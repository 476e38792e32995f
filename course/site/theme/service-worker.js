/* Keep what has been read and run here, so that it works without a network. The first Run or Edit
   registers this worker (assets/run/offline.js).

   Pages and their styles come from the network if there is one, else from the last visit. What runs
   Python is big and changes only with a build: it is fetched once and stored under that build's
   name. A new build changes this file, so browsers start it, and it deletes the old one's store.

   On the reader's own machine a site needs no worker, and its port may belong to another program
   tomorrow: there, this one ends itself and what an older build has left. */
const BUILD = "{{ build }}"; // course/site/offline.py writes it
const RUN = `run ${BUILD} ${registration.scope}`;
const PAGES = `pages ${registration.scope}`; // sites below the same host have caches of their own
const NETWORK_TIMEOUT = 4000; // milliseconds, if there is an older copy of a page
const run = new URL("run/", registration.scope).href;
const isLocal = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(location.hostname); // as in run.js

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(isLocal ? leave() : activate()));
if (!isLocal) addEventListener("message", (event) => event.waitUntil(store(event.data)));
if (!isLocal) addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  if (method !== "GET" || !url.startsWith(registration.scope)) return;
  const isBuilt = url.startsWith(run) && mode !== "navigate";
  event.respondWith(isBuilt ? fromBuild(event) : fromNetwork(event));
});

/** Delete the stores of this site that are not kept, and take over the pages that are open. */
async function activate(kept = [RUN, PAGES]) {
  const isOld = (name) => name.endsWith(` ${registration.scope}`) && !kept.includes(name);
  const names = await caches.keys();
  await Promise.all(names.filter(isOld).map((name) => caches.delete(name)));
  await clients.claim();
}

async function leave() {
  await activate([]);
  await registration.unregister();
}

/** Store what a page had loaded before this worker controlled it. */
async function store(urls) {
  await clients.claim(); // a forced reload has taken the page out of this worker's control
  const own = urls.filter((url) => url.startsWith(registration.scope));
  await Promise.allSettled(own.map(async (url) => { // what fails is fetched when it is needed
    const [name, cache] = url.startsWith(run) ? [RUN, "no-cache"] : [PAGES, "default"];
    if (name === RUN && (await stored(name, url))) return;
    await put(name, url, await fetch(url, { cache }));
  }));
}

/** Return a part of a build: stored, else the server's, never an older one of the HTTP cache. */
async function fromBuild(event) {
  const { request } = event;
  const known = await stored(RUN, request.url);
  if (known) return known;
  const answer = await fetch(request, { cache: "no-cache" });
  event.waitUntil(put(RUN, request.url, answer.clone()));
  return answer;
}

/** Return the network's answer; that of the last visit if there is none, or not in time. */
async function fromNetwork(event) {
  const { request } = event;
  const known = stored(PAGES, request.url);
  const asked = fetch(request);
  event.waitUntil(asked.then((answer) => put(PAGES, request.url, answer.clone()), () => {}));
  const late = new Promise((resolve) => setTimeout(resolve, NETWORK_TIMEOUT)).then(() => known);
  try {
    return (await Promise.race([asked, late])) ?? (await asked);
  } catch (error) {
    const answer = await known;
    if (!answer) throw error;
    return answer;
  }
}

/** Return an address without query and fragment: a deck is the same file with ?print-pdf. */
const bare = (url) => url.replace(/[?#].*$/, "");

async function stored(name, url) {
  return (await caches.open(name)).match(bare(url), { ignoreVary: true });
}

/** Store a whole answer; a browser that has no room still shows it. */
async function put(name, url, answer) {
  if (answer.status !== 200 || answer.type !== "basic") return;
  await (await caches.open(name)).put(bare(url), answer).catch(() => {});
}
