import type { Script } from "@thenvoi-examples/models/script.ts";

/** What the agent does without a model's key. */
export const script: Script = ({ asked, results }) => {
  const has = (name: string): boolean => results.some(({ tool, failed }) => tool.endsWith(name) && !failed);
  if (/thanks/iu.test(asked))
    return has("no_reply")
      ? {}
      : { thinks: "A thank-you needs no answer.", uses: [{ tool: "thenvoi_no_reply", input: {} }] };
  const [place = "Annecy"] = /(?<=to )\p{Lu}\p{L}+/u.exec(asked) ?? [];
  const forecast = { tool: "forecast", input: { place, day: "Sunday" } };
  if (!has("trains"))
    return {
      thinks: `A day in ${place}: it depends on the weather, and on a train that leaves early enough.`,
      says: "I look at the weather and the trains.",
      uses: [forecast, { tool: "trains", input: { to: place, day: "Sunday" } }],
    };
  if (!has("forecast")) return { thinks: "The forecast failed; once more.", uses: [forecast] };
  return {
    says: `Yes. On Sunday it is clear in ${place}, 21 °C, and hardly any rain. Take the train at 08:04; it is there at 10:06.`,
  };
};
