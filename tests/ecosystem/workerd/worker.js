import * as api from "smsworks-wasm";
import { checkCalls } from "../shared/calls.mjs";
import { checkPromises } from "../shared/promises/index.mjs";

export default {
  async fetch(request) {
    try {
      const given = await request.json();
      return new Response(await (given ? checkCalls({ api, ...given }) : checkPromises(api)));
    } catch (error) {
      return new Response(error.stack, { status: 500 });
    }
  },
};
