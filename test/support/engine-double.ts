import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import {
  GetRootResourceResponse,
  type LogRequest,
  LogSeverity,
  SetRootResourceResponse,
} from "@pulumi/pulumi/proto/engine_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  type RegisterResourceRequest,
  RegisterResourceResponse,
  SupportsFeatureResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { spawn, type ChildProcess } from "node:child_process";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import { projectRoot } from "./project-root";

type Done<T> = (error: null, answer: T) => void;
interface Call<T> {
  readonly request: T;
}

/** What the program logged, other than for debugging. */
export interface Logged {
  readonly urn: string;
  readonly message: string;
}

/** How a program ended. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly output: string;
}

/** Pulumi's engine and resource monitor as far as a program talks to them: releases are ready when `release` is called. */
export class EngineDouble {
  readonly logged: Logged[] = [];
  private readonly server = new grpc.Server();
  private readonly waiting: (() => void)[] = [];
  private address = "";
  private readonly programs: ChildProcess[] = [];

  async start(): Promise<void> {
    this.server.addService(EngineService, {
      log: ({ request }: Call<LogRequest>, done: Done<Empty>) => {
        const { message, urn, severity } = request.toObject();
        if (severity !== LogSeverity.DEBUG) this.logged.push({ urn, message });
        done(null, new Empty());
      },
      getRootResource: (_: unknown, done: Done<GetRootResourceResponse>) => done(null, new GetRootResourceResponse()),
      setRootResource: (_: unknown, done: Done<SetRootResourceResponse>) => done(null, new SetRootResourceResponse()),
    });
    this.server.addService(ResourceMonitorService, {
      supportsFeature: (_: unknown, done: Done<SupportsFeatureResponse>) => done(null, new SupportsFeatureResponse()),
      registerResource: ({ request }: Call<RegisterResourceRequest>, done: Done<RegisterResourceResponse>) => {
        const answer = new RegisterResourceResponse();
        const type = request.getType();
        answer.setUrn(`urn:pulumi:test::test::${type}::${request.getName()}`);
        answer.setObject(request.getObject() ?? new Struct());
        if (request.getCustom()) answer.setId("id");
        if (type.endsWith(":Release")) this.waiting.push(() => done(null, answer));
        else done(null, answer);
      },
      registerResourceOutputs: (_: unknown, done: Done<Empty>) => done(null, new Empty()),
      signalAndWaitForShutdown: (_: unknown, done: Done<Empty>) => done(null, new Empty()),
    });
    const credentials = grpc.ServerCredentials.createInsecure();
    const port = await new Promise<number>((resolve, reject) => {
      this.server.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
    });
    this.address = `127.0.0.1:${port}`;
  }

  /** Ends what still runs, and the server. */
  stop(): void {
    for (const program of this.programs) program.kill("SIGKILL");
    this.server.forceShutdown();
  }

  /** True once the program waits for a release. */
  get isWaiting(): boolean {
    return this.waiting.length > 0;
  }

  /** Makes every release ready that the program waits for. */
  release(): void {
    for (const answer of this.waiting.splice(0)) answer();
  }

  /** Runs a compiled program as the language host of Node.js does. */
  async run(program: string, environment: Record<string, string>, isPreview = false): Promise<ProgramEnd> {
    const runner = path.join(projectRoot, "node_modules", "@pulumi", "pulumi", "cmd", "run", "index.js");
    const run = ["--project=test", "--stack=test", "--pwd=.", "--parallel=16", `--dry-run=${isPreview}`];
    const args = [runner, `--monitor=${this.address}`, `--engine=${this.address}`, ...run, program];
    const env = { ...process.env, PULUMI_NODEJS_TYPESCRIPT: "false", ...environment };
    const child = spawn(process.execPath, args, { cwd: projectRoot, env, stdio: ["ignore", "pipe", "pipe"] });
    this.programs.push(child);
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { code: await ended, output: out + errors };
  }
}
