import * as fs from "node:fs";
import { ControllerDoubleOptions, startControllerDouble } from "./controller-double";

/** The options file of the process: the options of the double with TLS material as paths of PEM files. */
interface ProcessOptions extends Omit<ControllerDoubleOptions, "tls" | "record"> {
  tls: { certFile: string; keyFile: string; caFile: string };
}

// Run as `node main.js <options.json>`. Prints one line when ready; SIGTERM and SIGINT end it cleanly.
async function main(file: string | undefined): Promise<void> {
  if (file === undefined) throw new Error("usage: main.js <options.json>");
  const { tls, ...options } = JSON.parse(fs.readFileSync(file, "utf8")) as ProcessOptions;
  const read = (path: string) => fs.readFileSync(path, "utf8");
  const material = { cert: read(tls.certFile), key: read(tls.keyFile), ca: read(tls.caFile) };
  const double = await startControllerDouble({ ...options, tls: material, record: false });
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void double.close());
  process.stdout.write(`ready ${double.url}\n`);
}

main(process.argv[2]).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
