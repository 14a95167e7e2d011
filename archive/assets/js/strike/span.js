/** What is chosen: from and to in milliseconds of the story, null where nothing is. Says "change" whenever it is another. */
export class Span extends EventTarget {
  from = null;
  to = null;

  constructor(length) {
    super();
    this.length = length;
  }

  get chosen() {
    return this.to !== null;
  }

  set(from, to) {
    [this.from, this.to] = [from, to];
    this.dispatchEvent(new Event("change"));
  }

  clear() {
    this.set(null, null);
  }
}
