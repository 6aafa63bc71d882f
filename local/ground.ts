import type { KindAnswers } from "./kind/answers";
import { LocalError } from "./local-error";

/**
 * What the stack of the local platform is installed on: `engines`, processes without pods; `node`, one real node in a
 * network namespace; `kind`, a cluster in containers.
 */
export const grounds = ["engines", "node", "kind"] as const;

/** One ground of the local platform. */
export type Ground = (typeof grounds)[number];

/** Environment variable with the ground of a run whose command line names none. */
export const groundVariable = "AGYN_LOCAL_GROUND";

/** What a command line says of the ground. */
export interface GroundRequest {
  /** `--node`. */
  readonly node: boolean;
  /** `--kind` and `--no-kind`; undefined where neither is given. */
  readonly kind?: boolean;
  /** `--simulated`. */
  readonly simulated: boolean;
  /** The value of AGYN_LOCAL_GROUND. */
  readonly variable?: string;
}

/** Where the stack of a state folder is already. */
export interface GroundState {
  /** A cluster that an earlier run made with kind. */
  readonly cluster: boolean;
  /** Engines of an earlier run. */
  readonly engines: boolean;
}

/** The ground of a run, and why it is that one. */
interface GroundChoice {
  readonly ground: Ground;
  readonly because: string;
}

/** No ground fits what was asked for; the message says why and what does. */
export class GroundError extends LocalError {}

/**
 * The ground of a run; `ask` when it depends on whether kind answers and `answers` are not given. Throws GroundError when
 * what was asked for cannot be.
 */
export function chooseGround(request: GroundRequest, state: GroundState, answers?: KindAnswers): GroundChoice | "ask" {
  const wanted = wantedGround(request);
  if (wanted !== undefined && wanted.ground !== "kind") return wanted;
  if (wanted === undefined && !state.cluster && state.engines) {
    return {
      ground: "engines",
      because: "the stack of this state folder is on them; --kind takes another one beside it",
    };
  }
  if (answers === undefined) return "ask";
  const { missing } = answers;
  if (missing === undefined) {
    const because = `${answers.kind} and ${answers.containerEngine} answer`;
    return { ground: "kind", because: wanted === undefined ? `${because}; --no-kind does without` : because };
  }
  if (wanted !== undefined) throw new GroundError(`kind cannot be used: ${missing}`);
  if (state.cluster) {
    throw new GroundError(
      `the stack of this state folder is on a cluster of kind, and ${missing}; --no-kind leaves it alone`,
    );
  }
  return { ground: "engines", because: missing };
}

function wantedGround(request: GroundRequest): GroundChoice | undefined {
  const { node, kind, simulated, variable } = request;
  const given: readonly (readonly [boolean, string, Ground])[] = [
    [node, "--node", "node"],
    [kind === true, "--kind", "kind"],
    [kind === false, "--no-kind", "engines"],
    [simulated, "--simulated", "engines"],
  ];
  const named = given.filter(([is]) => is);
  if (new Set(named.map(([, , ground]) => ground)).size > 1) {
    const options = named.map(([, option]) => option).join(" and ");
    throw new GroundError(`${options} ask for different grounds: give one of them`);
  }
  const [first] = named;
  if (first !== undefined) return { ground: first[2], because: `asked for with ${first[1]}` };
  if (variable === undefined || variable === "") return undefined;
  const ground = grounds.find((name) => name === variable);
  if (ground === undefined) {
    throw new GroundError(`${groundVariable}: received ${JSON.stringify(variable)}, allowed are ${grounds.join(", ")}`);
  }
  return { ground, because: `asked for with ${groundVariable}` };
}
