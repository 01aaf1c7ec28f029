import { readme, run } from "../calls.js";

export async function POST(request) {
  return Response.json([await readme(), await run(await request.json())]);
}
