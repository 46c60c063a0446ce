/** A recording in a file: the firmware in it, the verdict of its run here, and the way to any moment of it. */
import { nextDecision } from '../recorded.js';
import { goTo, images, moments, position, progress, result } from './player.js';

const seconds = (timeMs: number): string => `${(timeMs / 1000).toFixed(3)} s`;

function Verdict() {
  const { value } = result;
  if (!value)
    return (
      <p role="status">
        The firmware runs again… <progress value={progress.value} aria-label="played" />
      </p>
    );
  if (value.verdict === 'silent')
    return (
      <p role="alert" class="bad">
        Without a verdict: {value.reason}
      </p>
    );
  const played = `${value.entries} entries of ${value.starts} start${value.starts === 1 ? '' : 's'}`;
  if (value.verdict === 'same')
    return (
      <p role="status" class="good">
        <strong>Same:</strong> {played}. The firmware did again what it did then. The recording ends{' '}
        {value.ended}.
      </p>
    );
  if (value.verdict === 'unreadable')
    return (
      <p role="alert" class="bad">
        <strong>Unreadable</strong> after {played}, at byte {value.offset}: {value.reason}.
      </p>
    );
  return (
    <div role="alert" class="bad">
      <strong>Different</strong> after {played}, at entry {value.entry}, {seconds(value.timeMs)} after the
      start:
      <dl class="difference">
        <dt>recorded</dt>
        <dd>
          <code>{value.expected}</code>
        </dd>
        <dt>now</dt>
        <dd>
          <code>{value.came}</code>
        </dd>
      </dl>
    </div>
  );
}

function Scrubber() {
  const all = moments.value;
  const at = position.value;
  const moment = all[at];
  if (!moment) return null;
  const last = all.length - 1;
  const words = `start ${moment.start}, ${seconds(moment.timeMs)}`;
  const ways: readonly [string, number][] = [
    ['to the beginning', 0],
    ['decision before', nextDecision(all, at, -1)],
    ['decision after', nextDecision(all, at, 1)],
    ['to the end', last],
  ];
  return (
    <div class="scrubber">
      <input
        type="range"
        min={0}
        max={last}
        value={at}
        aria-label="moment of the recording"
        aria-valuetext={`${words}: ${moment.says}`}
        onInput={event => goTo(Number(event.currentTarget.value))}
      />
      <p class="others">
        {ways.map(([name, place]) => (
          <button key={name} type="button" class="small" disabled={place === at} onClick={() => goTo(place)}>
            {name}
          </button>
        ))}
      </p>
      <p class="moment">
        <strong>{words}</strong> · moment {at + 1} of {all.length}
      </p>
      <p class="moment">
        <code>{moment.says}</code>
      </p>
    </div>
  );
}

export function Recording() {
  return (
    <section aria-labelledby="recording-title">
      <h2 id="recording-title">Recording</h2>
      {images.value.map(({ at, engine, image, version }) => (
        <p key={image}>
          Firmware, version {version}: <code class="hash">{image}</code>{' '}
          <span class="quiet">
            recorded on {engine} at {at}
          </span>
        </p>
      ))}
      <Verdict />
      <p class="quiet">
        The firmware in this file runs here again, on what entered the board’s ports then. Whether its sender
        changed the file, and whether the firmware is the one that you know, tells{' '}
        <code>npx holdfast replay --check</code> with this file.
      </p>
      <Scrubber />
    </section>
  );
}
