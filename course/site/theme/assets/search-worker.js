/* Start Material's search worker, with the whole index, when the first query comes.

   Until then this worker stands in for it; then it passes messages on: course/site/search.py. */
const [SETUP, READY, QUERY] = [0, 1, 2]; // Material's types of messages
let setup; // the first message: how to search; its index is empty
let material; // a promise of Material's worker

onmessage = async ({ data: message }) => {
  if (message.type === SETUP) {
    setup = message;
    postMessage({ type: READY });
  } else if (material || (message.type === QUERY && message.data)) {
    material ??= start();
    (await material).postMessage(message);
  }
};

async function start() {
  const index = await (await fetch(new URL("../search/pages.json", location))).json();
  const worker = new Worker(new URLSearchParams(location.search).get("material"));
  worker.postMessage({ ...setup, data: { ...setup.data, ...index } });
  return new Promise((resolve) => {
    worker.onmessage = ({ data }) => (data.type === READY ? resolve(worker) : postMessage(data));
  });
}
