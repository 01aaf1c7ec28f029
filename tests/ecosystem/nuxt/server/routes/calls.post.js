import { readme, run } from "../../app.js";

export default defineEventHandler(async (event) => [await readme(), await run(await readBody(event))]);
