import { createHash, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What the provider says of who signs in next, and what is wrong with how it says so. */
export interface Person {
  readonly sub: string;
  readonly email: string;
  readonly emailVerified?: boolean;
  readonly name?: string;
  readonly groups?: readonly string[];
  /** Claims of the token that are other than they should be. */
  readonly wrong?: Readonly<Record<string, unknown>>;
  /** Signs with a key that the provider does not publish. */
  readonly isForged?: boolean;
}

export interface FakeIssuer {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Who is there when the next browser comes. */
  person: Person;
  /** Tokens that were handed back to end a session. */
  readonly ended: string[];
  close(): Promise<void>;
}

interface Grant {
  readonly person: Person;
  readonly nonce: string;
  readonly challenge: string;
  readonly redirectUri: string;
}

const clientId = 'tributary';
const clientSecret = 'a secret of the client';
const lifeS = 300;

/** An OpenID provider over real HTTP: a code works once, for its redirect URI and verifier, with the client's secret. */
export async function startFakeIssuer(): Promise<FakeIssuer> {
  const [published, unknown] = [newKey(), newKey()];
  const grants = new Map<string, Grant>();
  const server = createServer((request, response) => {
    void handle(request, response).catch((error: unknown) => answer(response, 500, { error: String(error) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  const issuer: FakeIssuer = {
    url,
    clientId,
    clientSecret,
    person: { sub: 'nobody', email: 'nobody@example.net' },
    ended: [],
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return issuer;

  async function handle(request: IncomingMessage, response: ServerResponse) {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    switch (pathname) {
      case '/.well-known/openid-configuration':
        return answer(response, 200, metadata(url));
      case '/jwks':
        return answer(response, 200, { keys: [published.jwk] });
      case '/authorize':
        return authorize(response, searchParams);
      case '/token':
        return token(response, new URLSearchParams(await bodyOf(request)));
      case '/end':
        issuer.ended.push(searchParams.get('id_token_hint') ?? '');
        return redirect(response, searchParams.get('post_logout_redirect_uri') ?? url);
      default:
        return answer(response, 404, {});
    }
  }

  function authorize(response: ServerResponse, told: URLSearchParams) {
    const redirectUri = told.get('redirect_uri') ?? '';
    const [nonce, challenge] = [told.get('nonce'), told.get('code_challenge')];
    const isWhole = told.get('response_type') === 'code' && told.get('client_id') === clientId && nonce && challenge;
    if (!isWhole || told.get('code_challenge_method') !== 'S256')
      return answer(response, 400, { error: 'invalid_request' });
    const code = randomUUID();
    grants.set(code, { person: issuer.person, nonce, challenge, redirectUri });
    const back = new URL(redirectUri);
    back.searchParams.set('code', code);
    back.searchParams.set('state', told.get('state') ?? '');
    return redirect(response, back.href);
  }

  function token(response: ServerResponse, told: URLSearchParams) {
    const grant = grants.get(told.get('code') ?? '');
    grants.delete(told.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(told.get('code_verifier') ?? '')
      .digest('base64url');
    const isRight =
      told.get('client_secret') === clientSecret &&
      told.get('redirect_uri') === grant?.redirectUri &&
      challenge === grant?.challenge;
    if (!grant || !isRight) return answer(response, 400, { error: 'invalid_grant' });
    const { person, nonce } = grant;
    const nowS = Math.floor(Date.now() / 1_000);
    const claims = {
      iss: url,
      aud: clientId,
      sub: person.sub,
      nonce,
      iat: nowS,
      exp: nowS + lifeS,
      email: person.email,
      email_verified: person.emailVerified ?? true,
      name: person.name ?? 'Somebody',
      groups: person.groups ?? [],
      ...person.wrong,
    };
    const signed = sign(person.isForged ? unknown : published, claims);
    return answer(response, 200, { access_token: randomUUID(), token_type: 'Bearer', id_token: signed });
  }
}

function metadata(url: string) {
  return {
    issuer: url,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    jwks_uri: `${url}/jwks`,
    end_session_endpoint: `${url}/end`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}

function newKey() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const kid = 'k1';
  return { privateKey, kid, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' } };
}

function sign({ privateKey, kid }: ReturnType<typeof newKey>, claims: object) {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const text = `${encode({ alg: 'RS256', kid })}.${encode(claims)}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey).toString('base64url')}`;
}

function answer(response: ServerResponse, status: number, body: object) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function redirect(response: ServerResponse, location: string) {
  response.writeHead(303, { location }).end();
}

async function bodyOf(request: IncomingMessage) {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}
