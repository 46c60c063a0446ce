/** The console of the boards: the newest lines, as they are. */
import { useEffect, useRef } from 'preact/hooks';
import { lines } from './known.js';
import { Part } from './Part.js';

const SHOWN_MAX = 80;

export function Console() {
  const place = useRef<HTMLPreElement>(null);
  const shown = lines.value;
  // The newest is in sight; whoever reads further up comes back to it with the next line.
  useEffect(() => {
    if (place.current) place.current.scrollTop = place.current.scrollHeight;
  }, [shown]);
  return (
    <Part id="console" title="Console" short="what the boards say">
      {shown.length === 0 && <p class="quiet">No board has said anything since this page was served.</p>}
      <pre ref={place} class="console" aria-live="off">
        {shown
          .slice(-SHOWN_MAX)
          .map(({ text }) => text)
          .join('\n')}
      </pre>
    </Part>
  );
}
