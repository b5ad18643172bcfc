"use strict";
// The tracks: bars on a ruler, and the playhead over them. Names are text of others: they only ever become text.

const MAX_ZOOM = 64;
const STEP_MS = 1000;
const FINE_STEP_MS = 100;

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

class Tracks {
  #page;
  #onSeek;
  #timeline = { duration_ms: 0, tracks: [] };
  #at = 0;
  #zoom = 1;

  // `onSeek(ms)` hears where the user put the playhead.
  constructor(page, onSeek) {
    this.#page = page;
    this.#onSeek = onSeek;
    this.#page.canvas.addEventListener("pointerdown", (event) => this.#drag(event));
    this.#page.ruler.addEventListener("keydown", (event) => this.#press(event));
    new ResizeObserver(() => this.#drawTicks()).observe(this.#page.canvas);
  }

  get at() {
    return this.#at;
  }

  show(timeline, changed) {
    this.#timeline = timeline;
    this.#page.heads.replaceChildren(...timeline.tracks.map((track, place) => this.#head(track, place)));
    this.#page.lanes.replaceChildren(
      ...timeline.tracks.map((track, place) => this.#lane(track, place, changed)),
    );
    this.#page.ruler.setAttribute("aria-valuemax", timeline.duration_ms);
    this.#drawTicks();
    this.moveTo(Math.min(this.#at, timeline.duration_ms));
  }

  moveTo(ms) {
    this.#at = Math.max(0, Math.min(ms, this.#timeline.duration_ms));
    this.#page.playhead.style.left = this.#share(this.#at);
    this.#page.ruler.setAttribute("aria-valuenow", Math.round(this.#at));
    this.#page.ruler.setAttribute("aria-valuetext", this.#spoken());
    this.#keepInSight();
  }

  // By a factor, or with 0 back to the whole timeline.
  zoom(factor) {
    this.#zoom = Math.max(1, Math.min(MAX_ZOOM, this.#zoom * factor));
    this.#page.canvas.style.width = `${this.#zoom * 100}%`;
    this.#keepInSight({ centred: true });
  }

  #head({ kind, name }, place) {
    const head = element("div", "head");
    head.dataset.kind = kind;
    head.title = name;
    const label = element("span", "name", TRACK_NAMES[name] ?? name);
    label.id = `track-${place}`;
    label.dir = "auto";
    head.append(label);
    return head;
  }

  #lane({ kind, segments }, place, changed) {
    const lane = element("ol", "lane");
    lane.dataset.kind = kind;
    lane.setAttribute("aria-labelledby", `track-${place}`);
    lane.append(...segments.map((segment) => this.#segment(segment, kind, changed.has(segment))));
    return lane;
  }

  #segment(segment, kind, isChanged) {
    const name = element("span", "name", labelOf(segment, kind));
    name.dir = "auto";
    const facts = [spanOf(segment), ...traitsOf(segment), isChanged && "changed"].filter(Boolean).join(", ");
    const made = element("li", isChanged ? "segment changed" : "segment");
    const level = element("span", "level", levelOf(segment));
    level.ariaHidden = "true";
    made.append(shapeOf(segment), name, level, element("span", "unseen", facts));
    made.title = `${name.textContent}: ${facts}`;
    made.style.left = this.#share(segment.start_ms);
    made.style.width = this.#share(segment.duration_ms);
    return made;
  }

  #share(ms) {
    return `${(ms / (this.#timeline.duration_ms || 1)) * 100}%`;
  }

  #drawTicks() {
    const { duration_ms } = this.#timeline;
    if (!duration_ms || !this.#page.canvas.clientWidth) return;
    const ticks = ticksFor(duration_ms, this.#page.canvas.clientWidth).map((ms) => {
      const tick = element("span", "tick", clock(ms, { tenths: ms % 1000 !== 0 }));
      tick.style.left = this.#share(ms);
      return tick;
    });
    this.#page.ruler.replaceChildren(...ticks);
  }

  #spoken() {
    const under = segmentsAt(this.#timeline, this.#at);
    return [`${clock(this.#at, { tenths: true })}`, ...under].join(", ");
  }

  #keepInSight({ centred = false } = {}) {
    const { scrollLeft, clientWidth, scrollWidth } = this.#page.scroll;
    const x = (this.#at / (this.#timeline.duration_ms || 1)) * scrollWidth;
    if (centred || x < scrollLeft || x > scrollLeft + clientWidth)
      this.#page.scroll.scrollLeft = x - clientWidth / 2;
  }

  #drag(start) {
    if (start.button !== 0) return;
    const seek = ({ clientX }) => {
      const { left, width } = this.#page.canvas.getBoundingClientRect();
      this.#seek(((clientX - left) / width) * this.#timeline.duration_ms);
    };
    seek(start);
    this.#page.ruler.focus({ preventScroll: true });
    start.preventDefault();
    const over = new AbortController();
    addEventListener("pointermove", seek, { signal: over.signal });
    for (const end of ["pointerup", "pointercancel"])
      addEventListener(end, () => over.abort(), { signal: over.signal });
  }

  #press(event) {
    const step = event.shiftKey ? FINE_STEP_MS : STEP_MS;
    const edges = edgesOf(this.#timeline);
    const goal = {
      ArrowLeft: () => this.#at - step,
      ArrowDown: () => this.#at - step,
      ArrowRight: () => this.#at + step,
      ArrowUp: () => this.#at + step,
      PageUp: () => edges.find((edge) => edge > this.#at + 1) ?? this.#timeline.duration_ms,
      PageDown: () => edges.findLast((edge) => edge < this.#at - 1) ?? 0,
      Home: () => 0,
      End: () => this.#timeline.duration_ms,
    }[event.key];
    if (!goal) return;
    event.preventDefault();
    this.#seek(goal());
  }

  #seek(ms) {
    this.moveTo(ms);
    this.#onSeek(this.#at);
  }
}

// The level as a height, with the fades as its slopes.
function shapeOf({ duration_ms, volume = 1, fade_in_ms = 0, fade_out_ms = 0 }) {
  const shape = element("span", "shape");
  const share = (ms) => (ms / (duration_ms || 1)) * 100;
  const top = 100 - Math.min(1, volume) * 100;
  shape.style.clipPath = `polygon(0 100%, ${share(fade_in_ms)}% ${top}%, ${100 - share(fade_out_ms)}% ${top}%, 100% 100%)`;
  return shape;
}
