/** Numbers that an app reported, over time. */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { readings } from './known.js';

const WIDTH = 420;
const HEIGHT = 130;

export function Readings({ board }: { board: string }) {
  const names = [...new Set(readings.value.filter(each => each.board === board).map(({ name }) => name))];
  return (
    <>
      {names.map(name => (
        <Reading key={name} board={board} name={name} />
      ))}
    </>
  );
}

function Reading({ board, name }: { board: string; name: string }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const own = readings.value.filter(each => each.board === board && each.name === name);
  const newest = own.at(-1)?.value;
  useEffect(() => {
    if (!place.current) return undefined;
    const colour = getComputedStyle(place.current).color;
    const axis = { stroke: colour, grid: { show: false }, size: 46 };
    plot.current = new uPlot(
      {
        width: Math.min(WIDTH, place.current.clientWidth || WIDTH),
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        axes: [{ ...axis, size: 30 }, axis],
        series: [{}, { stroke: colour, width: 1.5 }],
      },
      [[], []],
      place.current,
    );
    return () => plot.current?.destroy();
  }, []);
  useEffect(() => {
    plot.current?.setData([own.map(({ time }) => time / 1000), own.map(({ value }) => value)]);
  });
  return (
    <figure>
      <figcaption>
        {name}: <strong>{newest}</strong>
      </figcaption>
      <div ref={place} role="img" aria-label={`${name} over time, now ${newest}`} />
    </figure>
  );
}
