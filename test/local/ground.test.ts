import assert from "node:assert/strict";
import { chooseGround, type GroundRequest, type GroundState } from "../../local/ground";
import type { KindAnswers } from "../../local/kind/answers";

const plain: GroundRequest = { node: false, simulated: false };
const fresh: GroundState = { cluster: false, engines: false };
const both: KindAnswers = { kind: "kind 0.30.0", containerEngine: "podman" };
const none: KindAnswers = { missing: "kind does not answer (kind is not on PATH)" };

type Row = readonly [
  title: string,
  request: Partial<GroundRequest>,
  state: Partial<GroundState>,
  answers: KindAnswers | undefined,
];

const chosen: readonly (readonly [...Row, ground: string, because: RegExp])[] = [
  ["kind where kind and a container engine answer", {}, {}, both, "kind", /kind 0\.30\.0 and podman answer; --no-kind/],
  ["the engines where kind does not answer", {}, {}, none, "engines", /kind is not on PATH/],
  ["the engines with --no-kind", { kind: false }, {}, undefined, "engines", /--no-kind/],
  [
    "the engines with --no-kind beside a cluster",
    { kind: false },
    { cluster: true },
    undefined,
    "engines",
    /--no-kind/,
  ],
  ["the engines with --simulated", { simulated: true }, {}, undefined, "engines", /--simulated/],
  ["the node with --node", { node: true }, { cluster: true }, undefined, "node", /--node/],
  ["kind with --kind", { kind: true }, { engines: true }, both, "kind", /answer$/],
  ["the engines that the stack is on", {}, { engines: true }, undefined, "engines", /state folder is on them/],
  ["the cluster that the stack is on", {}, { cluster: true, engines: true }, both, "kind", /answer/],
  ["what the variable says", { variable: "engines" }, {}, undefined, "engines", /AGYN_LOCAL_GROUND/],
  ["an option before the variable", { variable: "node", kind: true }, {}, both, "kind", /answer$/],
];

const asked: readonly (readonly [title: string, request: Partial<GroundRequest>, state: Partial<GroundState>])[] = [
  ["nothing is given", {}, {}],
  ["--kind is given", { kind: true }, {}],
  ["there is a cluster", {}, { cluster: true }],
  ["the variable names kind", { variable: "kind" }, {}],
];

const refused: readonly (readonly [...Row, message: RegExp])[] = [
  ["--kind without kind", { kind: true }, {}, none, /kind cannot be used: kind does not answer/],
  [
    "a cluster that kind cannot reach",
    {},
    { cluster: true },
    none,
    /on a cluster of kind, and kind does not answer.*--no-kind/,
  ],
  ["--node with --kind", { node: true, kind: true }, {}, both, /--node and --kind ask for different grounds/],
  ["--kind with --simulated", { kind: true, simulated: true }, {}, both, /--kind and --simulated/],
  [
    "a value of the variable that is no ground",
    { variable: "k3d" },
    {},
    both,
    /received "k3d", allowed are engines, node, kind/,
  ],
];

describe("the ground of the local platform", () => {
  for (const [title, request, state, answers, ground, because] of chosen) {
    it(`is ${title}`, () => {
      const choice = chooseGround({ ...plain, ...request }, { ...fresh, ...state }, answers);
      assert.ok(choice !== "ask");
      assert.equal(choice.ground, ground);
      assert.match(choice.because, because);
    });
  }

  for (const [title, request, state] of asked) {
    it(`depends on kind's answer when ${title}`, () => {
      assert.equal(chooseGround({ ...plain, ...request }, { ...fresh, ...state }), "ask");
    });
  }

  for (const [title, request, state, answers, message] of refused) {
    it(`is refused for ${title}`, () => {
      assert.throws(() => chooseGround({ ...plain, ...request }, { ...fresh, ...state }, answers), message);
    });
  }
});
