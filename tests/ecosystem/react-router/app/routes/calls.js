import { readme, run } from "../../app.js";

export const action = async ({ request }) => Response.json([await readme(), await run(await request.json())]);
