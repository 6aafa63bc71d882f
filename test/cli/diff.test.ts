import assert from "node:assert/strict";
import { parse, stringify } from "yaml";
import { semanticDiff } from "../../cli/diff/semantic-diff";
import { versions } from "../../versions";
import { both, callers, cases, report } from "./diff-cases";
import { factsOfText, productionText, type Sections } from "./stack-variants";

function sentencesOf(before: string, after: string): string[] {
  const changes = semanticDiff(factsOfText(before), factsOfText(after));
  return changes.map(({ effect, sentence }) => `${effect}: ${sentence}`);
}

describe("the semantic difference", () => {
  for (const [title, before, after, sentences] of cases) {
    it(`tells of ${title} what it means, and nothing else`, () => {
      assert.deepEqual(sentencesOf(productionText(before), productionText(after)).sort(), [...sentences].sort());
    });
  }

  it("tells everything that today's images need besides, by area", () => {
    const without = { overlay: { platformExtras: false } };
    const changes = semanticDiff(factsOfText(productionText(without)), factsOfText(productionText()));
    assert.deepEqual([...new Set(changes.map(({ effect }) => effect))], ["widened"]);
    assert.deepEqual([...new Set(changes.map(({ area }) => area))], ["calls", "public", "overlay"]);
    const narrow = changes.filter(({ sentence }) => sentence.includes("tracing-app")).map(({ sentence }) => sentence);
    assert.deepEqual(narrow, []);
    assert.ok(changes.some(({ sentence }) => sentence.startsWith("#gateway-hosts may now dial #app-services")));
  });

  it("says in which state of the header an RPC opened", () => {
    const [change] = semanticDiff(
      factsOfText(productionText({ overlay: { platformExtras: false } })),
      factsOfText(productionText({ overlay: { platformExtras: false }, ...orchestratorReadsAgents() })),
    );
    assert.equal(
      change?.sentence,
      "agents-orchestrator may now call agents.GetAgent with the x-identity-id header, because: Ours.",
    );
  });

  it("tells another version of what the program installs, and of nothing that is the operator's", () => {
    const text = productionText({ mesh: { manage: true } });
    const after = factsOfText(text, { istio: "1.31.0", certManager: "v1.22.0" });
    assert.deepEqual(
      semanticDiff(factsOfText(text), after).map(({ effect, area, sentence }) => [effect, area, sentence]),
      [["neutral", "versions", `The version of Istio's charts: 1.31.0 instead of ${versions.istio}.`]],
    );
  });

  it("tells another image of Ziti Management", () => {
    const after = productionText({ zitiManagement: { image: "ghcr.io/agynio/ziti-management:9.9.9" } });
    assert.match(
      sentencesOf(productionText(), after).join(),
      /^neutral: The image of Ziti Management: ghcr\.io.*:9\.9\.9 instead of/,
    );
  });

  const many = callers(report, { ...both, serviceAccount: "other" });

  it("is empty for another order, another format, and a comment", () => {
    const text = productionText(many);
    const reversed = callers({ ...both, methods: [...both.methods].reverse(), serviceAccount: "other" }, report);
    const yaml = `# A comment\n${stringify(parse(productionText(reversed)), { sortMapEntries: true })}`;
    assert.deepEqual(sentencesOf(text, yaml), []);
    assert.deepEqual(sentencesOf(yaml, text), []);
  });

  it("is empty for a default that is written out", () => {
    assert.deepEqual(sentencesOf(productionText(), productionText({ ingress: { port: 443 } })), []);
  });
});

function orchestratorReadsAgents(): Sections {
  const caller = { namespace: "agyn-platform", serviceAccount: "agents-orchestrator", because: "Ours." };
  return callers({ ...caller, service: "agents", methods: ["GetAgent"] });
}
