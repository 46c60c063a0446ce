/** The console of the boards: the newest lines, as they are. */
import { lines } from './known.js';

const SHOWN_MAX = 80;

export function Console() {
  return (
    <section aria-labelledby="console">
      <h2 id="console">Console</h2>
      <pre class="console" aria-live="off">
        {lines.value
          .slice(-SHOWN_MAX)
          .map(({ text }) => text)
          .join('\n')}
      </pre>
    </section>
  );
}
