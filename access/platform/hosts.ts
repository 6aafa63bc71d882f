import type { ServiceName } from "./services";

/** A browser-facing host of the platform. */
export type BrowserHost = "chat" | "console" | "tracing" | "gateway" | "media";

/** A host that is public only where the operator names it: nothing of the platform's own front ends needs it. */
export type OptionalHost = "llm" | "terminal" | "images";

/** Every public host; the apex of the domain carries only `/api`. */
export type HostName = BrowserHost | OptionalHost | "apex";

/** What a public host carries. */
interface HostRow {
  readonly root?: ServiceName;
  readonly api: boolean;
  readonly because: string;
}

/** Every public host: a new one is a row here, and its name a member of the union. */
export const hostTable: Readonly<Record<HostName, HostRow>> = {
  chat: { root: "chat-app", api: true, because: "The chat app, with the Gateway on its own origin." },
  console: { root: "console-app", api: true, because: "The console app, with the Gateway on its own origin." },
  tracing: { root: "tracing-app", api: true, because: "The tracing app, with the Gateway on its own origin." },
  gateway: { root: "gateway", api: false, because: "The Gateway as an endpoint of its own." },
  media: { root: "media-proxy", api: false, because: "The media proxy, which authenticates every request." },
  llm: { root: "llm-proxy", api: false, because: "The LLM proxy for clients outside of the overlay, by their tokens." },
  terminal: { root: "terminal-proxy", api: false, because: "Terminals in a browser, over WebSockets." },
  images: { root: "image-proxy", api: false, because: "The image registry, for container engines outside." },
  apex: { api: true, because: "The Gateway under a path, so that browser apps need no CORS." },
};
