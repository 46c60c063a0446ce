/** A power trace as a drawing in a page: inline SVG without a script, in the colours of the page. */
import type { PowerSample } from './power/trace.js';

const [WIDTH, HEIGHT] = [480, 120];
/** Units at the left for the numbers of the scale, and above and below. */
const [LEFT, MARGIN] = [62, 14];

/** The drawing; empty for fewer than two points. Its numbers are the trace's own: nothing in it is text of others. */
export function powerChart(samples: readonly PowerSample[]): string {
  if (samples.length < 2) return '';
  const lastMs = samples[samples.length - 1][0] || 1;
  const most = Math.max(1, ...samples.map(([, milliamperes]) => milliamperes));
  const x = (atMs: number) => LEFT + ((WIDTH - LEFT - 2) * atMs) / lastMs;
  const y = (milliamperes: number) =>
    HEIGHT - MARGIN - ((HEIGHT - 2 * MARGIN) * Math.max(0, milliamperes)) / most;
  const points = samples.map(([at, now]) => `${x(at).toFixed(1)},${y(now).toFixed(1)}`).join(' ');
  const mean = samples.reduce((sum, [, now]) => sum + now, 0) / samples.length;
  const said = `Current: ${most.toFixed(0)} mA at most, ${mean.toFixed(0)} mA on average, ${(lastMs / 1000).toFixed(1)} s`;
  const text = (at: string, words: string) =>
    `<text ${at} fill="currentColor" font-size="14">${words}</text>`;
  return [
    `<figure><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${said}" width="100%">`,
    ...[0, most].map(
      level =>
        `<line x1="${LEFT}" x2="${WIDTH}" y1="${y(level)}" y2="${y(level)}" stroke="currentColor" stroke-opacity="0.25"/>` +
        text(`x="${LEFT - 6}" y="${y(level) + 4}" text-anchor="end"`, `${level.toFixed(0)} mA`),
    ),
    `<polyline points="${points}" fill="none" stroke="var(--good)" stroke-width="1.5"/>`,
    `</svg><figcaption>${said}</figcaption></figure>`,
  ].join('');
}
