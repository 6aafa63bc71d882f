import { Client, credentials } from "@grpc/grpc-js";
import { BinaryReader, BinaryWriter } from "google-protobuf";

const service = "/runtime.v1.RuntimeService";
const answerSeconds = 30;

/** The few calls of the container runtime interface that end pods, without generated code for the other hundred. */
export class ContainerRuntime {
  private readonly client: Client;

  public constructor(socket: string) {
    this.client = new Client(`unix:${socket}`, credentials.createInsecure());
  }

  /** Rejects when the runtime does not answer. */
  public async checkVersion(): Promise<void> {
    await this.call("Version", Buffer.alloc(0));
  }

  /** The identifiers of all pods that the runtime knows, running or not. */
  public async listPods(): Promise<readonly string[]> {
    return parsePods(await this.call("ListPodSandbox", Buffer.alloc(0)));
  }

  /** Ends a pod's containers at once, disconnects it and forgets it. */
  public async removePod(id: string): Promise<void> {
    for (const method of ["StopPodSandbox", "RemovePodSandbox"]) await this.call(method, renderPodRequest(id));
  }

  /** Closes the connection. */
  public close(): void {
    this.client.close();
  }

  private call(method: string, request: Buffer): Promise<Buffer> {
    const deadline = Date.now() + answerSeconds * 1000;
    return new Promise((resolve, reject) => {
      const same = (bytes: Buffer): Buffer => bytes;
      this.client.makeUnaryRequest(`${service}/${method}`, same, same, request, { deadline }, (error, answer) => {
        if (error) reject(error);
        else resolve(answer ?? Buffer.alloc(0));
      });
    });
  }
}

/** The request that names a pod: field 1 of both requests is its identifier. */
export function renderPodRequest(id: string): Buffer {
  const writer = new BinaryWriter();
  writer.writeString(1, id);
  return Buffer.from(writer.getResultBuffer());
}

/** The identifiers in the answer to a listing: field 1 repeats the pods, whose field 1 is the identifier. */
export function parsePods(answer: Uint8Array): readonly string[] {
  const ids: string[] = [];
  const reader = new BinaryReader(answer);
  while (reader.nextField()) {
    if (reader.getFieldNumber() !== 1) {
      reader.skipField();
      continue;
    }
    const pod = new BinaryReader(reader.readBytes());
    while (pod.nextField()) {
      if (pod.getFieldNumber() === 1) ids.push(pod.readString());
      else pod.skipField();
    }
  }
  return ids;
}
