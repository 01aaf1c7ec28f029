import { ask } from "./ask.js";

globalThis.run = async (given) => {
  await navigator.serviceWorker.register("service-worker.js", { type: "module" });
  const { active } = await navigator.serviceWorker.ready;
  return ask(active, given);
};
