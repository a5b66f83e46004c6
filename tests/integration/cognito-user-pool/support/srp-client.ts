import { createHash, createHmac, getDiffieHellman, hkdfSync } from "node:crypto";
import {
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  type CognitoIdentityProviderClient,
} from "@aws-sdk/client-cognito-identity-provider";

export interface SrpWorld {
  readonly user: CognitoIdentityProviderClient;
  readonly ids: { readonly ClientId: string };
  readonly poolId: string;
  hashFor(username: string): string;
}

/** The client's half of SRP, written from the protocol and not from the code under test. */
export async function srpSignIn({ user, ids, poolId, hashFor }: SrpWorld, username: string, password: string) {
  const poolName = poolId.split("_")[1] ?? "";
  const prime = BigInt(`0x${getDiffieHellman("modp15").getPrime("hex")}`);
  const pad = (value: bigint) => {
    const hex = value.toString(16);
    const even = hex.length % 2 === 1 ? `0${hex}` : hex;
    return "89abcdef".includes(even.charAt(0)) ? `00${even}` : even;
  };
  const sha = (hex: string) => createHash("sha256").update(Buffer.from(hex, "hex")).digest("hex");
  const power = (base: bigint, exponent: bigint): bigint => {
    if (exponent === 0n) return 1n;
    const half = power((base * base) % prime, exponent / 2n);
    return exponent % 2n === 1n ? (half * base) % prime : half;
  };
  const secret = BigInt(`0x${createHash("sha256").update(username).digest("hex")}`);
  const clientPublic = power(2n, secret);
  const SECRET_HASH = hashFor(username);
  const AuthParameters = { USERNAME: username, SRP_A: clientPublic.toString(16), SECRET_HASH };
  const { ChallengeParameters: challenge = {} } = await user.send(
    new InitiateAuthCommand({ ...ids, AuthFlow: "USER_SRP_AUTH", AuthParameters }),
  );
  const serverPublic = BigInt(`0x${challenge.SRP_B ?? ""}`);
  const multiplier = BigInt(`0x${sha(pad(prime) + pad(2n))}`);
  const scrambler = BigInt(`0x${sha(pad(clientPublic) + pad(serverPublic))}`);
  const inner = createHash("sha256")
    .update(`${poolName}${challenge.USER_ID_FOR_SRP ?? ""}:${password}`)
    .digest("hex");
  const exponent = BigInt(`0x${sha(pad(BigInt(`0x${challenge.SALT ?? ""}`)) + inner)}`);
  const base = (((serverPublic - multiplier * power(2n, exponent)) % prime) + prime) % prime;
  const shared = power(base, secret + scrambler * exponent);
  const key = hkdfSync("sha256", Buffer.from(pad(shared), "hex"), Buffer.from(pad(scrambler), "hex"), "Caldera Derived Key", 16);
  const TIMESTAMP = "Mon Nov 23 05:00:00 UTC 2026";
  const block = challenge.SECRET_BLOCK ?? "";
  const PASSWORD_CLAIM_SIGNATURE = createHmac("sha256", Buffer.from(key))
    .update(poolName)
    .update(challenge.USER_ID_FOR_SRP ?? "")
    .update(Buffer.from(block, "base64"))
    .update(TIMESTAMP)
    .digest("base64");
  const ChallengeResponses = { USERNAME: username, PASSWORD_CLAIM_SECRET_BLOCK: block, PASSWORD_CLAIM_SIGNATURE, TIMESTAMP, SECRET_HASH };
  return user.send(new RespondToAuthChallengeCommand({ ...ids, ChallengeName: "PASSWORD_VERIFIER", ChallengeResponses }));
}
