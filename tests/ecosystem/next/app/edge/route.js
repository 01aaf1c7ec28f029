import { readme, run } from "../../app.js";

export const runtime = "edge";

export async function POST(request) {
  return Response.json([await readme(), await run(await request.json())]);
}
