/**
 * Upper bounds of what the latency histograms count, in seconds, rising; a last bucket without a bound follows. Requests are timed in whole
 * milliseconds by NGINX, so that nothing below one of them is told apart. Other bounds begin other counters: Prometheus would
 * add up what does not belong together, so a change of this list is a change of the metrics' names.
 */
export const latencyBounds = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10] as const;
