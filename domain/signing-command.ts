/** Who sends where. Each stands between single quotes of a shell. */
export interface SigningParts {
  readonly url: string;
  readonly target: string;
  readonly keyId: string;
  readonly secret: string;
  readonly tenant: string;
  /** Shell text that makes the body: it may use $tenant, $time and $nonce. */
  readonly body: string;
  readonly headers?: readonly string[];
}

/** A command that signs a new POST at the moment it is run, with nothing but a shell, openssl and curl. */
export function signingCommand({ url, target, keyId, secret, tenant, body, headers = [] }: SigningParts): string {
  const more = headers.map((header) => ` -H '${header}'`).join('');
  return `(
  url='${url}' target='${target}' key='${keyId}' secret='${secret}' tenant='${tenant}'
  time=$(date +%s) nonce=$(openssl rand -hex 16) once=$(openssl rand -hex 16)
  body=${body}
  hash=$(printf '%s' "$body" | openssl dgst -sha256 -r | cut -d' ' -f1)
  signature=$(printf '%s\\n%s\\n%s\\n%s\\n%s\\n%s\\n%s' POST "$target" "$key" "$time" "$nonce" "$hash" "$once" | openssl dgst -sha256 -hmac "$secret" -r | cut -d' ' -f1)
  curl -sS "$url$target" -H 'content-type: application/json'${more} \\
    -H "x-provider-keyid: $key" -H "x-timestamp: $time" -H "x-nonce: $nonce" \\
    -H "x-idempotency-key: $once" -H "x-signature: v2=$signature" --data-binary "$body"; echo
)`;
}
