/** More than this is not read: the largest honest page is far smaller. Bytes, after decompression. */
export const largestBody = 5 * 1024 * 1024;

/** An answer went on past {@link largestBody}; reading it again would end the same way. */
export class OversizedBody extends Error {
  override readonly name = "OversizedBody";
}

/** The text of an answer, read no further than {@link largestBody}. The connection is given up when there is more. */
export async function readText(response: Response): Promise<string> {
  if (!response.body) return "";
  if (isAnnouncedSmall(response.headers)) return response.text();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  // Leaving the loop by a throw cancels the stream.
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > largestBody) throw new OversizedBody(`the answer is larger than ${largestBody} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Whether the answer can't be too large, because it told its size, and nothing is to be unpacked. HTTP holds it to that. */
function isAnnouncedSmall(headers: Headers): boolean {
  const length = headers.get("content-length");
  return length !== null && Number(length) <= largestBody && !headers.has("content-encoding");
}
