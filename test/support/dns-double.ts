import { createSocket, type Socket } from "node:dgram";

const typeA = 1;
const noSuchName = 3;

/** A DNS server on loopback that knows the IPv4 addresses of some names; all others do not exist. */
export class DnsDouble {
  /** Addresses by name; changes count at once. */
  readonly records = new Map<string, readonly string[]>();
  private readonly socket: Socket = createSocket("udp4");

  /** Starts on a free port; returns `<ip>:<port>`. */
  async start(): Promise<string> {
    this.socket.on("message", (query, { port, address }) => this.socket.send(this.answer(query), port, address));
    await new Promise<void>((resolve) => this.socket.bind(0, "127.0.0.1", resolve));
    return `127.0.0.1:${this.socket.address().port}`;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.socket.close(resolve));
  }

  // One question, as resolvers ask: header of 12 bytes, labels, type, class.
  private answer(query: Buffer): Buffer {
    const labels: string[] = [];
    let at = 12;
    for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
      labels.push(query.toString("latin1", at + 1, at + 1 + length));
      at += length + 1;
    }
    const found = this.records.get(labels.join(".").toLowerCase());
    const isA = query.readUInt16BE(at + 1) === typeA;
    const addresses = isA ? (found ?? []) : [];
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(0x8180 | (found === undefined ? noSuchName : 0), 2);
    [1, addresses.length, 0, 0].forEach((count, index) => header.writeUInt16BE(count, 4 + index * 2));
    return Buffer.concat([header, query.subarray(12, at + 5), ...addresses.map(toRecord)]);
  }
}

function toRecord(address: string): Buffer {
  const record = Buffer.alloc(16);
  record.writeUInt16BE(0xc00c, 0); // the name of the question
  record.writeUInt16BE(typeA, 2);
  record.writeUInt16BE(1, 4);
  record.writeUInt32BE(60, 6);
  record.writeUInt16BE(4, 10);
  address.split(".").forEach((part, index) => record.writeUInt8(Number(part), 12 + index));
  return record;
}
