// Servers that share one login: the token is kept in Redis. While Redis is down, each of them logs in for itself.
// First run: npm install redis
import { once } from "node:events";
import { createClient } from "redis";
import { SmsWorks } from "smsworks-wasm";

const { SMSWORKS_KEY: key, SMSWORKS_SECRET: secret, SMSWORKS_BASE_URL: baseUrl } = process.env;
const { REDIS_URL: url = "redis://localhost:6379" } = process.env;
const TOKEN = "smsworks:token";

// While Redis is down, a command would otherwise wait for it.
const redis = createClient({ url, disableOfflineQueue: true });
redis.on("error", (error) => console.error(`Redis: ${error.message || error.code}`));
// It goes on trying to connect. The first try is waited for, whether it succeeds or not.
await Promise.race([redis.connect(), once(redis, "error")]);

/** @type {import("smsworks-wasm").TokenStore} */
const tokenStore = {
  get: () => redis.get(TOKEN).catch(() => null),
  // To remove the token must not fail in silence; to keep it may.
  set: (token) => (token === null ? redis.del(TOKEN) : redis.set(TOKEN, token).catch(() => null)),
};
const sms = new SmsWorks({ baseUrl, credentials: { key, secret }, tokenStore });

const { credits } = await sms.credits.balance();
console.log(`${credits} credits are left`);
redis.destroy();
