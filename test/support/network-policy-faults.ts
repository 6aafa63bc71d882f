import { groupBy } from "../../access/model/group-by";
import type { Manifest } from "../../access/render/manifest";
import { NetworkPolicyEvaluator, typesOf, type BlockReading, type Verdict } from "./network-policy-evaluator";
import { findDifferences, readings, type Row } from "./network-policy-matrix";
import type { Place } from "./network-policy-world";
import type { Mutant } from "./network-policy-mutations";

const directions = ["ingress", "egress"] as const;

interface Spec {
  readonly policyTypes?: readonly string[];
  readonly ingress?: readonly object[];
  readonly egress?: readonly object[];
}

/**
 * What the matrix cannot see because other policies cover it, or that one network takes otherwise than another: types
 * that are not written out, or not those of the rules; ports by name; a peer list that is there and empty.
 */
export function findShapeFaults({ metadata, spec }: Manifest): readonly string[] {
  const name = `${metadata.namespace}/${metadata.name}`;
  const { policyTypes, ingress, egress } = spec as Spec;
  const ruled = [...(ingress === undefined ? [] : ["Ingress"]), ...(egress === undefined ? [] : ["Egress"])];
  const wanted = ruled.length === 0 ? ["Ingress", "Egress"] : ruled;
  const text = JSON.stringify(spec);
  return [
    ...(policyTypes === undefined ? [`${name}: no policyTypes`] : []),
    ...(typesOf(spec).join() === wanted.join() ? [] : [`${name}: types ${typesOf(spec).join()}`]),
    ...(/"port":"/.test(text) ? [`${name}: a port by name`] : []),
    ...(/"(from|to|ports|ingress|egress)":\[\]/.test(text) ? [`${name}: an empty list`] : []),
  ];
}

/** Managed pods that the policies without rules, alone, leave open: other policies must not be what closes them. */
export function findUnclosed(policies: readonly Manifest[], places: readonly Place[], managed: readonly string[]) {
  const denies = policies.filter(({ spec }) => spec.ingress === undefined && spec.egress === undefined);
  const evaluator = new NetworkPolicyEvaluator({ policies: denies, namespaces: {}, reading: "outside" });
  return places
    .filter(({ pod }) => pod !== undefined && managed.includes(pod.namespace))
    .flatMap((place) =>
      directions.filter((end) => !evaluator.isolates(place, end)).map((end) => `${place.name}: ${end} is not closed`),
    );
}

/** Judges mutants where they can make a difference: at the ends whose pods the mutated policy selects. */
export class MutationJudge {
  private readonly leaving: ReadonlyMap<string, readonly Row[]>;
  private readonly selected = new WeakMap<Manifest, readonly string[]>();
  private readonly arriving: ReadonlyMap<string, readonly Row[]>;

  constructor(
    private readonly policies: readonly Manifest[],
    rows: readonly Row[],
    private readonly places: readonly Place[],
    private readonly managed: readonly string[],
  ) {
    this.leaving = groupBy(rows, ([{ from }]) => from.name);
    this.arriving = groupBy(rows, ([{ to }]) => to.name);
  }

  /** What notices the mutant, or undefined when nothing does. */
  catch({ index, policies }: Mutant): "matrix" | "closed by default" | "shape" | undefined {
    const original = this.policies.slice(index, index + 1);
    const names = new Set([...policies, ...original].flatMap((policy) => this.selectedBy(policy)));
    const mutated = this.policies.flatMap((policy, position) => (position === index ? policies : [policy]));
    const touched = [...names];
    const asked = JSON.stringify([policies, original]).includes("ipBlock") ? readings : readings.slice(0, 1);
    if (this.isUnlikeTable(mutated, touched, asked)) return "matrix";
    if (findUnclosed(mutated, this.places, this.managed).length > 0) return "closed by default";
    return policies.some((policy) => findShapeFaults(policy).length > 0) ? "shape" : undefined;
  }

  private isUnlikeTable(
    policies: readonly Manifest[],
    touched: readonly string[],
    asked: readonly BlockReading[],
  ): boolean {
    const relevant = policies.filter((policy) => this.selectedBy(policy).some((name) => touched.includes(name)));
    const differs = (rows: ReadonlyMap<string, readonly Row[]>, end: keyof Verdict, reading: BlockReading) => {
      const options = { places: this.places, reading, limit: 1, ends: [end] };
      return findDifferences(relevant, rowsOf(rows, touched), options).length > 0;
    };
    return asked.some(
      (reading) => differs(this.leaving, "egress", reading) || differs(this.arriving, "ingress", reading),
    );
  }

  private selectedBy(policy: Manifest): readonly string[] {
    const known = this.selected.get(policy);
    if (known !== undefined) return known;
    const evaluator = new NetworkPolicyEvaluator({ policies: [policy], namespaces: {}, reading: "outside" });
    const isSelected = (place: Place) => directions.some((end) => evaluator.isolates(place, end));
    const names = this.places.filter(isSelected).map(({ name }) => name);
    this.selected.set(policy, names);
    return names;
  }
}

function* rowsOf(rows: ReadonlyMap<string, readonly Row[]>, names: readonly string[]): Generator<Row> {
  for (const name of names) yield* rows.get(name) ?? [];
}
