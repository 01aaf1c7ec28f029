import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import test from "node:test";
import { createSandbox } from "smsworks-wasm/sandbox";
import { both, CUSTOMER, PAIR } from "./both.mjs";

const LIMIT = 1024 * 1024;
const SEEDED = { customers: [PAIR] };

for (const base of ["https://api.thesmsworks.co.uk/v1", "http://127.0.0.1:1234", "http://x/any/base/v1", "http://x/"]) {
  test(`any base URL will do: ${base}`, async () => {
    const { fetch } = createSandbox();
    assert.equal((await fetch(`${base}/auth/getApiKey?customerid=${CUSTOMER}`)).status, 201);
  });
}

for (const path of ["/", "/auth", "/auth/getApiKey/more", "/xauth/token", "/auth/tokens", "/AUTH/TOKEN"]) {
  both(`an unknown path is 404: ${path}`, async ({ ask }) => {
    const response = await ask(path);
    assert.equal(response.status, 404);
    assert.equal((await response.json()).errorCode, 404);
  });
}

for (const [method, path, allow] of [
  ["POST", "/auth/getApiKey", "GET, OPTIONS"],
  ["GET", "/auth/token", "POST, OPTIONS"],
  ["DELETE", "/auth/token", "POST, OPTIONS"],
]) {
  both(`${method} ${path} is 405 and says what is allowed`, async ({ ask }) => {
    const response = await ask(path, { method });
    assert.equal(response.status, 405);
    assert.equal(response.headers.get("allow"), allow);
    assert.equal((await response.json()).errorCode, 405);
  });
}

both("HEAD is 405 and has no body", async ({ ask }) => {
  const response = await ask(`/auth/getApiKey?customerid=${CUSTOMER}`, { method: "HEAD" });
  assert.equal(response.status, 405);
  assert.equal(response.headers.get("allow"), "GET, OPTIONS");
  assert.equal(await response.text(), "");
});

both("a preflight is answered for any origin, with 204 and no body", async ({ ask }) => {
  const response = await ask("/auth/token", {
    method: "OPTIONS",
    headers: { "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type" },
  });
  assert.equal(response.status, 204);
  assert.equal(await response.text(), "");
  const header = (name) => response.headers.get(`access-control-${name}`);
  assert.equal(header("allow-origin"), "*");
  assert.equal(header("allow-methods"), "GET, POST, DELETE, OPTIONS");
  // The asterisk is for those of the option `headers`, and stands for all but Authorization (WHATWG Fetch, 3.3.4).
  assert.equal(header("allow-headers"), "Content-Type, Accept, Authorization, *");
  assert.match(header("max-age"), /^\d+$/);
});

both(
  "every answer lets a page of any origin read it and its Retry-After",
  async ({ sandbox, ask, keySecret, login }) => {
    sandbox.fail({ operation: "login", status: 503 });
    for (const response of await Promise.all([keySecret(), keySecret("x"), login({}), ask("/x"), ask("/auth/token")])) {
      assert.equal(response.headers.get("access-control-allow-origin"), "*");
      assert.equal(response.headers.get("access-control-expose-headers"), "Retry-After");
      await response.text();
    }
  },
);

both(
  "the body of a login is taken up to 1 MiB, and a larger one is 413",
  async ({ login }) => {
    const { key, secret } = PAIR;
    const sized = (size) => {
      const empty = JSON.stringify({ key, secret, pad: "" }).length;
      return { key, secret, pad: "x".repeat(size - empty) };
    };
    assert.equal((await login(sized(LIMIT))).status, 200);
    for (const size of [LIMIT + 1, 8 * LIMIT]) {
      const response = await login(sized(size));
      assert.equal(response.status, 413);
      assert.equal((await response.json()).errorCode, 413);
    }
    assert.equal((await login(PAIR)).status, 200);
  },
  SEEDED,
);

for (const [what, size, status] of [
  ["64 MiB", 64 * LIMIT, 400],
  ["a byte more", 64 * LIMIT + 1, 413],
]) {
  test(`what needs a token has room for a batch: ${what} of no JSON is ${status}`, async () => {
    const { fetch } = createSandbox(SEEDED);
    const ask = (path, body, Authorization = "") =>
      fetch(`https://api.test${path}`, { method: "POST", body, headers: { Authorization } });
    const { token } = await (await ask("/auth/token", JSON.stringify(PAIR))).json();
    assert.equal((await ask("/batch/any", new Uint8Array(size), token)).status, status);
  });
}

for (const [method, path, status] of [
  ["GET", "//", 404],
  ["GET", "http://[", 404],
  ["TRACE", "/auth/token", 405],
]) {
  test(`a server answers what a Request cannot say: ${method} ${path}`, async (t) => {
    const server = await createSandbox().listen();
    t.after(() => server.close());
    const request = http.request({ host: "127.0.0.1", port: new URL(server.url).port, method, path }).end();
    const [response] = await once(request, "response");
    assert.equal(response.statusCode, status);
    response.resume();
  });
}

test("a server takes a GET with a body", async (t) => {
  const server = await createSandbox().listen();
  t.after(() => server.close());
  const request = http.request(`${server.url}/auth/getApiKey?customerid=${CUSTOMER}`, {
    headers: { "Content-Length": 2 },
  });
  request.end("{}");
  const [response] = await once(request, "response");
  assert.equal(response.statusCode, 201);
  response.resume();
});
