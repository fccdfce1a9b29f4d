import type { AnswerFault, Spoil } from "./fault.ts";

const page = "<!doctype html><html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>";
const chunkBytes = 65_536;

/** The wait between two bytes; false when the sandbox has ended meanwhile. */
type Wait = (ms: number) => Promise<boolean>;

/** The answer with what a fault makes of its body. Its effect has happened, its status stays. */
export async function spoiledAnswer(answer: Response, fault: AnswerFault, wait: Wait): Promise<Response> {
  if ("spoil" in fault) return withText(answer, fault.spoil);
  const body = new Uint8Array(await answer.arrayBuffer());
  if ("dripMs" in fault) return withBody(answer, drip(body, fault.dripMs, wait));
  if ("endless" in fault) return withBody(answer, spaces(body, Number.POSITIVE_INFINITY));
  const stream = spaces(body, fault.hugeBytes);
  if (!fault.gzip) return withBody(answer, stream);
  return withBody(answer, stream.pipeThrough(new CompressionStream("gzip")), { "content-encoding": "gzip" });
}

async function withText(answer: Response, spoil: Spoil): Promise<Response> {
  switch (spoil) {
    case "html":
      return withBody(answer, page, { "content-type": "text/html; charset=utf-8" });
    case "invalid json": {
      const whole = (await answer.text()) || '{"data":{"id":"1"}}';
      return withBody(answer, whole.slice(0, Math.ceil(whole.length / 2)));
    }
    case "empty":
      return withBody(answer, "");
    case "wrong envelope":
      return withBody(answer, '{"result":[true]}');
    default:
      return spoil satisfies never;
  }
}

/** A status that takes no body becomes 200: what is spoiled has to be there. */
function withBody(
  answer: Response,
  body: string | ReadableStream<Uint8Array<ArrayBuffer>>,
  changed: Readonly<Record<string, string>> = {},
): Response {
  const headers = new Headers(answer.headers);
  headers.delete("content-length");
  for (const [name, value] of Object.entries(changed)) headers.set(name, value);
  if (!headers.has("content-type")) headers.set("content-type", "application/json; charset=utf-8");
  return new Response(body, { status: answer.status === 204 ? 200 : answer.status, headers });
}

function drip(body: Uint8Array<ArrayBuffer>, everyMs: number, wait: Wait): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    async pull(controller) {
      if (at >= body.length || !(await wait(everyMs))) controller.close();
      else controller.enqueue(body.slice(at, ++at));
    },
  });
}

/** The body, then spaces: still the same JSON, if anybody reads to the end. */
function spaces(body: Uint8Array<ArrayBuffer>, bytes: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  const blank = new Uint8Array(chunkBytes).fill(0x20);
  let left = bytes - body.length;
  return new ReadableStream({
    start: (controller) => controller.enqueue(body),
    pull(controller) {
      if (left <= 0) {
        controller.close();
        return;
      }
      controller.enqueue(left < chunkBytes ? blank.slice(0, left) : blank.slice());
      left -= chunkBytes;
    },
  });
}
