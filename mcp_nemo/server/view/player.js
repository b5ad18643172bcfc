"use strict";
// What the film looks like: the last export, small enough to travel inside a message. Where that is not what the
// timeline says, and the server draws moments, a frame of the timeline as it is now, or a few seconds to play.

// How much of a moment the engine plays before the time that it is named by.
const LEAD_MS = 1000;

class Player {
  canDraw = false;
  #page;
  #host;
  #onTime;
  #session = "";
  // Where in the film the video begins, in ms.
  #begin = 0;
  #isWhole = false;
  // The time of the frame that is being drawn, or is to be drawn next.
  #wanted = null;

  // `onTime(ms)` hears where the film is.
  constructor(page, host, onTime) {
    this.#page = page;
    this.#host = host;
    this.#onTime = onTime;
    const tell = () => this.#tell();
    this.#page.video.addEventListener("timeupdate", tell);
    this.#page.video.addEventListener("seeking", tell);
    this.#page.video.addEventListener("play", () => this.#follow());
  }

  get isReady() {
    return !this.#page.video.hidden;
  }

  get hasExport() {
    return this.isReady && this.#isWhole;
  }

  open(sessionId) {
    this.#session = sessionId;
    if (!this.#host.capabilities.serverResources) this.#lack("This chat cannot show the film here.");
  }

  async loadExport() {
    if (!this.#host.capabilities.serverResources) return;
    try {
      const url = await this.#read("preview");
      const { currentTime } = this.#page.video;
      this.#show(url, this.#isWhole ? currentTime : 0);
      this.#begin = 0;
      this.#isWhole = true;
    } catch {
      this.#lack("No preview yet");
    }
  }

  // Frames are drawn one after another; of those asked for meanwhile, the last.
  async draw(ms) {
    const isDrawing = this.#wanted !== null;
    this.#wanted = ms;
    if (isDrawing) return;
    while (this.#wanted !== null) {
      const at = this.#wanted;
      const url = await this.#readAt("frames", at).catch(() => "");
      if (this.#wanted !== null) this.#showFrame(url, at);
      if (this.#wanted === at) this.#wanted = null;
    }
  }

  async playMoment(ms) {
    const url = await this.#readAt("moments", ms);
    this.#show(url, 0);
    this.#begin = Math.max(0, ms - LEAD_MS);
    this.#isWhole = false;
    // Where the browser wants a click on the video itself, it has its own button.
    await this.#page.video.play().catch(() => {});
  }

  seek(ms) {
    const second = (ms - this.#begin) / 1000;
    if (this.isReady && second >= 0 && (second <= this.#page.video.duration || !this.canDraw))
      this.#page.video.currentTime = second;
    else if (this.canDraw) this.draw(ms);
  }

  toggle() {
    if (this.#page.video.paused) this.#page.video.play();
    else this.#page.video.pause();
  }

  #readAt(what, ms) {
    return this.#read(`${what}/${Math.round(ms) / 1000}`);
  }

  // As a data URL, because what hosts allow by default has no blob URLs.
  async #read(what) {
    const { blob, mimeType } = await this.#host.readResource(`nemo://sessions/${this.#session}/${what}`);
    return `data:${mimeType};base64,${blob}`;
  }

  #show(url, currentTime) {
    this.#wanted = null;
    this.#page.video.src = url;
    if (currentTime) this.#page.video.currentTime = currentTime;
    this.#reveal(this.#page.video);
  }

  #showFrame(url, ms) {
    if (!url) return this.#lack("This moment cannot be shown.");
    this.#page.still.src = url;
    this.#page.still.alt = `The edit at ${clock(ms, { tenths: true })}`;
    this.#reveal(this.#page.still);
  }

  #lack(why) {
    this.#page.why.textContent = why;
    this.#reveal(this.#page.nothing);
  }

  #reveal(shown) {
    if (shown !== this.#page.video) this.#page.video.pause();
    for (const part of [this.#page.video, this.#page.still, this.#page.nothing]) part.hidden = part !== shown;
  }

  #tell() {
    if (this.isReady) this.#onTime(this.#begin + this.#page.video.currentTime * 1000);
  }

  #follow() {
    if (this.#page.video.paused || this.#page.video.ended) return;
    this.#tell();
    requestAnimationFrame(() => this.#follow());
  }
}
