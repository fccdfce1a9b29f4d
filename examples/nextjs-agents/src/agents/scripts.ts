import type { Script } from "@thenvoi-examples/models/script.ts";

/** What Trips does where there is no key for a model: looks at the trains, asks Sky, and books when it is told to. */
export const tripsScript: Script = ({ asked, results }) => {
  const place = /(?<=to )\p{Lu}\p{L}+/u.exec(asked)?.[0] ?? "Annecy";
  const last = results.at(-1);
  if (/\bbook\b/iu.test(asked)) {
    const order = { to: place, day: "Sunday", departure: "08:04", seats: 2, euros: 54 };
    if (last === undefined)
      return { thinks: "Two seats cost money, so I need a yes first.", uses: [{ tool: "book", input: order }] };
    return last.output.includes("QX7-204")
      ? { says: `Booked: two seats to ${place}, Sunday at 08:04. Your reference is QX7-204.` }
      : { says: "All right, I booked nothing." };
  }
  if (last === undefined)
    return {
      thinks: `A day in ${place} needs two things: a train that leaves early enough, and a dry sky.`,
      uses: [{ tool: "trains", input: { to: place, day: "Sunday" } }],
    };
  if (last.tool === "trains") {
    const question = `What will the weather be in ${place} on Sunday?`;
    return {
      thinks: "The trains fit. Sky knows the weather better than I do.",
      uses: [{ tool: "thenvoi_ask_peer", input: { peer: "Sky", question } }],
    };
  }
  return {
    says: `Yes, go to ${place}! Sky sees a clear Sunday, 21 °C.\n\nTake the 08:04 from Lyon, it is there at 10:06; 27 € each. Say "book it to ${place}" and I get you two seats.`,
  };
};

/** What Sky does where there is no key for a model. */
export const skyScript: Script = ({ asked, results }) => {
  const place = /(?<= in )\p{Lu}\p{L}+/u.exec(asked)?.[0] ?? "Lyon";
  if (results.length > 0) return { says: `Clear in ${place} on Sunday, 21 °C, hardly any rain.` };
  const thinks = `The forecast for ${place} will tell.`;
  return { thinks, uses: [{ tool: "forecast", input: { place, day: "Sunday" } }] };
};
