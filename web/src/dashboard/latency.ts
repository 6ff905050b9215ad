import { element } from '../shared/element';
import { LatencyHistory } from './latency_history';
import type { LatencyPlot } from './latency_plot';
import type { Performance } from './service';

/** The plot of the last minute. What draws it comes after the rest of the page, which does not wait for it. */
export class Latency {
  private readonly history = new LatencyHistory();
  private plot?: LatencyPlot;

  constructor() {
    void import('./latency_plot').then(({ LatencyPlot }) => (this.plot = new LatencyPlot(element('latency'), this.history)));
  }

  add(performance: Performance): void {
    const at = now();
    this.history.add(at, performance);
    if (document.visibilityState === 'visible') this.plot?.show(at);
  }
}

function now(): number {
  return performance.now() / 1000;
}
