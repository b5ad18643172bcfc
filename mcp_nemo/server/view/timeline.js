"use strict";
// The page: what the host tells is shown, and what the user does becomes calls of the server's tools.

const KEY_PAUSE_MS = 600;
const LOOK_AGAIN_MS = 1000;

const page = Object.fromEntries([...document.querySelectorAll("[id]")].map((part) => [part.id, part]));
const host = new Host();
const player = new Player(page, host, (ms) => moveTo(ms));
const tracks = new Tracks(page, (ms) => {
  player.seek(ms);
  moveTo(ms);
});

let sessionId = "";
let timeline = null;
let isBusy = false;
let isEditedSinceExport = false;
let volumeTimer = 0;

function show(next, changes) {
  const isSame = timeline && JSON.stringify(timeline.tracks) === JSON.stringify(next.tracks);
  const changed = timeline ? changedSegments(timeline, next) : namedSegments(changes, next);
  timeline = next;
  page.title.textContent = next.title || "Timeline";
  page.facts.textContent = factsOf(next);
  const isEmpty = !next.tracks.some(({ segments }) => segments.length);
  page.timeline.hidden = page.player.hidden = isEmpty;
  page.actions.hidden = isEmpty || !canAct();
  // Otherwise what changed last stays marked.
  if (!isSame) tracks.show(next, changed);
  moveTo(tracks.at);
  showMusic();
  if (isEmpty) say("Nothing is on the timeline yet. Upload a video in the chat to begin.");
}

function canAct() {
  return host.capabilities.serverTools && !("readOnly" in document.documentElement.dataset);
}

function moveTo(ms) {
  tracks.moveTo(ms);
  page.clock.textContent = page.around.textContent = clock(tracks.at, { tenths: true });
  page.under.textContent = timeline ? segmentsAt(timeline, tracks.at).join(" · ") : "";
}

function showChanges(changes) {
  page.last.hidden = changes.length === 0;
  page.changes.replaceChildren(...changes.map((change) => element("li", "", change)));
}

function showMusic() {
  const song = timeline.tracks.find(({ kind, segments }) => kind === "audio" && segments.length)?.segments[0];
  page.music.hidden = !song;
  if (!song) return;
  const level = Math.round((song.volume ?? 1) * 100);
  page.volume.max = Math.max(100, level);
  page.volume.value = level;
  showLevel();
}

function showLevel() {
  page.level.textContent = page.volume.ariaValueText = `${page.volume.value}%`;
}

// As a problem, or as what is already `told` elsewhere on the page and only has to be heard.
function say(message, hint = "", manner = "") {
  page.status.className = manner;
  page.status.replaceChildren(element("p", "message", message), element("p", "hint", hint));
  page.status.hidden = !message;
}

// Takes in a tool's answer, whoever called it.
async function receive(result) {
  const facts = result.structuredContent ?? {};
  const problem = problemIn(result);
  const edited = facts.finished_edit ?? facts;
  sessionId = facts.session_id ?? sessionId;
  const next = sessionId && (await readTimeline(facts));
  if (next) show(next, edited.changes ?? []);
  if (edited.changes) showChanges(edited.changes);
  if (edited.status === "applied" || edited.status === "completed") markPreview(edited.status === "applied");
  if (problem) say(problem.message, problem.hint, "problem");
  else if (edited.status === "applied") say(edited.summary ?? edited.changes.join(". "), "", "told");
  else if (edited.status) say(edited.summary ?? "", edited.reply);
}

// Answers hold a long timeline in part only; the resource has all of it.
async function readTimeline(facts) {
  try {
    return JSON.parse((await host.readResource(`nemo://sessions/${sessionId}/timeline.json`)).text);
  } catch {
    const told = timelineIn(facts);
    if (told || !host.capabilities.serverTools) return told;
    return timelineIn((await host.callTool("get_timeline", { session_id: sessionId })).structuredContent);
  }
}

async function follow(result) {
  const facts = result.structuredContent ?? {};
  const args = { session_id: facts.session_id };
  if (facts.status === "working") return again("send_edit", args, facts.summary);
  if (facts.status === "rendering")
    return again("export_video", { ...args, render_id: facts.render_id }, facts.summary);
  if (facts.running_edit) return again("send_edit", args, `Editing: ${facts.running_edit.instruction}`);
  return result;
}

// The tools answer after a while even when the work goes on; calling them again is following it.
async function again(tool, args, doing) {
  say(doing);
  await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  return follow(await host.callTool(tool, args));
}

async function busily(doing, work) {
  if (isBusy) return;
  setBusy(true);
  if (doing) say(doing);
  try {
    await work();
  } catch (error) {
    say(error.message, "Try again, or ask for it in the chat.", "problem");
  } finally {
    setBusy(false);
  }
}

// The buttons stay focusable, so that the keyboard does not lose its place.
function setBusy(state) {
  isBusy = state;
  page.busy.hidden = !state;
  for (const button of [page.undo, page.export, page.show, page.play, page.refresh])
    button.ariaDisabled = String(state);
}

