import { readme, run } from "../../app.js";

export async function POST(request) {
  return Response.json([await readme(), await run(await request.json())]);
}
