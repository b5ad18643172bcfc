"use strict";
// The last export, small enough to travel inside a message, and what stands in its place until there is one.

class Player {
  // `onTime(ms)` hears where the film is.
  constructor(page, onTime) {
    Object.assign(this, page, { onTime });
    const tell = () => onTime(this.video.currentTime * 1000);
    this.video.addEventListener("timeupdate", tell);
    this.video.addEventListener("seeking", tell);
    this.video.addEventListener("play", () => this.#follow());
  }

  get isReady() {
    return !this.video.hidden;
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
    if (this.isReady) this.video.currentTime = ms / 1000;
  }

  toggle() {
    if (!this.isReady) return;
    if (this.video.paused) this.video.play();
    else this.video.pause();
  }

  // A data URL, because what hosts allow by default has no blob URLs.
  #show(url) {
    const { currentTime } = this.video;
    this.video.src = url;
    this.video.currentTime = currentTime;
    this.video.hidden = false;
    this.nothing.hidden = true;
  }

  #lack(why) {
    this.why.textContent = why;
    this.video.hidden = true;
    this.nothing.hidden = false;
  }

  #follow() {
    if (this.video.paused || this.video.ended) return;
    this.onTime(this.video.currentTime * 1000);
    requestAnimationFrame(() => this.#follow());
  }
}
