import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { type LatencyHistory, kWindow } from './latency_history';

const kHeight = 220; // px
const kLeast = 20; // ms that the axis has at least
const kRoom = 2; // above what is usual: one slow frame, such as the first, goes off the top and leaves the rest to be seen
const kFewest = 8; // dropped frames that the axis has at least

/** The last minute as lines: the stages, end to end, the frame's age; and what was dropped as bars. */
export class LatencyPlot {
  private readonly plot: uPlot;

  constructor(
    private readonly place: HTMLElement,
    private readonly history: LatencyHistory,
  ) {
    const most = (): number => Math.max(kLeast, kRoom * history.usual);
    this.plot = new uPlot(
      {
        width: Math.max(1, place.clientWidth),
        height: kHeight,
        legend: { show: false },
        cursor: { show: false },
        scales: {
          x: { time: false, range: () => [-kWindow, 0] },
          ms: { range: () => [0, most()] },
          frames: { range: (_, __, high) => [0, 4 * Math.max(kFewest, high)] },
        },
        axes: [axis('x', '{} s'), axis('ms', '{} ms'), { ...axis('frames', '{}'), side: 1, grid: { show: false }, show: false }],
        series: [
          {},
          line('--plot-preprocessing'),
          line('--plot-generation'),
          line('--plot-transmission'),
          line('--plot-total', { width: 2.5 }),
          line('--plot-age', { dash: [4, 4] }),
          line('--plot-dropped', { scale: 'frames', paths: uPlot.paths.bars?.({ size: [0.8, 6, 2] }), fill: colour('--plot-dropped') }),
        ],
      },
      history.columns(0),
      place,
    );
    new ResizeObserver(() => this.plot.setSize({ width: Math.max(1, place.clientWidth), height: kHeight })).observe(place);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.plot.redraw());
    new MutationObserver(() => this.plot.redraw()).observe(document.documentElement, { attributeFilter: ['data-theme'] });
  }

  /** `at`: s, by the history's clock. */
  show(at: number): void {
    const columns = this.history.columns(at);
    this.place.dataset.points = String(columns[0].length);
    this.plot.setData(columns);
  }
}

// Asked at each drawing, so that light and dark are followed.
function colour(name: string): () => string {
  return () => getComputedStyle(document.documentElement).getPropertyValue(name);
}

function line(name: string, more: Partial<uPlot.Series> = {}): uPlot.Series {
  return { scale: 'ms', stroke: colour(name), width: 1.5, points: { show: false }, ...more };
}

function axis(scale: string, text: string): uPlot.Axis {
  return {
    scale,
    stroke: colour('--soft'),
    font: '12px system-ui, sans-serif',
    size: scale === 'x' ? 30 : 60,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1 },
    values: (_, values) => values.map((value) => text.replace('{}', String(value))),
  };
}
