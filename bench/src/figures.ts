import type { Figure } from "./figure.ts";
import { aiSdk } from "./figures/ai-sdk.ts";
import { ask } from "./figures/ask.ts";
import { dispatch } from "./figures/dispatch.ts";
import { importing } from "./figures/import.ts";
import { langchain } from "./figures/langchain.ts";
import { latency } from "./figures/latency.ts";
import { longRun } from "./figures/long-run.ts";
import { memory } from "./figures/memory.ts";
import { recovery } from "./figures/recovery.ts";
import { requests } from "./figures/requests.ts";
import { sandbox } from "./figures/sandbox.ts";
import { sizes } from "./figures/sizes.ts";
import { startUp } from "./figures/start.ts";
import { throughput } from "./figures/throughput.ts";

/** All figures, in the order they are measured and shown. */
export const figures: readonly Figure[] = [
  importing,
  startUp,
  requests,
  latency,
  throughput,
  dispatch,
  recovery,
  memory,
  longRun,
  aiSdk,
  langchain,
  ask,
  sizes,
  sandbox,
];
