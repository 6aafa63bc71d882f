/** Seconds for which browsers insist on TLS: one year, the length that their preload lists ask for. */
export const transportSecuritySeconds = 31_536_000;

/** The response header that says so, for the host alone: the overlay's own names are left out of it. */
export const strictTransportSecurity = {
  name: "strict-transport-security",
  value: `max-age=${transportSecuritySeconds}`,
} as const;
