/** Has a worker make the calls. */
export const ask = (worker, given) =>
  new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => ("value" in data ? resolve(data.value) : reject(new Error(data.error)));
    worker.postMessage(given, [port2]);
  });
