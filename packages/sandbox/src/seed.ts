import type { World } from "./world/world.ts";

/** The person of the demo seed and of `thenvoi-sandbox -- COMMAND`. */
export const demoUser = { handle: "dana", name: "Dana Reyes", apiKey: "band_u_demo_dana" };

const demoAgents = [
  {
    slug: "planner",
    name: "Planner",
    description: "Plans outings: place, time, what to bring",
    apiKey: "band_a_demo_planner",
  },
  { slug: "weather", name: "Weather", description: "Forecasts for a place and day", apiKey: "band_a_demo_weather" },
];

/**
 * `dana` and her agents `dana/planner` and `dana/weather`, with keys that never change, so that a tool can rely on them.
 *
 * What exists already, in a data file, is left as it is.
 */
export function seedDemo(world: World): void {
  const dana = (world.accounts.byHandle(demoUser.handle) ?? world.accounts.createUser(demoUser).user).id;
  for (const { slug, ...agent } of demoAgents) {
    if (!world.accounts.byHandle(`${demoUser.handle}/${slug}`))
      world.accounts.registerAgent({ ownerId: dana, ...agent });
  }
}
