import fc from "fast-check";

const refs = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<unknown>("1", "2", null) },
  { weight: 1, arbitrary: fc.oneof(fc.constantFrom<unknown>(1, 1.5, "", {}, [], { a: [1] }), fc.jsonValue()) },
);

const events = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom<unknown>("phx_join", "phx_join", "phx_leave", "heartbeat") },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>(
      "phx_reply",
      "phx_close",
      "phx_error",
      "message_created",
      "ping",
      "",
      5,
      null,
      {},
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme" }) },
);

const payloads = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom<unknown>({}, null, "text", [], { token: "x" }) },
  { weight: 4, arbitrary: fc.jsonValue({ depthSize: "medium" }) },
  { weight: 1, arbitrary: fc.nat({ max: 200_000 }).map((length) => "ß".repeat(length)) },
);

const nested = fc.constantFrom(900, 5_000, 200_000).map((depth) => "[".repeat(depth) + "]".repeat(depth));

/** What a client may send on a socket, from the orderly to the absurd; text as a string, a binary frame as a buffer. */
export function anyMessage(topics: readonly string[]): fc.Arbitrary<string | Buffer> {
  const topic = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom<unknown>(...topics) },
    {
      weight: 1,
      arbitrary: fc.oneof(
        fc.constantFrom<unknown>(
          "phoenix",
          "chat_room",
          "chat_room:",
          "nothing:1",
          "__proto__",
          "constructor",
          5,
          null,
          {},
        ),
        fc.string(),
      ),
    },
  );
  const frame = fc.tuple(refs, refs, topic, events, payloads).map((parts) => JSON.stringify(parts));
  const wrongLength = fc.array(fc.jsonValue(), { maxLength: 9 }).map((parts) => JSON.stringify(parts));
  const mutated = fc
    .tuple(frame, fc.nat(), fc.nat({ max: 3 }), fc.string({ maxLength: 3 }))
    .map(([text, at, removed, added]) => {
      const start = at % (text.length + 1);
      return text.slice(0, start) + added + text.slice(start + removed);
    });
  const deep = nested.map((value) => `["1","1",${JSON.stringify(topics[0])},"phx_join",${value}]`);
  const binaryPush = fc
    .tuple(
      fc.constantFrom("1", ""),
      fc.constantFrom("2", ""),
      fc.constantFrom(...topics, "phoenix"),
      fc.constantFrom("phx_join", "phx_leave", "heartbeat", "bin"),
      fc.uint8Array(),
    )
    .map(([joinRef, ref, name, event, data]) => {
      const texts = [joinRef, ref, name, event].map((text) => Buffer.from(text));
      return Buffer.concat([Buffer.from([0, ...texts.map(({ length }) => length)]), ...texts, data]);
    });
  return fc.oneof(
    { weight: 40, arbitrary: frame },
    { weight: 3, arbitrary: mutated.map((text) => text.toWellFormed()) },
    { weight: 2, arbitrary: binaryPush },
    {
      weight: 1,
      arbitrary: fc.oneof(wrongLength, fc.json(), fc.string(), fc.constantFrom("", "[]", "null", "{}", "[[")),
    },
    { weight: 1, arbitrary: deep },
    { weight: 1, arbitrary: fc.uint8Array().map((bytes) => Buffer.from(bytes)) },
  );
}
