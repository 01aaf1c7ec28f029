// A process that gets one token: `first-token.mjs CLIENT BASE_URL`.
const [client, baseUrl] = process.argv.slice(2);
const { connect } = await import(`./clients/${client}.mjs`);
const token = await connect(baseUrl)({ key: "key", secret: "secret" });
console.log(token);
// A connection that is kept open for more calls would keep the process, too.
process.exit();
