import type { LlmProvider } from "../settings";
import { listOf, record } from "./collections";
import { labelName } from "./names";
import { boundedBlock } from "./network";
import type { ValueType } from "./value-type";

/** Providers of language models that publish the addresses they answer on, and mean to keep them. */
const knownProviders: Readonly<Record<string, readonly string[]>> = {
  anthropic: ["160.79.104.0/23", "2607:6bc0::/48"],
};

const providerSet = record<LlmProvider>({
  name: labelName("a name for the set"),
  destinations: listOf(boundedBlock, "a list of address blocks", 1),
});

/** A provider of language models: one block, a known name, or a named set of blocks. Read as a named set always. */
export const llmProvider: ValueType<LlmProvider> = {
  allowed: `${boundedBlock.allowed}; ${Object.keys(knownProviders).join(", ")}; or name and destinations`,
  read(given) {
    if (typeof given !== "string") return providerSet.read(given);
    const known = knownProviders[given];
    if (known !== undefined) return { value: { name: given, destinations: known } };
    const reading = boundedBlock.read(given);
    return "value" in reading ? { value: { name: given, destinations: [given] } } : { faults: reading.faults };
  },
};
