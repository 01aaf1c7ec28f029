import { ask } from "./ask.js";

const script = location.search === "?lazy" ? "lazy-service-worker.js" : "service-worker.js";

globalThis.run = async (given) => {
  await navigator.serviceWorker.register(script, { type: "module" });
  const { active } = await navigator.serviceWorker.ready;
  return ask(active, given);
};
