const kLongest = 200;

/** What was, for undo and redo. */
export class History<State> {
  private past: State[] = [];
  private future: State[] = [];

  constructor(private now: State) {}

  get current(): State {
    return this.now;
  }

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  get canRedo(): boolean {
    return this.future.length > 0;
  }

  add(state: State): void {
    if (JSON.stringify(state) === JSON.stringify(this.now)) return;
    this.past = [...this.past, this.now].slice(-kLongest);
    this.future = [];
    this.now = state;
  }

  undo(): State {
    const before = this.past.pop();
    if (before === undefined) return this.now;
    this.future.push(this.now);
    return (this.now = before);
  }

  redo(): State {
    const after = this.future.pop();
    if (after === undefined) return this.now;
    this.past.push(this.now);
    return (this.now = after);
  }
}
