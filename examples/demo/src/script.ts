import type { Scene, Script } from "@thenvoi-examples/models/script.ts";
import * as z from "zod";

/** What the planner does without a model's key: asks Weather, then plans by what it heard. */
export const plannerScript: Script = ({ asked, results }) => {
  const outing = outingIn(asked);
  if (outing === undefined) return smallTalk({ asked, results });
  const { place, day } = outing;
  const heard = results.at(-1);
  if (heard === undefined)
    return {
      thinks: "A picnic stands and falls with the weather. I had better ask Weather before I promise anything.",
      uses: [{ tool: "ask_weather", input: { question: `What will the weather be like in ${place} on ${day}?` } }],
    };
  const { data } = answerBody.safeParse(readJson(heard.output));
  if (heard.failed || data === undefined) return { says: `I could not learn about the weather: ${heard.output}` };
  if (data.answer.includes("from 07:00")) return { says: `Not on ${day}. ${data.answer} Shall we say Saturday?` };
  return {
    says: `**A picnic in ${place} on ${day}.** ${data.answer}

1. **11:30** Meet at the north gate of the park
2. **12:00** Lunch by the lake: bread, cheese, lemonade
3. **15:30** Pack up, before the rain`,
  };
};

/** What the weather agent does without a model's key: looks at the forecast, a second time where it fails. */
export const weatherScript: Script = ({ asked, results }) => {
  const outing = outingIn(asked);
  if (outing === undefined) return smallTalk({ asked, results });
  const { place, day } = outing;
  const seen = results.at(-1);
  if (seen === undefined || (seen.failed && results.length < 3))
    return {
      thinks: seen === undefined ? `The forecast for ${place} will tell.` : "That failed; once more.",
      uses: [{ tool: "forecast", input: { place, day } }],
    };
  const { data } = forecastBody.safeParse(readJson(seen.output));
  if (seen.failed || data === undefined) return { says: `The forecast for ${place} can't be had: ${seen.output}` };
  return { says: `${data.highCelsius} °C in ${place} on ${day}, with rain from ${data.rainFrom}.` };
};

const answerBody = z.looseObject({ answer: z.string() });
const forecastBody = z.looseObject({ highCelsius: z.number(), rainFrom: z.string() });

/** The place and day in a text; undefined when it speaks of neither. */
function outingIn(text: string): { readonly place: string; readonly day: string } | undefined {
  const place = /(?<=\b(?:in|to|about) )(?!\p{L}+day\b)\p{Lu}\p{L}+/u.exec(text)?.[0];
  const day = /\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b/iu.exec(text)?.[0];
  if (place === undefined && day === undefined && !/picnic|weather|rain/iu.test(text)) return undefined;
  return { place: place ?? "Lyon", day: day ?? "Saturday" };
}

function smallTalk({ asked, results }: Scene): ReturnType<Script> {
  if (!/thank/iu.test(asked))
    return { says: 'I play a script, and know of picnics and weather only: "a picnic in Nice on Friday?"' };
  if (results.length > 0) return {};
  return { thinks: "A thank-you needs no answer.", uses: [{ tool: "thenvoi_no_reply", input: {} }] };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
