"use strict";
// The host that shows this page, spoken to as MCP Apps (2026-01-26) has it: JSON-RPC over postMessage.

const PROTOCOL = "2026-01-26";

class Host {
  context = {};
  capabilities = {};
  #listeners = new Map();
  #waiting = new Map();
  #lastId = 0;

  constructor() {
    addEventListener("message", ({ source, data }) => {
      if (source !== parent || data?.jsonrpc !== "2.0") return;
      if (data.method) this.#hear(data);
      else this.#settle(data);
    });
    this.on("ui/notifications/host-context-changed", (changes) => Object.assign(this.context, changes));
  }

  async connect() {
    const about = await this.request("ui/initialize", {
      appInfo: { name: "nemo-timeline", version: "1" },
      appCapabilities: { availableDisplayModes: ["inline"] },
      protocolVersion: PROTOCOL,
    });
    this.context = about.hostContext ?? {};
    this.capabilities = about.hostCapabilities ?? {};
    this.notify("ui/notifications/initialized");
  }

  on(method, listener) {
    this.#listeners.set(method, [...(this.#listeners.get(method) ?? []), listener]);
  }

  request(method, params) {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#post({ id, method, params });
    });
  }

  notify(method, params = {}) {
    this.#post({ method, params });
  }

  callTool(name, args) {
    return this.request("tools/call", { name, arguments: args });
  }

  async readResource(uri) {
    const { contents } = await this.request("resources/read", { uri });
    return contents[0];
  }

  // What the user did here, for the assistant to know when it is spoken to again.
  async tellAssistant(text) {
    if (!this.capabilities.updateModelContext) return;
    await this.request("ui/update-model-context", { content: [{ type: "text", text }] }).catch(() => {});
  }

  #hear({ id, method, params }) {
    for (const listener of this.#listeners.get(method) ?? []) listener(params ?? {});
    if (id === undefined) return;
    const known = method === "ping" || method === "ui/resource-teardown";
    this.#post(
      known ? { id, result: {} } : { id, error: { code: -32601, message: `Unknown method ${method}` } },
    );
  }

  #settle({ id, result, error }) {
    const request = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) request?.reject(new Error(error.message));
    else request?.resolve(result);
  }

  #post(message) {
    parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
  }
}
