// A Cloudflare Worker that sends a text for whoever has its password, and keeps the token in KV. One request may not wait for
// what another one began, so each has a client of its own.
// First run: npx wrangler secret put SMSWORKS_KEY, the same for SMSWORKS_SECRET and PASSWORD, and bind a KV namespace as TOKENS.
import { SmsWorks } from "smsworks-wasm";

/**
 * @typedef {object} Env
 * @property {string} SMSWORKS_KEY
 * @property {string} SMSWORKS_SECRET
 * @property {string} [SMSWORKS_BASE_URL]
 * @property {string} PASSWORD
 * @property {Namespace} TOKENS
 *
 * @typedef {object} Namespace What is used of `KVNamespace` in `@cloudflare/workers-types`.
 * @property {(key: string) => Promise<string | null>} get
 * @property {(key: string, value: string) => Promise<void>} put
 * @property {(key: string) => Promise<void>} delete
 */

export default {
  /**
   * @param {Request} request
   * @param {Env} env
   */
  async fetch(request, { SMSWORKS_KEY: key, SMSWORKS_SECRET: secret, SMSWORKS_BASE_URL: baseUrl, PASSWORD, TOKENS }) {
    // Without this, anybody could send texts from your account.
    const isAllowed = PASSWORD && request.headers.get("Authorization") === `Bearer ${PASSWORD}`;
    if (!isAllowed) return new Response(null, { status: 401 });

    /** @type {import("smsworks-wasm").TokenStore} */
    const tokenStore = {
      get: () => TOKENS.get("smsworks"),
      set: (token) => (token === null ? TOKENS.delete("smsworks") : TOKENS.put("smsworks", token)),
    };
    const sms = new SmsWorks({ baseUrl, credentials: { key, secret }, tokenStore });

    const { status } = await sms.messages.send({
      sender: "YourCompany",
      destination: "447777777777",
      content: "Your parcel is here",
    });
    return Response.json({ status });
  },
};
