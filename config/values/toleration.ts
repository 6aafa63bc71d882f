import { optional, record } from "./collections";
import { oneOf, refuse, text, type ValueType } from "./value-type";

/** A taint that does not keep a pod away, as Kubernetes writes it in a pod's spec. */
export interface Toleration {
  readonly key?: string;
  /** Default: `Equal`. */
  readonly operator?: "Equal" | "Exists";
  readonly value?: string;
  /** Default: all three. */
  readonly effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

const shape = record<Toleration>({
  key: optional(text("the key of a taint")),
  operator: optional(oneOf("Equal", "Exists")),
  value: optional(text("the value of a taint")),
  effect: optional(oneOf("NoSchedule", "PreferNoSchedule", "NoExecute")),
});

/** One toleration. What the API server would refuse of it is refused here. */
export const toleration: ValueType<Toleration> = {
  allowed: shape.allowed,
  read(given) {
    const reading = shape.read(given);
    if (!("value" in reading)) return reading;
    const { key, operator = "Equal", value } = reading.value;
    if (operator === "Exists" && value !== undefined)
      return refuse("has a value, which operator Exists does not look at");
    if (operator === "Equal" && key === undefined)
      return refuse("has no key, which needs operator Exists: every taint");
    return reading;
  },
};
