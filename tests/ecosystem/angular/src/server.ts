import { AngularAppEngine } from "@angular/ssr";
import { file, serve } from "../../shared/serve.mjs";
import { readme, run } from "../app.js";

const engine = new AngularAppEngine({ allowedHosts: ["127.0.0.1"] });
const { url } = await serve(async (request: Request, path: string) => {
  if (path === "/calls") return Response.json([await readme(), await run(await request.json())]);
  return (await engine.handle(request)) ?? file("dist/browser", path);
});
console.log(url);
