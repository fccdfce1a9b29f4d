import type { RoomHandle, Sandbox } from "../../../src/index.ts";
import { Voice } from "./voice.ts";

const plan = `Saturday looks **dry until four**, so here is the plan:

1. Meet at the north gate at *11:30*
2. Picnic by the lake, blankets and the small table
3. Pack up at \`15:30\`, before the rain

| who | brings |
|---|---|
| Dana | bread, cheese |
| Miguel | lemonade |

The forecast came from [the weather service](https://example.org/lyon).`;

/** A room in which much has happened: everything a timeline can show, in a likely story. */
export async function picnic(sandbox: Sandbox): Promise<RoomHandle> {
  const room = await sandbox.room({
    users: ["dana", "miguel"],
    agents: ["planner", "weather"],
    title: "Picnic on Saturday",
  });
  const dana = sandbox.as("dana");
  const planner = new Voice(sandbox, "planner", room);
  const weather = new Voice(sandbox, "weather", room);
  const idOf = (handle: string): string =>
    [...sandbox.users, ...sandbox.agents].find((each) => each.handle === handle)?.id ?? "";

  const asked = await dana.say(room, "@planner can you plan a picnic in Lyon for Saturday? We are six people.");
  await planner.mark(asked.id, "processing");
  await planner.working(true);
  await planner.thought(
    "A picnic stands and falls with the weather. I should ask Weather before I promise a time and a place.",
  );
  await planner.toolCall("call_1", "ask_weather", { question: "Will it rain in Lyon on Saturday?" });
  const question = await planner.say("@dana/weather Will it rain in Lyon on Saturday?", idOf("dana/weather"));
  await weather.mark(question, "processing");
  await weather.working(true);
  await weather.thought("Two sources: the first one is often down.");
  await weather.toolCall("call_a", "get_forecast", { city: "Lyon", days: 2, source: "north" });
  await weather.toolResult("call_a", "get_forecast", "Timeout after 5 s: forecast-north did not answer", {
    isError: true,
  });
  await weather.toolCall("call_b", "get_forecast", { city: "Lyon", days: 2, source: "south" });
  await weather.toolResult("call_b", "get_forecast", { saturday: { rainFrom: "16:00", high: 24 }, wind: "light" });
  await weather.say("@dana/planner Dry and 24 °C on Saturday, rain from four in the afternoon.", idOf("dana/planner"));
  await weather.working(false);
  await weather.mark(question, "processed");
  await planner.toolResult("call_1", "ask_weather", "Dry and 24 °C on Saturday, rain from four in the afternoon.");
  await planner.say(`@dana ${plan}`, idOf("dana"));
  await planner.working(false);
  await planner.mark(asked.id, "processed");

  const booking = await dana.say(room, "@planner lovely. Book the boat for 14:00, please.");
  await planner.mark(booking.id, "processing");
  await planner.mark(booking.id, "failed", "HTTP 503 from boats.example");
  await planner.mark(booking.id, "processing");
  await planner.error("Error: the boat service is not reachable at the moment, trying once more.");
  await planner.working(true);
  await planner.attention(
    'May I use the tool `book_boat` with exactly this input?\n```json\n{ "boat": "Mouette", "at": "14:00", "hours": 1, "price": "35 €" }\n```\nAnswer "yes" to allow it.',
    { kind: "question", blocking: true },
  );
  await planner.toolCall("call_2", "hold_boat", { boat: "Mouette", minutes: 10 });
  return room;
}
