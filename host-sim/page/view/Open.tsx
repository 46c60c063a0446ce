/** A file that is opened: the log of a run is seen in place of the world, a recording in a page of its own. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { OpenOutcome } from '../protocol.js';
import { open, see } from './connection.js';
import { world } from './known.js';

const outcome = signal<OpenOutcome | undefined>(undefined);

async function take(file: File | undefined): Promise<void> {
  if (!file) return;
  outcome.value = { ok: true, says: 'It is read…' };
  outcome.value = await open(file);
  if (outcome.value.world !== undefined) see(outcome.value.world);
}

function back(): void {
  outcome.value = undefined;
  see(undefined);
}

/** Takes files that are dropped anywhere on the page. */
function useDrops(): void {
  useEffect(() => {
    const over = (event: DragEvent): void => event.preventDefault();
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      void take(event.dataTransfer?.files[0]);
    };
    document.addEventListener('dragover', over);
    document.addEventListener('drop', drop);
    return () => {
      document.removeEventListener('dragover', over);
      document.removeEventListener('drop', drop);
    };
  }, []);
}

export function Open() {
  useDrops();
  const { opened } = world.value ?? {};
  const { ok, page, says } = outcome.value ?? {};
  return (
    <div class="open">
      <label>
        Open a log of holdfast sim or a recording{' '}
        <input
          type="file"
          onChange={event => {
            const [file] = event.currentTarget.files ?? [];
            event.currentTarget.value = '';
            void take(file);
          }}
        />
      </label>
      <span role="status" class={ok === false ? 'failed' : ''}>
        {says}{' '}
        {page !== undefined && (
          <a href={page} target="_blank" rel="noreferrer">
            see it
          </a>
        )}
      </span>
      {opened && (
        <p>
          <strong>{opened.name}</strong>, {opened.lines} lines, SHA-256{' '}
          <code class="hash">{opened.sha256}</code>: that of the run, where nobody changed the file.{' '}
          <button type="button" onClick={back}>
            back to the running world
          </button>
        </p>
      )}
    </div>
  );
}
