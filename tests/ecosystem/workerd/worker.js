import * as api from "smsworks-wasm";
import { checkCalls } from "../shared/calls.mjs";
import { checkFaults } from "../shared/faults/check.mjs";
import { checkPromises } from "../shared/promises/index.mjs";

export default {
  async fetch(request) {
    try {
      const given = await request.json();
      if (given?.cells) return Response.json(await checkFaults(api, given));
      return new Response(await (given ? checkCalls({ api, ...given }) : checkPromises(api)));
    } catch (error) {
      return new Response(error.stack, { status: 500 });
    }
  },
};
