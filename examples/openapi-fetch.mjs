// A client that was generated from a description of the API, with the token: whatever takes a `fetch` takes `sms.fetch`.
// First run: npm install openapi-fetch
import createClient from "openapi-fetch";
import { SmsWorks } from "smsworks-wasm";

const { SMSWORKS_KEY: key, SMSWORKS_SECRET: secret, SMSWORKS_BASE_URL: baseUrl } = process.env;
const sms = new SmsWorks({ baseUrl, credentials: { key, secret } });

/**
 * What openapi-typescript makes of the description, for one path.
 *
 * @typedef {{ responses: { 200: { content: { "application/json": { credits: number } } } } }} Balance
 * @typedef {{ "/credits/balance": { get: Balance } }} Paths
 */

/** @type {import("openapi-fetch").Client<Paths>} */
const api = createClient({ baseUrl: sms.baseUrl, fetch: sms.fetch });

const { data } = await api.GET("/credits/balance");
console.log(`${data?.credits} credits are left`);
