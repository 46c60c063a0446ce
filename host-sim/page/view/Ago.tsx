/** A time: how long ago it was, and the time itself for a pointer or a screen reader. */
import { now } from './known.js';
import { span } from './words.js';

export function Ago({ time }: { time: string }) {
  return (
    <time dateTime={time} title={new Date(time).toLocaleString()}>
      {span(now.value - Date.parse(time))} ago
    </time>
  );
}
