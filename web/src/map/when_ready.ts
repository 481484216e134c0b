// What can only be done when something is there waits until it is, and is done in the order in which it was asked for.

export class WhenReady {
  private ready = false;
  private readonly waiting = new Map<string, () => void>();

  get now(): boolean {
    return this.ready;
  }

  /** Acts at once or later. Of those who wait under one name the last one stands for all. */
  run(name: string, act: () => void): void {
    if (this.ready) {
      act();
      return;
    }
    this.waiting.delete(name);
    this.waiting.set(name, act);
  }

  begin(): void {
    this.ready = true;
    const due = [...this.waiting.values()];
    this.waiting.clear();
    for (const act of due) act();
  }

  end(): void {
    this.ready = false;
  }
}
