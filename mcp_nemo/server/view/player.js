"use strict";
// The last export, small enough to travel inside a message, and what stands in its place until there is one.

class Player {
  #page;
  #onTime;

  // `onTime(ms)` hears where the film is.
  constructor(page, onTime) {
    this.#page = page;
    this.#onTime = onTime;
    const tell = () => onTime(this.#page.video.currentTime * 1000);
    this.#page.video.addEventListener("timeupdate", tell);
    this.#page.video.addEventListener("seeking", tell);
    this.#page.video.addEventListener("play", () => this.#follow());
  }

  get isReady() {
    return !this.#page.video.hidden;
  }

  async load(host, sessionId) {
    if (!host.capabilities.serverResources) return this.#lack("This chat cannot show the film here.");
    try {
      const { blob, mimeType } = await host.readResource(`nemo://sessions/${sessionId}/preview`);
      this.#show(`data:${mimeType};base64,${blob}`);
    } catch {
      this.#lack("No preview yet");
    }
  }

  seek(ms) {
    if (this.isReady) this.#page.video.currentTime = ms / 1000;
  }

  toggle() {
    if (!this.isReady) return;
    if (this.#page.video.paused) this.#page.video.play();
    else this.#page.video.pause();
  }

  // A data URL, because what hosts allow by default has no blob URLs.
  #show(url) {
    const { currentTime } = this.#page.video;
    this.#page.video.src = url;
    if (currentTime) this.#page.video.currentTime = currentTime;
    this.#page.video.hidden = false;
    this.#page.nothing.hidden = true;
  }

  #lack(why) {
    this.#page.why.textContent = why;
    this.#page.video.hidden = true;
    this.#page.nothing.hidden = false;
  }

  #follow() {
    if (this.#page.video.paused || this.#page.video.ended) return;
    this.#onTime(this.#page.video.currentTime * 1000);
    requestAnimationFrame(() => this.#follow());
  }
}
