// The least a chat has to be: a client of the server, and a frame for the view that a tool names.

import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import {
  AppBridge,
  PostMessageTransport,
  RESOURCE_MIME_TYPE,
  getToolUiResourceUri,
} from "@modelcontextprotocol/ext-apps/app-bridge";

const ABOUT = { name: "test-chat", version: "1" };
const UI = { "io.modelcontextprotocol/ui": { mimeTypes: [RESOURCE_MIME_TYPE] } };
const CAN = { serverTools: {}, serverResources: {}, updateModelContext: { text: {} } };

const client = new Client(ABOUT, { capabilities: { extensions: UI } });
await client.connect(new StreamableHTTPClientTransport(new URL("/mcp", location.href)));
const { tools } = await client.listTools();

let bridge;

// What the assistant would do, and what the tests look at.
globalThis.chat = {
  told: [],
  heights: [],

  call: (name, args) => client.callTool({ name, arguments: args }),

  viewOf: (name) => getToolUiResourceUri(tools.find((tool) => tool.name === name)),

  // Shows the view a tool names with an answer of that tool's, as hosts do.
  async show(name, args, result, context, capabilities) {
    const { contents } = await client.readResource({ uri: chat.viewOf(name) });
    if (contents[0].mimeType !== RESOURCE_MIME_TYPE)
      throw new Error(`A view cannot be ${contents[0].mimeType}`);
    const frame = document.createElement("iframe");
    frame.title = "Timeline";
    frame.sandbox = "allow-scripts";
    document.body.replaceChildren(frame);
    bridge = new AppBridge(client, ABOUT, capabilities ?? CAN, { hostContext: context });
    listen(bridge, frame);
    const initialized = new Promise((resolve) => (bridge.oninitialized = resolve));
    await bridge.connect(new PostMessageTransport(frame.contentWindow, frame.contentWindow));
    await showIn(frame, contents[0].text);
    await initialized;
    await bridge.sendToolInput({ arguments: args });
    await bridge.sendToolResult(result);
  },

  change: (context) => bridge.sendHostContextChange(context),
};

function listen(bridge, frame) {
  bridge.onsizechange = ({ height }) => {
    chat.heights.push(height);
    frame.style.height = `${height}px`;
  };
  bridge.onupdatemodelcontext = async ({ content }) => {
    chat.told.push(content[0].text);
    return {};
  };
}

// Under a policy the test's web server sends: a frame of its own, with an origin that is nobody's.
async function showIn(frame, html) {
  await fetch("view.html", { method: "PUT", body: html });
  frame.src = "view.html";
}
