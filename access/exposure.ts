import type { ServiceName } from "./services";

/** One route of a public host: requests that match go to `backend`, with the matched part replaced by `rewrite`. */
export interface Route {
  readonly match: { readonly kind: "prefix" | "exact"; readonly path: string };
  readonly rewrite?: string;
  readonly backend: ServiceName;
  /** Port of the backend's Service. */
  readonly port: number;
}

/** A public host name and its routes, first match wins. */
export interface Exposure {
  readonly name: "apex" | "chat" | "console" | "tracing" | "gateway" | "media";
  readonly host: string;
  readonly routes: readonly Route[];
  readonly because: string;
}
