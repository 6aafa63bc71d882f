import * as pulumi from "@pulumi/pulumi";
import type { Registration, Run } from "./registrations";

/** The engine's side of a registration or a reading, as far as it is of interest. */
interface Request {
  getType(): string;
  getName(): string;
  getDependenciesList(): readonly string[];
  getProvider(): string;
}

type Method = (request: Request, callback: unknown) => unknown;
type Monitor = Record<"registerResource" | "readResource", Method>;

/**
 * Writes down what the engine is told that each resource waits for, by `type::name`. Mocks hand over the inputs alone.
 * Call it after the mocks are set.
 */
export function recordDependencies(): ReadonlyMap<string, readonly string[]> {
  const waits = new Map<string, readonly string[]>();
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  for (const name of ["registerResource", "readResource"] as const) {
    const original = monitor[name].bind(monitor);
    monitor[name] = (request, callback) => {
      const urns = [...request.getDependenciesList(), request.getProvider()].filter((urn) => urn !== "");
      waits.set(`${request.getType()}::${request.getName()}`, urns.map(typeAndName));
      return original(request, callback);
    };
  }
  return waits;
}

// urn:pulumi:<stack>::<project>::<parents' types>$<type>::<name>; a provider's has its id behind.
function typeAndName(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  return `${types.slice(types.lastIndexOf("$") + 1)}::${name}`;
}

/** Everything that has to be there before a registration, near or far. */
export function waitsOf({ registrations }: Run, { dependencies }: Registration): readonly Registration[] {
  const known = new Map(registrations.map((one) => [`${one.type}::${one.name}`, one]));
  const found = new Set<Registration>();
  for (const open = [...dependencies]; open.length > 0;) {
    const next = known.get(open.pop() ?? "");
    if (next === undefined || found.has(next)) continue;
    found.add(next);
    open.push(...next.dependencies);
  }
  return [...found];
}
