// A client made of the description alone: fetches a token, looks at it, revokes it, looks again.
import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

declare const process: { argv: string[]; exit(code: number): never };

const [baseUrl, id, secret] = process.argv.slice(2);
const client = createClient<paths>({
  baseUrl,
  headers: { Authorization: `Basic ${btoa(`${id}:${secret}`)}` },
  bodySerializer: (body) => new URLSearchParams(body as unknown as Record<string, string>),
});
const headers = { "Content-Type": "application/x-www-form-urlencoded" };

function must<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`no ${what}`);
  return value;
}

const issued = await client.POST("/token/", { headers, body: { grant_type: "client_credentials", scope: "read" } });
const token = must(issued.data, "token").access_token;
const before = must((await client.POST("/introspect/", { headers, body: { token } })).data, "introspection");
const refused = await client.POST("/token/", { headers, body: { grant_type: "refresh_token" } });
await client.POST("/revoke_token/", { headers, body: { token }, parseAs: "text" });
const after = must((await client.POST("/introspect/", { headers, body: { token } })).data, "introspection");
console.log(JSON.stringify({ before, after, refused: refused.error }));
