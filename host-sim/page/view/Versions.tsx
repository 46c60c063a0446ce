/** Versions over time: a bar for each board, of which each piece is a version that it ran. */
import { computed } from '@preact/signals';
import { spansOf } from '../ran.js';
import { allBoards, now } from './known.js';
import { span } from './words.js';

/** Boards that are drawn: those that ran most versions first. */
const BOARDS_MAX = 24;
/** Milliseconds that the bars are wide at least. */
const LEAST_MS = 60_000;

const drawn = computed(() =>
  allBoards.value
    .filter(({ ran }) => ran !== undefined && ran.length > 0)
    .sort((a, b) => b.ran!.length - a.ran!.length)
    .slice(0, BOARDS_MAX),
);

export function Versions() {
  const boards = drawn.value;
  if (!boards.some(({ ran }) => ran!.length > 1)) return null;
  const end = now.value;
  const begin = Math.min(end - LEAST_MS, ...boards.map(({ ran }) => Date.parse(ran![0].since)));
  return (
    <>
      <h3>Versions over time</h3>
      <p class="quiet">
        The last {span(end - begin)}
        {allBoards.value.length > boards.length ? `, of ${boards.length} boards that ran most versions` : ''}.
      </p>
      <ol class="ran">
        {boards
          .map(({ name, ran }) => ({ name, spans: spansOf(ran!, begin, end) }))
          .map(({ name, spans }) => (
            <li key={name}>
              <span>{name}</span>
              <svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
                {spans.map(({ forMs, fromMs, since, version }) => (
                  <rect
                    key={since}
                    class={`version-${version % 4}`}
                    x={(fromMs * 1000) / (end - begin)}
                    y="0"
                    width={(forMs * 1000) / (end - begin)}
                    height="10"
                  />
                ))}
              </svg>
              <span class="quiet">
                {spans.map(({ forMs, version }) => `version ${version} for ${span(forMs)}`).join(', then ')}
              </span>
            </li>
          ))}
      </ol>
    </>
  );
}
