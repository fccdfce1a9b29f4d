import type { Figure } from "./figure.ts";
import { latency } from "./figures/latency.ts";
import { requests } from "./figures/requests.ts";
import { throughput } from "./figures/throughput.ts";

/** All figures, in the order they are measured and shown. */
export const figures: readonly Figure[] = [requests, latency, throughput];
