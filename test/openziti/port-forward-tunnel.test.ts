import * as assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { WebSocket } from "ws";
import { TunnelError } from "../../openziti/client/port-forward/errors";
import { Tunnel } from "../../openziti/client/port-forward/tunnel";

/** A WebSocket that delivers and accepts what the test says, when the test says. */
class ScriptedSocket extends EventEmitter {
  paused = false;
  terminated = false;
  readonly sent: { readonly frame: Buffer; readonly flushed: (error?: Error) => void }[] = [];

  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
  terminate(): void {
    this.terminated = true;
  }
  send(frame: Buffer, flushed: (error?: Error) => void): void {
    this.sent.push({ frame, flushed });
  }
  deliver(...bytes: number[]): void {
    this.emit("message", Buffer.from(bytes));
  }
  greet(): void {
    this.deliver(0, 0xf9, 0x20);
    this.deliver(1, 0xf9, 0x20);
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("a tunnel in a WebSocket", () => {
  let socket: ScriptedSocket;
  let tunnel: Tunnel;
  let errors: Error[];

  beforeEach(() => {
    socket = new ScriptedSocket();
    errors = [];
    tunnel = new Tunnel(socket as unknown as WebSocket, {
      title: "Port-forward to Service ziti/controller, port 1281",
      pod: { namespace: "ziti", name: "controller-0", port: 8441 },
      signal: new AbortController().signal,
    });
    tunnel.on("error", (error) => errors.push(error));
  });

  it("hides the port numbers that open both channels, and delivers what follows", () => {
    socket.greet();
    assert.equal(tunnel.read(), null);
    socket.deliver(0, 104, 105);
    assert.equal(String(tunnel.read()), "hi");
  });

  it("delivers bytes that come in one frame with the port number", () => {
    socket.deliver(0, 0xf9, 0x20, 104, 105);
    assert.equal(String(tunnel.read()), "hi");
  });

  it("stops reading the WebSocket while nobody reads the tunnel, and goes on afterwards", () => {
    socket.greet();
    const frame = Buffer.alloc(tunnel.readableHighWaterMark + 1);
    socket.emit("message", frame);
    assert.equal(socket.paused, true);
    assert.equal((tunnel.read() as Buffer).length, tunnel.readableHighWaterMark);
    tunnel.read();
    assert.equal(socket.paused, false);
  });

  it("takes no more to send than the WebSocket has passed on", async () => {
    assert.equal(tunnel.write(Buffer.alloc(tunnel.writableHighWaterMark, 7)), false);
    tunnel.write("next");
    assert.equal(socket.sent.length, 1);
    assert.deepEqual([...(socket.sent[0]?.frame.subarray(0, 2) ?? [])], [0, 7]);
    socket.sent[0]?.flushed();
    await settled();
    assert.equal(String(socket.sent[1]?.frame.subarray(1)), "next");
  });

  it("keeps the WebSocket open after its own end, because the protocol cannot close one direction", async () => {
    tunnel.end();
    await settled();
    assert.equal(socket.terminated, false);
    socket.greet();
    socket.deliver(0, 104, 105);
    assert.equal(String(tunnel.read()), "hi");
  });

  it("ends when the pod's side closes in order, and releases the WebSocket", async () => {
    socket.emit("close", 1000);
    tunnel.resume();
    await settled();
    await settled();
    assert.deepEqual([tunnel.readableEnded, tunnel.destroyed, socket.terminated, errors.length], [true, true, true, 0]);
  });

  const failures: readonly [string, () => void, RegExp][] = [
    ["the other side vanishes", () => socket.emit("close", 1006), /broke \(ECONNRESET\)/],
    [
      "the WebSocket breaks",
      () => socket.emit("error", Object.assign(new Error(), { code: "ETIMEDOUT" })),
      /ETIMEDOUT/,
    ],
    ["sending fails", () => tunnel.write("x") && socket.sent[0]?.flushed(new Error("closed")), /broke \(EPIPE\)/],
    [
      "the error channel speaks",
      () => {
        socket.greet();
        socket.emit("message", Buffer.from("\u0001dial tcp4 127.0.0.1:8441:\n connection refused"));
      },
      /port 1281: pod controller-0 gave no connection to its port 8441: dial tcp4 127.0.0.1:8441: connection refused\./,
    ],
  ];
  for (const [situation, happen, expected] of failures) {
    it(`fails with a clear error and releases the WebSocket when ${situation}`, async () => {
      happen();
      await settled();
      assert.ok(errors[0] instanceof TunnelError);
      assert.match(errors[0].message, expected);
      assert.deepEqual([errors.length, socket.terminated], [1, true]);
    });
  }
});
