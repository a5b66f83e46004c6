const REDACTED = "[redacted]";

/** Shapes that are a secret wherever they stand: JWTs, signed-URL parts, AWS key ids, bearer and cookie headers. */
const SECRET_SHAPES: readonly (readonly [RegExp, string])[] = [
  [/eyJ[\w-]{8,}(?:\.[\w-]*){0,4}/g, REDACTED],
  [/(X-Amz-(?:Signature|Security-Token|Credential)(?:=|%3D))[^&"'\s\\]+/gi, `$1${REDACTED}`],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, REDACTED],
  [
    /("?(?:secretAccessKey|sessionToken|SessionToken|SecretKey|refresh_token|id_token|access_token|client_secret|code_verifier)"?\s*[:=]\s*"?)[^"&\s,}\\]+/g,
    `$1${REDACTED}`,
  ],
  [/((?:__Host-|__Secure-)?thingdeck[\w.-]*=)[^;"\s\\]+/g, `$1${REDACTED}`],
  [/([?&](?:code|state|nonce)=)[^&"\s\\]+/g, `$1${REDACTED}`],
  [/(Bearer\s+)[\w.~+/-]{8,}=*/gi, `$1${REDACTED}`],
];

/** The text with everything that looks like a token, key, signed URL or cookie blotted out. */
export function scrubSecrets(text: string): string {
  return SECRET_SHAPES.reduce((scrubbed, [shape, replacement]) => scrubbed.replace(shape, replacement), text);
}
