// A process that makes calls as its parent asks: `calls.mjs CLIENT BASE_URL`. It answers with the microseconds that one took.
import { credentials, reply } from "./contenders.mjs";

const [client, baseUrl] = process.argv.slice(2);
const { connect } = await import(`./clients/${client}.mjs`);
const stub = async () => new Response(reply, { status: 200, headers: { "content-type": "application/json" } });

const makeCall = {
  stub: () => withCredentials(connect("https://api.example/v1", stub)),
  alone: () => withCredentials(connect(baseUrl)),
  together: () => withCredentials(connect(baseUrl)),
  authorization: async () => {
    const { SmsWorks } = await import("smsworks-wasm");
    const sms = new SmsWorks({ credentials, fetch: stub });
    return () => sms.authorization();
  },
};
const withCredentials = (login) => () => login(credentials);

/** The calls, made ready when they are first asked for. */
const calls = {};

process.on("message", async ({ measure, count }) => {
  const call = (calls[measure] ??= await makeCall[measure]());
  const lanes = measure === "together" ? 64 : 1;
  const lane = async () => {
    for (let i = 0; i < count / lanes; i++) await call();
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: lanes }, lane));
  const end = performance.now();
  process.send(((end - start) * 1000) / count);
});
process.on("disconnect", () => process.exit());
