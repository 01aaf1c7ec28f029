import { answer } from "./answer.js";
import * as api from "./smsworks-wasm/index.js";

answer(api);
