// Preloaded into programs that know no base URL: their API is the sandbox at SANDBOX_URL.
const API = "https://api.thesmsworks.co.uk/v1";
const { fetch } = globalThis;

globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  const { method, url, headers, signal } = request;
  if (!url.startsWith(`${API}/`)) throw new Error(`The API is not at ${url}`);
  const body = request.body ? await request.arrayBuffer() : undefined;
  return fetch(url.replace(API, process.env.SANDBOX_URL), { method, headers, body, signal });
};
