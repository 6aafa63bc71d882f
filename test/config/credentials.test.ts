import * as x509 from "@peculiar/x509";
import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { fixture, problemsOf, production, type ByPath } from "./parsing";

const bare = { ...production, "controller.cert": undefined, "controller.key": undefined };
const user = { "controller.username": "operator", "controller.password": "kF9-wQ2x-Lm71-zz" };
const ec = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

const problemTexts = (values: ByPath, now?: Date) =>
  problemsOf(values, now === undefined ? {} : { now }).map(({ key, reason }) => `${key} ${reason}`);

interface Issued {
  readonly certificate: x509.X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

async function issue(name: string, authority: boolean, issuer?: Issued): Promise<Issued> {
  const keys = await webcrypto.subtle.generateKey(ec, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `CN=${name}`,
    issuer: issuer?.certificate.subject ?? `CN=${name}`,
    notBefore: new Date("2020-01-01"),
    notAfter: new Date("2120-01-01"),
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    signingAlgorithm: ec,
    extensions: [new x509.BasicConstraintsExtension(authority)],
  });
  return { certificate, keys };
}

const pem = (...chain: Issued[]) => chain.map(({ certificate }) => `${certificate.toString("pem")}\n`).join("");

async function keyPem({ keys }: Issued): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
}

describe("the controller's credential", () => {
  it("is a certificate with its key, or a user with a password", () => {
    assert.deepEqual(problemTexts(production), []);
    assert.deepEqual(problemTexts({ ...bare, ...user }), []);
  });

  it("is required, with the commands for it", () => {
    const [problem] = problemsOf(bare);
    assert.deepEqual(problem?.fix, [
      "pulumi config set --path 'agyn-networking:controller.cert' < cert.pem",
      "pulumi config set --path --secret 'agyn-networking:controller.key' < key.pem",
    ]);
  });

  for (const [missing, present] of [
    ["controller.key", "controller.cert"],
    ["controller.cert", "controller.key"],
  ] as const) {
    it(`names ${missing} when only ${present} is there`, () => {
      assert.deepEqual(problemTexts({ ...production, [missing]: undefined }), [
        `${missing} is missing: ${present} needs it`,
      ]);
    });
  }

  for (const [missing, present] of [
    ["controller.password", "controller.username"],
    ["controller.username", "controller.password"],
  ] as const) {
    it(`names ${missing} when only ${present} is there, in bootstrap too`, () => {
      const expected = [`${missing} is missing: ${present} needs it`];
      assert.deepEqual(problemTexts({ ...bare, ...user, [missing]: undefined }), expected);
      assert.deepEqual(problemTexts({ ...user, [missing]: undefined }), expected);
    });
  }

  it("is one credential, not two", () => {
    const texts = problemTexts({ ...production, ...user });
    assert.equal(texts.length, 2);
    for (const text of texts) assert.match(text, /^controller.(username|password) is a second credential/);
  });

  it("has the key of its certificate", () => {
    const texts = problemTexts({ ...production, "controller.key": fixture("server.key") });
    assert.deepEqual(texts, ['controller.key is not the key of controller.cert ("CN=client")']);
  });

  it("comes from the CA that was given", () => {
    const texts = problemTexts({ ...production, "controller.ca": fixture("foreign-ca.crt") });
    assert.deepEqual(texts, ['controller.cert "CN=client" was not issued by controller.ca (its issuer: CN=Test CA)']);
  });

  it("comes from any CA of a bundle", () => {
    const bundle = fixture("foreign-ca.crt") + fixture("ca.crt");
    assert.deepEqual(problemTexts({ ...production, "controller.ca": bundle }), []);
  });

  it("comes from the CA through the intermediates behind it", async () => {
    const root = await issue("root", true);
    const signer = await issue("signer", true, root);
    const leaf = await issue("leaf", false, signer);
    const values = { ...production, "controller.ca": pem(root), "controller.key": await keyPem(leaf) };
    assert.deepEqual(problemTexts({ ...values, "controller.cert": pem(leaf, signer) }), []);
    assert.match(problemTexts({ ...values, "controller.cert": pem(leaf) })[0] ?? "", /was not issued by controller.ca/);
  });

  it("does not come from a CA that only has the right name", async () => {
    const leaf = await issue("leaf", false, await issue("root", true));
    const impostor = await issue("root", true);
    const values = {
      "controller.ca": pem(impostor),
      "controller.cert": pem(leaf),
      "controller.key": await keyPem(leaf),
    };
    assert.match(problemTexts({ ...production, ...values })[0] ?? "", /was not issued by controller.ca/);
  });

  it("is valid today", () => {
    const late = problemTexts(production, new Date("2130-01-01"));
    assert.deepEqual(late.map((text) => text.replace(/ on .*/, "")).sort(), [
      'controller.ca "CN=Test CA" expired',
      'controller.cert "CN=client" expired',
    ]);
    const early = problemTexts(production, new Date("2000-01-01"));
    assert.equal(early.length, 2);
    for (const text of early) assert.match(text, /is not valid before 20\d\d-/);
  });

  it("is checked against certificates of authorities only", () => {
    const texts = problemTexts({ ...production, "controller.ca": fixture("ca.crt") + fixture("server.crt") });
    assert.deepEqual(texts, ['controller.ca contains "CN=localhost", which is not the certificate of an authority']);
  });

  for (const [title, key, value, says] of [
    ["a certificate that is no PEM", "controller.ca", "MIIB", /contains no PEM block/],
    [
      "a certificate with its middle missing",
      "controller.ca",
      fixture("ca.crt").replace(/\n.{64}\n/, "\n"),
      /cannot be decoded/,
    ],
    ["a key in the place of a certificate", "controller.cert", fixture("client.key"), /block PRIVATE KEY/],
    ["a certificate in the place of the key", "controller.key", fixture("client.crt"), /not one PEM private key/],
    ["a key that is broken", "controller.key", fixture("client.key").replace(/\n.{64}\n/, "\n"), /cannot be decoded/],
    [
      "a key with a passphrase",
      "controller.key",
      fixture("client.key").replaceAll("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"),
      /passphrase/,
    ],
  ] as const) {
    it(`refuses ${title}`, () => {
      const texts = problemTexts({ ...production, [key]: value });
      assert.equal(texts.length, 1, texts.join("\n"));
      assert.match(texts[0] ?? "", says);
    });
  }
});
