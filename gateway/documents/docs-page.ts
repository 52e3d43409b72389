import { problems } from '#domain/errors';
import { curlExamples } from './curl-examples.ts';

/** The page for people: how to sign, a command per route, a form that signs in the browser, every code, every schema. */
export function docsPage(baseUrl: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Federation: events and usage</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
<link rel="stylesheet" href="/docs/assets/docs.css">
</head>
<body>
<main>
<h1>Federation</h1>
<p>Send signed events and usage. A <code>200</code> means that the request is durable; it is applied afterwards, exactly once.
Repeat whatever was not answered with the same <code>x-idempotency-key</code>, a new nonce and a new timestamp.</p>
<nav aria-label="On this page"><a href="#sign">Signing</a> <a href="#commands">Commands</a> <a href="#try">Try it</a>
<a href="#errors">Errors</a> <a href="#reference">Reference</a></nav>
${signing}
<section id="commands"><h2>Commands</h2>
<p>Each signs itself when it is run. Put in your key, your secret and your tenant.</p>
${curlExamples(baseUrl).map(commandSection).join('\n')}
</section>
${form}
<section id="errors"><h2>Errors</h2>
<p>Every refusal is <code>application/problem+json</code>; its <code>type</code> leads here.</p>
<dl>
${Object.entries(problems).map(errorEntry).join('\n')}
</dl></section>
<section id="reference"><h2>Reference</h2><div id="swagger-ui"></div></section>
</main>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script type="module" src="/docs/assets/docs.js"></script>
</body>
</html>
`;
}

const signing = `<section id="sign"><h2>Signing</h2>
<p>Seven fields, joined by one line feed, none at the end, under HMAC-SHA256 with the secret's own characters as the key:</p>
<pre><code>METHOD
request-target, exactly as sent
key id
timestamp
nonce
hex SHA-256 of the raw body
idempotency key (empty on a GET)</code></pre>
<p>The signature is <code>v2=</code> and the 64 lower-case hex digits. <code>v1=</code> leaves the seventh field out.
The timestamp may be 300 s old; a nonce is used once.</p></section>`;

const form = `<section id="try"><h2>Try it</h2>
<p>Signed here in the browser. The secret stays in this tab: it is neither stored nor sent.</p>
<form id="sender">
<label>Route <select name="route"><option value="events">POST /api/federation/events</option>
<option value="usage">POST /api/federation/usage</option><option value="state">GET /api/federation/events/{id}</option></select></label>
<label>Example <select name="example"></select></label>
<label>Key id <input name="keyId" autocomplete="off" required></label>
<label>Secret <input name="secret" type="password" autocomplete="off" required></label>
<label>Idempotency key <input name="idempotencyKey" autocomplete="off"></label>
<label>Event id <input name="eventId" autocomplete="off"></label>
<label>Body <textarea name="body" rows="10" spellcheck="false"></textarea></label>
<button type="submit">Sign and send</button>
</form>
<pre id="answer" role="status" aria-live="polite"></pre></section>`;

function commandSection({ title, command }: { readonly title: string; readonly command: string }): string {
  return `<h3>${escaped(title)}</h3><pre><code>${escaped(command)}</code></pre>`;
}

function errorEntry([code, { status, title, detail }]: readonly [
  string,
  { readonly status: number; readonly title: string; readonly detail: string },
]): string {
  return `<dt id="${code}"><code>${code}</code> ${status} ${escaped(title)}</dt><dd>${escaped(detail)}</dd>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
