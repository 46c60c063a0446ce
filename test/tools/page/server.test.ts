import { once } from 'node:events';
import { request } from 'node:http';
import test from 'ava';
import type { Act, PageEvent } from '../../../host-sim/page/protocol.js';
import type { PageWorld } from '../../../tools/page/pageWorld.js';
import { startPage } from '../../../tools/page/server.js';

/** A world that keeps what is asked of it. */
function world() {
  const acts: Act[] = [];
  const listeners = new Set<(event: PageEvent) => void>();
  const made: PageWorld = {
    known: () => [{ kind: 'block', number: 1, time: 2 }],
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async act(act) {
      acts.push(act);
      return { ok: true, says: 'done' };
    },
  };
  return {
    acts,
    listeners,
    made,
    tell: (event: PageEvent) => {
      for (const listener of listeners) listener(event);
    },
  };
}

const files = new Map([['/', { type: 'text/html', bytes: Buffer.from('<p>page</p>') }]]);

/** An answer's status, headers and first bytes, over a connection on which the Host can be any. */
async function ask(
  url: string,
  options: { path: string; method?: string; headers?: Record<string, string>; body?: string },
) {
  const { body, ...given } = options;
  const asked = request(url, given);
  asked.end(body);
  const [response] = await once(asked, 'response');
  const [bytes = Buffer.alloc(0)] = await Promise.race([once(response, 'data'), once(response, 'end')]);
  asked.destroy();
  return { status: response.statusCode, headers: response.headers, text: String(bytes) };
}

async function open(t: { teardown(fn: () => unknown): void }) {
  const asked = world();
  const page = await startPage({ world: asked.made, files });
  t.teardown(page.close);
  const [url, token] = page.url.split('/#');
  return { ...asked, url, token, allowed: { authorization: `Bearer ${token}` } };
}

test('the page itself holds nothing and needs no token; no page of another host can have or frame it', async t => {
  const { url } = await open(t);
  const { headers, status, text } = await ask(url, { path: '/' });
  t.is(status, 200);
  t.is(text, '<p>page</p>');
  const policy = String(headers['content-security-policy']);
  t.regex(policy, /default-src 'none'/);
  t.regex(policy, /frame-ancestors 'none'/);
  t.notRegex(policy, /unsafe|\*|https?:/);
  t.is((await ask(url, { path: '/', headers: { host: 'evil.example' } })).status, 403);
  t.is((await ask(url, { path: '/../package.json' })).status, 404);
});

test('events and acts are for whoever has the token, from this page alone', async t => {
  const { acts, allowed, token, url } = await open(t);
  const body = JSON.stringify({ act: 'skip', seconds: 1 });
  const act = (headers: Record<string, string>) =>
    ask(url, { path: '/api/act', method: 'POST', headers, body });
  t.is((await act({})).status, 401);
  t.is((await act({ authorization: `Bearer ${'0'.repeat(token.length)}` })).status, 401);
  t.is((await act({ ...allowed, origin: 'http://evil.example' })).status, 403);
  t.is((await act({ ...allowed, host: 'evil.example' })).status, 403);
  t.is((await ask(url, { path: '/api/events' })).status, 401);
  t.deepEqual(acts, []);
  t.is((await act({ ...allowed, origin: url })).status, 200);
  t.deepEqual(acts, [{ act: 'skip', seconds: 1 }]);
});

test('what is no act, and what is longer than one may be, is refused and not run', async t => {
  const { acts, allowed, url } = await open(t);
  const act = (body: string) => ask(url, { path: '/api/act', method: 'POST', headers: allowed, body });
  t.is((await act('{}')).status, 400);
  t.is((await act(`${' '.repeat(70_000)}{"act":"skip","seconds":1}`)).status, 400);
  t.deepEqual(acts, []);
  t.is((await act('{"act":"skip","seconds":1}')).status, 200);
});

test('a page gets what is known, then what happens; one that leaves is forgotten', async t => {
  const { allowed, listeners, tell, url } = await open(t);
  const asked = request(url, { path: '/api/events', headers: allowed });
  asked.end();
  const [response] = await once(asked, 'response');
  const [first] = await once(response, 'data');
  t.is(String(first), '{"kind":"block","number":1,"time":2}\n');
  tell({ kind: 'line', board: 'b', text: '<b>\u001b[31m' });
  const [second] = await once(response, 'data');
  t.deepEqual(JSON.parse(String(second)), { kind: 'line', board: 'b', text: '<b>\u001b[31m' });
  t.is(listeners.size, 1);
  asked.destroy();
  while (listeners.size > 0) await new Promise(resolve => setTimeout(resolve, 10));
  t.is(listeners.size, 0);
});
