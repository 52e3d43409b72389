// Runs in the reader's browser: shows the reference, and signs and sends what the form holds. The secret never leaves this tab.
const form = document.querySelector('#sender');
const answer = document.querySelector('#answer');
const utf8 = new TextEncoder();

const openApi = await fetch('/openapi.json').then((response) => response.json());
window.SwaggerUIBundle({
  spec: openApi,
  dom_id: '#swagger-ui',
  supportedSubmitMethods: [],
  validatorUrl: null,
  docExpansion: 'list',
});

const examplesOf = (path) => openApi.paths[path].post.requestBody.content['application/json'].examples;
const examples = {
  events: examplesOf('/api/federation/events'),
  usage: examplesOf('/api/federation/usage'),
  state: {},
};

form.elements.route.addEventListener('change', showExamples);
form.elements.example.addEventListener('change', showBody);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  send().then(show, (error) => show(String(error)));
});
showExamples();

function showExamples() {
  const names = Object.keys(examples[form.elements.route.value]);
  form.elements.example.replaceChildren(...names.map((name) => new Option(name)));
  showBody();
}

function showBody() {
  const example = examples[form.elements.route.value][form.elements.example.value];
  form.elements.body.value = example ? JSON.stringify(example.value, null, 2) : '';
}

function show(text) {
  answer.textContent = text;
}

async function send() {
  const { route, keyId, secret, idempotencyKey, eventId, body } = form.elements;
  const isRead = route.value === 'state';
  const target = isRead ? `/api/federation/events/${eventId.value}` : `/api/federation/${route.value}`;
  const method = isRead ? 'GET' : 'POST';
  const once = isRead ? '' : idempotencyKey.value || crypto.randomUUID();
  const bytes = utf8.encode(isRead ? '' : body.value);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = crypto.randomUUID();
  const hash = hex(await crypto.subtle.digest('SHA-256', bytes));
  const canonical = [method, target, keyId.value, timestamp, nonce, hash, once].join('\n');
  const headers = {
    'x-provider-keyid': keyId.value,
    'x-timestamp': timestamp,
    'x-nonce': nonce,
    'x-signature': `v2=${await sign(secret.value, canonical)}`,
    ...(isRead ? {} : { 'content-type': 'application/json', 'x-idempotency-key': once }),
  };
  const response = await fetch(target, { method, headers, ...(isRead ? {} : { body: bytes }) });
  return `${response.status} ${response.statusText}\n${[...response.headers].map((pair) => pair.join(': ')).join('\n')}\n\n${await response.text()}`;
}

async function sign(secret, text) {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', utf8.encode(secret), algorithm, false, ['sign']);
  return hex(await crypto.subtle.sign('HMAC', key, utf8.encode(text)));
}

function hex(buffer) {
  return [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
