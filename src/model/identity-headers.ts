/** What a response tells those inside the edge, and nobody else: written by `render`, read by `trace` and by drills. */
export const identityHeaders = {
  /** The balancer that answered. */
  balancer: 'Evenkeel-Balancer',
  /** `address:port` of the backend; a comma-separated list, in order, when it was retried. */
  backend: 'Evenkeel-Backend',
  /** The status each of them answered with. */
  backendStatus: 'Evenkeel-Backend-Status',
  /** Seconds until each connection stood. */
  backendConnect: 'Evenkeel-Backend-Connect',
  /** Seconds until each one's response header had come. */
  backendHeader: 'Evenkeel-Backend-Header',
  /** The `id` of the request's line in the access log; the web server got it as X-Request-Id. */
  request: 'Evenkeel-Request',
} as const;