function edit(instruction, doing) {
  return busily(doing, async () => {
    const result = await follow(await host.callTool("send_edit", { instruction, session_id: sessionId }));
    await receive(result);
    await tell(instruction, result);
  });
}

function exportVideo({ currentTarget: button }) {
  return busily("Exporting…", async () => {
    const result = await follow(await host.callTool("export_video", { session_id: sessionId }));
    await receive(result);
    if (result.structuredContent?.status === "completed") await loadPreview();
    if (button === page.show && player.isReady) page.video.focus();
    await tell("export", result);
  });
}

async function refresh() {
  await busily("", async () => {
    await receive(await follow(await host.callTool("get_timeline", { session_id: sessionId })));
  });
  await loadPreview();
}

function tell(wish, result) {
  const came = problemIn(result)?.message ?? result.structuredContent?.summary ?? "";
  return host.tellAssistant(`In the timeline view the user chose: ${wish}. ${came}`);
}

async function loadPreview() {
  if (!timeline) return;
  player.open(sessionId);
  player.canDraw = Boolean(host.capabilities.serverResources) && timeline.backend === "local";
  if (!(isEditedSinceExport && player.canDraw)) await player.loadExport();
  page.show.hidden = !canAct();
  markPreview(isEditedSinceExport);
}

// Where moments are drawn, nothing old has to be shown.
function markPreview(isOld) {
  isEditedSinceExport = isOld;
  const isCurrent = player.hasExport && !isOld;
  page.stale.hidden = !isOld || !player.hasExport || player.canDraw;
  page.moment.hidden = isCurrent || !player.canDraw;
  page.again.textContent = player.hasExport ? "Re-export" : "Export";
  if (!isCurrent && player.canDraw && timeline.duration_ms) player.draw(tracks.at);
}

function playMoment() {
  return busily("", () => player.playMoment(tracks.at));
}

// Plays what is there, or has it drawn.
function toggle() {
  if (player.isReady) player.toggle();
  else if (player.canDraw) playMoment();
}

function chooseVolume() {
  clearTimeout(volumeTimer);
  showLevel();
}

// Waits for the last of several key presses, and for what is under way.
function sendVolume(level) {
  clearTimeout(volumeTimer);
  volumeTimer = setTimeout(() => {
    if (isBusy) sendVolume(level);
    else edit(`set the music to ${level}%`, "Setting the music…");
  }, KEY_PAUSE_MS);
}

function dress({ theme, styles, safeAreaInsets = {} }) {
  const { style } = document.documentElement;
  if (theme) style.colorScheme = theme;
  for (const [name, value] of Object.entries(styles?.variables ?? {}))
    if (value) style.setProperty(name, value);
  if (styles?.css?.fonts) page.fonts.textContent = styles.css.fonts;
  for (const [side, inset] of Object.entries(safeAreaInsets))
    style.setProperty(`--inset-${side}`, `${inset}px`);
}

function pressKey(event) {
  const elsewhere = event.ctrlKey || event.metaKey || event.altKey || event.target === page.volume;
  const act = {
    "+": () => tracks.zoom(2),
    "=": () => tracks.zoom(2),
    "-": () => tracks.zoom(0.5),
    0: () => tracks.zoom(0),
    " ": event.target === page.ruler && toggle,
  }[event.key];
  if (elsewhere || !act) return;
  event.preventDefault();
  act();
}

function tellSize() {
  host.notify("ui/notifications/size-changed", {
    height: Math.ceil(page.main.getBoundingClientRect().height),
  });
}

async function start() {
  host.on("ui/notifications/tool-input", ({ arguments: args }) => (sessionId ||= args?.session_id ?? ""));
  host.on("ui/notifications/tool-result", open);
  host.on("ui/notifications/tool-cancelled", () =>
    say("The call was cancelled.", "Press Refresh to see what there is."),
  );
  host.on("ui/notifications/host-context-changed", dress);
  await host.connect();
  dress(host.context);
  page.refresh.hidden = !host.capabilities.serverTools;
  new ResizeObserver(tellSize).observe(page.main);
}

// Shows the answer the host opened this page for, and what came of it meanwhile.
async function open(result) {
  await busily("", async () => {
    await receive(result);
    const last = await follow(result);
    if (last !== result) await receive(last);
  });
  await loadPreview();
}

page.undo.addEventListener("click", () => edit("undo", "Undoing…"));
page.export.addEventListener("click", exportVideo);
page.show.addEventListener("click", exportVideo);
page.play.addEventListener("click", playMoment);
page.refresh.addEventListener("click", refresh);
page.volume.addEventListener("input", chooseVolume);
page.volume.addEventListener("change", () => sendVolume(page.volume.value));
page.in.addEventListener("click", () => tracks.zoom(2));
page.out.addEventListener("click", () => tracks.zoom(0.5));
page.fit.addEventListener("click", () => tracks.zoom(0));
addEventListener("keydown", pressKey);
start();
