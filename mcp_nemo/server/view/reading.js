"use strict";
// What a timeline says, in words and numbers. Nothing here touches the page.

const MEDIA_SUFFIX = /\.(mp4|mov|avi|webm|mkv|m4v|jpe?g|png|gif|webp|mp3|wav|m4a|aac|flac|ogg)$/i;
// Tracks without a name of their own get these from the server.
const TRACK_NAMES = { BGM: "Music", Title: "Titles" };

const endOf = (segment) => segment.start_ms + segment.duration_ms;
const percent = (volume) => `${Math.round(volume * 100)}%`;
const seconds = (ms) => `${+(ms / 1000).toFixed(1)} s`;

function clock(ms, { tenths = false } = {}) {
  const total = tenths ? Math.round(ms / 100) / 10 : Math.round(ms / 1000);
  const rest = (total % 60).toFixed(tenths ? 1 : 0).padStart(tenths ? 4 : 2, "0");
  return `${Math.floor(total / 60)}:${rest}`;
}

// Of a segment: its words if it has some, otherwise its name as a person would say it.
function labelOf(segment, kind) {
  const words = kind !== "video" && kind !== "audio" && segment.text;
  return words || segment.name.replace(MEDIA_SUFFIX, "") || "Unnamed";
}

function levelOf({ volume }) {
  if (volume === 0) return "muted";
  return volume === undefined || volume === 1 ? "" : percent(volume);
}

function traitsOf(segment) {
  const { speed, fade_in_ms, fade_out_ms, place } = segment;
  return [
    levelOf(segment),
    speed && speed !== 1 && `${speed}x speed`,
    fade_in_ms && `fades in over ${seconds(fade_in_ms)}`,
    fade_out_ms && `fades out over ${seconds(fade_out_ms)}`,
    place && `at the ${place}`,
  ].filter(Boolean);
}

function spanOf(segment) {
  return `${clock(segment.start_ms, { tenths: true })} to ${clock(endOf(segment), { tenths: true })}`;
}

function segmentsAt(timeline, ms) {
  const standing = (segment) => segment.start_ms <= ms && ms < endOf(segment);
  return timeline.tracks.flatMap(({ kind, segments }) =>
    segments
      .filter(standing)
      .map((segment) => [labelOf(segment, kind), levelOf(segment)].filter(Boolean).join(" ")),
  );
}

function factsOf({ duration_ms, width, height, backend }) {
  const place = { local: "this machine", cloud: "NemoVideo cloud" }[backend];
  return [clock(duration_ms), width && `${width}×${height}`, place].filter(Boolean).join(" · ");
}

// Where segments start and end, in order.
function edgesOf(timeline) {
  const edges = timeline.tracks.flatMap(({ segments }) => segments.flatMap((s) => [s.start_ms, endOf(s)]));
  return [...new Set([0, ...edges, timeline.duration_ms])].sort((a, b) => a - b);
}

// The segments of `after` that `before` does not have. One that merely moved counts only where nothing else did.
function changedSegments(before, after) {
  const all = after.tracks.flatMap(({ kind, segments }) => segments.map((segment) => ({ kind, segment })));
  const old = before.tracks.flatMap(({ kind, segments }) => segments.map((segment) => ({ kind, segment })));
  const unlike = (keyOf) => {
    const known = new Set(old.map(keyOf));
    return all.filter((item) => !known.has(keyOf(item))).map(({ segment }) => segment);
  };
  const edited = unlike(({ kind, segment: { start_ms, ...rest } }) => JSON.stringify([kind, rest]));
  return new Set(edited.length ? edited : unlike((item) => JSON.stringify(item)));
}

// The segments that sentences such as "Added music 'Calm', 0-3s" name: for when there is nothing to compare with.
function namedSegments(sentences, timeline) {
  const named = (label) =>
    sentences.some((sentence) => sentence.includes(`'${label}'`) || sentence.includes(`"${label}"`));
  return new Set(
    timeline.tracks.flatMap(({ kind, segments }) =>
      segments.filter((segment) => named(labelOf(segment, kind))),
    ),
  );
}

// Times for a ruler, as far apart as a label needs at `pixels` for the whole.
function ticksFor(duration_ms, pixels) {
  const steps = [500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000];
  const step = steps.find((ms) => (ms / duration_ms) * pixels >= 72) ?? 3_600_000;
  return Array.from({ length: Math.floor(duration_ms / step) + 1 }, (_, place) => place * step);
}

// The timeline in an answer of get_timeline or send_edit; null where it has none.
function timelineIn(facts) {
  if (facts?.tracks) return facts;
  return facts?.timeline ? { ...facts.timeline, backend: facts.backend } : null;
}

// Why a tool call failed, in words for the user; null where it did not.
function problemIn(result) {
  const facts = result.structuredContent ?? {};
  if (!result.isError) return facts.finished_edit?.problem ?? null;
  const { message, hint = "" } = facts.problem ?? facts;
  const text = result.content?.find(({ type }) => type === "text")?.text;
  return { message: message ?? text ?? "That did not work.", hint };
}
