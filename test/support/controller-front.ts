import assert from "node:assert/strict";
import { send } from "../../local/platform/https";
import type { ContractTarget } from "./contract-api";
import { tlsFixtures } from "./contract-double";
import { type Reply, type SeenRequest, startScriptedServer } from "./provider-https";

/** Something that goes wrong between a client and its controller, with the next requests it fits. */
export interface Disturbance {
  /** HTTP method it fits; any when absent. */
  readonly method?: string;
  /** First path segment it fits, such as `services`; any when absent. */
  readonly collection?: string;
  /** How many requests it strikes; 1 when absent. */
  readonly times?: number;
  /** Happens as soon as the request arrived; nothing goes on before it is over. */
  readonly first?: (request: SeenRequest) => Promise<unknown>;
  /** The answer in place of the controller's, which sees nothing of the request. */
  readonly answer?: Reply;
  /** Closes the connection after the controller did what it was asked, without telling. */
  readonly isCut?: boolean;
}

/** One request, and what the controller answered; status 0 when the client got no answer. */
export interface Passed extends SeenRequest {
  readonly status: number;
  readonly answer: string;
}

const basePath = "/edge/management/v1";

/** A controller as its clients see it through a line that can be disturbed. */
export interface ControllerFront extends ContractTarget {
  /** Every request so far, in the order in which they were answered. */
  readonly passed: Passed[];
  /** Of several that fit, the oldest strikes. */
  disturb(disturbance: Disturbance): void;
  /** Forgets every disturbance. Fails when one never struck. */
  takeBack(): void;
  close(): Promise<void>;
}

/** Stands in front of a controller, the double or a real one, and hands every request on to it. */
export async function startControllerFront(target: ContractTarget): Promise<ControllerFront> {
  let waiting: { readonly disturbance: Disturbance; left: number }[] = [];
  const passed: Passed[] = [];

  const take = ({ method, target: path }: SeenRequest): Disturbance => {
    const [collection] = path.slice(basePath.length + 1).split(/[/?]/);
    const entry = waiting.find(
      ({ disturbance }) =>
        (disturbance.method ?? method) === method && (disturbance.collection ?? collection) === collection,
    );
    if (entry === undefined) return {};
    entry.left -= 1;
    if (entry.left === 0) waiting = waiting.filter((other) => other !== entry);
    return entry.disturbance;
  };
  const server = await startScriptedServer(async (request) => {
    const { first, answer, isCut } = take(request);
    await first?.(request);
    const reply = answer ?? (await handOn(target, request));
    passed.push({ ...request, ...(reply === "hang up" || reply === "stay silent" ? silence : textOf(reply)) });
    return isCut ? "hang up" : reply;
  });
  const takeBack = () => {
    const spared = waiting.splice(0).filter(({ disturbance, left }) => left === (disturbance.times ?? 1));
    assert.deepEqual(
      spared.map(({ disturbance }) => disturbance),
      [],
    );
  };
  const disturb = (disturbance: Disturbance) => void waiting.push({ disturbance, left: disturbance.times ?? 1 });
  const { username, password } = target;
  return { url: server.url, ca: tlsFixtures.ca, username, password, passed, disturb, takeBack, close: server.close };
}

const silence = { status: 0, answer: "" };

function textOf({ status, json, text }: Exclude<Reply, string>): Pick<Passed, "status" | "answer"> {
  return { status, answer: text ?? JSON.stringify(json) };
}

// A controller that is gone looks from here like one that hangs up.
async function handOn({ url, ca }: ContractTarget, { method, target, headers, body }: SeenRequest): Promise<Reply> {
  const kept: Record<string, string> = {};
  for (const name of ["content-type", "zt-session"]) if (headers[name]) kept[name] = String(headers[name]);
  const options = { url: url + target, authority: ca, method: method as "GET", timeout: 60_000 };
  try {
    const answer = await send({ ...options, headers: kept, body: body || undefined });
    return { status: answer.status, text: answer.body, headers: { "content-type": "application/json" } };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return "hang up";
  }
}
