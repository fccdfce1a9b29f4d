import { type IncomingMessage, request } from "node:http";
import type { Opening } from "./replayed-client.ts";

/** Sends an HTTP request as it was recorded, upgrade or not, and gives the answer. */
export async function plainRequest(
  url: string,
  options: { readonly method: string; readonly headers: Readonly<Record<string, string>> },
): Promise<Opening> {
  const sent = request(url, { method: options.method, headers: { ...options.headers } });
  sent.end();
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once("error", reject).once("response", resolve);
    sent.once("upgrade", (answer, socket) => {
      socket.destroy();
      resolve(answer);
    });
  });
  const chunks: Buffer[] = [];
  if (response.statusCode !== 101) for await (const chunk of response) chunks.push(Buffer.from(chunk));
  const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
  return { status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks).toString() };
}
