import * as api from "smsworks-wasm";
import { checkCalls } from "../shared/calls.mjs";

export default {
  async fetch(request) {
    try {
      return new Response(await checkCalls({ api, ...(await request.json()) }));
    } catch (error) {
      return new Response(error.stack, { status: 500 });
    }
  },
};
