/** The way to each part of the page; where one is long, it stays in sight. */
import { clock, world } from './known.js';
import { jump } from './Part.js';

const PARTS = [
  ['boards', 'boards'],
  ['acts', 'act'],
  ['decisions', 'evidence'],
  ['releases', 'releases'],
  ['report', 'report'],
  ['faults', 'faults'],
  ['break', 'attacks'],
  ['console', 'console'],
] as const;

export function Rail() {
  const { opened, seeded } = world.value ?? {};
  const isThere = (id: string): boolean =>
    opened === undefined
      ? !(seeded && id === 'releases')
      : id !== 'faults' && id !== 'break' && id !== 'releases';
  return (
    <nav class="rail" aria-label="parts of the page">
      {clock.value && (
        <button type="button" class="small" onClick={() => jump('time')}>
          time
        </button>
      )}
      {PARTS.filter(([id]) => isThere(id)).map(([id, name]) => (
        <button key={id} type="button" class="small" onClick={() => jump(id)}>
          {name}
        </button>
      ))}
    </nav>
  );
}
