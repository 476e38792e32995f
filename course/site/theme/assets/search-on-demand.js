/* The search's index and its worker are fetched when somebody searches, not with every page: the index grows with the
   course, and outgrows its pages. Material asks for both at once. So the index's request is held back until the search
   field is used, and the worker starts with the first message, which brings it the index. */
const { open, send } = XMLHttpRequest.prototype;
const waiting = new WeakSet();

XMLHttpRequest.prototype.open = function (method, url, ...rest) {
  if (url.endsWith("/search_index.json")) waiting.add(this);
  return open.call(this, method, url, ...rest);
};
XMLHttpRequest.prototype.send = function (body) {
  const go = () => send.call(this, body);
  if (!waiting.has(this) || new URLSearchParams(location.search).has("q")) return go();
  document.forms.search.query.addEventListener("focus", go, { once: true });
};

class Search extends EventTarget {
  constructor(start) {
    super();
    this.start = start;
  }

  postMessage(message) {
    if (!this.worker) {
      this.worker = this.start();
      this.worker.onmessage = ({ data }) => this.dispatchEvent(new MessageEvent("message", { data }));
    }
    this.worker.postMessage(message);
  }
}
globalThis.Worker = new Proxy(Worker, {
  construct: (Started, [url, ...rest]) =>
    `${url}`.includes("/workers/search.") ? new Search(() => new Started(url)) : new Started(url, ...rest),
});
