import type { Figure } from "./figure.ts";
import { aiSdk } from "./figures/ai-sdk.ts";
import { ask } from "./figures/ask.ts";
import { langchain } from "./figures/langchain.ts";
import { latency } from "./figures/latency.ts";
import { requests } from "./figures/requests.ts";
import { sandbox } from "./figures/sandbox.ts";
import { sizes } from "./figures/sizes.ts";
import { throughput } from "./figures/throughput.ts";

/** All figures, in the order they are measured and shown. */
export const figures: readonly Figure[] = [requests, latency, throughput, aiSdk, langchain, ask, sizes, sandbox];
