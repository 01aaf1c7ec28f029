import forge from "node-forge";

const DAY_MS = 86_400_000;
const LOOPBACK = { type: 7, ip: "127.0.0.1" };

/**
 * Makes an authority, and what a TLS server needs of it: nothing that is committed, and nothing that another run knows.
 *
 * @returns {{ authority: string } & Record<string, { key: string, cert: string }>} In PEM.
 */
export function makeCertificates() {
  const authority = issue({ isAuthority: true, keys: makeKeys() });
  const another = issue({ isAuthority: true, keys: makeKeys(), name: "Another authority" });
  const keys = makeKeys();
  const issued = (fields) => {
    const { cert } = issue({ keys, issuer: authority, ...fields });
    return { key: forge.pki.privateKeyToPem(keys.privateKey), cert };
  };
  return {
    authority: authority.cert,
    good: issued({}),
    expired: issued({ from: -2, to: -1 }),
    early: issued({ from: 1, to: 2 }),
    ofAnotherHost: issued({ altName: { type: 2, value: "another.example" } }),
    ofAnotherAuthority: issued({ issuer: another }),
    selfSigned: issued({ issuer: undefined }),
  };
}

const makeKeys = () => forge.pki.rsa.generateKeyPair(2048);

/** `from` and `to` are in days from now. Without an issuer, it is signed by itself. */
function issue({
  keys,
  issuer,
  isAuthority = false,
  name = "A test's authority",
  altName = LOOPBACK,
  from = -1,
  to = 1,
}) {
  const certificate = forge.pki.createCertificate();
  const subject = [{ name: "commonName", value: isAuthority ? name : "A test's server" }];
  const now = Date.now();
  certificate.publicKey = keys.publicKey;
  certificate.serialNumber = `01${forge.util.bytesToHex(forge.random.getBytesSync(8))}`;
  certificate.validity.notBefore = new Date(now + from * DAY_MS);
  certificate.validity.notAfter = new Date(now + to * DAY_MS);
  certificate.setSubject(subject);
  certificate.setIssuer(issuer?.subject ?? subject);
  certificate.setExtensions([
    { name: "basicConstraints", cA: isAuthority, critical: true },
    isAuthority
      ? { name: "keyUsage", keyCertSign: true, critical: true }
      : { name: "keyUsage", digitalSignature: true, keyEncipherment: true, critical: true },
    ...(isAuthority ? [] : [{ name: "extKeyUsage", serverAuth: true }]),
    { name: "subjectAltName", altNames: [altName] },
    { name: "subjectKeyIdentifier" },
  ]);
  certificate.sign(issuer?.privateKey ?? keys.privateKey, forge.md.sha256.create());
  return {
    subject,
    privateKey: keys.privateKey,
    cert: forge.pki.certificateToPem(certificate),
  };
}
