import type { Script } from "@thenvoi-examples/models/script.ts";

/** What the agent does without a model's key. */
export const script: Script = ({ asked, results }) => {
  if (/thanks/iu.test(asked))
    return results.length > 0
      ? {}
      : { thinks: "A thank-you needs no answer.", uses: [{ tool: "thenvoi_no_reply", input: {} }] };
  const [place = "Lyon"] = /(?<= in )\p{Lu}\p{L}+/u.exec(asked) ?? [];
  const forecast = { tool: "forecast", input: { place } };
  const last = results.at(-1);
  if (last === undefined) return { thinks: `The forecast for ${place} will tell.`, uses: [forecast] };
  if (last.failed) return { thinks: "It failed; once more.", uses: [forecast] };
  return { says: `No, it stays dry in ${place}.` };
};
