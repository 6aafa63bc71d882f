/** A platform workload. */
export type ServiceName = "gateway" | "tracing" | "llm-proxy";
/** A data store in the platform namespace. */
export type StoreName = "postgres";
